"""Polls the sources that are due and takes in what they announce.

Decides nothing about papers: sources parse, planning decides, the intake stores. What a feed
announced unseen is for the back-fill.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import Paper
from bot.errors import OperationalError, SourceError
from bot.schedule import batch_start, batches_between, listed_from
from bot.services.backfilling import Backfill, BackfillSource, Fetch
from bot.services.intake import Intake, take_in_batch
from bot.sources.pages import FeedState, Page, Request
from bot.storage import feeds
from bot.storage.database import Database, Writer
from bot.storage.feeds import Feed

log = logging.getLogger(__name__)

FIRST_RETRY = timedelta(seconds=30)
LONGEST_WAIT = timedelta(days=1)
"""After a failure, whatever the source asks for."""
MODERATION = timedelta(days=5)
"""How long before its announcement a paper may have been submitted (arXiv: 1 to 4 days or more)."""


class Source(Protocol):
    """A feed of announced papers; pure."""

    @property
    def name(self) -> str:
        """The name of the feed's row."""

    def requests(self, state: FeedState, now: datetime) -> tuple[Request, ...]:
        """Return what to ask for now."""

    def narrower(self) -> tuple[Request, ...]:
        """Return the requests that together give what one answer at its limit may lack."""

    def parse(self, body: bytes) -> Page:
        """Read an answer; raises SourceError."""


@dataclass(slots=True)
class _Poll:
    """What one poll of one feed has brought so far."""

    feed: Feed
    papers: list[Paper] = field(default_factory=list)
    skipped: int = 0
    etag: str | None = None
    last_modified: str | None = None
    broken: str | None = None
    retry_after: float | None = None
    failed_at: datetime | None = None

    def add(self, page: Page) -> None:
        self.papers += page.papers
        self.skipped += len(page.skipped)
        for entry in page.skipped:
            log.warning("Skipped an entry: %s: %.200s", entry.reason, entry.excerpt)
        if page.truncated:
            self.broken = "The answer broke off in the middle."


