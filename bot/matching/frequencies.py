"""How common a gram is among the papers seen, as a question to the full-text index. Pure."""

from collections.abc import Mapping

from bot.matching.anchors import Frequency, anchors, guessed_frequency
from bot.matching.query import Count, Query
from bot.matching.tagged import AUTHOR, FACT, encoded, encoded_fact

ENOUGH_PAPERS = 300
"""Fewer say less than a gram's form."""
_SCALE = 10_000
"""Of so many papers the guesses speak."""


def grams_to_count(query: Query) -> set[str]:
    """Return the grams between which a query's anchors are chosen; none where there is no choice.

    Those that the full-text index does not know are left out.
    """
    asked: set[str] = set()

    def ask(gram: str) -> int:
        asked.add(gram)
        return guessed_frequency(gram)

    anchors(query, ask)
    return {gram for gram in asked if gram[:-1] not in set(Count)}


def expression(gram: str) -> str:
    """Return an SQLite FTS5 expression for the papers that have a gram."""
    star = "*" if gram.endswith("*") else ""
    name, colon, value = gram.removesuffix("*").partition(":")
    if not colon:
        return f'"{" ".join(map(encoded, name.split()))}"{star}'
    if name == "author":
        return f'"{AUTHOR}{encoded(value)}"{star}'
    return f'"{FACT}{encoded_fact(gram)}"'


def frequency(counts: Mapping[str, int], papers: int) -> Frequency:
    """Return how common grams are: by their counts in so many papers, then by their form."""
    if papers < ENOUGH_PAPERS:
        return guessed_frequency

    def measured(gram: str) -> int:
        guess = guessed_frequency(gram)
        count = counts.get(gram)
        known = min(guess, _SCALE) if count is None else count * _SCALE // papers
        return known * 1_000 + guess

    return measured
