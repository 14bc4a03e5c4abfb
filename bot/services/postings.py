"""Reads what preprint servers posted, day by day, and what venues list, and takes it in.

Each page is taken in before the next is asked for, and a day counts as read only once its last one
is: what fails or is cut off is read again. Decides neither which days nor what is complete.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from bot import postings
from bot.domain import Paper, PaperId
from bot.errors import OperationalError, SourceError
from bot.ledger import Batch
from bot.postings import Reading
from bot.services.asking import FIRST_RETRY, told, wait_after
from bot.services.backfilling import Fetch
from bot.services.importing import keep
from bot.services.intake import (
    Intake,
    Take,
    take_in,
    take_in_batch,
    take_in_crowd,
    take_in_late,
)
from bot.sources.pages import Page, Request
from bot.storage import feeds, papers
from bot.storage import ledger as rows
from bot.storage.database import Database
from bot.storage.feeds import Feed

log = logging.getLogger(__name__)

PAGES_AT_ONCE = 30
"""Of one source, so that the others have their turn; a day that was begun is read to its end."""
MOST_ENTRIES = 100_000
"""Of a day or a list: more is a source that does not come to an end."""
MOST_AT_ONCE = 200
"""New entries of a list that are posted one by one; more of them come in catch-ups."""


class PostingSource(Protocol):
    """Tells how much it holds, and gives it page by page; pure."""

    @property
    def name(self) -> str:
        """The name of the feed."""

    @property
    def is_by_day(self) -> bool:
        """Whether it is asked for one day at a time; else it has one list of everything."""

    def request(self, day: date, start: int) -> Request:
        """Return the request for a page of a day, or of the list, from entry `start` on."""

    def parse(self, body: bytes) -> Page:
        """Read an answer; raises SourceError."""


@dataclass(slots=True)
class _Turn:
    """What has become of a source's turn so far."""

    feed: Feed
    first: date
    """Watched for since then; nobody is owed what is older."""
    intake: Intake = field(default_factory=Intake)
    pages: int = 0
    read: int = 0
    doubted: int = 0
    failure: Exception | None = None


@dataclass(slots=True)
class _Pages:
    """What the pages of a day have held so far."""

    start: int = 0
    total: int | None = None
    found: set[tuple[PaperId, int | None]] = field(default_factory=set)
    skipped: int = 0
    is_over: bool = False

    def add(self, page: Page, day: date | None) -> None:
        """Count a page; papers of another day than `day` do not count."""
        entries = len(page.papers) + len(page.skipped)
        before = len(self.found) + self.skipped
        of_day = (it for it in page.papers if day in {None, it.announced_on})
        self.found |= {(it.id, it.version) for it in of_day}
        self.skipped += len(page.skipped)
        self.start += entries
        if page.total is not None and (entries or self.total is None):
            self.total = page.total
        brought_nothing = len(self.found) + self.skipped == before
        is_whole = self.total is not None and self.start >= self.total
        self.is_over = brought_nothing or is_whole

    @property
    def reading(self) -> Reading:
        """What they held, for the ledger."""
        return Reading(self.total, len(self.found), self.skipped)


