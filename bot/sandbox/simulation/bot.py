"""The bot's process in the simulation: the real services on a disk that may fail, until it ends.

Built like `bot.app` builds them, but for the connection to Discord and the sources' HTTP.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from bot.announcements import Calendar
from bot.domain import GuildId, UserId
from bot.sandbox.simulation.discord import Discord
from bot.sandbox.simulation.disk import Disk
from bot.sandbox.simulation.life import Crash
from bot.sandbox.simulation.sources import URL, Sources
from bot.services.backfilling import Backfill
from bot.services.catching_up import CatchUps
from bot.services.digests import Digests
from bot.services.outbox import Outbox
from bot.services.polling import Polling
from bot.services.subscriptions import Subscriptions
from bot.services.ticking import SHORTEST_WAIT, Ticker
from bot.sources.arxiv_api import ArxivSearch
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.huggingface import HuggingFaceDaily
from bot.storage.database import Database

GUILD, SOMEBODY = GuildId(70), UserId(7)
POLL_EVERY = timedelta(hours=3)
LOOK_EVERY = timedelta(hours=2)
"""At what is due, besides when it is known to be due; the bot itself looks every half minute."""
ARCHIVES = ("cs", "math")
_AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Wake:
    """A ticker, and when it is to tick next."""

    ticker: Ticker
    at: datetime


class Bot:
    """A running process. Build it with `Bot.started`."""

    def __init__(self, database: Database, disk: Disk, sources: Sources, outbox: Outbox) -> None:
        self.database = database
        self.disk = disk
        self.subscriptions = Subscriptions(database)
        self.digests = Digests(database)
        self._catch_ups = CatchUps(database)
        self._sources = sources
        self._outbox = outbox
        self._wakes: list[_Wake] = []

    @classmethod
    @asynccontextmanager
    async def started(
        cls,
        path: Path,
        disk: Disk,
        sources: Sources,
        discord: Discord,
        clock: Callable[[], datetime],
    ) -> AsyncIterator[Self]:
        """Start a process on a file; at the end of the block it is killed."""
        sources.life = discord.life = disk.life
        async with Database.open(path, busy_seconds=0, connect=disk.connect) as database:
            outbox = Outbox(database, discord, "salt", clock)
            bot = cls(database, disk, sources, outbox)
            try:
                await bot._start(clock)
                yield bot
            finally:
                disk.life.end()
                await outbox.close()
                disk.cut()

    async def _start(self, clock: Callable[[], datetime]) -> None:
        outbox = self._outbox
        calendar = Calendar()
        search = ArxivSearch(f"{URL}/api/query")
        fetch = self._sources.fetch
        polling = Polling(
            self.database,
            fetch,
            [*(ArxivListing(URL, it) for it in ARCHIVES), HuggingFaceDaily(URL)],
            Backfill(self.database, fetch, ArxivOai(f"{URL}/oai"), search, calendar),
            calendar,
            POLL_EVERY,
            clock=clock,
        )
        await polling.start(clock())

        async def poll(now: datetime) -> None:
            await polling.tick(now)
            self._wakes[-1].at = _AT_ONCE

        async def make_digests(now: datetime) -> None:
            await self.digests.tick(now)
            await self._catch_ups.tick(now)
            self._wakes[-1].at = _AT_ONCE

        async def deliver(now: datetime) -> None:
            outbox.due.clear()
            await outbox.tick(now)
            await outbox.settle()
            if self.disk.life.has_ended:
                raise Crash

        async def next_delivery() -> datetime | None:
            return clock() if outbox.due.is_set() else await outbox.next_tick_at()

        tickers = (
            Ticker("Polling", poll, polling.next_tick_at, clock, POLL_EVERY),
            Ticker("Digests", make_digests, self.digests.next_tick_at, clock, LOOK_EVERY),
            Ticker("Delivery", deliver, next_delivery, clock, LOOK_EVERY),
        )
        self._wakes = [_Wake(ticker, _AT_ONCE) for ticker in tickers]

    def wakes_at(self, now: datetime) -> datetime:
        """Return when it does something next, if nothing comes up; `now` is the true time."""
        return max(now + SHORTEST_WAIT, min(wake.at for wake in self._wakes))

    def wake(self) -> None:
        """Let it look at everything at once, as after a command."""
        for wake in self._wakes:
            wake.at = _AT_ONCE

    async def turn(self, now: datetime) -> None:
        """Do what is due; raises Crash where the process ends."""
        for wake in self._wakes:
            if wake.at <= now:
                wake.at = now + await wake.ticker.once()
                if self.disk.life.has_ended:
                    raise Crash
