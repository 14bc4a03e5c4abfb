"""One run of a plan: what happens, and the bot's processes one after another. Judges at the end."""

import asyncio
import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot import app
from bot.app import App
from bot.sandbox.feed_faults import Fault
from bot.sandbox.simulation.bot import Surroundings, started, wake
from bot.sandbox.simulation.discord import Discord, Trouble
from bot.sandbox.simulation.disk import Disk
from bot.sandbox.simulation.happenings import (
    Access,
    Batch,
    CatchUp,
    ClockStep,
    Curse,
    Deleted,
    Digest,
    DiscordFault,
    DiskFault,
    Featured,
    Follow,
    Gateway,
    Membership,
    Ordered,
    Power,
    Quiet,
    Retry,
    SourceFault,
    What,
)
from bot.sandbox.simulation.life import Fuse, Life
from bot.sandbox.simulation.model import Model
from bot.sandbox.simulation.orders import Orders
from bot.sandbox.simulation.plan import CHANNELS, Plan
from bot.sandbox.simulation.sources import Sources

CALM = timedelta(days=5)
"""After all that happens: time in which nothing goes wrong and everything must come out."""
RESTARTS = tuple(timedelta(seconds=each) for each in (5, 5, 240, 4_000))
"""How long a process that was killed stays away."""
HEARD_AFTER = 60.0
"""Seconds."""
RESTART_AFTER_ERROR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the story; ``group`` is the plan's, None for what came of it."""

    at: datetime
    group: int | None
    text: str


