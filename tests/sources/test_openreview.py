"""OpenReview: what is asked for, and what is made of every answer."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import AnnounceType, Paper, PaperId
from bot.errors import SourceError
from bot.sources.openreview import OpenReviewNotes, OpenReviewVenue, parse

URL = "https://api2.openreview.example"
VENUE = OpenReviewVenue(URL, "ICLR.cc/2026/Conference")
NOTE: dict[str, Any] = {
    "id": "Ab12-Cd_34",
    "forum": "Ab12-Cd_34",
    "cdate": 1_790_000_000_000,
    "readers": ["everyone"],
    "content": {
        "title": {"value": "Tides of Gradient Descent"},
        "authors": {"value": ["Ada Marrow", 7, "Bo Li"]},
        "abstract": {"value": "We descend."},
        "primary_area": {"value": "Optimization"},
        "venue": {"value": "ICLR 2026 Conference Submission"},
        "venueid": {"value": "ICLR.cc/2026/Conference/Submission"},
    },
}
PAPER = Paper(
    id=PaperId("openreview:Ab12-Cd_34"),
    title="Tides of Gradient Descent",
    abstract="We descend.",
    authors=("Ada Marrow", "Bo Li"),
    categories=("optimization",),
    sources=("openreview",),
    announce_type=AnnounceType.NEW,
    published=datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC),
    author_comment="ICLR 2026 Conference Submission",
)


def answer(*notes: object, **said: object) -> bytes:
    """Return an answer that holds the notes."""
    return json.dumps({"notes": notes, **said}).encode()


def with_content(**values: object) -> dict[str, Any]:
    """Return the note with other content."""
    changed = {name: {"value": value} for name, value in values.items()}
    return {**NOTE, "content": {**NOTE["content"], **changed}}


def test_a_venue_is_asked_for_by_offset() -> None:
    """Its submissions, a thousand at a time, on whatever day."""
    request = VENUE.request(date(2026, 11, 23), 2_000)
    assert request.url == f"{URL}/notes"
    assert dict(request.params) == {
        "invitation": "ICLR.cc/2026/Conference/-/Submission",
        "limit": "1000",
        "offset": "2000",
    }
    assert OpenReviewNotes(URL).paper_request(PAPER.id).params == (("id", "Ab12-Cd_34"),)


def test_a_note_is_read() -> None:
    """Values stand in objects of their own; the count is how many there are in all."""
    page = VENUE.parse(answer(NOTE, count=4_512))
    assert page.papers == (PAPER,)
    assert page.total == 4_512
    assert VENUE.parse(answer(NOTE)).total is None
    assert OpenReviewNotes(URL).parse_paper(answer(NOTE)) == PAPER
    assert OpenReviewNotes(URL).parse_paper(answer()) is None


@pytest.mark.parametrize("state", ["Withdrawn_Submission", "Desk_Rejected_Submission"])
def test_what_is_out_is_no_news(state: str) -> None:
    """A submission that is not considered any more is kept and alerts nobody."""
    (paper,) = parse(answer(with_content(venueid=f"{VENUE.venue}/{state}"))).papers
    assert paper.announce_type is AnnounceType.REPLACE
    assert paper.withdrawn


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (None, "not an object"),
        ({**NOTE, "readers": ["ICLR.cc/2026/Conference"]}, "not public"),
        ({**NOTE, "id": None, "forum": None}, "not a note's id"),
        ({**NOTE, "content": None}, "no title"),
        (with_content(abstract={"value": "?"}), "no abstract"),
    ],
    ids=["null", "not public", "no id", "no content", "no abstract"],
)
def test_a_bad_note_costs_only_itself(spoilt: object, reason: str) -> None:
    """It is skipped with its reason, and the others are read."""
    page = parse(answer(spoilt, NOTE))
    assert page.papers == (PAPER,)
    assert [it.reason for it in page.skipped] == [reason]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"name": "ForbiddenError"}'])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    """An error of the API and a page for browsers are the source's failure."""
    with pytest.raises(SourceError):
        VENUE.parse(body)


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_note_is_read_or_skipped(value: object) -> None:
    """Nothing that a note may be breaks the page."""
    page = parse(answer(value, {**NOTE, "cdate": value}, with_content(authors=value)))
    assert len(page.papers) + len(page.skipped) == 3
