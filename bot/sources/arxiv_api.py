"""arXiv's query API: look-ups by id, and back-fill of what was submitted in a span of time.

Pure. The API knows no day of announcement, so a paper from here carries none.
Source: https://info.arxiv.org/help/api/user-manual.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.announcements import Outlet, closed_at
from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.gaps import MODERATION, Record
from bot.sources import fields
from bot.sources.arxiv_archives import ARCHIVES
from bot.sources.arxiv_listing import abstract_of, journal_of, paper_id, title_of
from bot.sources.entries import Entry, Feed, read_feed
from bot.sources.pages import Harvest, Page, Request
from bot.sources.withdrawals import is_withdrawn

PAGE = 1_000
"""Entries a page: above that the manual advises to refine the query."""
MOST_RESULTS = 30_000
"""The API answers 400 to a page that reaches past this many."""
_MOMENT = "%Y%m%d%H%M"
_EMPTY_PAGE_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class ArxivSearch:
    """The query API at `url`, asked for what an archive's listing no longer shows.

    The second best way to fill a gap: it finds first versions only, a day later than OAI-PMH.
    """

    url: str

    @property
    def name(self) -> str:
        """How the ledger calls it."""
        return "api"

    @property
    def outlet(self) -> Outlet:
        """Where in arXiv's calendar it stands."""
        return Outlet.API

    def request(self, archive: str, since: date, now: datetime, cursor: str | None) -> Request:
        """Return the request for what was submitted in time for the batch of a day, or later.

        The cursor is the number of the first entry. Raises SourceError past the most that the API
        gives.
        """
        start = int(cursor or 0)
        if start >= MOST_RESULTS:
            raise SourceError(f"The API gives {MOST_RESULTS:,} papers at most.")
        return search_request(self.url, archive, closed_at(since) - MODERATION, now, start)

    def by_numbers(self, ids: Sequence[PaperId]) -> Request:
        """Return the request for certain papers, at most 1,000."""
        return lookup_request(self.url, ids)

    def parse(self, body: bytes) -> Harvest:
        """Read an answer; raises SourceError."""
        feed = _results(body)
        end = (feed.number("startIndex") or 0) + feed.entries
        is_last = feed.truncated or end >= (feed.number("totalResults") or 0)
        return Harvest(
            records=tuple(feed.papers),
            skipped=tuple(feed.skipped),
            cursor=None if is_last else str(end),
            truncated=feed.truncated,
        )


def lookup_request(url: str, ids: Sequence[PaperId]) -> Request:
    """Return the request for the papers `ids`, at most 1,000, newest versions."""
    if not 0 < len(ids) <= PAGE:
        raise ValueError(f"a look-up takes 1 to {PAGE} ids, not {len(ids)}")
    return Request(url=url, params=(("id_list", ",".join(ids)), ("max_results", str(len(ids)))))


def search_request(url: str, archive: str, since: datetime, until: datetime, start: int) -> Request:
    """Return the request for a page, from entry `start`, of papers submitted `since` to `until`.

    `archive` may be a category. Cross-lists into it are included; times have a time zone.
    """
    category = f"{archive}.*" if ARCHIVES.get(archive, (archive,)) != (archive,) else archive
    span = f"{since.astimezone(UTC):{_MOMENT}} TO {until.astimezone(UTC):{_MOMENT}}"
    return Request(
        url=url,
        params=(
            ("search_query", f"cat:{category} AND submittedDate:[{span}]"),
            ("sortBy", "submittedDate"),
            ("sortOrder", "ascending"),
            ("start", str(start)),
            ("max_results", str(min(PAGE, MOST_RESULTS - start))),
        ),
    )


def parse(body: bytes) -> Page:
    """Read an answer, in its shape of today or of before 2025.

    Raises SourceError for an error, for what is no feed, and for a page that is empty although
    there is more: the API sends such pages with status 200 when it is busy.
    """
    feed = _results(body)
    return Page(
        papers=tuple(record.paper for record in feed.papers),
        skipped=tuple(feed.skipped),
        total=feed.number("totalResults"),
        truncated=feed.truncated,
    )


def _results(body: bytes) -> Feed[Record]:
    feed = read_feed(body, _record)
    total, start = feed.number("totalResults"), feed.number("startIndex")
    if not feed.entries and not feed.truncated and (start or 0) < (total or 0):
        raise SourceError("The API sent an empty page.", retry_after=_EMPTY_PAGE_PATIENCE)
    return feed


def _record(entry: Entry) -> Record:
    return Record(_paper(entry), revised=fields.moment(entry.text("updated")))


def _paper(entry: Entry) -> Paper:
    identifier, version = paper_id(entry)
    title, abstract = title_of(entry), abstract_of(entry)
    comment = fields.bounded(entry.text("comment"), fields.LONGEST_COMMENT)
    return Paper(
        id=identifier,
        title=title,
        abstract=abstract,
        authors=fields.names(Entry(author).text("name") for author in entry.all("author")),
        categories=fields.categories(
            (category.get("term") for category in entry.all("category")),
            primary=next((it.get("term") for it in entry.all("primary_category")), None),
        ),
        sources=("arxiv",),
        version=version,
        published=fields.moment(entry.text("published")),
        author_comment=comment or None,
        journal_ref=journal_of(entry),
        doi=fields.doi(entry.text("doi")),
        withdrawn=is_withdrawn(title, abstract, comment),
    )