class Polling:
    """Polls every source when its row says so.

    `clock` tells when a failure was, in a tick of minutes; without it, when the tick began.
    """

    def __init__(
        self,
        database: Database,
        fetch: Fetch,
        sources: Sequence[Source],
        backfill: BackfillSource,
        every: timedelta,
        *,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._fetch = fetch
        self._sources = {source.name: source for source in sources}
        self._backfill = Backfill(database, fetch, backfill)
        self._every = every
        self._clock = clock

    async def start(self, now: datetime) -> None:
        """Make the rows of feeds that are polled for the first time; they are due at once."""
        await self._bring_back(now)
        async with self._database.transaction() as tx:
            await feeds.add_missing(tx, tuple(self._sources), now)

    async def _bring_back(self, now: datetime) -> None:
        """Undo what a clock that was ahead wrote."""
        async with self._database.transaction() as tx:
            await feeds.bring_back(tx, now, now + self._every, now + LONGEST_WAIT)

    async def tick(self, now: datetime) -> Intake:
        """Poll the feeds that are due, take in what all of them brought, then fill their gaps.

        A feed that fails is retried; the others go on.
        """
        await self._bring_back(now)
        polls = []
        for feed in await feeds.due(self._database.read, now):
            source = self._sources.get(feed.name)
            if source is not None:
                polls.append(await self._poll(source, feed, now))
        # All feeds at once: a paper that one archive lists as new and another as a cross-list is
        # new, and the papers of a day share messages.
        try:
            intake = await take_in_batch(
                self._database, [paper for poll in polls for paper in poll.papers], now
            )
        except Exception as error:
            # Nothing of it counts as seen, and it is asked for again later, not at once.
            for poll in polls:
                poll.broken = _told(error)
            await self._record(polls, now)
            raise
        await self._record(polls, now)
        for poll in polls:
            intake += await self._catch_up(poll, now)
        if intake.new or intake.changed:
            log.info(
                "%d new papers, %d changed, %d matched", intake.new, intake.changed, intake.matched
            )
        return intake

    async def next_tick_at(self) -> datetime | None:
        """Return when the next feed is due, or None without feeds."""
        rows = await feeds.everything(self._database.read)
        due = (feed.next_at for feed in rows if feed.name in self._sources)
        return min(due, default=None)

    async def _poll(self, source: Source, feed: Feed, now: datetime) -> _Poll:
        try:
            return await self._ask(source, feed, now)
        except SourceError as error:
            failed = self._time(now)
            return _Poll(feed, broken=str(error), retry_after=error.retry_after, failed_at=failed)
        except Exception as error:  # a named border: the feed
            log.exception("%s broke", feed.name)
            return _Poll(feed, broken=_told(error), failed_at=self._time(now))

    def _time(self, now: datetime) -> datetime:
        return now if self._clock is None else self._clock()

    async def _ask(self, source: Source, feed: Feed, now: datetime) -> _Poll:
        poll = _Poll(feed, etag=feed.etag, last_modified=feed.last_modified)
        state = FeedState(
            etag=feed.etag, last_modified=feed.last_modified, last_success_at=feed.last_success_at
        )
        for number, request in enumerate(source.requests(state, now)):
            response = await self._fetch(request)
            if response.not_modified:
                continue
            page = source.parse(response.body)
            poll.add(page)
            if number == 0:
                # The first request is the conditional one. An answer at its limit may be the
                # same while what it leaves out is not.
                poll.etag = None if page.at_limit else response.etag
                poll.last_modified = None if page.at_limit else response.last_modified
            if page.at_limit:
                for narrower in source.narrower():
                    poll.add(source.parse((await self._fetch(narrower)).body))
        return poll

    async def _record(self, polls: Sequence[_Poll], now: datetime) -> None:
        """Write how the polls went, once their papers are stored."""
        async with self._database.transaction() as tx:
            for poll in polls:
                poll.feed = _seen(poll, now)
                if poll.broken:
                    at = poll.failed_at or self._time(now)
                    await self._record_failure(tx, poll.feed, poll.broken, at, poll.retry_after)
                    await feeds.record_fill(tx, poll.feed)
                else:
                    poll.feed = self._polled(poll, now)
                    await feeds.record_success(tx, poll.feed)

    def _polled(self, poll: _Poll, now: datetime) -> Feed:
        feed = replace(
            poll.feed,
            etag=poll.etag,
            last_modified=poll.last_modified,
            first_success_at=poll.feed.first_success_at or now,
            last_success_at=now,
            next_at=now + self._every,
            entries_skipped=poll.feed.entries_skipped + poll.skipped,
        )
        # While a gap is open, its failures are not over.
        return feed if feed.fill_from else replace(feed, failures=0, last_error=None)

    async def _catch_up(self, poll: _Poll, now: datetime) -> Intake:
        """Fill a feed's gap, if it has one, and write how that went."""
        feed = poll.feed
        if feed.fill_from is None:
            return Intake()
        filled = await self._backfill.go_on(feed, feed.fill_from, now)
        async with self._database.transaction() as tx:
            if filled.trouble is not None:
                advanced = filled.feed.fill_from != feed.fill_from
                feed = replace(filled.feed, failures=0 if advanced else feed.failures)
                waits = (poll.retry_after, getattr(filled.trouble, "retry_after", None))
                retry_after = max((wait for wait in waits if wait is not None), default=None)
                at = self._time(now)
                await self._record_failure(tx, feed, _told(filled.trouble), at, retry_after)
            elif not poll.broken:
                await feeds.record_success(tx, replace(filled.feed, failures=0, last_error=None))
        return filled.intake

    async def _record_failure(
        self, tx: Writer, feed: Feed, error: str, at: datetime, retry_after: float | None
    ) -> None:
        log.warning("%s: %s", feed.name, error)
        patience = min(self._every, FIRST_RETRY * 2 ** min(feed.failures, 10))
        asked = timedelta(seconds=min(retry_after or 0, LONGEST_WAIT.total_seconds()))
        wait = max(patience, asked)
        await feeds.record_failure(tx, feed.name, error, at, at + wait)


def _seen(poll: _Poll, now: datetime) -> Feed:
    """Return the feed's row with the newest batch seen, and a gap opened if one was missed.

    What counts is the day that a listing bears: an answer may be empty, or stale, or 304.
    """
    feed = poll.feed
    days = [] if poll.broken else [it.announced_on for it in poll.papers if it.announced_on]
    shown = [min(now, listed_from(max(days)))] if days else []
    if feed.batch_at is None:
        # The first success: what was out before is nobody's to miss.
        first = max([batch_start(now, back=1), *shown])
        return feed if poll.broken else replace(feed, batch_at=first)
    newest = max([feed.batch_at, *shown])
    missed = batches_between(feed.batch_at, newest) > 1 or batches_between(newest, now) > 1
    fill_from = feed.batch_at - MODERATION if missed else None
    return replace(feed, batch_at=newest, fill_from=feed.fill_from or fill_from)


def _told(error: Exception) -> str:
    """Return an error as a feed's row shows it."""
    known = isinstance(error, OperationalError)
    return str(error) if known else f"A fault in the program: {type(error).__name__}."