class Postings:
    """Reads every source when its row says so.

    `clock` tells when something was, in a tick of minutes; without it, when the tick began.
    """

    def __init__(
        self,
        database: Database,
        fetch: Fetch,
        sources: Sequence[PostingSource],
        every: timedelta,
        *,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._database = database
        self._fetch = fetch
        self._sources = {source.name: source for source in sources}
        self._every = every
        self._clock = clock
        self._resting: dict[str, datetime] = {}
        self._is_started = False

    async def tick(self, now: datetime) -> Intake:
        """Read what is due of the sources whose turn it is; one that fails is retried."""
        if not self._is_started:
            async with self._database.transaction() as tx:
                await feeds.add_missing(tx, tuple(self._sources), now)
            self._is_started = True
        intake = Intake()
        for feed in await feeds.due(self._database.read, now):
            source = self._sources.get(feed.name)
            if source is not None and self._resting.get(feed.name, now) <= now:
                intake += await self._turn(source, feed, now)
        return intake

    async def next_tick_at(self) -> datetime | None:
        """Return when the next source is due, or None without sources."""
        stored = await feeds.everything(self._database.read)
        due = [
            max(feed.next_at, self._resting.get(feed.name, feed.next_at))
            for feed in stored
            if feed.name in self._sources
        ]
        return min(due, default=None)

    async def _turn(self, source: PostingSource, feed: Feed, now: datetime) -> Intake:
        # What cannot even be written down is not asked for again at once.
        self._resting[feed.name] = self._time(now) + FIRST_RETRY
        days = await self._opened(source, now)
        due = postings.to_read(days.values(), now, by_day=source.is_by_day)
        first = await rows.first_day(self._database.read, feed.name)
        turn = _Turn(feed, first or now.date())
        for batch in due:
            # The day that failed comes last the next time.
            if turn.pages >= PAGES_AT_ONCE or turn.failure is not None:
                break
            await self._try(source, batch, turn, now)
        await self._record(turn, now, has_more=turn.read < len(due))
        del self._resting[feed.name]
        return turn.intake

    async def _opened(self, source: PostingSource, now: datetime) -> dict[date, Batch]:
        """Write the days that begin, and return those that are open."""
        async with self._database.transaction() as tx:
            newest = await rows.newest(tx, source.name)
            new = postings.opened(source.name, newest, now, by_day=source.is_by_day)
            await rows.write(tx, new)
            return await rows.open_days(tx, source.name)

    async def _try(self, source: PostingSource, batch: Batch, turn: _Turn, now: datetime) -> None:
        try:
            await self._read(source, batch, turn, now)
        except SourceError as error:
            await self._fail(batch, turn, error, now)
        except OperationalError:
            raise
        except Exception as error:  # a named border: the day
            log.exception("%s broke on %s", batch.feed, batch.day)
            await self._fail(batch, turn, error, now)

    async def _fail(self, batch: Batch, turn: _Turn, error: Exception, now: datetime) -> None:
        turn.failure = error
        async with self._database.transaction() as tx:
            await rows.write(tx, [postings.after_failure(batch, self._time(now))])

    async def _read(self, source: PostingSource, batch: Batch, turn: _Turn, now: datetime) -> None:
        """Read a day to its end, unless its first page says that it is as it was."""
        day = batch.day if source.is_by_day else None
        pages = _Pages()
        while not pages.is_over:
            is_first = pages.start == 0
            page = await self._page(source, batch, pages.start)
            turn.pages += 1
            pages.add(page, day)
            take = await self._take(source, batch, page, now)
            turn.intake += await self._take_in(page.papers, turn.first, take, now)
            if pages.start > MOST_ENTRIES:
                raise SourceError("The source's list does not come to an end.")
            by_day = source.is_by_day
            if is_first and postings.is_unchanged(batch, pages.total, now, by_day=by_day):
                await self._note_unchanged(batch, turn, now)
                return
        await self._note(source, batch, pages.reading, turn, now)

    async def _note_unchanged(self, batch: Batch, turn: _Turn, now: datetime) -> None:
        turn.read += 1
        async with self._database.transaction() as tx:
            await rows.write(tx, [replace(batch, read_at=self._time(now))])

    async def _page(self, source: PostingSource, batch: Batch, start: int) -> Page:
        page = source.parse((await self._fetch(source.request(batch.day, start))).body)
        for entry in page.skipped:
            log.warning("Skipped an entry: %s: %.200s", entry.reason, entry.excerpt)
        return page

    async def _take(self, source: PostingSource, batch: Batch, page: Page, now: datetime) -> Take:
        """Return what is done with the papers of a page."""
        if source.is_by_day:
            is_late = now.astimezone(UTC).date() - batch.day > postings.LATEST
            return take_in_late if is_late else take_in
        if batch.changed_at is None:
            return keep  # never seen whole: it was there before anybody looked
        known = await papers.by_ids(self._database.read, {it.id for it in page.papers})
        new = max((page.total or 0) - batch.seen, len(page.papers) - len(known))
        return take_in_crowd if new > MOST_AT_ONCE else take_in

    async def _take_in(
        self, seen: Iterable[Paper], first: date, take: Take, now: datetime
    ) -> Intake:
        """Take papers in; what is older than the watch is kept as history."""
        seen = list(seen)
        past = [it for it in seen if it.announced_on is not None and it.announced_on < first]
        posted = [it for it in seen if it not in past]
        intake = await take_in_batch(self._database, past, now, keep)
        return intake + await take_in_batch(self._database, posted, now, take)

    async def _note(
        self, source: PostingSource, batch: Batch, reading: Reading, turn: _Turn, now: datetime
    ) -> None:
        """Write what a reading showed."""
        skipped = turn.feed.entries_skipped + postings.newly_skipped(batch, reading)
        turn.feed = replace(turn.feed, entries_skipped=skipped)
        turn.read += 1
        batch = postings.after_reading(
            batch, reading, source.name, self._time(now), by_day=source.is_by_day
        )
        turn.doubted += batch.known_by is None
        async with self._database.transaction() as tx:
            await rows.write(tx, [batch])

    async def _record(self, turn: _Turn, now: datetime, *, has_more: bool) -> None:
        """Write how a turn went, and when the next one is."""
        at, feed, failure = self._time(now), turn.feed, turn.failure
        soon = has_more or turn.doubted
        if turn.read or failure is None:
            feed = replace(
                feed,
                first_success_at=feed.first_success_at or at,
                last_success_at=at,
                next_at=at + (min(self._every, FIRST_RETRY) if soon else self._every),
                failures=0 if failure is None else feed.failures,
                last_error=None if failure is None else feed.last_error,
            )
        async with self._database.transaction() as tx:
            await feeds.record_success(tx, feed)
            if failure is not None:
                log.warning("%s: %s", feed.name, told(failure))
                retry_after = getattr(failure, "retry_after", None)
                wait = wait_after(feed.failures, self._every, retry_after)
                await feeds.record_failure(tx, feed.name, told(failure), at, at + wait)

    def _time(self, now: datetime) -> datetime:
        return now if self._clock is None else self._clock()
