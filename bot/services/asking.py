"""Asks a feed for what is new, and keeps what it brought until that is stored.

Stores nothing and decides nothing about days: that is for polling and the ledger.
"""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.domain import Paper
from bot.errors import OperationalError
from bot.ledger import Sighting, Trouble
from bot.services.backfilling import Fetch
from bot.sources.pages import FeedState, Page, Request
from bot.storage.feeds import Feed

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=30)
LONGEST_WAIT = timedelta(days=1)
"""After a failure, whatever the source asks for."""


class Source(Protocol):
    """A feed of announced papers; pure."""

    @property
    def name(self) -> str:
        """The name of the feed's row."""

    @property
    def archive(self) -> str | None:
        """The archive of arXiv whose batches it lists; None if it does not list batches."""

    def requests(self, state: FeedState, now: datetime) -> tuple[Request, ...]:
        """Return what to ask for now."""

    def narrower(self) -> tuple[Request, ...]:
        """Return the requests that together give what one answer at its limit may lack."""

    def parse(self, body: bytes) -> Page:
        """Read an answer; raises SourceError."""


@dataclass(slots=True)
class Poll:
    """What one poll of one feed has brought so far."""

    feed: Feed
    archive: str | None
    papers: list[Paper] = field(default_factory=list)
    skipped: int = 0
    etag: str | None = None
    last_modified: str | None = None
    broken: str | None = None
    retry_after: float | None = None
    failed_at: datetime | None = None
    trouble: Trouble | None = None
    known_by: str = "listing"
    is_unchanged: bool = False
    is_repeated: bool = False

    def add(self, page: Page) -> None:
        """Take in what a page held."""
        self.papers += page.papers
        self.skipped += len(page.skipped)
        for entry in page.skipped:
            log.warning("Skipped an entry: %s: %.200s", entry.reason, entry.excerpt)
        if page.truncated:
            self.broken = "The answer broke off in the middle."
            self.trouble = Trouble.TRUNCATED
        elif page.skipped:
            self.trouble = self.trouble or Trouble.DAMAGED

    def fail(self, error: Exception, at: datetime) -> None:
        """Note what went wrong, and when."""
        self.broken = told(error)
        self.retry_after = getattr(error, "retry_after", None)
        self.failed_at = at
        self.trouble = Trouble.ERROR

    @property
    def day(self) -> date | None:
        """The newest day that its entries bear."""
        days = (paper.announced_on for paper in self.papers)
        return max((day for day in days if day is not None), default=None)

    def sighting(self) -> Sighting:
        """Return what it showed, for the ledger."""
        of_day = {paper.id for paper in self.papers if paper.announced_on == self.day}
        nothing = not self.papers and not self.is_unchanged
        return Sighting(
            day=self.day,
            announced=len(of_day) + self.skipped,
            seen=len(of_day),
            known_by=self.known_by,
            trouble=self.trouble or (Trouble.EMPTY if nothing else None),
            is_unchanged=self.is_unchanged,
            is_repeated=self.is_repeated,
        )


async def ask(fetch: Fetch, source: Source, poll: Poll, now: datetime) -> None:
    """Ask a source for what is new, all that it takes; raises SourceError."""
    feed = poll.feed
    state = FeedState(
        etag=feed.etag, last_modified=feed.last_modified, last_success_at=feed.last_success_at
    )
    for number, request in enumerate(source.requests(state, now)):
        response = await fetch(request)
        if response.not_modified:
            poll.is_unchanged = True
            continue
        page = source.parse(response.body)
        poll.add(page)
        if number == 0:
            # The first request is the conditional one. An answer at its limit may be the
            # same while what it leaves out is not.
            poll.etag = None if page.at_limit else response.etag
            poll.last_modified = None if page.at_limit else response.last_modified
        if page.at_limit:
            await _ask_narrower(fetch, source, poll)


async def _ask_narrower(fetch: Fetch, source: Source, poll: Poll) -> None:
    """Ask for the parts of a listing that is at its limit."""
    parts = source.narrower()
    cut = not parts
    for request in parts:
        page = source.parse((await fetch(request)).body)
        poll.add(page)
        cut = cut or page.at_limit
    poll.known_by = "categories"
    if cut:
        poll.trouble = poll.trouble or Trouble.CUT


def told(error: Exception) -> str:
    """Return an error as a feed's row shows it."""
    known = isinstance(error, OperationalError)
    return str(error) if known else f"A fault in the program: {type(error).__name__}."


def wait_after(failures: int, every: timedelta, retry_after: float | None) -> timedelta:
    """Return how long a feed is left alone after a failure, given those before it.

    `retry_after` is what the source asks for, in seconds.
    """
    patience = min(every, FIRST_RETRY * int(2 ** min(failures, 10)))
    return max(patience, timedelta(seconds=min(retry_after or 0, LONGEST_WAIT.total_seconds())))
