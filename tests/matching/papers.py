"""Papers and judgements for the tests of matching."""

from bot.domain import Paper, PaperId
from bot.matching.matcher import match
from bot.matching.parser import parse
from bot.matching.prepared import Prepared, prepare


def prepared(
    abstract: str = "",
    *,
    title: str = "",
    authors: tuple[str, ...] = (),
    categories: tuple[str, ...] = (),
    upvotes: int | None = None,
) -> Prepared:
    """Return a paper ready to be matched."""
    paper = Paper(
        id=PaperId("2501.00001"),
        title=title,
        abstract=abstract,
        authors=authors,
        categories=categories,
        upvotes=upvotes,
    )
    return prepare(paper)


def hits(query: str, paper: Prepared) -> list[str]:
    """Return the displayed text of all spans, in order; raise AssertionError without a match."""
    found = match(parse(query), paper)
    assert found is not None
    texts = {"title": paper.title, "abstract": paper.abstract}
    return [texts[span.field][span.start : span.end] for span in found.spans]


def finds(query: str, abstract: str) -> bool:
    """Say whether a query selects a paper with this abstract."""
    return match(parse(query), prepared(abstract)) is not None
