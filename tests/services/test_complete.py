"""Nothing is lost and nothing doubled: real sources on loopback, weeks of a clock, and faults."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.announcements import ARXIV, Outlet, closed_at, due_at
from bot.domain import AnnounceType, Mode, Paper, PaperId
from bot.sandbox.feed_faults import Fault
from bot.sandbox.feeds import SourcesSandbox
from bot.services.backfilling import Backfill
from bot.services.polling import Polling
from bot.sources.arxiv_api import ArxivSearch
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.http import Fetcher
from bot.storage import deliveries, ledger
from bot.storage.database import Database
from bot.storage.feeds import StoredRequestLog
from tests.samples import paper
from tests.services.parts import CHANNEL, subscribe
from tests.sources.clock import Clock

ARCHIVES = ("cs", "hep-th", "stat")
CATEGORIES = (("cs.LG",), ("cs.LG", "stat.ML"), ("hep-th",), ("stat.ML", "cs.AI"), ("stat.ME",))
FIRST, LAST = date(2026, 11, 2), date(2026, 12, 1)
HOUR = timedelta(hours=1)
SPACING = timedelta(seconds=3)
LISTING_FAULTS = (
    Fault.STALE,
    Fault.REPEATED,
    Fault.TRUNCATED,
    Fault.EMPTY_PAGE,
    Fault.ERROR_FEED,
    Fault.STATUS,
    Fault.RATE_EXCEEDED,
    Fault.HANG_UP,
    Fault.GARBAGE_ENTRY,
)
OAI_FAULTS = (Fault.STATUS, Fault.TRUNCATED, Fault.TOKEN_EXPIRED, Fault.HANG_UP)


@dataclass
class World:
    """arXiv for some weeks, and a bot that is not always there."""

    sources: SourcesSandbox
    clock: Clock
    random: random.Random
    owed: set[PaperId] = field(default_factory=set)
    """What was announced as new since the bot was first there."""
    number: int = 0

    def announce(self, day: date) -> None:
        """Publish a day's batch: new papers, some held back for a week, and replacements."""
        batch = [self._new(day) for _ in range(self.random.randint(3, 9))]
        if day > FIRST:
            self.owed |= {it.id for it in batch}
        batch += [self._replacement() for _ in range(self.random.randint(0, 3))]
        self.sources.publish(batch, day)

    def _new(self, day: date) -> Paper:
        self.number += 1
        held = timedelta(days=self.random.choice((0, 0, 0, 0, 2, 9)))
        return paper(
            f"2611.{self.number:05}",
            title=f"Tides, Part {self.number}",
            categories=self.random.choice(CATEGORIES),
            published=closed_at(day) - HOUR - held,
        )

    def _replacement(self) -> Paper:
        number = self.random.randint(1, 99_999)
        return paper(
            f"2401.{number:05}",
            title="Old tides",
            version=2,
            categories=self.random.choice(CATEGORIES),
            announce_type=AnnounceType.REPLACE,
            published=closed_at(date(2024, 1, 9)),
        )

    def break_something(self) -> None:
        """Let some of the next requests fail."""
        fault = self.random.choice((*LISTING_FAULTS, *OAI_FAULTS))
        path = "/atom/" if fault in LISTING_FAULTS else "/oai"
        if fault in OAI_FAULTS and self.random.random() < 0.5:
            path = "/oai"
        times, wait = self.random.choice((1, 2, 9, 60)), self.random.choice((None, "30", "7200"))
        self.sources.fail(fault, path, times=times, retry_after=wait)


def hours() -> Iterator[datetime]:
    """Yield every hour of the weeks, from the first batch on."""
    now = due_at(FIRST, Outlet.LISTING) + HOUR / 2
    while now < due_at(LAST, Outlet.LISTING) + timedelta(days=1):
        yield now
        now += HOUR


