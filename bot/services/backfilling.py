"""Back-fills: what a feed announced while nobody looked, asked for page by page.

Each page is stored before the next is asked for, and where it ends is kept: what fails or is cut
off goes on from there. Decides neither what is missing nor when to try again.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.errors import SourceError
from bot.schedule import batch_start, not_yet_out
from bot.services.importing import keep
from bot.services.intake import Intake, take_in_batch
from bot.sources.pages import Page, Request, Response
from bot.storage import feeds
from bot.storage.database import Database
from bot.storage.feeds import Feed

log = logging.getLogger(__name__)

Fetch = Callable[[Request], Awaitable[Response]]

PAGES_AT_ONCE = 10
"""Of one feed, so that the other feeds have their turn."""


class BackfillSource(Protocol):
    """Gives what a feed announced while nobody listened, oldest submission first; pure."""

    def request(self, feed: str, since: datetime, until: datetime, start: int) -> Request | None:
        """Return the request for one page from entry `start`; None past the most it gives.

        None from the first entry on if the feed has no back-fill.
        """

    def parse(self, body: bytes) -> Page:
        """Read an answer; raises SourceError."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How far a back-fill came: ``feed`` is the row now, ``trouble`` why it is not at its end."""

    feed: Feed
    intake: Intake
    trouble: Exception | None = None


class Backfill:
    """Fills the gaps of feeds."""

    def __init__(self, database: Database, fetch: Fetch, source: BackfillSource) -> None:
        self._database = database
        self._fetch = fetch
        self._source = source

    async def go_on(self, feed: Feed, since: datetime, now: datetime) -> Filled:
        """Take in what was submitted since a moment, until the end or PAGES_AT_ONCE.

        At the end the feed has seen every batch but the one that is out now, which the source may
        not have yet.
        """
        intake, start = Intake(), 0
        trouble: Exception = SourceError("Still catching up with what was announced before.")
        try:
            for _ in range(PAGES_AT_ONCE):
                request = self._source.request(feed.name, since, now, start)
                if request is None and start > 0:
                    break
                page = await self._page(request) if request else Page()
                intake += await self._take_in(feed, page, now)
                start += len(page.papers) + len(page.skipped)
                feed = _after(feed, page, start, now)
                async with self._database.transaction() as tx:
                    await feeds.record_fill(tx, feed)
                if feed.fill_from is None:
                    return Filled(feed, intake)
                if page.truncated:
                    raise SourceError("The answer broke off in the middle.")  # noqa: TRY301 - as if it had not come
        except SourceError as error:
            trouble = error
        except Exception as error:  # a named border: the back-fill
            log.exception("The back-fill of %s broke", feed.name)
            trouble = error
        return Filled(feed, intake, trouble)

    async def _take_in(self, feed: Feed, page: Page, now: datetime) -> Intake:
        """Take a page in; papers that may have been announced before the first poll are history."""
        since = None if feed.first_success_at is None else not_yet_out(feed.first_success_at)
        old = {it.id for it in page.papers if since and it.published and it.published < since}
        kept = [paper for paper in page.papers if paper.id in old]
        owed = [paper for paper in page.papers if paper.id not in old]
        history = await take_in_batch(self._database, kept, now, keep)
        return history + await take_in_batch(self._database, owed, now)

    async def _page(self, request: Request) -> Page:
        page = self._source.parse((await self._fetch(request)).body)
        for entry in page.skipped:
            log.warning("Skipped an entry: %s: %.200s", entry.reason, entry.excerpt)
        return page


def _after(feed: Feed, page: Page, start: int, now: datetime) -> Feed:
    """Return a feed's row after a page, `start` entries from where this back-fill began."""
    feed = replace(feed, entries_skipped=feed.entries_skipped + len(page.skipped))
    is_last = start >= (page.total or 0) or not (page.papers or page.skipped)
    if is_last and not page.truncated:
        seen = batch_start(now, back=1)
        return replace(feed, fill_from=None, batch_at=max(feed.batch_at or seen, seen))
    # The entries come in this order: all that was submitted before the newest of them is here.
    submitted = [paper.published for paper in page.papers if paper.published is not None]
    known = () if feed.fill_from is None else (feed.fill_from,)
    return replace(feed, fill_from=min(now, max((*known, *submitted), default=now)))
