"""Numbers that are spelled out: in English wherever they stand, and in a summary's own language.

A number word that cannot be put together is still found, without a value.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from bot.text.languages import ENGLISH, Language


@dataclass(frozen=True, slots=True)
class Spelled:
    """A number in words, from `start` to `end`; ``value`` is None where it is not understood."""

    start: int
    end: int
    value: Fraction | None
    is_ordinal: bool = False
    is_multiple: bool = False
    """Whether it says how many times as much: twice."""
    is_percent: bool = False


_PRONOUN = re.compile(r" (?:of|another|can|cannot|may|could|should|must|might|would)\b")
_JOINT = re.compile(r"[- ]+(?:and )?")
_TEENS, _HUNDRED, _THOUSAND = 20, 100, 1000

_CJK_DIGITS = {letter: number for number, letter in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "兩": 2,
}
_CJK_UNITS = {"十": 10, "百": 100, "千": 1000}
_CJK_GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_CJK_LETTERS = "".join((*_CJK_DIGITS, *_CJK_UNITS, *_CJK_GROUPS))
# Words that hold a numeral and no number.
_CJK_WORDS = (
    "十分|万能|百科|三角|四足|四元数|二元|二进制|八卦|五官|一方|一般|统一|一定|一致|唯一|单一|同一"
)
_CJK = re.compile(
    rf"(?:{_CJK_WORDS})|(?P<percent>百分之)?(?P<ordinal>第)?(?P<run>[{_CJK_LETTERS}]+)"
    r"(?P<tenths>[成割])?(?P<half>半)?(?P<times>倍)?|(?P<first>首[次个个款]|初めて|最初)"
    r"|(?P<twice>翻倍|倍増|翻番)|(?P<halves>半分|一半|减半)"
)


def spelled(text: str, language: Language) -> Iterator[Spelled]:
    """Yield the numbers in words of a text."""
    plain = _unaccented(text)
    for match in _pattern(language).finditer(plain):
        if not (match[0] == "one" and _PRONOUN.match(plain, match.end())):
            yield _read(match, language)
    if language.script == "CJK":
        yield from _chinese(text)


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    """Return what finds one or more number words in a row; stems take their endings along."""
    english = {*ENGLISH.cardinals, *ENGLISH.ordinals, *ENGLISH.times, *ENGLISH.scales}
    own = {*language.cardinals, *language.ordinals, *language.times, *language.scales} - {"-"}
    many = r"(?:hundred|thousand|million|billion|trillion|dozen|ten|score)s"
    words = "|".join(sorted(map(re.escape, english | own), key=len, reverse=True))
    stems = "|".join(sorted(language.stems, key=len, reverse=True))
    one = rf"(?:{many}|{words})(?!\w)" + (rf"|(?:{stems})\w*" if stems else "")
    return re.compile(rf"(?<!\w)(?:{one})(?:[- ](?:and )?(?:{one}))*")


def _read(match: re.Match[str], language: Language) -> Spelled:
    start, end, words = *match.span(), _JOINT.split(match[0])
    for known in (language, ENGLISH):
        found = _value(words, known)
        if found is not None:
            return Spelled(start, end, *found)
    return Spelled(start, end, None)


def _value(words: list[str], language: Language) -> tuple[Fraction, bool, bool] | None:
    """Return a value, and whether it is an ordinal or a multiple."""
    *before, last = words
    whole = "-".join(words)
    if whole in language.cardinals:
        return Fraction(language.cardinals[whole]), False, False
    if not before and last in language.times:
        return Fraction(language.times[last]), False, True
    if last in language.ordinals:
        value = _sum(before, language) if before else Fraction(0)
        return None if value is None else (value + language.ordinals[last], True, False)
    value = _sum(words, language)
    if value is None and not before:
        stem = max((it for it in language.stems if last.startswith(it)), key=len, default=None)
        value = None if stem is None else Fraction(language.stems[stem])
    return None if value is None else (value, False, False)


def _sum(words: list[str], language: Language) -> Fraction | None:
    """Return the value of words in a row; of other languages than English, of one word alone."""
    total = group = Fraction(0)
    room: Fraction | None = None
    """Below what the next word must stay to be a part of this number: as in twenty-one."""
    for word in words:
        if word in language.scales:
            scale = Fraction(language.scales[word])
            group = (group or Fraction(1)) * scale
            if scale >= _THOUSAND:
                total, group = total + group, Fraction(0)
            room = scale
        elif word in language.cardinals:
            value = Fraction(language.cardinals[word])
            if room is not None and not 0 < value < room:
                return None
            group += value
            room = Fraction(10 if value >= _TEENS and value < _HUNDRED else 0)
        else:
            return None
        if language is not ENGLISH and len(words) > 1:
            return None
    return total + group


def _chinese(text: str) -> Iterator[Spelled]:
    for match in _CJK.finditer(text):
        start, end = match.span()
        if match["first"]:
            yield Spelled(start, end, Fraction(1), is_ordinal=True)
        elif match["twice"]:
            yield Spelled(start, end, Fraction(2), is_multiple=True)
        elif match["halves"]:
            yield Spelled(start, end, Fraction(1, 2))
        elif match["run"]:
            yield from _run(match)


def _run(match: re.Match[str]) -> Iterator[Spelled]:
    start, end = match.span()
    said = (match["percent"], match["ordinal"], match["tenths"], match["times"], match["half"])
    if match["run"] == "一" and not any(said):
        return  # an article
    before = match.string[start - 1 : start]
    if before.isdecimal() or before == ".":
        return  # 120万 is read with its digits
    value = _chinese_value(match["run"])
    if match["half"] or (match["times"] and match["run"] == "一"):
        value = None  # 一倍 is twice as much
    if match["tenths"] and value is not None:
        value *= 10
    yield Spelled(
        start,
        end,
        value,
        is_ordinal=bool(match["ordinal"]),
        is_multiple=bool(match["times"]),
        is_percent=bool(match["percent"] or match["tenths"]),
    )


def _chinese_value(run: str) -> Fraction | None:
    """Return the value of a run of numerals; None for one that is no number: 三四."""
    total = group = digit = 0
    for letter in run:
        if letter in _CJK_DIGITS:
            if digit:
                return None
            digit = _CJK_DIGITS[letter]
        elif letter in _CJK_UNITS:
            group, digit = group + (digit or 1) * _CJK_UNITS[letter], 0
        else:
            total, group, digit = (
                (total + group + digit or 1) * _CJK_GROUPS[letter],
                0,
                0,
            )
    return Fraction(total + group + digit)


def _unaccented(text: str) -> str:
    """Return small letters, Latin ones without accents, one for each letter of the text."""
    return "".join(map(_plain_letter, text))


def _plain_letter(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter.lower())[0]
    if base.isascii():
        return base
    small = letter.lower()[0]
    return "е" if small == "ё" else small
