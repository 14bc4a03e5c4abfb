"""The query API: look-ups, back-fill, and its two dialects of answer."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.sandbox.feed_shapes import api_feed
from bot.sources.arxiv_api import (
    ArxivSearch,
    lookup_request,
    parse,
    search_request,
)
from bot.sources.arxiv_listing import reported_error
from tests.samples import paper as sample
from tests.sources.recorded import recorded

URL = "https://export.arxiv.org/api/query"
SINCE = datetime(2026, 11, 13, 20, tzinfo=timezone(timedelta(hours=-5)))
UNTIL = datetime(2026, 11, 19, 6, 30, tzinfo=UTC)

NEW_DIALECT = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/x</id>
  <title>arXiv Query: search_query=</title>
  <opensearch:itemsPerPage>10</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
  {entries}
</feed>"""
NEW_ENTRY = """<entry>
    <id>http://arxiv.org/abs/math/0611800v3</id>
    <title>Counting Trees</title>
    <updated>2007-01-02T00:00:00Z</updated>
    <link href="https://arxiv.org/abs/math/0611800v3" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/math/0611800v3" rel="related" title="pdf"/>
    <summary>  We count trees.</summary>
    <category term="math.PR" scheme="http://arxiv.org/schemas/atom"/>
    <category term="math.CO" scheme="http://arxiv.org/schemas/atom"/>
    <category term="05C30" scheme="http://arxiv.org/schemas/atom"/>
    <published>2006-11-26T18:04:05Z</published>
    <arxiv:comment>9 pages, with trees</arxiv:comment>
    <arxiv:journal_ref>Graphs &amp; Lanterns 3 (2026) 41</arxiv:journal_ref>
    <arxiv:doi>10.1000/gl.2026.41</arxiv:doi>
    <arxiv:primary_category term="math.CO"/>
    <author><name>Zsuzsanna Kővári</name>
      <arxiv:affiliation>an institute</arxiv:affiliation></author>
    <author><name>J. Oak</name></author>
  </entry>"""
OLD_DIALECT = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title type="html">ArXiv Query: search_query=</title>
  <opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>
  <opensearch:startIndex xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">0</opensearch:startIndex>
  <entry>
    <id>http://arxiv.org/abs/math/0611800v3</id>
    <updated>2007-01-02T00:00:00Z</updated>
    <published>2006-11-26T18:04:05Z</published>
    <title>Counting
  Trees</title>
    <summary>  We count
trees.
</summary>
    <author><name>Zsuzsanna Kővári</name></author>
    <author><name>J. Oak</name></author>
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">9 pages, with trees</arxiv:comment>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="math.CO"/>
    <category term="math.CO" scheme="http://arxiv.org/schemas/atom"/>
    <category term="math.PR" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
</feed>"""
PAPER = Paper(
    id=PaperId("math/0611800"),
    title="Counting Trees",
    abstract="We count trees.",
    authors=("Zsuzsanna Kővári", "J. Oak"),
    categories=("math.CO", "math.PR"),
    sources=("arxiv",),
    version=3,
    published=datetime(2006, 11, 26, 18, 4, 5, tzinfo=UTC),
    author_comment="9 pages, with trees",
    journal_ref="Graphs & Lanterns 3 (2026) 41",
    doi="10.1000/gl.2026.41",
)


def answer(entries: str = "", total: int = 0, start: int = 0) -> bytes:
    """Return an answer in the dialect of today."""
    return NEW_DIALECT.format(entries=entries, total=total, start=start).encode()


def test_a_lookup_names_its_ids() -> None:
    """Papers are looked up by id, as many results as there are ids."""
    request = lookup_request(URL, [PaperId("2611.90001"), PaperId("math/0611800")])
    assert request.url == URL
    assert dict(request.params) == {"id_list": "2611.90001,math/0611800", "max_results": "2"}


@pytest.mark.parametrize("count", [0, 1_001])
def test_a_lookup_is_bounded(count: int) -> None:
    """No ids, or more than fit a page, are refused before anything is asked."""
    with pytest.raises(ValueError, match="1 to 1000 ids"):
        lookup_request(URL, [PaperId("2611.90001")] * count)


@pytest.mark.parametrize(
    ("archive", "term"),
    [("cs", "cat:cs.*"), ("hep-th", "cat:hep-th"), ("cs.CL", "cat:cs.CL")],
)
def test_a_backfill_asks_by_submission(archive: str, term: str) -> None:
    """A back-fill asks for a span of submission, in GMT and oldest first, a page at a time."""
    request = search_request(URL, archive, SINCE, UNTIL, 1_000)
    assert dict(request.params) == {
        "search_query": f"{term} AND submittedDate:[202611140100 TO 202611190630]",
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
        "start": "1000",
        "max_results": "1000",
    }


def test_reads_todays_dialect() -> None:
    """Every field is read; the primary category is first, other schemes' classes are dropped."""
    page = parse(answer(NEW_ENTRY, total=7, start=3))
    assert page.papers == (PAPER,)
    assert page.total == 7


