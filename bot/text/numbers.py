"""The numbers of a readable text with their units: in digits, in words, as powers and fractions.

Compares by value, so that 1,200 is 1.2 thousand and 2x is twice; decides nothing about a text.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.text.languages import ENGLISH, Language
from bot.text.number_words import Spelled, spelled
from bot.text.units import LETTERS, PERCENT, SYMBOLS, TIMES, scale_at, unit_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as it stands in a text.

    ``value`` is None where it is not understood; ``written`` are its letters, small, no blanks.
    """

    written: str
    start: int
    end: int
    value: Fraction | None = None
    unit: str = ""
    """A symbol such as GHz, also for words: 5 seconds is s."""
    is_worded: bool = False
    """Whether the unit is a word, which other languages have others for."""
    is_ordinal: bool = False


_RAISED = dict(zip(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"), "0123456789+-", strict=True))
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_GROUP_GAP = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_BY = re.compile(rf"(?<=[0-9]) ?[x*{TIMES}·⋅] ?(?=[0-9])")
_DASHES = dict.fromkeys(map(ord, "−–—‐‑‒"), "-")
_MORE_SIGNS = {ord("⁄"): "/", ord("’"): "'", ord("μ"): "u", ord("µ"): "u", ord("∼"): "~"}

_MULTIPLIERS = {"k": 10**3, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}
_LARGEST_POWER = 400
_LARGEST_BASE = 10**6
_LONGEST_NUMERAL = 40

_DECADE = re.compile(r"[0-9]{3}0s")
_TENTHS = "成割"
"""9割 is 90 %."""

_NUMERAL = r"[0-9]+(?:[.,_'](?=[0-9])[0-9]+)*|\.[0-9]+"
_POWER = r"\^\{?(?P<power>[-+]?[0-9]{1,4})\}?"
_DIGITS = re.compile(
    rf"(?<![0-9{LETTERS}^.])(?<![{LETTERS}]-)(?P<sign>(?<![\w)\]%.,])[-+])?"
    rf"(?P<money>(?:US)?[$€£¥])?"
    rf"(?P<numeral>{_NUMERAL})(?![0-9])"
    rf"(?: {TIMES} 10\^\{{?(?P<ten>[-+]?[0-9]{{1,4}})\}}?|{_POWER}"
    r"|[eE](?P<e>[-+]?[0-9]{1,4})(?!\w)|/(?P<below>[0-9]{1,40})(?![0-9/.]))?"
    r"(?P<tail>[^\W\d_][\w^]*)?"
)
_SPACED_GROUPS = re.compile(r"(?<![0-9.,])([0-9]{1,3})((?: [0-9]{3})+)(?![0-9])")
_AND = "(?:and|or|und|oder|et|y|e|en|и)"
_TO = re.compile(rf" ?(?:-|to|bis|à|a|tot|до|至|から|~) ?|- {_AND} ")
_BETWEEN = re.compile(r"\b(?:between|zwischen|entre|tra|tussen|между) \Z", re.IGNORECASE)
_BOTH = re.compile(rf" {_AND} ")


def leveled(text: str) -> str:
    """Return a text with its digits, dashes and powers in one plain form: 10⁻⁵ is 10^-5."""
    text = _GROUP_GAP.sub("_", text)
    text = _RAISED_RUN.sub(lambda run: f"^{run[0].translate(_RAISED)}", text)
    text = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in unicodedata.normalize("NFKC", text)
    )
    return _BY.sub(f" {TIMES} ", text.translate(_DASHES).translate(_MORE_SIGNS))


def numbers(text: str, language: Language = ENGLISH) -> list[Number]:
    """Return the numbers of a leveled text, in order.

    Digits inside names (GPT-4, x^2) are none; see `bot.text.faithful`.
    """
    if language.comma:
        text = _SPACED_GROUPS.sub(lambda run: run[1] + run[2].replace(" ", "_"), text)
    found = [_from_digits(match, language) for match in _DIGITS.finditer(text)]
    taken = [(number.start, number.end) for number in found]
    found += [
        _from_words(text, words)
        for words in spelled(text, language)
        if not any(start < words.end and words.start < end for start, end in taken)
    ]
    found.sort(key=lambda number: number.start)
    done: list[Number] = []
    for number in found:
        # Not what the one before has as its scale or unit: million, pour cent.
        if not done or done[-1].end <= number.start:
            done.append(_measured(text, number, language))
    return _with_units_of_ranges(text, done)


def _from_words(text: str, words: Spelled) -> Number:
    return Number(
        written=_written(text[words.start : words.end]),
        start=words.start,
        end=words.end,
        value=None if text[words.end : words.end + 1] == "^" else words.value,
        unit=PERCENT if words.is_percent else TIMES if words.is_multiple else "",
        is_ordinal=words.is_ordinal,
    )


def _from_digits(match: re.Match[str], language: Language) -> Number:
    value = _value(match["numeral"], language)
    if value is not None and (power := match["ten"] or match["e"]):
        value = _raised(Fraction(10), int(power), value)
    elif value is not None and match["power"]:
        value = _raised(value, int(match["power"]), Fraction(1))
    elif value is not None and match["below"]:
        value = value / int(match["below"]) if int(match["below"]) else None
    if value is not None and (match["sign"] or "").strip() == "-":
        value = -value
    number = Number(
        written=_written(match[0]),
        start=match.start(),
        end=match.end(),
        value=value,
        unit=match["money"] or "",
    )
    return _with_tail(number, match["tail"], language) if match["tail"] else number


def _with_tail(number: Number, tail: str, language: Language) -> Number:
    """Read the letters that stand right after digits: 10k, 5ms, 2x, 3rd; others make a name."""
    value, before = number.value, number.end - len(tail)
    scale = _MULTIPLIERS.get(tail)
    if scale is not None:
        return replace(number, value=None if value is None else value * scale)
    if tail in {"st", "nd", "rd", "th"}:
        return replace(number, is_ordinal=True)
    if _DECADE.fullmatch(number.written) or tail[0] in _TENTHS:
        return replace(number, value=None)
    if tail == "x":
        return replace(number, unit=TIMES)
    follows = any(tail.startswith(word) for word in (*language.scales, *language.multiple))
    foreign = language.script != "LATIN" and not tail.isascii()
    if follows or foreign or tail in SYMBOLS:
        return replace(number, written=number.written.removesuffix(_written(tail)), end=before)
    return replace(number, value=None)


def _value(numeral: str, language: Language) -> Fraction | None:
    """Return the value of digits with points, commas and gaps between; None for 1.2.3."""
    plain = numeral.replace("_", "").replace("'", "")
    if len(plain) > _LONGEST_NUMERAL:
        return None
    if language.comma and _WITH_COMMA.fullmatch(plain):
        return Fraction(plain.replace(".", "").replace(",", "."))
    if _GROUPED.fullmatch(plain):
        return Fraction(plain.replace(",", ""))
    return Fraction(plain) if _PLAIN.fullmatch(plain) and not _PADDED.match(plain) else None


_WITH_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+,[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_PADDED = re.compile(r"0[0-9]")
_PLAIN = re.compile(r"[0-9]*\.?[0-9]+")


def _raised(base: Fraction, power: int, factor: Fraction) -> Fraction | None:
    if abs(power) > _LARGEST_POWER or not 0 < base <= _LARGEST_BASE:
        return None
    return factor * base**power


def _written(text: str) -> str:
    return re.sub(r"[\s_]", "", text).lower()


def _measured(text: str, number: Number, language: Language) -> Number:
    """Return a number with the scale (million) and the unit that follow it."""
    while (scale := scale_at(text, number.end, language)) is not None:
        factor, end = scale
        value = None if number.value is None else number.value * factor
        number = replace(number, value=value, end=end)
    if number.unit or number.is_ordinal:
        return number
    unit = unit_at(text, number.end, language)
    if unit is None:
        return number
    return replace(number, unit=unit.symbol, is_worded=unit.is_worded, end=unit.end)


def _with_units_of_ranges(text: str, found: list[Number]) -> list[Number]:
    """Let the first number of a range have the unit of the second: 10-20 %, 5 to 7 dB."""
    done = list(found)
    for at in range(len(done) - 2, -1, -1):
        first, second = done[at], done[at + 1]
        if _is_range(text, first, second) and not first.unit and not first.is_ordinal:
            done[at] = replace(first, unit=second.unit, is_worded=second.is_worded)
    return done


def _is_range(text: str, first: Number, second: Number) -> bool:
    if _TO.fullmatch(text, first.end, second.start):
        return True
    is_between = _BETWEEN.search(text, max(0, first.start - 12), first.start)
    return bool(is_between and _BOTH.fullmatch(text, first.end, second.start))
