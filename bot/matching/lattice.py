"""Readings of hyphens: each may be a blank or nothing, so a text is a lattice of words.

Knows nothing of queries or papers. Sizes are bounded: in a run of more than 8 hyphenated tokens
at most 4 of them are read as one word, in one of more than 16 at most 2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.text.plurals import keys
from bot.text.tokens import Token

WHOLE_RUN = 8
"""Hyphenated tokens that may be read as one word."""
_LONG_RUN = 16


class Edge(NamedTuple):
    """One or more tokens read as one word: from node ``start`` to node ``end``."""

    start: int
    end: int
    word: str
    """Case kept, plural kept."""
    key: str
    """Case and plural folded."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """All readings of a text: node ``i`` stands before token ``i``, the last one after them all."""

    tokens: Sequence[Token]
    edges: tuple[tuple[Edge, ...], ...]
    """By the node they start from."""
    by_key: dict[str, list[Edge]] = field(repr=False)

    @property
    def last(self) -> int:
        """The node after the last token."""
        return len(self.tokens)

    def starting_with(self, prefix: str) -> Iterator[Edge]:
        """Yield the edges whose word begins so; ``prefix`` is in lower case."""
        for edges in self.edges:
            for edge in edges:
                if edge.word[: len(prefix)].lower() == prefix:
                    yield edge


def lattice(tokens: Sequence[Token]) -> Lattice:
    """Return all readings of a row of tokens."""
    rows: list[list[Edge]] = []
    for place, (word, _, _, _) in enumerate(tokens):
        folded = keys(word)
        rows.append([Edge(place, place + 1, word, folded[0])])
        if len(folded) > 1:
            rows[-1].extend([Edge(place, place + 1, word, key) for key in folded[1:]])
    for start, end in _runs(tokens):
        for place in range(start, end):
            rows[place].extend(_joined(tokens, place, end, end - start))
    by_key: dict[str, list[Edge]] = {}
    for row in rows:
        for edge in row:
            by_key.setdefault(edge.key, []).append(edge)
    return Lattice(tokens, tuple(map(tuple, rows)), by_key)


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the borders of the runs of two or more tokens that hyphens hold together."""
    place = 0
    while place < len(tokens):
        start = place
        while tokens[place].hyphenated:
            place += 1
        place += 1
        if place - start > 1:
            yield start, place


def _joined(tokens: Sequence[Token], start: int, end: int, size: int) -> Iterator[Edge]:
    reach = size if size <= WHOLE_RUN else 4 if size <= _LONG_RUN else 2
    word = tokens[start].text
    for place in range(start + 1, min(end, start + reach)):
        word += tokens[place].text
        for key in keys(word):
            yield Edge(start, place + 1, word, key)
