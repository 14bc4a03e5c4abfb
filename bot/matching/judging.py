"""Whether a query selects stored papers, told from their words as the full-text index keeps them.

Never another answer than `bot.matching.matcher` gives, at a fraction of its cost: the text needs no
preparing, and mostly no readings.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import islice

from bot.domain import Field, Paper
from bot.matching.facts import facts, holds, is_fact
from bot.matching.judging_phrases import Text, look
from bot.matching.matcher import selects
from bot.matching.names import is_author, wanted_readings
from bot.matching.patterns import name_pattern
from bot.matching.prepared import name_lattice, prepare
from bot.matching.query import And, Author, Comparison, Fact, Node, Not, Or, Phrase, Query
from bot.text.plain import is_plain

_MOST_NAMES = 64
"""Readings of a name; `bot.matching.names` looks at no more."""


class Judge:
    """Judges papers by one query."""

    def __init__(self, query: Query) -> None:
        self.needs_papers = _needs_papers(query.root)
        """Whether words alone do not tell."""
        self._holds = _condition(query.root)

    def selects(self, words: tuple[str, str], paper: Paper | None = None) -> bool:
        """Say whether the query selects a paper, from the indexed words of title and abstract.

        Raises ValueError without a paper where one is needed.
        """
        return self._holds(_Stored(words, paper))


class _Stored:
    """A paper as it is stored."""

    def __init__(self, words: tuple[str, str], paper: Paper | None) -> None:
        self.texts = dict(zip(Field, map(Text, words), strict=True))
        self._paper = paper

    @property
    def paper(self) -> Paper:
        """The paper itself."""
        if self._paper is None:
            raise ValueError("this query is about more than words")
        return self._paper


_Condition = Callable[[_Stored], bool]


def _needs_papers(node: Node) -> bool:
    if isinstance(node, Not):
        return _needs_papers(node.part)
    if isinstance(node, And | Or):
        return any(map(_needs_papers, node.parts))
    # Of letters beyond ASCII the index does not keep the case.
    return not isinstance(node, Phrase) or any(
        word.acronym and not word.text.isascii() for word in node.words
    )


def _condition(node: Node) -> _Condition:
    if isinstance(node, Not):
        part = _condition(node.part)
        return lambda stored: not part(stored)
    if isinstance(node, And | Or):
        parts = list(map(_condition, node.parts))
        decide = all if isinstance(node, And) else any
        return lambda stored: decide(part(stored) for part in parts)
    if isinstance(node, Phrase):
        return _phrase(node)
    return _fact(node)


def _phrase(phrase: Phrase) -> _Condition:
    if _needs_papers(phrase):
        return lambda stored: selects(Query(phrase), prepare(stored.paper))
    stands = look(phrase)
    fields = tuple(Field) if phrase.scope is None else (phrase.scope,)
    return lambda stored: any(stands(stored.texts[field]) for field in fields)


def _fact(term: Author | Fact | Comparison) -> _Condition:
    if isinstance(term, Fact):
        return lambda stored: is_fact(term, facts(stored.paper))
    if isinstance(term, Comparison):
        return lambda stored: holds(term, stored.paper)
    name, readings = name_pattern(term), _readings(term)
    return lambda stored: is_author(
        name, [name_lattice(each) for each in stored.paper.authors if _may_be(readings, each)]
    )


def _readings(author: Author) -> list[Mapping[str, int]]:
    """Return how often which words are wanted, in each reading of a name."""
    readings = islice(wanted_readings(name_pattern(author)), _MOST_NAMES)
    return [Counter(want.text for want in reading) for reading in readings]


def _may_be(readings: list[Mapping[str, int]], name: str) -> bool:
    """Say whether a name has at least the letters of what is wanted."""
    small = name.lower()
    if any(all(small.count(word) >= n for word, n in each.items()) for each in readings):
        return True
    return "-" in name or "'" in name or not is_plain(name)
