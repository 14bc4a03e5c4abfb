"""The words around a hit, cut at blanks, with the hit in bold and nothing else in effect."""

import pytest

from bot.delivery.excerpts import excerpt, hits
from bot.domain import Field, Paper, PaperId, Span
from bot.matching.matcher import match
from bot.matching.parser import parse
from bot.matching.prepared import prepare


def around(typed: str, abstract: str, title: str = "") -> dict[str, str]:
    """Return what is shown of each term."""
    prepared = prepare(Paper(id=PaperId("2501.00001"), title=title, abstract=abstract))
    found = match(parse(typed), prepared)
    assert found is not None
    return dict(hits(found, prepared))


LONG = "lorem ipsum " * 20


@pytest.mark.parametrize(
    ("typed", "abstract", "shown"),
    [
        ("seal", "We count seals.", "We count **seals**."),
        (
            "seal",
            f"{LONG}seals {LONG}",
            "…ipsum lorem ipsum lorem ipsum lorem ipsum **seals** lorem",
        ),
        ("seal", "*Seals* @everyone <@1> seal", "\\***Seals**\\* ＠everyone ‹@1› seal"),  # noqa: RUF001 - look-alikes
        ("seal", f"{'x' * 300} seal", "**seal**"),
        ("cat:cs OR seal", "seal", "**seal**"),
    ],
    ids=["short", "long", "hostile", "no blank", "of two"],
)
def test_a_hit_is_shown_with_the_words_around(typed: str, abstract: str, shown: str) -> None:
    """Whole words where there are blanks, an ellipsis where something is left out."""
    assert shown in around(typed, abstract)["seal"]


def test_terms_without_a_place_have_no_words_around() -> None:
    """Facts and authors hit nowhere in the text."""
    paper = Paper(id=PaperId("1"), title="x", abstract="", categories=("cs.CV",))
    found = match(parse("cat:cs"), prepare(paper))
    assert found is not None
    assert list(hits(found, prepare(paper))) == [("cat:cs", "")]


def test_a_hit_in_the_title_is_shown_from_the_title() -> None:
    """Each field has places of its own."""
    prepared = prepare(Paper(id=PaperId("1"), title="Grey seals", abstract="Hills."))
    assert excerpt(Span(Field.TITLE, 5, 10), prepared) == "Grey **seals**"
