"""Whether a summary says only what its paper says: its numbers, units, names and most of its words.

Judges text that somebody else wrote and mends nothing. A summary that does not pass may well be
right; one that passes has no number, unit or name that is not in the title or the abstract.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from bot.text.languages import ENGLISH, Language
from bot.text.numbers import LETTERS, Number, end_of_unit, leveled, numbers

LEAST_SHARED = 0.3
"""Of an English summary's telling words, how many must be in the source: it is about the paper.

Of 1,453 summaries that people wrote (SciTLDR, development split), 96 % share more with their own
paper, and 88 % share less with another one; refusals and orders share next to nothing.
"""
_SHORTEST_WORD = 4
_STEM = 5
_MOST_TOKENS_A_NAME = 5

_SIGNS = frozenset("<>@#[]{}|\\`*_~^=")
"""With which mentions, links and formatting begin; a summary has them only from its source."""
_WORD = re.compile(
    rf"(?<![0-9_{LETTERS}])[{LETTERS}](?:[0-9_'^{LETTERS}]|[-./&+@:](?=[0-9_{LETTERS}]))*"
)
_COUNTED = re.compile(rf"[0-9][0-9.,]*(?=[{LETTERS}])[0-9_^{LETTERS}]*(?:[-./+][0-9_^{LETTERS}]+)*")
_TOKEN = re.compile(r"[^\W_]+")
_JOINTS = frozenset({"", "-", " ", ".", "/", "^", "_", "&", "+", "'", ":"})
_PARTS = re.compile(r"[-/&+]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;] )[\"'\u201c\u2018(\[«¿¡]*$")
_ABBREVIATED = frozenset({"e.g", "i.e", "vs", "al", "cf", "etc", "w.r.t", "a.k.a"})
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
        _foreign_name(said, known, language),
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


def _foreign_name(said: str, known: str, language: Language) -> str | None:
    source = _Source(known)
    for word in _counted(said):
        if not source.has(word):
            return word
    units = {place for each in numbers(said, language) for place in range(each.start, each.end)}
    for match in _WORD.finditer(said):
        word = _bare(match[0])
        if measured := _measured(said, match, language):
            # Such as GPT-4 million: what looks like a number's unit turns a name into a number.
            if measured.lower() not in known.lower():
                return measured
            continue
        if word.lower() in _ABBREVIATED or source.has(word) or match.start() in units:
            continue
        starts = _SENTENCE_START.search(said, 0, match.start()) is not None
        if any(letter.isdigit() or letter in "@:" for letter in word) or _is_dotted(word):
            return word
        for place, part in enumerate(filter(None, _PARTS.split(word))):
            if _is_name(part, source, language, starts=starts and place == 0):
                return str(part)
    return None


def _measured(said: str, name: re.Match[str], language: Language) -> str | None:
    """Return a name that ends in digits with the unit or scale that follows it; None without."""
    if not name[0][-1].isdigit():
        return None
    end = end_of_unit(said, name.end(), language)
    return said[name.start() : end] if end > name.end() else None


def _counted(said: str) -> Iterator[str]:
    """Yield what begins with digits and is no number: 3D, 2.5D-aware."""
    read = {each.start for each in numbers(said) if each.value is not None}
    for match in _COUNTED.finditer(said):
        before = said[match.start() - 1 : match.start()]
        if match.start() not in read and not before.isalnum() and match[0].isascii():
            yield match[0]


def _unread_digit(said: str, language: Language) -> str | None:
    """Return digits that are in no number and in no word, as both are read here."""
    read = [(number.start, number.end) for number in numbers(said, language)]
    read += [match.span() for each in (_WORD, _COUNTED) for match in each.finditer(said)]
    for digits in re.finditer(r"\d+", said):
        if not any(start <= digits.start() and digits.end() <= end for start, end in read):
            return digits[0]
    return None


def _is_dotted(word: str) -> bool:
    """Whether a word looks like an address (evil.example) or a version, not like U.S."""
    return "." in word and any(len(part) > 1 for part in word.split("."))


def _is_name(part: str, source: "_Source", language: Language, *, starts: bool) -> bool:
    """Whether a part of a word is a name that its source does not have."""
    word = _bare(part)
    is_latin = "LATIN" in unicodedata.name(word[0], "")
    if source.has(word) or not is_latin:
        return False
    if language.script != "LATIN":
        return len(word) > 1 or word.isupper()
    if language is ENGLISH and len(word) == 1 and word not in "aAI":
        return True
    if any(letter.isupper() for letter in word[1:]) or (word.isupper() and word not in {"A", "I"}):
        return not (starts and len(word) == 1)
    if not word[0].isupper() or language.nouns_capital:
        return False
    return not starts or not (word.lower() in _openers(language) or source.has_stem(word))


@cache
def _openers(language: Language) -> frozenset[str]:
    shorter = {word.removesuffix("s") for word in language.openers}
    return language.openers | shorter | {*language.ordinals, *language.cardinals}


class _Source:
    """The words of a title and abstract, and what joining neighbours makes: GPT-4, 3D."""

    def __init__(self, text: str) -> None:
        self._text = text.lower()
        tokens = [(match[0].lower(), *match.span()) for match in _TOKEN.finditer(text)]
        self._joined = {word for word, _, _ in tokens}
        self._stems = {_unaccented(word) for word in self._joined}
        for at, (joined, _, end) in enumerate(tokens):
            self._join(text, joined, end, tokens[at + 1 : at + _MOST_TOKENS_A_NAME])

    def _join(
        self, text: str, joined: str, end: int, following: list[tuple[str, int, int]]
    ) -> None:
        for word, start, after in following:
            if text[end:start] not in _JOINTS:
                return
            joined, end = joined + word, after
            self._joined.add(joined)

    def has(self, word: str) -> bool:
        """Whether the source has a word, in any case, in singular or plural, however joined."""
        squeezed = "".join(_TOKEN.findall(word)).lower()
        forms = {squeezed, f"{squeezed}s", squeezed.removesuffix("s"), squeezed.removesuffix("es")}
        if squeezed.endswith("ies"):
            forms.add(f"{squeezed[:-3]}y")
        return not forms.isdisjoint(self._joined) or self._has_verbatim(word.lower())

    def _has_verbatim(self, word: str) -> bool:
        """Whether an address or the like stands in the source, whole."""
        if word.isalnum():
            return False
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", self._text) is not None

    def has_stem(self, word: str) -> bool:
        """Whether a word of the source begins as this one does, but for its ending."""
        plain = _unaccented(word)
        stem = plain[: max(_SHORTEST_WORD, len(plain) - 3)]
        return any(each.startswith(stem) for each in self._stems)


def _other_subject(said: str, known: str, language: Language) -> str | None:
    """Return what is wrong with a summary that is about something else, or in another language."""
    words = [match[0].lower() for match in _WORD.finditer(said)]
    if language is ENGLISH:
        telling = {word[:_STEM] for word in words if word not in _openers(language)}
        longer = {word for word in telling if len(word) >= _SHORTEST_WORD}
        stems = {match[0].lower()[:_STEM] for match in _TOKEN.finditer(known)}
        is_told = len(longer & stems) >= LEAST_SHARED * len(longer) > 0
        return None if is_told else "another subject"
    if language.script == "LATIN":
        english = sum(word in _ENGLISH_ONLY for word in words)
        return None if english <= _MOST_ENGLISH * len(words) > 0 else "English"
    own = sum(letter.isalpha() and not letter.isascii() for letter in said)
    return None if own > sum(map(str.isalpha, said)) / 3 else "another language"


def _bare(word: str) -> str:
    return re.sub(r"(?:'s|'|[.:])$", "", word) or word


def _unaccented(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
