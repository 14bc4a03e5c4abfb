"""Whether a name of a query is one author's name. Pure; knows no query syntax."""

from collections.abc import Iterator, Sequence
from itertools import islice

from bot.matching.lattice import Lattice
from bot.matching.patterns import Pattern, Want
from bot.text.letters import lower

_MOST_READINGS = 64
"""Of a name with many hyphens; six hyphens have as many."""


def is_author(name: Pattern, authors: Sequence[Lattice]) -> bool:
    """Say whether each token of a name finds a token of its own in one author's name.

    Any order; a token of one letter finds any that begins with it.
    """
    wanted = list(islice(wanted_readings(name), _MOST_READINGS))
    return any(
        _assignable(wants, words)
        for author in authors
        for words in islice(readings(author), _MOST_READINGS)
        for wants in wanted
        if len(wants) <= len(words)
    )


def wanted_readings(name: Pattern) -> Iterator[list[Want]]:
    """Yield the readings of a name, each a row of what is wanted."""
    open_paths: list[tuple[int, list[Want]]] = [(0, [])]
    while open_paths:
        node, path = open_paths.pop()
        if node == name.last:
            yield path
        else:
            open_paths.extend((want.end, [*path, want]) for want in name.wants[node])


def readings(author: Lattice) -> Iterator[list[str]]:
    """Yield the readings of an author's name, each a row of words in small letters."""
    open_paths: list[tuple[int, list[str]]] = [(0, [])]
    while open_paths:
        node, path = open_paths.pop()
        if node == author.last:
            yield path
        else:
            steps = {edge.end: edge.word for edge in author.edges[node]}
            open_paths.extend((end, [*path, lower(word)]) for end, word in steps.items())


def _assignable(wants: Sequence[Want], words: Sequence[str]) -> bool:
    """Find every want a word of its own, moving earlier ones where needed (Kuhn's algorithm)."""
    taken_by: dict[int, int] = {}

    def place(number: int, tried: set[int]) -> bool:
        for spot, word in enumerate(words):
            if spot in tried or not _finds(wants[number], word):
                continue
            tried.add(spot)
            if spot not in taken_by or place(taken_by[spot], tried):
                taken_by[spot] = number
                return True
        return False

    return all(place(number, set()) for number in range(len(wants)))


def _finds(want: Want, word: str) -> bool:
    return word.startswith(want.text) if want.begins else word == want.text
