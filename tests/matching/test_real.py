"""Real keywords on real abstracts, where they are at hand: the index and the judge agree."""

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest

from bot.domain import Paper, PaperId
from bot.matching.anchors import anchors
from bot.matching.matcher import match, selects
from bot.matching.parser import parse
from bot.matching.prepared import LONGEST, grams, prepare

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
PAPERS = SHARED / "arxiv" / "cs_daily_2025-03-18_2025-12-25.papers.jsonl.xz"
KEYWORDS = SHARED / "keywords" / "bot_subscriptions.jsonl"

pytestmark = pytest.mark.skipif(not PAPERS.exists(), reason="no recorded papers here")


def papers(count: int) -> list[Paper]:
    """Return some of the recorded papers."""
    with lzma.open(PAPERS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, count * 10, 10)]
    return [
        Paper(
            id=PaperId(row["id"]),
            title=row["title"],
            abstract=row["summary"],
            authors=tuple(row["authors"]),
            categories=tuple(row["categories"]),
        )
        for row in rows
    ]


def test_grams_find_what_the_matcher_selects() -> None:
    """For 200 keywords and 500 papers, exact anchors decide and the others miss nothing."""
    lines = KEYWORDS.read_text(encoding="utf-8").splitlines()[:1000:5]
    queries = [parse(f'"{json.loads(line)["keyword"]}"') for line in lines]
    queries += [parse(str(query).strip('"')) for query in queries]
    filed = [(query, anchors(query)) for query in queries]
    selected = 0
    for paper in papers(500):
        ready = prepare(paper)
        known = grams(ready, LONGEST)
        for query, terms in filed:
            held = [anchor for anchor in terms if anchor.term in known]
            found = selects(query, ready)
            selected += found
            assert held or not found, (str(query), paper.id)
            assert found or not any(anchor.exact for anchor in held), (str(query), paper.id)
    assert selected > 100


def test_spans_read_like_their_terms() -> None:
    """Displayed text at a span holds the term's letters, whatever TeX stood there."""
    query = parse("diffusion model, large language model, reinforcement learning")
    for paper in papers(500):
        ready = prepare(paper)
        found = match(query, ready)
        for span in found.spans if found else ():
            text = ready.title if span.field == "title" else ready.abstract
            shown = text[span.start : span.end].lower()
            assert shown.startswith(("diffusion", "large", "reinforcement"))