def test_reads_the_dialect_of_before_2025() -> None:
    """The older shape, wrapped lines and all, gives the same paper."""
    (paper,) = parse(OLD_DIALECT.encode()).papers
    assert paper.title == "Counting\n  Trees"
    assert " ".join(paper.abstract.split()) == PAPER.abstract
    assert (paper.id, paper.version, paper.authors) == (PAPER.id, PAPER.version, PAPER.authors)
    assert (paper.categories, paper.published) == (PAPER.categories, PAPER.published)
    assert paper.author_comment == PAPER.author_comment


def test_no_result_is_an_empty_page() -> None:
    """A query that finds nothing, and a page past the end, are no errors."""
    assert parse(answer()).papers == ()
    assert parse(answer(total=20, start=20)).total == 20


def test_an_empty_page_in_the_middle_is_an_error() -> None:
    """A page without entries, although there are more, is tried again and not taken for the end."""
    with pytest.raises(SourceError, match="empty page") as caught:
        parse(answer(total=20, start=10))
    assert caught.value.retry_after


ERROR = (
    "<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title>"
    "<summary>incorrect id format for abc</summary>"
    "<author><name>arXiv api core</name></author></entry>"
)


def test_an_error_entry_is_an_error() -> None:
    """The entry that reports an error is raised with its message."""
    with pytest.raises(SourceError, match="The source says: incorrect id format for abc"):
        parse(answer(ERROR, total=1))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (answer(ERROR, total=1), "The source says: incorrect id format for abc"),
        (answer(NEW_ENTRY, total=1), None),
        (b"<html>", None),
        (b"", None),
    ],
    ids=["error", "results", "web page", "empty"],
)
def test_tells_reported_errors_from_the_rest(body: bytes, message: str | None) -> None:
    """Only an error in arXiv's own words has a message."""
    assert reported_error(body) == message


@given(st.binary(max_size=200), st.integers(0, 900))
def test_any_bytes_are_a_page_or_an_error(noise: bytes, at: int) -> None:
    """Whatever arrives is read or refused with SourceError, and nothing else is raised."""
    body = answer(NEW_ENTRY, total=1)
    try:
        page = parse(body[:at] + noise + body[at + len(noise) :])
    except SourceError:
        return
    assert all(paper.id and paper.title and paper.abstract for paper in page.papers)


def test_reads_every_recorded_answer() -> None:
    """All real answers are read: 256 papers of either dialect, and one error."""
    papers = skipped = errors = 0
    for path in recorded("feeds/arxiv_api/recorded_*/*.xml"):
        try:
            page = parse(path.read_bytes())
        except SourceError as error:
            assert "incorrect id format for abc" in str(error)  # noqa: PT017 - one file of many
            errors += 1
            continue
        assert page.total is not None
        papers += len(page.papers)
        skipped += len(page.skipped)
        assert all(it.published and it.authors and it.categories for it in page.papers)
    assert (papers, skipped, errors) == (256, 0, 1)


def test_a_search_goes_on_from_its_cursor() -> None:
    """Which counts the entries; the last page has none, and arXiv gives 30,000 at most."""
    search = ArxivSearch(URL)
    since, now = date(2026, 11, 18), datetime(2026, 11, 20, tzinfo=UTC)
    request = dict(search.request("cs", since, now, "1000").params)
    assert (request["start"], request["search_query"]) == (
        "1000",
        "cat:cs.* AND submittedDate:[202611121900 TO 202611200000]",
    )
    body = api_feed([sample()], total=3, start=1, page=1, query="cat:cs.*")
    page = search.parse(body)
    assert (page.records[0].paper.id, page.cursor) == (sample().id, "2")
    assert search.parse(body.replace(b">3<", b">2<")).cursor is None
    with pytest.raises(SourceError, match="30,000"):
        search.request("cs", since, now, "30000")
