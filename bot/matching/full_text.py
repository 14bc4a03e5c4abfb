"""A query as an expression for the full-text index, which proposes papers to the matcher. Pure."""

from bot.matching.anchors import anchors
from bot.matching.query import Query


def full_text(query: Query) -> str | None:
    """Return an SQLite FTS5 expression that every paper the query selects satisfies.

    It speaks of the tokens of `bot.matching.prepared.search_text`. None where the query has an
    alternative without a word of title or abstract: then every paper must be looked at.
    """
    terms = [anchor.term for anchor in anchors(query)]
    if any(":" in term for term in terms):
        return None
    return " OR ".join(f"({' AND '.join(map(_token, term.split()))})" for term in terms)


def _token(token: str) -> str:
    # Quoted, so that no token is an operator; none holds a quote itself.
    return f'"{token.removesuffix("*")}"*' if token.endswith("*") else f'"{token}"'