@dataclass
class Run:
    """A world, and the bot in it. ``broken`` holds what must not be, after `go`."""

    plan: Plan
    folder: Path
    seed: int
    without: Collection[int] = ()
    """Groups of the plan that are left out."""
    model: Model = field(default_factory=Model)
    broken: list[str] = field(default_factory=list)
    story: list[Told] = field(default_factory=list)
    lives: int = 0

    def __post_init__(self) -> None:
        self._off = timedelta()
        chance = random.Random(self.seed)  # noqa: S311 - repeatable, not secret
        self._chance = chance
        self._sources = Sources(chance)
        self._is_on = asyncio.Event()
        self._fuse: Fuse | None = None
        self._disk_fault: str | None = None
        self._disk: Disk | None = None
        self._process: asyncio.Task[None] | None = None
        self._bot: App | None = None
        self._deleted: set[int] = set()

    async def go(self) -> None:
        """Run the plan to its end and through the calm after it, then judge."""
        self._director = asyncio.current_task()
        self.discord = Discord(lambda: self.now().timestamp(), self._chance)
        self.orders = Orders(self.discord, self.model, self.now, self.clock, self._tell)
        self._around = Surroundings(
            path=self.folder / "bot.db",
            sources=self._sources,
            discord=self.discord,
            clock=self.clock,
            chance=self._chance,
            connected=lambda: self._mark("process", is_wrong=False),
            stored=lambda id_: self.model.had.setdefault(id_, self.now()),
        )
        self._supervisor = asyncio.create_task(self._keep_running())
        for happening in self.plan.happenings:
            if happening.at < self.plan.end and happening.group not in self.without:
                await self._wait_until(happening.at)
                self._tell(str(happening.what), happening.group)
                self._apply(happening.what)
                self._wake()
        await self._wait_until(self.plan.end)
        self._calm()
        await self._wait_until(self.plan.end + CALM)
        self._supervisor.cancel()
        await self._kill()
        self.model.end_schedules(self.now())
        self.broken += self.model.broken(self.discord.sent)

    def now(self) -> datetime:
        """Return the true time."""
        return self.plan.start + timedelta(seconds=asyncio.get_running_loop().time())

    def clock(self) -> datetime:
        """Return the time as the bot's machine has it."""
        return self.now() + self._off

    async def _wait_until(self, moment: datetime) -> None:
        await asyncio.sleep(max(0.0, (moment - self.now()).total_seconds()))

    def _wake(self) -> None:
        """Let it look at once, and when it has heard of what happened."""
        self._look()
        asyncio.get_running_loop().call_later(HEARD_AFTER, self._look)

    def _look(self) -> None:
        if self._bot is not None:
            wake(self._bot)
        self.orders.look()

    async def _keep_running(self) -> None:
        """Start a process whenever there is none and the power is on."""
        while True:
            await self._is_on.wait()
            self.lives += 1
            life = Life(self._chance, self._fuse)
            self._disk = Disk(life, self._around.stored)
            self._disk.fault = self._disk_fault
            self._fuse = None
            self._process = asyncio.create_task(self._live(self._disk))
            ended = asyncio.create_task(life.ended.wait())
            await asyncio.wait((self._process, ended), return_when=asyncio.FIRST_COMPLETED)
            await self._bury(self._process)

    async def _bury(self, process: asyncio.Task[None]) -> None:
        """Note why a process is over, end all that is left of it, and wait to start the next."""
        away = self._chance.choice(RESTARTS)
        error = process.exception() if process.done() and not process.cancelled() else None
        if process.cancelled():
            self._tell("the process has ended as it was asked to")
        elif self._disk is not None and self._disk.life.ended.is_set():
            self._tell("the process is killed")
        else:
            self._tell(f"the process ends: {error!r}")
            away = RESTART_AFTER_ERROR
        self._mark("process", is_wrong=True)
        await self._kill()
        if self._is_on.is_set():
            await asyncio.sleep(away.total_seconds())

    async def _live(self, disk: Disk) -> None:
        """Be a process."""
        async with started(self._around, disk) as bot:
            self._bot = bot
            orders = asyncio.create_task(self.orders.obey(bot))
            try:
                await app.run(bot)
            finally:
                orders.cancel()

    async def _kill(self) -> None:
        """End all tasks of a process where they are."""
        disk, self._disk, self._bot = self._disk, None, None
        if disk is None:
            return
        disk.life.end()
        spared = {self._director, self._supervisor, asyncio.current_task()}
        while left := [it for it in asyncio.all_tasks() if it not in spared]:
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=0.001)
        disk.cut()

    def _apply(self, what: What) -> None:
        match what:
            case Batch(day, papers):
                self._sources.publish(papers, day)
                self.model.publish(papers, self.now())
            case Featured(day, papers):
                self._sources.feature(papers, day)
            case Ordered() | Digest() | CatchUp() | Quiet() | Follow() | Retry():
                self.orders.give(what)
            case Access() | Deleted() | Membership():
                self._access(what)
            case _:
                self._trouble(what)

    def _access(self, what: What) -> None:
        """Change where the bot may post."""
        now, discord, troubles = self.now(), self.discord, self.model.troubles
        match what:
            case Access(channel, None):
                discord.give_back(channel)
                troubles.end(f"access {channel}", now)
            case Access(channel, denied) if denied is not None:
                discord.deny(channel, denied)
                troubles.begin(f"access {channel}", now, channel)
            case Deleted(channel):
                discord.delete(channel)
                self._deleted.add(channel)
                self.model.close(channel, now)
            case Membership(guild, True):
                discord.take_back(guild, self._deleted)
                for place in discord.places:
                    troubles.end(f"guild {place.number}", now)
            case Membership(guild, False):
                discord.remove(guild)
                for place in discord.places:
                    if place.guild is discord.guilds[guild]:
                        troubles.begin(f"guild {place.number}", now, place.number)

    def _trouble(self, what: What) -> None:
        """Let something go wrong, or be well again."""
        match what:
            case SourceFault(path, fault):
                self._spoil_source(path, fault)
            case DiscordFault(trouble, share):
                self._spoil_discord(trouble, share)
            case Curse(word):
                self.discord.cursed = frozenset({word} if word else ())
                # A digest with such a paper comes in pieces.
                self._mark("curse", is_wrong=bool(word))
            case Gateway(is_open, forgets):
                self._turn_gateway(is_open=is_open, forgets=forgets)
            case DiskFault(name):
                self._spoil_disk(name)
            case ClockStep(off):
                self._step_clock(off)
            case Power():
                self._power(what)

    def _mark(self, name: str, *, is_wrong: bool) -> None:
        troubles = self.model.troubles
        (troubles.begin if is_wrong else troubles.end)(name, self.now())

    def _spoil_source(self, path: str, fault: Fault | None) -> None:
        self._sources.faults.pop(path, None)
        if fault is not None:
            self._sources.faults[path] = fault
        self._mark(f"source {path}", is_wrong=fault is not None)

    def _spoil_discord(self, trouble: Trouble, share: float) -> None:
        self.discord.trouble.pop(trouble, None)
        if share:
            self.discord.trouble[trouble] = share
        self._mark(f"discord {trouble}", is_wrong=share > 0)

    def _turn_gateway(self, *, is_open: bool, forgets: bool) -> None:
        if is_open:
            self.discord.is_open.set()
        else:
            self.discord.close_gateway(forgets=forgets)
        self._mark("gateway", is_wrong=not is_open)

    def _spoil_disk(self, name: str | None) -> None:
        self._disk_fault = name
        if self._disk is not None:
            self._disk.fault = name
        self._mark("disk", is_wrong=name is not None)

    def _step_clock(self, off: timedelta) -> None:
        before, self._off = self._off, off
        # What was written while it was off may have been for another day.
        wide = max(abs(off), abs(before)) + timedelta(days=1)
        self.model.troubles.span(self.now() - wide, self.now() + wide)
        self.model.wrong_clock.span(self.now() - wide, self.now() + wide)
        self._mark("clock", is_wrong=bool(off))
        if self._bot is not None:
            wake(self._bot, polls=True)

    def _power(self, power: Power) -> None:
        """Turn the process on or off, or set how long it lives, the next one if there is none."""
        if power.fuse is not None:
            if self._disk is None:
                self._fuse = power.fuse
            else:
                self._disk.life.end_after(power.fuse)
        elif power.is_on:
            self._is_on.set()
        else:
            self._is_on.clear()
            if power.is_gentle and self._process is not None:
                self._process.cancel()
            elif self._disk is not None:
                self._disk.life.end()

    def _calm(self) -> None:
        """Let all go well from now on."""
        self._tell("all goes well from here")
        self._off = timedelta()
        self._sources.faults.clear()
        self.discord.trouble.clear()
        self.discord.cursed = frozenset()
        self._spoil_disk(None)
        self._fuse = None
        if self._disk is not None:
            self._disk.life.end_after(None)
        self._turn_gateway(is_open=True, forgets=False)
        for guild in range(len(self.discord.guilds)):
            self._access(Membership(guild, is_in=True))
        for place in self.discord.places:
            if place.channel.overwrites:
                self._access(Access(place.number, None))
        self._is_on.set()
        self.model.troubles.end_all(self.now())
        for number in CHANNELS:
            self.orders.give(Retry(number))
        self._wake()

    def _tell(self, text: str, group: int | None = None) -> None:
        self.story.append(Told(self.now(), group, text))