class NotingLog(StoredRequestLog):
    """A log of requests that keeps them all."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.moments: list[datetime] = []

    async def record_request(self, group: str, at: datetime) -> None:
        """Keep when it was, and remember it as usual."""
        self.moments.append(at)
        await super().record_request(group, at)


@asynccontextmanager
async def polling(
    database: Database, sources: SourcesSandbox, clock: Clock, log: NotingLog
) -> AsyncIterator[Polling]:
    """Build what the bot builds, of three archives."""
    async with Fetcher(
        arxiv_urls=(sources.rss_url, sources.api_url, sources.oai_url),
        spacing=3.0,
        contact=None,
        requests=log,
        now=clock.now,
        sleep=clock.sleep,
    ) as fetcher:
        search = ArxivSearch(sources.api_url)
        fill = Backfill(database, fetcher.fetch, ArxivOai(sources.oai_url), search, ARXIV)
        listings = [ArxivListing(sources.rss_url, archive) for archive in ARCHIVES]
        yield Polling(database, fetcher.fetch, listings, fill, ARXIV, 2 * HOUR, clock=clock.now)


async def poll_until(it: Polling, clock: Clock, moment: datetime) -> None:
    """Tick whenever a feed is due, until a moment."""
    while (due := await it.next_tick_at()) is not None and due < moment:
        clock.time = max(clock.time, due)
        await it.tick(clock.time)
    clock.time = max(clock.time, moment)


def outages(chance: random.Random) -> list[tuple[datetime, datetime]]:
    """Return when the bot is down: for hours, and once for days."""
    start = due_at(FIRST, Outlet.LISTING) + timedelta(days=1)
    spans = [(chance.uniform(0, 27), chance.choice((0.1, 0.5, 1.2))) for _ in range(3)]
    spans.append((chance.uniform(0, 18), chance.uniform(2, 9)))
    return [(start + timedelta(days=at), start + timedelta(days=at + long)) for at, long in spans]


@pytest.mark.parametrize("seed", range(1))
async def test_weeks_of_faults_lose_nothing_and_double_nothing(tmp_path: Path, seed: int) -> None:
    """Each paper that was announced as new while somebody subscribed is owed, and no other."""
    chance = random.Random(seed)  # noqa: S311 - a story that can be told again
    clock = Clock()
    clock.time = due_at(FIRST, Outlet.LISTING)
    down = outages(chance)
    published: set[date] = set()
    async with (
        SourcesSandbox() as sources,
        Database.open(tmp_path / "paperwire.db") as database,
        polling(database, sources, clock, log := NotingLog(database)) as it,
    ):
        sources.records_a_page = 5
        world = World(sources, clock, chance)
        for hour in hours():
            day = ARXIV.newest(hour)
            if day not in published:
                published.add(day)
                world.announce(day)
            if hour.hour % 7 == 0 and chance.random() < 0.4:
                world.break_something()
            if day == FIRST and not await ledger.first_day(database.read, "arxiv:cs"):
                await it.start(clock.time)
                await it.tick(clock.time)
                await subscribe(database, "tide", now=clock.time)
            if not any(start <= hour < end for start, end in down):
                await poll_until(it, clock, hour)
            clock.time = max(clock.time, hour)
        sources.mend()
        await poll_until(it, clock, clock.time + timedelta(days=2))
        found = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10_000)
        late = await deliveries.owed(database.read, CHANNEL, Mode.CATCH_UP, 10_000)
        owed = [each.match.paper.id for each in (*found, *late)]
        assert sorted(owed) == sorted(world.owed)
        ledgers = await ledger.since(database.read, FIRST)
        for archive in ARCHIVES:
            days = ledgers[f"arxiv:{archive}"]
            assert set(ARXIV.between(FIRST, LAST)) <= set(days)
            assert not [day for day, batch in days.items() if batch.is_open and day <= LAST]
        assert sources.most_at_once == 1
        assert len(log.moments) > 1_000
        assert min(later - before for before, later in pairwise(log.moments)) >= SPACING
