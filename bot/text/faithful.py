"""Whether a summary says only what its paper says: its numbers, units, names and most of its words.

Judges text that somebody else wrote and mends nothing. A summary that does not pass may well be
right; one that passes has no number, unit or name that is not in the title or the abstract.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from bot.text.languages import ENGLISH, Language
from bot.text.names import COUNTED, TOKEN, WORD, foreign_name, openers
from bot.text.numbers import Number, leveled, numbers

LEAST_SHARED = 0.3
"""Of an English summary's telling words, how many must be in the source: it is about the paper.

Of 1,453 summaries that people wrote (SciTLDR, development split), 96 % share more with their own
paper, and 88 % share less with another one; refusals and orders share next to nothing.
"""
_SHORTEST_WORD = 4
_STEM = 5

_SIGNS = frozenset("<>@#[]{}|\\`*_~^=")
"""With which mentions, links and formatting begin; a summary has them only from its source."""
_ENGLISH_WORDS = """
the of and with this that which are is we to by it its from our has have can cannot
"""
_ENGLISH_ONLY = frozenset(_ENGLISH_WORDS.split())
_MOST_ENGLISH = 0.15
"""Of a summary in another language: a few such words are words there too, or names."""


def foreign(summary: str, title: str, abstract: str, language: Language = ENGLISH) -> str | None:
    """Return the first thing in a summary that its source does not have; None if there is none.

    All three are readable texts (`bot.text.plain`). What is returned is for a log: a number, a
    word or a sign as it stands in the summary, or what is wrong with the whole of it.
    """
    source = f"{title}\n{abstract}"
    said, known = leveled(summary), leveled(source)
    for found in (
        _foreign_sign(summary, source, language),
        _foreign_number(said, known, language),
        foreign_name(said, known, language),
        _unread_digit(said, language),
        _other_subject(said, known, language),
    ):
        if found is not None:
            return found
    return None


def _foreign_sign(summary: str, source: str, language: Language) -> str | None:
    """Return a letter or sign of a kind that the summary has no reason to hold."""
    if "://" in summary:
        return "://"
    for letter in summary:
        if letter.isascii() and letter.isprintable() and letter not in _SIGNS:
            continue
        if letter not in source and not _is_usual(letter, language):
            return letter if letter.isprintable() else f"U+{ord(letter):04X}"
    return None


def _is_usual(letter: str, language: Language) -> bool:
    category = unicodedata.category(letter)
    if letter in _SIGNS or category in {"So", "Sk", "No", "Nl"}:
        # Superscripts are read as powers, fractions by their value.
        return letter in "⁰¹²³⁴⁵⁶⁷⁸⁹½¼¾°℃"
    if category[0] == "L":
        script = unicodedata.name(letter, "").partition(" ")[0]
        scripts = {"LATIN", language.script}
        if language.script == "CJK":
            scripts |= {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}
        return script.removesuffix(":") in scripts
    # Not marks and controls: what shows nothing could stand inside a number, unseen.
    return category in {"Nd", "Sm"} or category[0] in "PZ"


def _foreign_number(said: str, known: str, language: Language) -> str | None:
    there, stated = _stated(known), numbers(said, language)
    for number in stated:
        if not any(_is_same(number, each, language) for each in there):
            return said[number.start : number.end]
    for percent in _percents(language).finditer(said):
        if not any(number.start < percent.end() <= number.end for number in stated):
            return str(percent[0])
    return None


@cache
def _percents(language: Language) -> re.Pattern[str]:
    words: Iterable[str] = map(re.escape, (*ENGLISH.percent, *language.percent))
    return re.compile(rf"%|‰|(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _stated(known: str) -> list[Number]:
    """Return the numbers of a source, those of lists without blanks (1,2,3) one by one too."""
    found = numbers(known)
    lists = [each for each in found if each.value is None and "," in each.written]
    return found + [part for each in lists for part in numbers(each.written.replace(",", " ; "))]


def _is_same(said: Number, known: Number, language: Language) -> bool:
    if said.value is None or known.value is None:
        is_equal = said.value == known.value and said.written == known.written
    else:
        is_equal = said.value == known.value
    if not is_equal or said.is_ordinal != known.is_ordinal:
        return False
    if said.unit == known.unit:
        return True
    # What is a word in English is another word elsewhere, which is not read as a unit.
    return language is not ENGLISH and known.is_worded and not said.unit


def _unread_digit(said: str, language: Language) -> str | None:
    """Return digits that are in no number and in no word, as both are read here."""
    read = [(number.start, number.end) for number in numbers(said, language)]
    read += [match.span() for each in (WORD, COUNTED) for match in each.finditer(said)]
    for digits in re.finditer(r"\d+", said):
        if not any(start <= digits.start() and digits.end() <= end for start, end in read):
            return digits[0]
    return None


def _other_subject(said: str, known: str, language: Language) -> str | None:
    """Return what is wrong with a summary that is about something else, or in another language."""
    words = [match[0].lower() for match in WORD.finditer(said)]
    if language is ENGLISH:
        telling = {word[:_STEM] for word in words if word not in openers(language)}
        longer = {word for word in telling if len(word) >= _SHORTEST_WORD}
        stems = {match[0].lower()[:_STEM] for match in TOKEN.finditer(known)}
        is_told = len(longer & stems) >= LEAST_SHARED * len(longer) > 0
        return None if is_told else "another subject"
    if language.script == "LATIN":
        english = sum(word in _ENGLISH_ONLY for word in words)
        return None if english <= _MOST_ENGLISH * len(words) > 0 else "English"
    own = sum(letter.isalpha() and not letter.isascii() for letter in said)
    return None if own > sum(map(str.isalpha, said)) / 3 else "another language"
