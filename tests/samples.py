"""Invented papers and moments for tests; none of it is anybody's text."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import Paper, PaperId

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
"""A Monday; what tests call now unless they say otherwise."""


def later(**span: float) -> datetime:
    """Return NOON plus a span, in the words of `timedelta`: ``later(minutes=5)``."""
    return NOON + timedelta(**span)


def paper(id_: str = "2506.00001", **facts: Any) -> Paper:  # noqa: ANN401 - any fact of a Paper
    """Return a paper with the facts given, and invented ones for what a paper must have."""
    told: dict[str, Any] = {
        "title": f"Lanterns for Sleepy Graphs, Part {id_}",
        "abstract": "We teach sleepy graphs to count lanterns. They count better than before.",
        "authors": ("Ada Quill", "Ben Marsh"),
        "categories": ("cs.LG",),
        "sources": ("arxiv",),
        "version": 1,
    }
    return Paper(id=PaperId(id_), **{**told, **facts})
