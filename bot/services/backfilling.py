"""Fills of gaps: what a feed's missing days held, asked for elsewhere, page by page.

Each page is stored before the next is asked for, and where it ends is kept: what fails or is cut
off goes on from there. Decides neither what is missing nor how it was announced.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from bot import gaps, ledger
from bot.announcements import Calendar, Outlet
from bot.domain import PaperId
from bot.errors import SourceError
from bot.gaps import Gap, Record
from bot.ledger import Days
from bot.planning import Known
from bot.services.importing import keep
from bot.services.intake import Intake, take_in_batch, take_in_late
from bot.sources.pages import CursorLost, Harvest, Request, Response
from bot.storage import feeds, papers
from bot.storage import ledger as rows
from bot.storage.database import Database
from bot.storage.feeds import Feed

log = logging.getLogger(__name__)

Fetch = Callable[[Request], Awaitable[Response]]

PAGES_AT_ONCE = 10
"""Of one feed, so that the other feeds have their turn."""
MOST_NUMBERS = 500
"""Asked for in one request."""


class GapSource(Protocol):
    """Has what an archive announced, also days later; pure."""

    @property
    def name(self) -> str:
        """How the ledger calls it."""

    @property
    def outlet(self) -> Outlet:
        """When it has a batch."""

    def request(self, archive: str, since: date, now: datetime, cursor: str | None) -> Request:
        """Return the request for what changed since a day, or for the page at a cursor."""

    def parse(self, body: bytes) -> Harvest:
        """Read an answer; raises SourceError, CursorLost if it must be read from the start."""


class NumberSource(Protocol):
    """Knows papers by their numbers; pure."""

    def by_numbers(self, ids: Sequence[PaperId]) -> Request:
        """Return the request for certain papers."""

    def parse(self, body: bytes) -> Harvest:
        """Read an answer; raises SourceError."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How far a fill came: ``feed`` is the row now, ``trouble`` what stopped it.

    Without trouble and not at its end, it has only had its turn.
    """

    feed: Feed
    intake: Intake
    trouble: Exception | None = None


@dataclass(slots=True)
class _Fill:
    """A fill under way: where it stands, and what it has brought."""

    feed: Feed
    days: Days
    gap: Gap
    intake: Intake


class Backfill:
    """Fills the gaps of arXiv's feeds."""

    def __init__(
        self,
        database: Database,
        fetch: Fetch,
        source: GapSource,
        numbers: NumberSource,
        calendar: Calendar,
    ) -> None:
        self._database = database
        self._fetch = fetch
        self._source = source
        self._numbers = numbers
        self._calendar = calendar

    def is_due(self, feed: Feed, days: Days, now: datetime) -> bool:
        """Tell whether a feed has a gap that is to be filled now, or filled further."""
        return ledger.fill_is_due(
            days, self._source.outlet, feed.fill_began_at, feed.filled_at, now
        )

    async def go_on(self, feed: Feed, archive: str, days: Days, now: datetime) -> Filled:
        """Take in what the open days of an archive held, until the end or PAGES_AT_ONCE."""
        fill = await self._begun(feed, archive, days, now)
        trouble: Exception | None = None
        try:
            for _ in range(PAGES_AT_ONCE):
                await self._page(fill, now)
                if fill.feed.fill_began_at is None:
                    return Filled(fill.feed, fill.intake)
        except SourceError as error:
            trouble = error
        except Exception as error:  # a named border: the fill
            log.exception("The fill of %s broke", feed.name)
            trouble = error
        return Filled(fill.feed, fill.intake, trouble)

    async def _begun(self, feed: Feed, archive: str, days: Days, now: datetime) -> _Fill:
        began = feed.fill_began_at
        if began is None or not ledger.open_days(days, self._source.outlet, began):
            began = now
            feed = replace(feed, fill_began_at=now, fill_cursor=None)
            days = {day: replace(batch, found=0) for day, batch in days.items()}
            async with self._database.transaction() as tx:
                await feeds.record_fill(tx, feed)
                await rows.begin_fill(tx, feed.name)
        first = ledger.open_days(days, self._source.outlet, began)[0]
        reader = self._database.read
        newest_id = await papers.greatest_number(reader, first)
        gap = Gap(
            archive=archive,
            first=first,
            last=max(first, self._calendar.newest(now, self._source.outlet)),
            newest_id=newest_id or await papers.low_number(reader, first),
            watched_since=await self._watched_since(feed),
        )
        return _Fill(feed, days, gap, Intake())

    async def _watched_since(self, feed: Feed) -> date | None:
        """Return the first day of a feed that was seen, or is yet to be."""
        reader = self._database.read
        unwatched = await rows.unwatched(reader, feed.name)
        if unwatched is not None:
            return self._calendar.after(unwatched)
        return await rows.first_day(reader, feed.name)

    async def _page(self, fill: _Fill, now: datetime) -> None:
        """Ask for a page, take it in, and write how far that came."""
        cursor = fill.feed.fill_cursor
        since = ledger.changed_since(fill.days, fill.gap.first)
        request = self._source.request(fill.gap.archive, since, now, cursor)
        try:
            page = self._source.parse((await self._fetch(request)).body)
        except CursorLost:
            log.info("%s: the list is read from its start again", fill.feed.name)
            await self._start_again(fill)
            return
        if cursor is not None and page.cursor == cursor:
            raise SourceError("The source gives the same page again.")
        found = await self._take_in(fill.gap, await self._whole(page), now, fill)
        await self._record(fill, page, found, now)
        if page.truncated:
            raise SourceError("The answer broke off in the middle.")

    async def _start_again(self, fill: _Fill) -> None:
        fill.feed = replace(fill.feed, fill_cursor=None)
        fill.days = {day: replace(batch, found=0) for day, batch in fill.days.items()}
        async with self._database.transaction() as tx:
            await feeds.record_fill(tx, fill.feed)
            await rows.begin_fill(tx, fill.feed.name)

    async def _whole(self, page: Harvest) -> list[Record]:
        """Return a page's records, and those that it had damaged, asked for by their numbers."""
        for entry in page.skipped:
            log.warning("Skipped an entry: %s: %.200s", entry.reason, entry.excerpt)
        ids = [entry.paper_id for entry in page.skipped if entry.paper_id is not None]
        if not ids:
            return list(page.records)
        request = self._numbers.by_numbers(ids[:MOST_NUMBERS])
        mended = self._numbers.parse((await self._fetch(request)).body)
        return [*page.records, *mended.records]

    async def _take_in(
        self, gap: Gap, records: Sequence[Record], now: datetime, fill: _Fill
    ) -> list[date]:
        """Take records in; return the days of those announced."""
        stored = await papers.by_ids(self._database.read, [it.paper.id for it in records])
        known = {id_: Known(it.paper, it.announced_at is not None) for id_, it in stored.items()}
        sorted_ = gaps.sort(records, gap, known, self._calendar)
        fill.intake += await take_in_batch(self._database, sorted_.history, now, keep)
        fill.intake += await take_in_batch(self._database, sorted_.announced, now, take_in_late)
        return [it.announced_on for it in sorted_.announced if it.announced_on is not None]

    async def _record(
        self, fill: _Fill, page: Harvest, found: Sequence[date], now: datetime
    ) -> None:
        """Write what a page brought; after the last one, which days are complete."""
        skipped = fill.feed.entries_skipped + len(page.skipped)
        feed = replace(fill.feed, entries_skipped=skipped)
        changed = (
            {} if page.truncated else {it.day: it for it in ledger.with_found(fill.days, found)}
        )
        days = {**fill.days, **changed}
        async with self._database.transaction() as tx:
            if page.cursor is None and not page.truncated:
                published = await rows.published(tx, fill.gap.first)
                closed = ledger.after_fill(
                    days,
                    feed.fill_began_at or now,
                    (self._source.name, self._source.outlet),
                    published,
                    self._calendar,
                    now,
                )
                changed |= {it.day: it for it in closed}
                feed = replace(feed, fill_began_at=None, fill_cursor=None, filled_at=now)
            elif not page.truncated:
                feed = replace(feed, fill_cursor=page.cursor)
            await rows.write(tx, changed.values())
            await feeds.record_fill(tx, feed)
        fill.feed, fill.days = feed, {**days, **changed}
