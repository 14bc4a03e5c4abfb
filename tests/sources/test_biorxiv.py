"""bioRxiv and medRxiv: what is asked for, and what is made of every answer."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import AnnounceType, Paper, PaperId
from bot.errors import SourceError
from bot.sources.biorxiv import PreprintServer
from bot.sources.pages import Page

URL = "https://api.biorxiv.example"
SERVER = PreprintServer(URL, "biorxiv")
ENTRY: dict[str, Any] = {
    "title": "Tides in the gut",
    "authors": "Marrow, A. B.; Della Rocca, C.; The Tide Consortium; King, M. L., Jr.; ",
    "author_corresponding": "Ada Marrow",
    "doi": "10.1101/2025.01.02.123456",
    "date": "2025-01-05",
    "version": "1",
    "type": "new results",
    "license": "cc_by",
    "category": "Cancer  Biology",
    "abstract": "We measured tides.\nThere were many.",
    "published": "NA",
    "server": "bioRxiv",
}
PAPER = Paper(
    id=PaperId("10.1101/2025.01.02.123456"),
    title="Tides in the gut",
    abstract="We measured tides.\nThere were many.",
    authors=("A. B. Marrow", "C. Della Rocca", "The Tide Consortium", "M. L. King, Jr."),
    categories=("cancer biology",),
    sources=("biorxiv",),
    version=1,
    announce_type=AnnounceType.NEW,
    announced_on=date(2025, 1, 5),
    published=datetime(2025, 1, 2, tzinfo=UTC),
)


def answer(*entries: object, **said: object) -> bytes:
    """Return an answer that holds the entries."""
    message = {"status": "ok", "interval": "2025-01-05:2025-01-05", "cursor": 0, **said}
    return json.dumps({"messages": [message], "collection": entries}).encode()


def parse(*entries: object, **said: object) -> Page:
    """Read an answer that holds the entries."""
    return SERVER.parse(answer(*entries, **said))


def test_a_day_is_asked_for_by_cursor() -> None:
    """From the day to the day, from an entry on."""
    request = SERVER.request(date(2025, 1, 5), 60)
    assert request.url == f"{URL}/details/biorxiv/2025-01-05/2025-01-05/60/json"


def test_one_preprint_is_asked_for_by_its_doi() -> None:
    """Of the server, which the DOI does not name."""
    medrxiv = PreprintServer(URL, "medrxiv")
    assert medrxiv.paper_request(PAPER.id).url == f"{URL}/details/medrxiv/{PAPER.id}/na/json"


def test_there_are_two_servers() -> None:
    """Another name is refused."""
    with pytest.raises(ValueError, match="not a preprint server"):
        PreprintServer(URL, "chemrxiv")


@pytest.mark.parametrize("total", ["360", 360])
def test_an_entry_is_read(total: object) -> None:
    """Names are turned, the category is small, the total is a number or a text."""
    page = parse(ENTRY, total=total, count=1)
    assert page.papers == (PAPER,)
    assert page.total == 360


def test_a_new_version_is_a_replacement() -> None:
    """It is dated by its own day, and was submitted on the day that the DOI names."""
    (paper,) = parse({**ENTRY, "version": 3, "date": "2025-02-01"}).papers
    assert (paper.version, paper.announce_type) == (3, AnnounceType.REPLACE)
    assert paper.announced_on == date(2025, 2, 1)
    assert paper.published == PAPER.published


def test_the_article_that_it_became_is_named() -> None:
    """By its DOI; "NA" is none."""
    (paper,) = parse({**ENTRY, "published": "10.1158/2159-8290.CD-24-0187"}).papers
    assert paper.doi == "10.1158/2159-8290.CD-24-0187"


def test_a_withdrawal_is_recognised() -> None:
    """By what the newest version says of itself."""
    gone = {
        **ENTRY,
        "version": "2",
        "title": "WITHDRAWN: Tides in the gut",
        "abstract": "This manuscript has been withdrawn by the authors.",
    }
    assert parse(gone).papers[0].withdrawn


def test_an_old_doi_names_no_day() -> None:
    """Of version 1 the day of posting is the best that is known, of others none is."""
    old = {**ENTRY, "doi": "10.1101/339747", "date": "2018-06-05"}
    first, second = parse(old, {**old, "version": "2"}).papers
    assert first.published == datetime(2018, 6, 5, tzinfo=UTC)
    assert second.published is None


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (7, "not an object"),
        ({**ENTRY, "doi": None}, "no DOI"),
        ({**ENTRY, "doi": "10.1038/x"}, "not a preprint's DOI"),
        ({**ENTRY, "title": " "}, "no title"),
        ({**ENTRY, "abstract": ""}, "no abstract"),
    ],
    ids=["number", "no doi", "foreign", "no title", "no abstract"],
)
def test_a_bad_entry_costs_only_itself(spoilt: object, reason: str) -> None:
    """It is skipped with its reason, and the others are read."""
    page = parse(spoilt, ENTRY)
    assert page.papers == (PAPER,)
    assert [it.reason for it in page.skipped] == [reason]


@pytest.mark.parametrize("field", ["authors", "category", "date", "version", "published"])
def test_a_bad_field_costs_only_itself(field: str) -> None:
    """The paper is read without it."""
    (paper,) = parse({**ENTRY, field: {"not": "a text"}}).papers
    assert (paper.id, paper.title) == (PAPER.id, PAPER.title)


def test_nothing_found_is_an_empty_page() -> None:
    """The server says it in words and leaves the counts out."""
    nothing = json.dumps({"messages": [{"status": "no posts found"}], "collection": []}).encode()
    assert SERVER.parse(nothing) == Page(total=0)
    assert SERVER.parse_paper(nothing) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"[]",
        b'{"messages": []}',
        b'{"messages": [{"status": "error: timed out"}], "collection": []}',
        answer(ENTRY)[:-40],
        b"[" * 100_000,
    ],
    ids=["empty", "page", "list", "no message", "error", "cut", "deep"],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    """An error, a cut document and a page for browsers are the source's failure."""
    with pytest.raises(SourceError):
        SERVER.parse(body)


def test_all_versions_of_one_preprint_are_one_paper() -> None:
    """The text is the newest version's, whatever order they come in."""
    newer = {**ENTRY, "version": "2", "title": "Tides in the whole gut", "date": "2025-02-01"}
    for order in ((ENTRY, newer), (newer, ENTRY)):
        paper = SERVER.parse_paper(answer(*order))
        assert paper is not None
        assert (paper.title, paper.version) == ("Tides in the whole gut", 2)
        assert paper.announce_type is AnnounceType.NEW


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_entry_is_read_or_skipped(entry: object) -> None:
    """Nothing that an entry may be breaks the page."""
    page = parse(entry, {**ENTRY, "authors": entry, "date": entry})
    assert len(page.papers) + len(page.skipped) == 2
