"""The daily listing: what is asked, and what is made of every answer."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import AnnounceType, Paper, PaperId
from bot.errors import SourceError
from bot.sources.arxiv_listing import ARCHIVES, ArxivListing, all_listings, split_authors
from bot.sources.pages import FeedState, Page, Request
from tests.sources.recorded import recorded

NOW = datetime(2026, 11, 19, 6, tzinfo=UTC)
LISTING = ArxivListing("https://rss.arxiv.org", "cs")

HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/cs</id>
  <title>cs updates on arXiv.org</title>
  <updated>2026-11-19T05:00:19.866337+00:00</updated>
"""
GOOD = """
  <entry>
    <id>oai:arXiv.org:2611.90004v2</id>
    <title>Sparse Attention &amp; Its Limits</title>
    <updated>2026-11-19T05:00:19.910019+00:00</updated>
    <link href="https://arxiv.org/abs/2611.90004" rel="alternate" type="text/html"/>
    <summary>arXiv:2611.90004v2 Announce Type: replace-cross 
Abstract: We prove that $a &lt; b$.
It is tight.</summary>
    <category term="math.CO"/>
    <category term="cs.DS"/>
    <published>2026-11-19T00:00:00-05:00</published>
    <arxiv:announce_type>replace-cross</arxiv:announce_type>
    <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
    <dc:creator>Andr\\'e Vasconcelos, Nikolai Brandt</dc:creator>
  </entry>
"""  # noqa: W291 - arXiv writes a blank before the line's end
PAPER = Paper(
    id=PaperId("2611.90004"),
    title="Sparse Attention & Its Limits",
    abstract="We prove that $a < b$.\nIt is tight.",
    authors=("Andr\\'e Vasconcelos", "Nikolai Brandt"),
    categories=("math.CO", "cs.DS"),
    sources=("arxiv",),
    version=2,
    announce_type=AnnounceType.REPLACE_CROSS,
    announced_on=date(2026, 11, 19),
)

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 version="2.0">
  <channel>
    <title>cs updates on arXiv.org</title>
    <pubDate>Thu, 19 Nov 2026 00:00:00 -0500</pubDate>
    <item>
      <title>Sparse Attention &amp; Its Limits</title>
      <link>https://arxiv.org/abs/2611.90004</link>
      <description>arXiv:2611.90004v2 Announce Type: replace-cross 
Abstract: We prove that $a &lt; b$.
It is tight.</description>
      <guid isPermaLink="false">oai:arXiv.org:2611.90004v2</guid>
      <category>math.CO</category>
      <category>cs.DS</category>
      <pubDate>Thu, 19 Nov 2026 00:00:00 -0500</pubDate>
      <arxiv:announce_type>replace-cross</arxiv:announce_type>
      <dc:creator>Andr\\'e Vasconcelos, Nikolai Brandt</dc:creator>
    </item>
  </channel>
</rss>
"""  # noqa: W291 - arXiv writes a blank before the line's end


def parse(*entries: str) -> Page:
    """Read a listing of the entries."""
    return LISTING.parse(f"{HEAD}{''.join(entries)}</feed>".encode())


def test_asks_once_and_conditionally() -> None:
    """A poll is one request that carries the validators of the last answer."""
    state = FeedState(etag='"a"', last_modified="Thu, 19 Nov 2026 05:00:00 GMT")
    assert LISTING.requests(state, NOW) == (
        Request(
            url="https://rss.arxiv.org/atom/cs",
            etag='"a"',
            last_modified="Thu, 19 Nov 2026 05:00:00 GMT",
        ),
    )


def test_there_is_a_listing_for_every_archive() -> None:
    """All archives have a listing, each with a name of its own."""
    names = [listing.name for listing in all_listings("https://rss.arxiv.org")]
    assert names == [f"arxiv:{archive}" for archive in ARCHIVES]


def test_a_full_listing_is_asked_for_by_category() -> None:
    """An archive is narrowed to its categories, one that has none cannot be narrowed."""
    urls = [request.url for request in ArxivListing("http://x", "econ").narrower()]
    assert urls == [f"http://x/atom/econ.{subject}" for subject in ("EM", "GN", "TH")]
    assert ArxivListing("http://x", "hep-th").narrower() == ()


def test_an_unknown_archive_is_refused() -> None:
    """A listing of what is no archive cannot be made."""
    with pytest.raises(ValueError, match="not an archive"):
        ArxivListing("http://x", "cs.CL")


def test_reads_an_entry_of_atom() -> None:
    """An Atom entry gives every field, without the listing's own first line."""
    assert parse(GOOD) == Page(papers=(PAPER,))


