"""Names in a summary: words that begin with capitals or hold digits, and addresses.

Tells which of them the title and the abstract do not have.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from bot.text.languages import ENGLISH, Language
from bot.text.numbers import numbers
from bot.text.units import LETTERS, scale_at, unit_at

_SHORTEST_STEM = 4
_MOST_TOKENS_A_NAME = 5

WORD = re.compile(
    rf"(?<![0-9_{LETTERS}])[{LETTERS}](?:[0-9_'^{LETTERS}]|[-./&+@:](?=[0-9_{LETTERS}]))*"
)
COUNTED = re.compile(rf"[0-9][0-9.,]*(?=[{LETTERS}])[0-9_^{LETTERS}]*(?:[-./+][0-9_^{LETTERS}]+)*")
TOKEN = re.compile(r"[^\W_]+")
_JOINTS = frozenset({"", "-", " ", ".", "/", "^", "_", "&", "+", "'", ":"})
_PARTS = re.compile(r"[-/&+]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;] )[\"'\u201c\u2018(\[«¿¡]*$")
_ABBREVIATED = frozenset({"e.g", "i.e", "vs", "al", "cf", "etc", "w.r.t", "a.k.a"})


def foreign_name(said: str, known: str, language: Language) -> str | None:
    """Return the first name in a summary that its source does not have; both are leveled."""
    source = _Source(known)
    for word in _counted(said):
        if not source.has(word):
            return word
    units = {place for each in numbers(said, language) for place in range(each.start, each.end)}
    for match in WORD.finditer(said):
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
    scale, unit = scale_at(said, name.end(), language), unit_at(said, name.end(), language)
    end = scale[1] if scale else unit.end if unit else None
    return said[name.start() : end] if end else None


def _counted(said: str) -> Iterator[str]:
    """Yield what begins with digits and is no number: 3D, 2.5D-aware."""
    read = {each.start for each in numbers(said) if each.value is not None}
    for match in COUNTED.finditer(said):
        before = said[match.start() - 1 : match.start()]
        if match.start() not in read and not before.isalnum() and match[0].isascii():
            yield match[0]


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
    return not starts or not (word.lower() in openers(language) or source.has_stem(word))


@cache
def openers(language: Language) -> frozenset[str]:
    """Return the words that may open a sentence without being names."""
    shorter = {word.removesuffix("s") for word in language.openers}
    return language.openers | shorter | {*language.ordinals, *language.cardinals}


class _Source:
    """The words of a title and abstract, and what joining neighbours makes: GPT-4, 3D."""

    def __init__(self, text: str) -> None:
        self._text = text.lower()
        tokens = [(match[0].lower(), *match.span()) for match in TOKEN.finditer(text)]
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
        squeezed = "".join(TOKEN.findall(word)).lower()
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
        stem = plain[: max(_SHORTEST_STEM, len(plain) - 3)]
        return any(each.startswith(stem) for each in self._stems)


def _bare(word: str) -> str:
    return re.sub(r"(?:'s|'|[.:])$", "", word) or word


def _unaccented(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
