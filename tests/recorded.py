"""Recorded papers and keywords of real people, in a folder beside the checkout if it is there."""

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest

from bot.domain import Paper, PaperId

FOLDER = Path(__file__).parents[1] / ".." / "shared" / "data"
_PAPERS = FOLDER / "arxiv" / "cs_daily_2025-03-18_2025-12-25.papers.jsonl.xz"
_KEYWORDS = FOLDER / "keywords" / "bot_subscriptions.jsonl"

needs_papers = pytest.mark.skipif(not _PAPERS.exists(), reason="no recorded papers here")


def papers(count: int, *, every: int) -> list[Paper]:
    """Return so many of the recorded papers, each `every`-th from the first."""
    with lzma.open(_PAPERS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, count * every, every)]
    return [
        Paper(
            id=PaperId(row["id"]),
            title=row["title"],
            abstract=row["summary"],
            authors=tuple(row["authors"]),
            categories=tuple(row["categories"]),
            author_comment=row["comment"],
        )
        for row in rows
    ]


def keywords() -> list[str]:
    """Return the recorded keywords, as they were typed, in their order."""
    lines = _KEYWORDS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["keyword"] for line in lines]