def test_reads_an_item_of_rss() -> None:
    """An item of RSS 2.0 gives the same paper as the Atom entry."""
    assert LISTING.parse(RSS.encode()) == Page(papers=(PAPER,))


def test_an_empty_listing_is_a_page() -> None:
    """On weekends and holidays a listing without entries is no error."""
    assert parse() == Page()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("<id>oai:arXiv.org:2611.90004v2</id>", "", "no id"),
        ("oai:arXiv.org:2611.90004v2", "oai:elsewhere.org:77", "not an arXiv id"),
        ("Sparse Attention &amp; Its Limits", " \n", "no title"),
        ("We prove that $a &lt; b$.\nIt is tight.", "", "no abstract"),
        ("</title>", "</titel>", "not well-formed XML"),
        ("&amp;", "&nbsp;", "not well-formed XML"),
        ("&amp;", "\x03", "not well-formed XML"),
    ],
    ids=["no id", "foreign", "no title", "no abstract", "tags", "entity", "control"],
)
def test_a_malformed_entry_is_skipped(old: str, new: str, reason: str) -> None:
    """An entry that is no paper is left out with its reason; the others are read."""
    bad = GOOD.replace(old, new).replace("2611.90004", "2611.90005")
    if "oai" in old:
        bad = bad.replace("/2611.90005", "/nothing")
    page = parse(GOOD, bad, GOOD.replace("2611.90004", "2611.90006"))
    assert [paper.id for paper in page.papers] == ["2611.90004", "2611.90006"]
    assert [entry.reason for entry in page.skipped] == [reason]
    assert not page.truncated


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("<published>2026-11-19T00:00:00-05:00", "<published>soon", "announced_on"),
        ("<dc:creator>Andr\\'e Vasconcelos, Nikolai Brandt", "<dc:creator>", "authors"),
        ('<category term="math.CO"/>\n    <category term="cs.DS"/>', "", "categories"),
        ("<arxiv:announce_type>replace-cross", "<arxiv:announce_type>shout", "announce_type"),
        ("2611.90004v2</id>", "2611.90004</id>", "version"),
    ],
    ids=["day", "authors", "categories", "type", "version"],
)
def test_a_field_may_be_missing(old: str, new: str, field: str) -> None:
    """A paper whose lesser fields are missing or unreadable is still a paper."""
    (paper,) = parse(GOOD.replace(old, new)).papers
    assert paper.abstract == PAPER.abstract
    assert not getattr(paper, field)


def test_the_type_is_in_the_first_line_too() -> None:
    """Where there is no element for the type, the abstract's first line gives it."""
    element = "<arxiv:announce_type>replace-cross</arxiv:announce_type>"
    assert parse(GOOD.replace(element, "")).papers == (PAPER,)


@pytest.mark.parametrize("cut", range(len(HEAD) + len(GOOD) + 5, len(HEAD) + 2 * len(GOOD), 97))
def test_a_broken_off_listing_keeps_whole_entries(cut: int) -> None:
    """Wherever the document breaks off, the entries before the break are kept and it is told."""
    page = LISTING.parse((HEAD + GOOD + GOOD).encode()[:cut])
    assert page.papers == (PAPER,)
    assert page.truncated


def test_a_full_listing_says_so() -> None:
    """A listing of 2,000 entries may lack some; skipped ones count."""
    entries = [GOOD] * 1_999
    assert not parse(*entries).at_limit
    assert parse(*entries, "<entry/>").at_limit


