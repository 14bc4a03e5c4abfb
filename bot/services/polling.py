"""Polls the sources that are due and takes in what they announce.

Decides nothing about papers: sources parse, planning decides, the intake stores. What a feed
announced unseen is for the ledger to tell, and for the back-fill to bring.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.announcements import EASTERN, Calendar
from bot.domain import AnnounceType, Paper
from bot.errors import SourceError
from bot.ledger import Batch, Days, after_poll
from bot.services.arrivals import Arrivals
from bot.services.asking import FIRST_RETRY, LONGEST_WAIT, Poll, Source, ask, told, wait_after
from bot.services.backfilling import Backfill, Fetch, Filled
from bot.services.intake import Intake, take_in_batch, take_in_missed
from bot.storage import feeds, papers
from bot.storage import ledger as rows
from bot.storage.database import Database, Writer
from bot.storage.feeds import Feed

log = logging.getLogger(__name__)

MOST_FAILED_FILLS = 3
"""In one tick."""
LONG_AWAY = timedelta(days=1)
"""Since a feed without batches last answered: then its lists are mostly of days gone by."""
REMEMBERED = timedelta(days=30)
"""How far back the ledger is looked at for days that are complete."""


class Polling:
    """Polls every source when its row says so.

    `clock` tells when a failure was, in a tick of minutes; without it, when the tick began.
    """

    def __init__(  # noqa: PLR0913 - each is a part that it is built of
        self,
        database: Database,
        fetch: Fetch,
        sources: Sequence[Source],
        backfill: Backfill,
        calendar: Calendar,
        every: timedelta,
        *,
        clock: Callable[[], datetime] | None = None,
        arrivals: Arrivals | None = None,
    ) -> None:
        self._database = database
        self._fetch = fetch
        self._sources = {source.name: source for source in sources}
        self._backfill = backfill
        self._calendar = calendar
        self._every = every
        self._clock = clock
        self._ticked_at: datetime | None = None
        self._arrivals = arrivals or Arrivals(asyncio.Event())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the feeds that are polled."""
        return tuple(self._sources)

    async def start(self, now: datetime) -> None:
        """Make the rows of feeds that are polled for the first time; they are due at once."""
        await self._bring_back(now)
        async with self._database.transaction() as tx:
            await feeds.add_missing(tx, tuple(self._sources), now)

    async def _bring_back(self, now: datetime) -> None:
        """Undo what a clock that was ahead wrote."""
        async with self._database.transaction() as tx:
            await feeds.bring_back(tx, now, now + self._every, now + LONGEST_WAIT)
            await rows.forget_after(tx, now.astimezone(EASTERN).date() + timedelta(days=1))

    async def tick(self, now: datetime) -> Intake:
        """Poll the feeds that are due, take in what all of them brought, then fill their gaps.

        A feed that fails is retried; the others go on.
        """
        if self._ticked_at is None or now < self._ticked_at:
            await self._bring_back(now)
        self._ticked_at = now
        polls = []
        for feed in await feeds.due(self._database.read, now):
            source = self._sources.get(feed.name)
            if source is not None:
                polls.append(await self._poll(source, feed, now))
        if not polls:
            return Intake()
        # All feeds at once: a paper that one archive lists as new and another as a cross-list is
        # new, and the papers of a day share messages.
        try:
            for poll in polls:
                poll.is_repeated = await self._is_repeated(poll)
            with self._arrivals.batch():
                intake = await self._take_in(polls, now)
        except Exception as error:
            # Nothing of it counts as seen, and it is asked for again later, not at once.
            for poll in polls:
                poll.papers.clear()
                poll.fail(error, self._time(now))
            await self._record(polls, now)
            raise
        ledgers = await self._record(polls, now)
        intake += await self._fill_gaps(polls, ledgers, now)
        if intake.new or intake.changed:
            log.info(
                "%d new papers, %d changed, %d matched", intake.new, intake.changed, intake.matched
            )
        return intake

    async def _take_in(self, polls: Sequence[Poll], now: datetime) -> Intake:
        """Take in what the polls brought; apart, what was featured while nobody could ask."""
        on_time: list[Paper] = []
        late: list[Paper] = []
        for poll in polls:
            (late if _was_out_of_reach(poll, now) else on_time).extend(poll.papers)
        more = self._arrivals.more
        intake = await take_in_batch(self._database, on_time, now, more=more)
        return intake + await take_in_batch(self._database, late, now, take_in_missed, more=more)

    async def _fill_gaps(
        self, polls: Sequence[Poll], ledgers: Mapping[str, Days], now: datetime
    ) -> Intake:
        """Fill the gaps of the feeds that were polled.

        After some failures the rest waits: who answers nobody would hold the listings up.
        """
        intake, failed = Intake(), 0
        for poll in polls:
            if failed < MOST_FAILED_FILLS:
                filled = await self._catch_up(poll, ledgers.get(poll.feed.name, {}), now)
                intake += filled.intake
                failed += filled.trouble is not None
        return intake

    async def next_tick_at(self) -> datetime | None:
        """Return when the next feed is due, or None without feeds."""
        stored = await feeds.everything(self._database.read)
        due = (feed.next_at for feed in stored if feed.name in self._sources)
        return min(due, default=None)

    async def _poll(self, source: Source, feed: Feed, now: datetime) -> Poll:
        poll = Poll(feed, source.archive, etag=feed.etag, last_modified=feed.last_modified)
        try:
            await ask(self._fetch, source, poll, now)
        except SourceError as error:
            poll.fail(error, self._time(now))
        except Exception as error:  # a named border: the feed
            log.exception("%s broke", feed.name)
            poll.fail(error, self._time(now))
        return poll

    def _time(self, now: datetime) -> datetime:
        return now if self._clock is None else self._clock()

    async def _is_repeated(self, poll: Poll) -> bool:
        """Tell whether a listing has the batch of an earlier day under a new one.

        Each paper is new once: a listing whose new papers were new before, for the most part, is
        not the batch that it says it is (seen on rss.arxiv.org in August 2026).
        """
        day = poll.day
        new = [it.id for it in poll.papers if it.announce_type is AnnounceType.NEW]
        if poll.archive is None or day is None or not new:
            return False
        before = await papers.announced_days(self._database.read, new)
        return sum(it < day for it in before.values()) > len(new) / 2

    async def _record(self, polls: Sequence[Poll], now: datetime) -> dict[str, dict[date, Batch]]:
        """Write how the polls went, once their papers are stored; return the ledger."""
        async with self._database.transaction() as tx:
            ledgers = await rows.since(tx, (now - REMEMBERED).date())
            for poll in polls:
                if poll.broken:
                    at = poll.failed_at or self._time(now)
                    await self._record_failure(tx, poll.feed, poll.broken, at, poll.retry_after)
                    await feeds.record_fill(tx, poll.feed)
                else:
                    poll.feed = self._polled(poll, now)
                    await feeds.record_success(tx, poll.feed)
                if poll.archive is not None:
                    name = poll.feed.name
                    days = ledgers.setdefault(name, {})
                    changed = after_poll(name, days, poll.sighting(), self._calendar, now)
                    await rows.write(tx, changed)
                    days |= {batch.day: batch for batch in changed}
        return ledgers

    def _polled(self, poll: Poll, now: datetime) -> Feed:
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
        return feed if feed.fill_began_at else replace(feed, failures=0, last_error=None)

    async def _catch_up(self, poll: Poll, days: Days, now: datetime) -> Filled:
        """Fill a feed's gap, if it has one that is due, and write how that went."""
        feed = poll.feed
        if poll.archive is None or not self._backfill.is_due(feed, days, now):
            return Filled(feed, Intake())
        filled = await self._backfill.go_on(feed, poll.archive, days, now)
        async with self._database.transaction() as tx:
            if filled.trouble is not None:
                advanced = filled.feed.fill_cursor != feed.fill_cursor
                feed = replace(filled.feed, failures=0 if advanced else feed.failures)
                waits = (poll.retry_after, getattr(filled.trouble, "retry_after", None))
                retry_after = max((wait for wait in waits if wait is not None), default=None)
                at = self._time(now)
                await self._record_failure(tx, feed, told(filled.trouble), at, retry_after)
            elif not poll.broken:
                feed = replace(filled.feed, failures=0, last_error=None)
                if feed.fill_began_at is not None:
                    feed = replace(feed, next_at=min(feed.next_at, self._time(now) + FIRST_RETRY))
                await feeds.record_success(tx, feed)
        return filled

    async def _record_failure(
        self, tx: Writer, feed: Feed, error: str, at: datetime, retry_after: float | None
    ) -> None:
        log.warning("%s: %s", feed.name, error)
        wait = wait_after(feed.failures, self._every, retry_after)
        await feeds.record_failure(tx, feed.name, error, at, at + wait)


def _was_out_of_reach(poll: Poll, now: datetime) -> bool:
    """Whether a feed tells now what it would have told long ago; listings have ledgers for that."""
    last = poll.feed.last_success_at
    return poll.archive is None and last is not None and now - last > LONG_AWAY
