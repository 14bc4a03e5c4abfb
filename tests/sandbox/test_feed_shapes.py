"""What the loopback sources write is what the real parsers read."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.arxiv_ids import canonical_id
from bot.domain import AnnounceType, Paper, PaperId
from bot.sandbox.feed_shapes import api_feed, atom_feed, daily_paper, daily_papers
from bot.sandbox.papers import demo_batch
from bot.sources import arxiv_api, huggingface
from bot.sources.arxiv_archives import ARCHIVES
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.huggingface import HuggingFaceDaily

DAY = date(2026, 11, 19)
LISTING = ArxivListing("http://x", "cs")

# XML has no place for control characters and makes one line end of all; outer blanks are trimmed.
TEXT = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), min_size=1)
    .map(str.strip)
    .filter(lambda text: text and "\ufffe" not in text and "\uffff" not in text)
)
NAME = st.text(st.characters(categories=["L", "M"]) | st.sampled_from(" .-'"), min_size=4).filter(
    lambda name: name.strip() == name and name.lower() != "iii"
)
PAPERS = st.builds(
    Paper,
    id=st.one_of(
        st.from_regex(r"\A26(0[1-9]|1[0-2])\.[0-9]{5}\Z"),
        st.from_regex(r"\Ahep-th/9[1-9](0[1-9]|1[0-2])[0-9]{3}\Z"),
    ).map(PaperId),
    title=TEXT.map(lambda text: text[:900].strip()),
    abstract=TEXT,
    authors=st.lists(NAME, max_size=5).map(tuple),
    categories=st.lists(
        st.sampled_from([name for every in ARCHIVES.values() for name in every]),
        min_size=1,
        max_size=4,
        unique=True,
    ).map(tuple),
    sources=st.just(("arxiv",)),
    version=st.integers(1, 40),
    journal_ref=st.none() | TEXT.map(lambda text: text[:400].strip()),
    doi=st.none() | st.from_regex(r"\A10\.[0-9]{4}/[a-z0-9()/]{1,20}\Z"),
)
ANNOUNCED = st.builds(
    replace, PAPERS, announce_type=st.sampled_from(AnnounceType), announced_on=st.just(DAY)
)
TIMES = st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
SUBMITTED = st.builds(replace, PAPERS, published=TIMES, author_comment=st.none() | TEXT)


@given(st.lists(ANNOUNCED, max_size=5))
def test_a_listing_reads_back_as_it_was(papers: list[Paper]) -> None:
    """Every paper that is announced is read from the listing unchanged, in order."""
    page = LISTING.parse(atom_feed(papers, "cs", DAY))
    assert list(page.papers) == papers
    assert (page.skipped, page.truncated) == ((), False)


@given(st.lists(SUBMITTED, min_size=1, max_size=5), st.integers(0, 900))
def test_results_read_back_as_they_were(papers: list[Paper], start: int) -> None:
    """Every paper that the query API finds is read from its answer unchanged."""
    body = api_feed(papers, total=start + 7, start=start, page=10, query="cat:cs.*")
    page = arxiv_api.parse(body)
    assert list(page.papers) == papers
    assert page.total == start + 7


@given(PAPERS, st.integers(0, 9_999), st.none() | st.integers(0, 9_999))
def test_daily_papers_read_back_as_they_were(paper: Paper, upvotes: int, stars: int | None) -> None:
    """A featured paper keeps its text and counts; Daily Papers knows no version or category."""
    featured = replace(
        paper,
        sources=("huggingface",),
        version=None,
        categories=(),
        journal_ref=None,
        doi=None,
        published=datetime(2026, 11, 17, 7, 41, 9, tzinfo=UTC),
        upvotes=upvotes,
        stars=stars,
        code_url="https://github.com/example-lab/x",
    )
    assert huggingface.parse_paper(daily_paper(featured)) == featured
    page = HuggingFaceDaily("http://x").parse(daily_papers([(DAY, featured)]))
    assert page.papers == (featured,)


def test_an_unmarked_paper_is_new_where_its_primary_category_is() -> None:
    """Without a type of its own a paper is new in its archive and a cross-list elsewhere."""
    paper = next(it for it in demo_batch() if it.categories == ("q-bio.NC", "cs.NE"))
    kinds = {
        query: LISTING.parse(atom_feed([paper], query, DAY)).papers[0].announce_type
        for query in ("q-bio", "cs", "cs.NE", "q-bio.NC", "cs.CL+q-bio.NC")
    }
    assert kinds == {
        **dict.fromkeys(("q-bio", "q-bio.NC", "cs.CL+q-bio.NC"), AnnounceType.NEW),
        **dict.fromkeys(("cs", "cs.NE"), AnnounceType.CROSS),
    }


def test_the_day_is_that_of_new_york() -> None:
    """A batch is dated at midnight in New York, with the offset of the season."""
    summer, winter = (atom_feed(demo_batch()[:1], "cs", date(2026, m, 2)) for m in (7, 12))
    assert b"<published>2026-07-02T00:00:00-04:00</published>" in summer
    assert b"<published>2026-12-02T00:00:00-05:00</published>" in winter


def test_hostile_papers_arrive_as_written() -> None:
    """Mentions, links and markup in a paper reach the bot as they are, for it to disarm."""
    page = LISTING.parse(atom_feed(demo_batch(), "cs", DAY))
    for written, read in zip(demo_batch(), page.papers, strict=True):
        assert (read.title, read.abstract) == (written.title, written.abstract)
        assert (read.authors, read.version) == (written.authors, written.version)
        assert canonical_id(read.id) == (written.id, None)


def test_daily_papers_is_json_of_two_levels() -> None:
    """An item has the paper inside and the comments outside, as recorded."""
    paper = demo_batch()[0]
    (item,) = json.loads(daily_papers([(DAY, paper)]))
    assert item["paper"]["id"] == paper.id
    assert item["numComments"] == paper.comments
    assert item["publishedAt"].startswith("2026-11-19")