@pytest.mark.parametrize(
    "body",
    [
        HEAD.replace("cs updates on arXiv.org", "Feed error for query: css")
        + "<subtitle>Bad archive 'css'.</subtitle></feed>",
        HEAD + "<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title>"
        "<summary>Bad archive 'css'.</summary></entry></feed>",
        (
            "<rss><channel><title>Feed error for query: css</title>"
            "<description>Bad archive 'css'.</description></channel></rss>"
        ),
    ],
    ids=["feed", "entry", "rss"],
)
def test_an_error_feed_is_an_error(body: str) -> None:
    """What arXiv sends in place of a listing is an error with its message, never a paper."""
    with pytest.raises(SourceError, match="Bad archive 'css'"):
        LISTING.parse(body.encode())


def test_a_paper_may_be_called_error() -> None:
    """An entry titled "Error" that has an identifier is a paper."""
    (paper,) = parse(GOOD.replace("Sparse Attention &amp; Its Limits", "Error")).papers
    assert paper.title == "Error"


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("", []),
        ("Ann Lee", ["Ann Lee"]),
        ("Ann Lee, Bo Chen ,  Cy Dee", ["Ann Lee", "Bo Chen", "Cy Dee"]),
        ("Michael Brennan, Jr., Ann Lee", ["Michael Brennan, Jr.", "Ann Lee"]),
        ("Ann Lee, John Doe, III", ["Ann Lee", "John Doe, III"]),
        ("Jr., Ann Lee", ["Jr.", "Ann Lee"]),
        ("Ann Lee (MIT, Cambridge), Bo Chen (1)", ["Ann Lee", "Bo Chen"]),
        ("Robert (Bob) Smith, Ann Lee", ["Robert (Bob) Smith", "Ann Lee"]),
        ("Ann Lee ((1, 2), Bo Chen", ["Ann Lee ((1", "2)", "Bo Chen"]),
        ("ATLAS and CMS Collaborations", ["ATLAS and CMS Collaborations"]),
    ],
)
def test_splits_authors(line: str, authors: list[str]) -> None:
    """Commas part authors, but not a suffix from its name or an affiliation."""
    assert split_authors(line) == authors


def test_many_authors_are_read() -> None:
    """The longest lists of authors, over 3,000 names, are read whole."""
    names = ", ".join(f"A{number} Person" for number in range(3_400))
    (paper,) = parse(GOOD.replace("Andr\\'e Vasconcelos, Nikolai Brandt", names)).papers
    assert len(paper.authors) == 3_400


@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda start, middle, end: (HEAD + GOOD).encode()[:start] + middle + end,
            st.integers(0, len(HEAD) + len(GOOD)),
            st.binary(max_size=40),
            st.sampled_from([b"", GOOD.encode() + b"</feed>", b"</feed>"]),
        ),
    )
)
def test_any_bytes_are_a_page_or_an_error(body: bytes) -> None:
    """Whatever arrives is read or refused with SourceError, and nothing else is raised."""
    try:
        page = LISTING.parse(body)
    except SourceError:
        return
    assert all(paper.id and paper.title and paper.abstract for paper in page.papers)


@pytest.mark.parametrize("name", ["truncated", "repaired"])
def test_reads_a_recorded_listing(name: str) -> None:
    """A real answer gives its 86 whole entries, complete or broken off."""
    (path,) = recorded(f"feeds/rss/atom_cs.AI_2025-08-20_{name}.xml")
    page = LISTING.parse(path.read_bytes())
    kinds = [paper.announce_type for paper in page.papers]
    assert (kinds.count(AnnounceType.NEW), kinds.count(AnnounceType.CROSS)) == (41, 45)
    assert page.truncated == (name == "truncated")
    assert page.skipped == ()
    assert {paper.announced_on for paper in page.papers} == {date(2025, 8, 20)}
    assert all(paper.authors and paper.categories for paper in page.papers)
    assert not any("Announce Type" in paper.abstract for paper in page.papers)
