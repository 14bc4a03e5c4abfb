"""Whether a query selects a paper, where a glance at its text tells: yes, no, or None.

Much cheaper than preparing the paper, and never another answer than `bot.matching.matcher` gives:
a word between blanks and common signs is surely a token, and letters that are nowhere in the text
are surely in none of its readings. The rest is for the matcher.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bot.domain import Field, Paper
from bot.matching.facts import facts, holds, is_fact
from bot.matching.matcher import selects
from bot.matching.names import is_author, wanted_readings
from bot.matching.patterns import Fit, Want, name_pattern, pattern
from bot.matching.prepared import name_lattice, prepare
from bot.matching.query import And, Author, Comparison, Fact, Node, Not, Or, Phrase, Query
from bot.text.letters import folded
from bot.text.plain import is_plain, read
from bot.text.plurals import IRREGULAR, is_capitals, keys

_MOST_READINGS = 8
_MOST_NAMES = 64
"""Readings of a name; `bot.matching.names` looks at no more."""
_LEFT = r"(?:\A|(?<=[ (/,;:-]))"
_RIGHT = r"(?=[ ,;:)/?!-]|\.(?: |\Z)|\Z)"


def glance(query: Query, paper: Paper) -> bool | None:
    """Say whether a query selects a paper, None where that takes more than a glance."""
    return _node(query.root, _Seen(paper))


def judge(query: Query, paper: Paper) -> bool:
    """Say whether a query selects a paper: at a glance, else by the matcher."""
    told = glance(query, paper)
    return selects(query, prepare(paper)) if told is None else told


class _Seen:
    """A paper's texts as compared, made when they are first asked for; None if they need care."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self._texts: dict[Field, str | None] = {}

    def text(self, field: Field) -> str | None:
        """Return a field as compared, case kept."""
        if field not in self._texts:
            raw = self.paper.title if field is Field.TITLE else self.paper.abstract
            self._texts[field] = _compared(raw.replace("\n", " "))
        return self._texts[field]


def _compared(raw: str) -> str | None:
    if is_plain(raw):
        return folded(raw)
    view = read(raw)
    return None if view.silent else folded(view.text)


def _node(node: Node, seen: _Seen) -> bool | None:
    if isinstance(node, Not):
        part = _node(node.part, seen)
        return None if part is None else not part
    if isinstance(node, And | Or):
        return _joined(node.parts, seen, decisive=isinstance(node, Or))
    if isinstance(node, Phrase):
        return _phrase(node, seen)
    return _fact(node, seen.paper)


def _joined(parts: Iterable[Node], seen: _Seen, *, decisive: bool) -> bool | None:
    """Join by OR, or by AND where False decides."""
    unsure = False
    for part in parts:
        found = _node(part, seen)
        if found is decisive:
            return decisive
        unsure |= found is None
    return None if unsure else not decisive


def _fact(term: Author | Fact | Comparison, paper: Paper) -> bool:
    if isinstance(term, Fact):
        return is_fact(term, facts(paper))
    if isinstance(term, Comparison):
        return holds(term, paper)
    names = [name_lattice(name) for name in paper.authors if _may_be(term, name)]
    return is_author(name_pattern(term), names)


def _may_be(author: Author, name: str) -> bool:
    """Say whether a name has at least the letters of what is wanted."""
    if not is_plain(name) or "-" in name or "'" in name:
        return True
    small = name.lower()
    return any(all(word in small for word in reading) for reading in _wanted(author))


@lru_cache(maxsize=256)
def _wanted(author: Author) -> tuple[tuple[str, ...], ...]:
    readings = wanted_readings(name_pattern(author))
    return tuple(tuple(want.text for want in reading) for reading in islice(readings, _MOST_NAMES))


def _phrase(phrase: Phrase, seen: _Seen) -> bool | None:
    looks = _looks(phrase)
    if looks is None:
        return None
    unsure = False
    for field in Field if phrase.scope is None else (phrase.scope,):
        text = seen.text(field)
        if text is not None and looks.surely.search(text):
            return True
        unsure |= text is None or looks.maybe.search(text) is not None
    return None if unsure else False


@dataclass(frozen=True, slots=True)
class _Looks:
    """Expressions: one that proves a phrase, one without which it is not there."""

    surely: re.Pattern[str]
    maybe: re.Pattern[str]


@lru_cache(maxsize=1024)
def _looks(phrase: Phrase) -> _Looks | None:
    if phrase.within is not None:
        return None
    readings = list(islice(wanted_readings(pattern(phrase)), _MOST_READINGS + 1))
    words = [want for reading in readings for want in reading]
    if len(readings) > _MOST_READINGS or not all(want.text.isascii() for want in words):
        return None
    surely = "|".join(_row(reading, _surely, r"(?: +|-)") for reading in readings)
    maybe = "|".join(_row(reading, _maybe, r"[\W_]+") for reading in readings)
    return _Looks(
        re.compile(f"{_LEFT}(?:{surely}){_RIGHT}"),
        re.compile(rf"(?<![^\W_])(?:{maybe})(?![^\W_])"),
    )


def _row(reading: Iterable[Want], word: Callable[[Want], str], joint: str) -> str:
    return joint.join(map(word, reading))


def _surely(want: Want) -> str:
    if want.fit is Fit.PREFIX:
        return f"(?i:{re.escape(want.text)}[a-z0-9]*)"
    if want.fit is Fit.LETTERS:
        return re.escape(want.text)
    if want.fit is Fit.SAME:
        return f"(?i:{re.escape(want.text)})"
    spelled = _surfaces(want.key)
    if want.fit is Fit.FOLDED:
        return f"(?i:{'|'.join(map(re.escape, spelled))})"
    return f"(?:{'|'.join(map(re.escape, _in_capitals(want, spelled)))})"


def _maybe(want: Want) -> str:
    """Return what is there if the word is, in any reading of hyphens; more may be."""
    if want.fit is Fit.PREFIX:
        return rf"(?i:{_spread(want.text)}(?:-?[^\W_])*)"
    if want.fit is Fit.LETTERS:
        return _spread(want.text)
    # Capitals with a small s, GPUs, fold to their singular whatever the rules say.
    surfaces = [want.text] if want.fit is Fit.SAME else [*_surfaces(want.key), f"{want.key}s"]
    return f"(?i:{'|'.join(map(_spread, surfaces))})"


def _spread(word: str) -> str:
    return "-?".join(map(re.escape, word))


def _surfaces(key: str) -> list[str]:
    """Return all words in small letters that fold to a key."""
    regular = [key, f"{key}s", f"{key}e", f"{key}es", f"{key[:-1]}ies"]
    irregular = [word for word, first in IRREGULAR.items() if first == key]
    return [word for word in dict.fromkeys([*regular, *irregular]) if key in keys(word)]


def _in_capitals(want: Want, surfaces: Iterable[str]) -> list[str]:
    spelled = [
        v
        for word in (*surfaces, f"{want.key}s")
        for v in (word.upper(), f"{word[:-1].upper()}{word[-1]}")
    ]
    fit = [word for word in dict.fromkeys(spelled) if want.key in keys(word) and is_capitals(word)]
    return sorted(fit, key=len, reverse=True)
