"""Daily Papers: which days are asked for, and what is made of every answer."""

import json
import lzma
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.sources.huggingface import HuggingFaceDaily, paper_request, parse_paper
from bot.sources.pages import FeedState, Page
from tests.sources.recorded import recorded

DAILY = HuggingFaceDaily("https://huggingface.co")
NOW = datetime(2026, 11, 19, 6, tzinfo=UTC)

FACTS: dict[str, Any] = {
    "id": "2611.90009",
    "authors": [
        {"_id": "1", "name": "Marco Bellini", "hidden": False, "user": {"fullname": "M. B."}},
        {"_id": "2", "name": "Nobody", "hidden": True},
        {"_id": "3", "name": "Yuna Seo", "status": "claimed_verified"},
    ],
    "publishedAt": "2026-11-17T07:41:09.000Z",
    "title": "Seeing Through\n  Rain",
    "summary": "Drops on a lens\nruin a reconstruction.",
    "upvotes": 47,
    "githubRepo": "https://github.com/example-vision/wet-lens",
    "githubStars": 96,
    "ai_summary": "A machine wrote this.",
}
ITEM: dict[str, Any] = {
    "paper": FACTS,
    "publishedAt": "2026-11-19T01:36:44.468Z",
    "title": "Seeing Through Rain",
    "numComments": 3,
    "submittedBy": {"fullname": "A. Reader"},
    "mediaUrls": ["https://example.org/x.mp4"],
}
PAPER = Paper(
    id=PaperId("2611.90009"),
    title="Seeing Through\n  Rain",
    abstract="Drops on a lens\nruin a reconstruction.",
    authors=("Marco Bellini", "Yuna Seo"),
    sources=("huggingface",),
    published=datetime(2026, 11, 17, 7, 41, 9, tzinfo=UTC),
    upvotes=47,
    stars=96,
    comments=3,
    code_url="https://github.com/example-vision/wet-lens",
)


def parse(*items: object) -> Page:
    """Read a list of the items."""
    return DAILY.parse(json.dumps(items).encode())


def days_asked(last_success_at: datetime | None) -> list[str | None]:
    """Return the days that a poll asks for; None is the latest list."""
    requests = DAILY.requests(FeedState(etag='"a"', last_success_at=last_success_at), NOW)
    assert [request.etag for request in requests] == ['"a"', *[None] * (len(requests) - 1)]
    assert {request.url for request in requests} == {"https://huggingface.co/api/daily_papers"}
    params = [dict(request.params) for request in requests]
    assert {it["limit"] for it in params} == {"100"}
    return [it.get("date") for it in params]


@pytest.mark.parametrize(
    ("last_success_at", "days"),
    [
        (None, [None]),
        (NOW - timedelta(hours=1), [None]),
        (NOW + timedelta(days=1), [None]),
        (NOW - timedelta(hours=7), [None, "2026-11-18"]),
        (NOW - timedelta(days=3), [None, "2026-11-16", "2026-11-17", "2026-11-18"]),
    ],
    ids=["first", "same day", "clock set back", "over midnight", "outage"],
)
def test_asks_for_the_days_missed(last_success_at: datetime | None, days: list[str | None]) -> None:
    """A poll asks for the latest list, and for each day that ended since the last success."""
    assert days_asked(last_success_at) == days


def test_a_long_outage_is_bounded() -> None:
    """After a long outage the newest 14 days are asked for."""
    days = days_asked(NOW - timedelta(days=90))
    assert (len(days), days[1], days[-1]) == (15, "2026-11-05", "2026-11-18")
    assert DAILY.narrower() == ()


def test_reads_both_levels() -> None:
    """What the paper's own level lacks is taken from the item, but not the day of featuring."""
    assert parse(ITEM) == Page(papers=(PAPER,))
    flat = {**FACTS, "numComments": 3}
    assert parse(flat).papers == (PAPER,)
    hoisted = {**ITEM, "upvotes": 9, "paper": {"id": "2611.90009", "summary": "S.", "title": "T"}}
    (paper,) = parse(hoisted).papers
    assert (paper.upvotes, paper.published) == (9, None)


