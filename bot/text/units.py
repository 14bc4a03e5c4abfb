"""Units and scales (million) after a number: their signs, their words, and which are the same."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from bot.text.languages import ENGLISH, Language

TIMES = "×"
PERCENT = "%"
LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u05ff"
"""For a character class: of scripts with blanks between words, where a letter before digits makes
them a name."""
SYMBOLS = frozenset(
    f"""
{TIMES} % ‰ ° °C °F Hz kHz MHz GHz THz s ms us ns ps fs min h hr hrs yr kyr Myr Gyr d
m cm mm km nm um pm fm
kg g mg ug ng eV keV MeV GeV TeV PeV meV J kJ mJ W kW MW mW GW V kV mV A mA T mT K mK Pa kPa MPa GPa
bar L mL ml uL mol mM dB dBm bit B KB kB MB GB TB PB KiB MiB GiB TiB kbps Mbps Gbps FLOPs FLOPS
GFLOPs TFLOPs GFLOPS TFLOPS pc kpc Mpc Gpc AU ly mag dex arcsec arcmin deg rad sr ppm ppb fps FPS px
M_⊙ M⊙ M☉ Msun R_⊙ R⊙ L⊙ erg Jy mJy pp bpm
""".split()
)
_WORDED = {
    "s": "second seconds sec secs",
    "min": "minute minutes mins",
    "h": "hour hours hr hrs",
    "d": "day days",
    "wk": "week weeks",
    "mo": "month months",
    "yr": "year years",
    "ms": "millisecond milliseconds",
    "us": "microsecond microseconds",
    "m": "meter meters metre metres",
    "km": "kilometer kilometers kilometre kilometres",
    "cm": "centimeter centimeters centimetre centimetres",
    "mm": "millimeter millimeters millimetre millimetres",
    "nm": "nanometer nanometers nanometre nanometres",
    "kg": "kilogram kilograms",
    "°": "degree degrees",
    "bit": "bits",
    "B": "byte bytes",
    "MB": "megabyte megabytes",
    "GB": "gigabyte gigabytes",
    "dB": "decibel decibels",
    "pc": "parsec parsecs",
    "ly": "light-year light-years",
    "K": "kelvin",
}
_UNIT_WORDS = {word: unit for unit, words in _WORDED.items() for word in words.split()} | {
    "frames per second": "fps"
}
_ALIKE = {"hr": "h", "hrs": "h", "ml": "mL", "kB": "KB", "FPS": "fps", "pp": "%"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands in a text up to `end`: its symbol, also where it is a word."""

    symbol: str
    end: int
    is_worded: bool = False


def scale_at(text: str, start: int, language: Language) -> tuple[Fraction, int] | None:
    """Return by what a word at `start` multiplies the number before it, and where it ends."""
    found = _scales(language).match(text, start)
    if found is None:
        return None
    return {**ENGLISH.scales, **language.scales}[_plain_word(found[1])], found.end()


def unit_at(text: str, start: int, language: Language) -> Unit | None:
    """Return the unit that begins at `start`, maybe after a blank or a hyphen."""
    found = _units(language).match(text, start)
    if found is None:
        return None
    if symbol := found["symbol"]:
        return Unit(_ALIKE.get(symbol, symbol), found.end())
    word = _plain_word(found["word"])
    if word in _UNIT_WORDS:
        return Unit(_UNIT_WORDS[word], found.end(), is_worded=True)
    is_times = word in {*ENGLISH.multiple, *language.multiple}
    return Unit(TIMES if is_times else PERCENT, found.end())


@cache
def _scales(language: Language) -> re.Pattern[str]:
    words = {*ENGLISH.scales, *language.scales}
    return re.compile(rf"[ -]?({_either(words)}){_end(language)}", re.IGNORECASE)


@cache
def _units(language: Language) -> re.Pattern[str]:
    words = {*_UNIT_WORDS, *ENGLISH.percent, *ENGLISH.multiple}
    words |= {*language.percent, *language.multiple, "percentage points", "percentage point"}
    symbols = _either(SYMBOLS)
    return re.compile(
        rf"[ -]?(?:(?P<symbol>{symbols})(?![0-9{LETTERS}]|(?<={TIMES}) ?[0-9])"
        rf"|(?i:(?P<word>{_either(words)})){_end(language)})"
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _end(language: Language) -> str:
    return "" if language.script == "CJK" else r"(?!\w)"


def _plain_word(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
