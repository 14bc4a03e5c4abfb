"""Reading arXiv's OAI-PMH: what is asked, and what its records say."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.announcements import Outlet
from bot.domain import PaperId
from bot.errors import SourceError
from bot.sandbox import oai_shapes
from bot.sources.arxiv_archives import ARCHIVES
from bot.sources.arxiv_oai import ArxivOai, set_of
from bot.sources.pages import CursorLost
from tests.samples import paper
from tests.sources.recorded import recorded

URL = "http://oaipmh.arxiv.example/oai"
OAI = ArxivOai(URL)
DAY = date(2026, 11, 19)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAPER = paper(
    "2611.10001",
    title="Lanterns & Graphs",
    authors=("Ada Quill", "Ben Marsh", "Cleo Fern, Jr."),
    categories=("cs.LG", "stat.ML"),
    version=2,
    published=datetime(2026, 11, 12, 9, 30, tzinfo=UTC),
    author_comment="7 pages",
    journal_ref="Graphs & Lanterns 3 (2026) 41",
    doi="10.1000/gl.2026.41",
)


def test_the_first_page_is_asked_by_set_and_day() -> None:
    """From a day on and never until one; the format has the history of versions."""
    assert dict(OAI.request("cs", DAY, NOW, None).params) == {
        "verb": "ListRecords",
        "metadataPrefix": "arXivRaw",
        "set": "cs",
        "from": "2026-11-19",
    }
    with pytest.raises(ValueError, match="not an archive"):
        OAI.request("css", DAY, NOW, None)


def test_the_next_page_is_asked_by_its_token_alone() -> None:
    """A resumption token is exclusive (OAI-PMH 2.0, 3.5)."""
    request = OAI.request("cs", DAY, NOW, "from=2026&skip=7")
    assert request.params == (("verb", "ListRecords"), ("resumptionToken", "from=2026&skip=7"))


@pytest.mark.parametrize(
    ("archive", "name"),
    [("cs", "cs"), ("hep-th", "physics:hep-th"), ("physics", "physics:physics"), ("stat", "stat")],
)
def test_archives_of_physics_are_sets_of_a_group(archive: str, name: str) -> None:
    """The other archives are groups by themselves."""
    assert set_of(archive) == name
    assert archive in ARCHIVES


def test_a_record_is_read() -> None:
    """All that a listing says, and when each version came; the datestamp is of the last change."""
    page = OAI.parse(oai_shapes.records([(DAY, PAPER)], "a&b"))
    (record,) = page.records
    assert record.paper == PAPER
    assert record.changed_on == DAY
    assert record.revised == datetime(2026, 11, 18, 18, tzinfo=UTC)
    assert (page.cursor, page.truncated, page.skipped) == ("a&b", False, ())


def test_an_empty_version_withdraws_the_paper() -> None:
    """The source type of the newest version marks it, whatever the authors say."""
    gone = replace(PAPER, withdrawn=True)
    body = oai_shapes.records([(DAY, gone)], None)
    assert OAI.parse(body).records[0].paper == gone
    older = body.replace(b"<source_type>I<", b"<source_type>D<").replace(
        b"<source_type>D<", b"<source_type>I<", 1
    )
    assert not OAI.parse(older).records[0].paper.withdrawn


def test_the_last_page_has_no_token() -> None:
    """Whether the element is empty or not there at all."""
    last = oai_shapes.records([(DAY, PAPER)], None)
    assert OAI.parse(last).cursor is None
    empty = last.replace(b"</ListRecords>", b"<resumptionToken/></ListRecords>")
    assert OAI.parse(empty).cursor is None


def test_a_page_that_breaks_off_is_not_the_last() -> None:
    """Its whole records are read; its token is lost with its end."""
    body = oai_shapes.records([(DAY, PAPER), (DAY, paper("2611.10002"))], "next")
    page = OAI.parse(body[: body.rindex(b"<abstract>")])
    assert [it.paper.id for it in page.records] == ["2611.10001"]
    assert (page.truncated, page.cursor) == (True, None)


def test_a_bad_record_costs_only_itself() -> None:
    """A deleted one has no metadata; one without an abstract is no paper."""
    body = oai_shapes.records([(DAY, PAPER), (DAY, paper("2611.10002"))], None)
    deleted = body.replace(b"<metadata>", b"<about>", 1).replace(b"</metadata>", b"</about>", 1)
    page = OAI.parse(deleted)
    assert [it.paper.id for it in page.records] == ["2611.10002"]
    assert [it.reason for it in page.skipped] == ["no metadata"]


def test_no_match_is_an_empty_last_page() -> None:
    """The protocol calls it an error."""
    page = OAI.parse(oai_shapes.error("noRecordsMatch"))
    assert (page.records, page.cursor, page.truncated) == ((), None, False)


def test_an_expired_token_is_told_apart() -> None:
    """The list has to be read from the start then."""
    with pytest.raises(CursorLost):
        OAI.parse(oai_shapes.error("badResumptionToken"))


def test_other_errors_are_told() -> None:
    """In the source's words."""
    with pytest.raises(SourceError, match="The source says: badArgument"):
        OAI.parse(oai_shapes.error("badArgument"))


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"Rate exceeded."])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    """Whatever stands there in its place."""
    with pytest.raises(SourceError, match="not a feed"):
        OAI.parse(body)


def test_it_shows_batches_before_the_listing() -> None:
    """Two and a half hours after the announcement."""
    assert (OAI.name, OAI.outlet) == ("oai", Outlet.OAI)


def test_the_recorded_answer_is_read() -> None:
    """One of 2015, in the format without versions: papers, and the token with its other fields."""
    for path in recorded("feeds/oai/*.xml"):
        page = OAI.parse(path.read_bytes())
        assert [it.paper.id for it in page.records] == [PaperId("0712.4079"), PaperId("0712.4080")]
        assert all(it.changed_on and it.paper.categories for it in page.records)
        assert page.cursor == "788421|43001"
