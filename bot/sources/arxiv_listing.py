"""arXiv's daily listing of one archive, as Atom (or RSS 2.0): what to ask, and how to read it.

Pure. Does not decide which announcement is newer, or whether a type of announcement is an alert.
Source: https://info.arxiv.org/help/atom_specifications.html and rss_specifications.html.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.arxiv_ids import canonical_id, find_id
from bot.domain import AnnounceType, Paper, PaperId
from bot.errors import SourceError
from bot.sources import fields
from bot.sources.arxiv_archives import ARCHIVES
from bot.sources.entries import Entry, ReportedError, UnusableEntry, read_feed
from bot.sources.pages import FeedState, Page, Request
from bot.sources.withdrawals import is_withdrawn

__all__ = ["ARCHIVES", "LIMIT", "ArxivListing", "all_listings"]

LIMIT = 2_000
"""Entries in one answer at most, by arXiv's own code and manual: "Limit 2000 results"."""

_ANNOUNCEMENT = re.compile(r"\A\s*arXiv:\S+\s+Announce Type:\s*(?P<type>\S+)\s+Abstract:\s*")
_TRAILING_AFFILIATION = re.compile(r"\s*\([^()]*\)\s*$")
_SUFFIX = re.compile(r"(?:jr|sr)\.?|I{2,3}|IV", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArxivListing:
    """The listing of one archive at `base_url` (such as ``https://rss.arxiv.org``)."""

    base_url: str
    archive: str

    def __post_init__(self) -> None:
        if self.archive not in ARCHIVES:
            raise ValueError(f"not an archive of arXiv: {self.archive!r}")

    @property
    def name(self) -> str:
        """The name of the feed, such as ``arxiv:cs``."""
        return f"arxiv:{self.archive}"

    def requests(self, state: FeedState, now: datetime) -> tuple[Request, ...]:
        """Return the one conditional request for the listing of the day."""
        del now  # whatever the time, the listing holds the last batch only
        return (
            Request(
                url=self._url(self.archive), etag=state.etag, last_modified=state.last_modified
            ),
        )

    def narrower(self) -> tuple[Request, ...]:
        """Return one request a category, for a day that exceeds the limit; () if it has none.

        A paper is then "cross" in every category but its primary one, and comes more than once.
        """
        categories = ARCHIVES[self.archive]
        if categories == (self.archive,):
            return ()
        return tuple(Request(url=self._url(category)) for category in categories)

    def parse(self, body: bytes) -> Page:
        """Read an answer; raises SourceError for an error feed and for what is no feed."""
        return parse(body)

    def _url(self, query: str) -> str:
        return f"{self.base_url}/atom/{query}"


def parse(body: bytes) -> Page:
    """Read a listing; raises SourceError, ReportedError where arXiv says itself what is wrong."""
    feed = read_feed(body, _paper)
    title = feed.header.text("title") or ""
    if title.startswith("Feed error for query"):
        raise ReportedError(feed.header.text("subtitle", "description") or title)
    return Page(
        papers=tuple(feed.papers),
        skipped=tuple(feed.skipped),
        truncated=feed.truncated,
        at_limit=feed.entries >= LIMIT,
    )


def reported_error(body: bytes) -> str | None:
    """Return the error that arXiv sent in place of a listing or of results; None if it is none."""
    try:
        parse(body)
    except ReportedError as error:
        return str(error)
    except SourceError:
        return None
    return None


def all_listings(base_url: str) -> tuple[ArxivListing, ...]:
    """Return the listing of every current archive."""
    return tuple(ArxivListing(base_url, archive) for archive in ARCHIVES)


def paper_id(entry: Entry) -> tuple[PaperId, int | None]:
    """Return an entry's canonical id and version.

    Raises UnusableEntry if it has none, ReportedError if it is arXiv's way to report an error:
    an entry titled "Error" (API user manual, 3.4).
    """
    written = entry.text("id", "guid", "link") or ""
    try:
        return canonical_id(written)
    except ValueError:
        if "/api/errors" in written or (entry.text("title") == "Error" and not find_id(written)):
            raise ReportedError(entry.text("summary", "description")) from None
        raise UnusableEntry("not an arXiv id" if written else "no id") from None


def title_of(entry: Entry) -> str:
    """Return the title; raises UnusableEntry without one."""
    title = fields.bounded(entry.text("title"), fields.LONGEST_TITLE)
    if not title:
        raise UnusableEntry("no title")
    return title


def abstract_of(entry: Entry) -> str:
    """Return the abstract without the listing's first line; raises UnusableEntry if it is empty."""
    written = entry.text("summary", "description", "abstract") or ""
    abstract = _ANNOUNCEMENT.sub("", written, count=1)
    abstract = fields.bounded(abstract, fields.LONGEST_ABSTRACT)
    if not abstract:
        raise UnusableEntry("no abstract")
    return abstract


def journal_of(entry: Entry) -> str | None:
    """Return where the paper was published; each of arXiv's formats has its own name for it."""
    written = entry.text("journal_reference", "journal_ref", "journal-ref")
    return fields.bounded(written, fields.LONGEST_JOURNAL) or None


def _paper(entry: Entry) -> Paper:
    identifier, version = paper_id(entry)
    title, abstract = title_of(entry), abstract_of(entry)
    return Paper(
        id=identifier,
        title=title,
        abstract=abstract,
        authors=fields.names(_authors(entry)),
        categories=fields.categories(_terms(entry)),
        sources=("arxiv",),
        version=version,
        announce_type=_announce_type(entry),
        announced_on=_announced_on(entry),
        journal_ref=journal_of(entry),
        doi=fields.doi(entry.text("DOI")),
        withdrawn=is_withdrawn(title, abstract),
    )


def _announce_type(entry: Entry) -> AnnounceType | None:
    announcement = _ANNOUNCEMENT.match(entry.text("summary", "description") or "")
    first_line = announcement["type"] if announcement else ""
    try:
        return AnnounceType(entry.text("announce_type") or first_line)
    except ValueError:
        return None


def _announced_on(entry: Entry) -> date | None:
    """Return the day of the batch in the feed's own offset: midnight in New York."""
    published = fields.moment(entry.text("published")) or fields.mail_moment(entry.text("pubDate"))
    return published.date() if published else None


def _terms(entry: Entry) -> Iterator[str | None]:
    for category in entry.all("category"):
        yield category.get("term") or (category.text or "").strip()


def _authors(entry: Entry) -> Iterator[str]:
    for creators in entry.texts("creator"):
        yield from split_authors(creators)


def split_authors(creators: str) -> list[str]:
    """Split arXiv's one line of authors at its commas.

    Commas in parentheses belong to an affiliation, which is dropped; "Jr." and the like belong
    to the name before.
    """
    authors: list[str] = []
    for part in _parts(creators):
        name = _TRAILING_AFFILIATION.sub("", part).strip()
        if authors and _SUFFIX.fullmatch(name):
            authors[-1] += f", {name}"
        elif name:
            authors.append(name)
    return authors


def _parts(creators: str) -> Iterator[str]:
    if creators.count("(") != creators.count(")"):
        yield from creators.split(",")
        return
    depth = start = 0
    for comma in re.finditer(r"[(),]", creators):
        depth += {"(": 1, ")": -1, ",": 0}[comma.group()]
        if depth == 0 and comma.group() == ",":
            yield creators[start : comma.start()]
            start = comma.end()
    yield creators[start:]
