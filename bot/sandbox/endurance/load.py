"""What keeps a bot busy for minutes: announcements, digests, a crowd of people, and troubles.

The troubles are Discord's (answers lost, 429, 5xx, gateways closed) and the sources' (listings
that are stale, cut, broken, slow or not there).
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from bot.domain import Paper
from bot.sandbox.corpus import corpus
from bot.sandbox.discord import Channel, Failure, Lost, TooMany
from bot.sandbox.endurance import rows
from bot.sandbox.endurance.crowd import Crowd
from bot.sandbox.endurance.stage import LOOK, START, Stage
from bot.sandbox.feed_faults import Fault
from bot.storage.database import Database

CHANNELS = 100
DIGESTS = 5
"""Channels of them that have digests only."""
ANNOUNCED = 2
"""Papers at a time: a message for each channel."""
EVERY = 2.5
"""Seconds between two announcements: about 40 messages a second."""
LISTED = 40
"""Papers in a listing: what a broken or stale one left out is in the next."""
BEHIND = 1_500
"""Papers owed and not there at which no more are announced: the machine is too slow."""
KNOWN = 1_500
"""Papers that nobody is owed, announced before all else: their words fill the bot's caches."""
KNOWN_IN = "math.CO"
"""Their category."""
ACTS = 6.0
"""Of people, a second: about two requests each."""
TROUBLE = 4.0
"""Seconds between two troubles of the gateway or of a source."""
LONGEST_LAG = 600.0
"""Seconds after the end until a paper must be everywhere: waits grow to five minutes."""
PATIENCE = 120.0
"""Seconds in which a busy bot leaves the database to others for a moment."""
DIGEST = 30.0
"""Seconds from one digest to the next."""
_OF_ARXIV = (
    Fault.STATUS,
    Fault.HANG_UP,
    Fault.TRUNCATED,
    Fault.ERROR_FEED,
    Fault.GARBAGE_ENTRY,
    Fault.STALE,
    Fault.REPEATED,
    Fault.SLOW,
)
"""All but a 429, after which all of arXiv is left alone for half a minute."""
_TROUBLES = (
    *(("/atom/cs", fault) for fault in _OF_ARXIV),
    ("/atom/math", Fault.STATUS),
    ("/oai", Fault.STATUS),
    ("/api/daily_papers", Fault.RATE_EXCEEDED),
    ("/api/daily_papers", Fault.TRUNCATED),
)


@dataclass(slots=True)
class Load:
    """Keeps the bot of a stage busy; seeded."""

    on: Stage
    crowd: Crowd
    chance: random.Random
    digests: Sequence[Channel]
    at_once: Sequence[Channel]
    coming: deque[Paper]
    listed: deque[Paper] = field(default_factory=lambda: deque(maxlen=LISTED))
    owed: deque[tuple[float, tuple[Paper, ...]]] = field(default_factory=deque)
    """Announcements that are not all out yet, and when they were made."""
    day: date = field(default_factory=lambda: datetime.now(UTC).date())

    @classmethod
    async def begun(cls, on: Stage, seconds: float, seed: int) -> "Load":
        """Start the bot, subscribe the channels, and let the bot know many papers."""
        lounge = on.guild.add_text_channel("lounge")
        digests, at_once = on.channels[:DIGESTS], on.channels[DIGESTS:]
        await on.bot.start()
        await on.discord.ready(START)
        await on.subscribe(digests, when="daily")
        await on.subscribe(at_once)
        made = corpus(KNOWN + ANNOUNCED * int(seconds / EVERY + 1), 1).papers
        known = [replace(it, categories=(KNOWN_IN,)) for it in made[:KNOWN]]
        crowd = Crowd(on.ada, lounge, at_once[0], known, ACTS, seed)
        chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
        load = cls(on, crowd, chance, digests, at_once, deque(made[KNOWN:]))
        on.sources.publish(known, on=load.day)
        await on.wait_for_papers(KNOWN)
        load._break_messages()
        return load

    def _break_messages(self) -> None:
        for fault, share in (
            (Lost(), 0.02),
            (Lost(reset=True), 0.01),
            (Failure(503), 0.02),
            (Failure(500), 0.005),
            (TooMany(0.3), 0.005),
        ):
            self.on.discord.fault(fault, times=None, probability=share)

    async def run(self) -> None:
        """Keep the bot busy until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for each in (self._announce, self._trouble, self._digest, self.crowd.run):
                tasks.create_task(each())

    async def end(self) -> None:
        """End all troubles, and once what is owed at once is out, let the last digests come."""
        self.on.discord.clear_faults()
        self.on.sources.mend()
        async with asyncio.timeout(LONGEST_LAG):
            while self.lag():
                await asyncio.sleep(LOOK)
                self.on.account.update(self.on.channels)
        await self._make_digests_due()

    def lag(self) -> float:
        """Return for how many seconds the oldest paper has been owed that is not everywhere."""
        posted = self.on.account.posted
        while self.owed and all(
            (channel.id, paper.id) in posted
            for paper in self.owed[0][1]
            for channel in self.at_once
        ):
            self.owed.popleft()
        return time.monotonic() - self.owed[0][0] if self.owed else 0.0

    async def _announce(self) -> None:
        while True:
            account = self.on.account
            if len(account.owed) - len(account.posted) < BEHIND and self.coming:
                new = tuple(self.coming.popleft() for _ in range(ANNOUNCED))
                self.listed.extend(new)
                self.owed.append((time.monotonic(), new))
                self.on.owe(new)
                self.on.sources.publish(self.listed, on=self.day)
            await asyncio.sleep(EVERY)

    async def _trouble(self) -> None:
        gateway = self.on.discord.gateway
        while True:
            await asyncio.sleep(TROUBLE)
            match self.chance.randrange(12):
                case 0:
                    await self.on.discord.close_gateways(4000)
                case 1:
                    self.on.discord.drop_gateways()
                case 2:
                    gateway.ask_to_reconnect()
                case 3:
                    gateway.invalidate(resumable=self.chance.random() < 0.5)
                case _:
                    place, fault = self.chance.choice(_TROUBLES)
                    self.on.sources.fail(fault, place)

    async def _digest(self) -> None:
        while True:
            await asyncio.sleep(DIGEST)
            await self._make_digests_due()

    async def _make_digests_due(self) -> None:
        """Let a day pass for the digests, as soon as the bot lets another process write."""
        opened = Database.open(self.on.database, busy_seconds=PATIENCE)
        async with opened as database, database.transaction() as tx:
            await rows.make_digests_due(tx)