def test_reads_one_paper() -> None:
    """The answer for one paper is the same, at one level."""
    request = paper_request("https://huggingface.co", PaperId("2611.90009"))
    assert request.url == "https://huggingface.co/api/papers/2611.90009"
    assert parse_paper(json.dumps({**FACTS, "numComments": 3}).encode()) == PAPER


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("upvotes", "many"),
        ("upvotes", -1),
        ("upvotes", 2**40),
        ("upvotes", 1.5),
        ("githubStars", None),
        ("githubRepo", "javascript:alert(1)"),
        ("githubRepo", 7),
        ("authors", "Marco"),
        ("authors", [None, 3, {"name": None}]),
        ("publishedAt", "someday"),
    ],
)
def test_a_field_may_be_anything(field: str, value: object) -> None:
    """A field of another type or range is unknown; the paper is still read."""
    names = {"githubStars": "stars", "githubRepo": "code_url", "publishedAt": "published"}
    (paper,) = parse({**ITEM, "paper": {**FACTS, field: value}}).papers
    assert paper.title == PAPER.title
    assert not getattr(paper, names.get(field, field))


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, "no id"),
        ({"paper": None}, "no id"),
        ({"paper": {**FACTS, "id": "10.1101/2026.11.19"}}, "not an arXiv id"),
        ({"paper": {**FACTS, "title": " "}}, "no title"),
        ({"paper": {**FACTS, "summary": None}}, "no abstract"),
        ("text", "not an object"),
        (None, "not an object"),
    ],
    ids=["empty", "null", "foreign", "no title", "no abstract", "text", "nothing"],
)
def test_a_malformed_item_is_skipped(item: object, reason: str) -> None:
    """An item that is no paper is left out with its reason; the others are read."""
    page = parse(item, ITEM)
    assert page.papers == (PAPER,)
    assert [entry.reason for entry in page.skipped] == [reason]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"<html>", b'{"error": "Invalid date"}', b"[" * 10_000),
        b"\xff",
    ],
    ids=["empty", "cut", "web page", "error", "deep", "bytes"],
)
def test_another_document_is_an_error(body: bytes) -> None:
    """What is no list of papers is an error."""
    with pytest.raises(SourceError, match="not a list of papers"):
        DAILY.parse(body)
    with pytest.raises(SourceError, match="not a paper"):
        parse_paper(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FACTS, *ITEM, "name", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_page_or_an_error(value: object) -> None:
    """Whatever the items are, they are read, skipped or refused with SourceError."""
    page = parse(value, ITEM)
    assert len(page.papers) + len(page.skipped) == 2
    try:
        DAILY.parse(json.dumps(value).encode())
    except SourceError:
        assert not isinstance(value, list)


def test_reads_every_recorded_day() -> None:
    """All 415 real days are read, without skipping one of their 6,141 items."""
    (path,) = recorded("hf_daily/hf_daily_*.jsonl.xz")
    days = papers = 0
    with lzma.open(path, "rt") as lines:
        for line in lines:
            page = parse(*json.loads(line)["response"])
            assert page.skipped == ()
            assert all(it.authors and it.published for it in page.papers)
            days += 1
            papers += len(page.papers)
    assert (days, papers) == (415, 6_141)


def test_half_a_letter_in_one_title_costs_the_others_nothing() -> None:
    """A lone surrogate is shown as a question mark; the list is read whole."""
    body = (
        b'[{"paper": {"id": "2611.00001", "title": "Lamps \\ud800", "summary": "Light."}},'
        b' {"paper": {"id": "2611.00002", "title": "Wicks", "summary": "Thread."}}]'
    )
    page = HuggingFaceDaily("https://huggingface.co").parse(body)
    assert [paper.title for paper in page.papers] == ["Lamps ?", "Wicks"]
