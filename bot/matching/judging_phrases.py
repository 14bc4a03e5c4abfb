"""Whether a phrase stands in words as the full-text index keeps them.

Never another answer than `bot.matching.finding` and `bot.matching.nearby` give for all readings of
the text: those are looked at only where hyphens leave it open.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain, islice

from bot.matching.finding import places
from bot.matching.lattice import Lattice, lattice
from bot.matching.names import wanted_readings
from bot.matching.nearby import near_ends, places_near
from bot.matching.patterns import Fit, Pattern, Want, pattern, word_patterns
from bot.matching.query import Phrase
from bot.matching.tagged import LONG, READING, encoded, read_words, tokens_of
from bot.text.plurals import IRREGULAR, is_capitals, keys

_MOST_READINGS = 8


class Text:
    """The words of a title or an abstract, a blank or a hyphen on both sides of each."""

    def __init__(self, words: str) -> None:
        self.row, self.marks = read_words(words)

    @cached_property
    def small(self) -> str:
        """The words in small letters."""
        return self.row.lower()

    @cached_property
    def lattice(self) -> Lattice:
        """All readings."""
        return lattice(tokens_of(self.row))


def look(phrase: Phrase) -> Callable[[Text], bool]:
    """Return what says whether a phrase stands in a text."""
    if phrase.within is not None:
        return _Nearby(phrase, phrase.within).stands_in
    wanted = pattern(phrase)
    readings = list(islice(wanted_readings(wanted), _MOST_READINGS + 1))
    if len(readings) > _MOST_READINGS:
        return lambda text: bool(places(wanted, text.lattice, first_only=True))
    return _Row(wanted, readings).stands_in


class _Row:
    """A phrase in few readings."""

    def __init__(self, wanted: Pattern, readings: Sequence[Sequence[Want]]) -> None:
        wants = list(chain.from_iterable(readings))
        self._wanted = wanted
        self._keeps_case = any(want.fit in (Fit.ACRONYM, Fit.LETTERS) for want in wants)
        case = "(?i:{})" if self._keeps_case else "(?:{})"
        self._surely = _rows(readings, lambda want: _as_it_stands(want, case))
        self._perhaps = _rows(readings, _spread)
        self._joined = tuple(dict.fromkeys(mark for want in wants for mark in _marks(want)))
        self._odd = tuple(dict.fromkeys(word for want in wants for word in _odd(want)))

    def stands_in(self, text: Text) -> bool:
        """Say whether it stands there."""
        if self._surely.search(text.row if self._keeps_case else text.small):
            return True
        is_open = any(mark in text.marks for mark in self._joined) or any(
            word in text.small for word in self._odd
        )
        if not is_open or not self._perhaps.search(text.small):
            return False
        return bool(places(self._wanted, text.lattice, first_only=True))


def _rows(readings: Iterable[Iterable[Want]], word: Callable[[Want], str]) -> re.Pattern[str]:
    rows = "|".join("[ -]".join(map(word, row)) for row in readings)
    return re.compile(f"[ -](?:{rows})[ -]")


def _as_it_stands(want: Want, case: str) -> str:
    """Return an expression for a token that fits."""
    if want.fit is Fit.LETTERS:
        return re.escape(want.text)
    if want.fit is Fit.ACRONYM:
        return f"(?:{'|'.join(map(re.escape, _in_capitals(want)))})"
    if want.fit is Fit.PREFIX:
        return case.format(f"{re.escape(encoded(want.text))}[^ -]*")
    return case.format("|".join(re.escape(word) for word in _spellings(want)))


def _spread(want: Want) -> str:
    """Return an expression for what fits perhaps, hyphens anywhere in it."""
    words = [encoded(want.text)] if want.fit is Fit.PREFIX else [*_spellings(want), *_odd(want)]
    found = "|".join("-?".join(map(re.escape, word)) for word in words)
    return f"(?:{found}){'[^ ]*' if want.fit is Fit.PREFIX else ''}"


def _marks(want: Want) -> list[str]:
    """Return the marks of what fits perhaps and hyphens join."""
    if want.fit is Fit.PREFIX:
        return [f" {READING}{encoded(want.text)}"]
    return [f" {READING}{word} " for word in (*_spellings(want), *_odd(want))]


def _spellings(want: Want) -> list[str]:
    """Return all words that fit, in small letters, but for odd ones."""
    if want.fit in (Fit.SAME, Fit.LETTERS):
        return [encoded(want.text).lower()]
    return list(map(encoded, _surfaces(want.key)))


def _odd(want: Want) -> list[str]:
    """Return the words that fit if they are capitals with a small s, whatever the rules say."""
    if want.fit not in (Fit.FOLDED, Fit.ACRONYM) or not want.key.isascii():
        return []
    regular = _surfaces(want.key)
    return [f"{word}s" for word in regular if f"{word}s" not in regular]


def _surfaces(key: str) -> list[str]:
    """Return all words in small letters that fold to a key."""
    regular = [key, f"{key}s", f"{key}e", f"{key}es", f"{key[:-1]}ies"]
    irregular = [word for word, first in IRREGULAR.items() if first == key]
    return [word for word in dict.fromkeys([*regular, *irregular]) if key in keys(word)]


def _in_capitals(want: Want) -> list[str]:
    small = _surfaces(want.key)
    spelled = [
        shape
        for word in (*small, *(f"{word}s" for word in small))
        for shape in (word.upper(), f"{word[:-1].upper()}{word[-1]}")
    ]
    fit = [word for word in dict.fromkeys(spelled) if want.key in keys(word) and is_capitals(word)]
    return sorted(fit, key=len, reverse=True)


class _Nearby:
    """Words near each other."""

    def __init__(self, phrase: Phrase, within: int) -> None:
        self._words = word_patterns(phrase)
        self._within = within
        self._wanted = _single_words(self._words)
        # With these a compound is not just one word or its parts.
        self._marks = (f" {LONG} ", *(f" {READING}{word} " for word in self._wanted or ()))

    def stands_in(self, text: Text) -> bool:
        """Say whether they stand there."""
        if self._wanted is None or any(mark in text.marks for mark in self._marks):
            return self._stands_in(text.lattice)
        return self._stand_in(text.small, self._wanted)

    def _stands_in(self, text: Lattice) -> bool:
        return bool(places_near(self._words, self._within, text, first_only=True))

    def _stand_in(self, row: str, wanted: Mapping[str, int]) -> bool:
        """Say whether single words stand near each other, every compound one word at first."""
        if any(row.count(word) < times for word, times in wanted.items()):
            return False
        units = row.split()
        hits = sorted((place, word) for word in wanted for place in _places(word, units))
        if any(near_ends(hits, wanted, self._within)):
            return True
        parts = [
            (place, word) for word in wanted for place in _places_in_compounds(word, row, units)
        ]
        if not parts:
            return False
        # To take words out of a compound leaves as many others or more; readings tell how many.
        longest = sum(wanted.values()) + self._within
        return any(
            self._stands_in(lattice(tokens_of(" ".join(units[max(0, end - longest) : end]))))
            for end in near_ends(sorted(hits + parts), wanted, self._within)
        )


def _single_words(words: Sequence[Pattern]) -> Mapping[str, int] | None:
    """Return how often each word is wanted, in small letters; None if some is more than a token."""
    if any(len(word.wants) > 1 or word.wants[0][0].fit is not Fit.SAME for word in words):
        return None
    return Counter(encoded(word.wants[0][0].text) for word in words)


def _places(word: str, units: list[str]) -> Iterator[int]:
    place = -1
    with suppress(ValueError):
        while True:
            place = units.index(word, place + 1)
            yield place


def _places_in_compounds(word: str, row: str, units: list[str]) -> Iterator[int]:
    if f" {word}-" in row or f"-{word} " in row or f"-{word}-" in row:
        for place, unit in enumerate(units):
            if "-" in unit:
                yield from [place] * unit.split("-").count(word)
