"""One run of a plan: time goes from happening to happening and from one thing due to the next."""

import random
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain import ChannelId
from bot.errors import NotFound, StorageError
from bot.sandbox.simulation import plan as plans
from bot.sandbox.simulation.bot import GUILD, SOMEBODY, Bot
from bot.sandbox.simulation.discord import Discord
from bot.sandbox.simulation.disk import Disk
from bot.sandbox.simulation.life import Crash, Fuse, Life
from bot.sandbox.simulation.model import Model, Promise
from bot.sandbox.simulation.plan import Plan
from bot.sandbox.simulation.sources import Sources

CALM = timedelta(days=6)
"""After all that happens: time in which nothing goes wrong and everything must come out."""
RESTARTS = tuple(timedelta(seconds=each) for each in (5, 5, 240, 4_000))
"""How long a process that was killed stays away."""
RESTART_AFTER_ERROR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the story; ``group`` is the plan's, None for what came of it."""

    at: datetime
    group: int | None
    text: str


@dataclass(slots=True)
class _Command:
    """Something that a person asks of the bot, again and again until it answers."""

    asked: datetime
    what: plans.Ordered | plans.Digest | plans.Permission
    promise: Promise | None = None


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
        self._now = self.plan.start
        self._off = timedelta()
        self._sources = Sources()
        self._chance = random.Random(self.seed)  # noqa: S311 - repeatable, not secret
        self.discord = Discord(lambda: self._now, self._chance)
        self._to_come = deque(it for it in self.plan.happenings if it.at < self.plan.end)
        self._is_on = False
        self._fuse: Fuse | None = None
        self._disk_fault: str | None = None
        self._disk: Disk | None = None
        self._commands: deque[_Command] = deque()
        self._last_key = 0
        self._is_calm = False

    async def go(self) -> None:
        """Run the plan to its end and through the calm after it, then judge."""
        while self._now < self.plan.end + CALM:
            if self._to_come and (not self._is_on or self._to_come[0].at <= self._now):
                self._happen(None)
            elif not self._to_come and not self._is_calm:
                self._calm()
            else:
                await self._live()
        self.broken += self.model.broken(self.discord.sent)

    def clock(self) -> datetime:
        """Return the time as the bot's machine has it."""
        return self._now + self._off

    async def _live(self) -> None:
        """Let a process run until it ends, whichever way."""
        self.lives += 1
        self._disk = Disk(Life(self._fuse))
        self._disk.fault = self._disk_fault
        self._fuse = None
        path = self.folder / "bot.db"
        try:
            async with Bot.started(
                path, self._disk, self._sources, self.discord, self.clock
            ) as bot:
                await self._reopen(bot)
                while self._is_on and self._now < self.plan.end + CALM:
                    await self._obey(bot)
                    await self._next(bot)
        except Crash:
            self._tell("the process is killed")
            self._now += self._chance.choice(RESTARTS)
        except StorageError as error:
            self._tell(f"the process ends: {error}")
            self._now += RESTART_AFTER_ERROR
        finally:
            self._disk = None

    async def _next(self, bot: Bot) -> None:
        """Go to what comes first, a happening or something due."""
        wakes_at = bot.wakes_at(self._now)
        if self._to_come and self._to_come[0].at <= wakes_at:
            self._happen(bot)
        elif not self._to_come and not self._is_calm:
            self._calm()
            bot.wake()
        else:
            self._now = wakes_at
            sent = len(self.discord.sent)
            await bot.turn(self._now)
            for each in self.discord.sent[sent:]:
                papers = ", ".join(sorted(it.rpartition("/abs/")[2] for it in each.links))
                self._tell(f"channel {each.channel} gets {papers} ({each.digest or 'post'})")
            await self._look(bot)

    async def _look(self, bot: Bot) -> None:
        """Note since when the bot has each paper."""
        rows = await bot.database.read.all(
            "SELECT key, id FROM papers WHERE key > ? ORDER BY key", (self._last_key,)
        )
        for key, id_ in rows:
            self._last_key = key
            self.model.had.setdefault(id_, self._now)

    def _happen(self, bot: Bot | None) -> None:
        """Let the next happening happen."""
        happening = self._to_come.popleft()
        self._now = max(self._now, happening.at)
        if happening.group not in self.without:
            self._tell(str(happening.what), happening.group)
            self._apply(happening.what)
            if bot is not None:
                bot.wake()

    def _apply(self, what: plans.What) -> None:
        match what:
            case plans.Batch(day, papers):
                self._sources.publish(papers, day)
                self.model.publish(papers, self._now)
            case plans.Featured(day, papers):
                self._sources.feature(papers, day)
            case plans.Ordered() | plans.Digest():
                self._commands.append(_Command(self._now, what))
            case plans.Permission(channel, is_given):
                if is_given:
                    self.discord.forbidden.discard(channel)
                    self._commands.append(_Command(self._now, what))
                else:
                    self.discord.forbidden.add(channel)
            case _:
                self._trouble(what)

    def _trouble(self, what: plans.What) -> None:
        """Let something go wrong, or be well again."""
        match what:
            case plans.SourceFault(path, None):
                self._sources.faults.pop(path, None)
            case plans.SourceFault(path, fault) if fault is not None:
                self._sources.faults[path] = fault
            case plans.DiscordFault(trouble, share):
                self.discord.trouble[trouble] = share
            case plans.DiskFault(name):
                self._spoil_disk(name)
            case plans.ClockStep(off):
                self._off = off
            case plans.Power(is_on, fuse):
                self._is_on = is_on
                self._burn(fuse)

    def _spoil_disk(self, name: str | None) -> None:
        self._disk_fault = name
        if self._disk is not None:
            self._disk.fault = name

    def _burn(self, fuse: Fuse | None) -> None:
        """Set how long the process lives, or the next one if there is none."""
        if self._disk is None:
            self._fuse = fuse
        else:
            self._disk.life.end_after(fuse)

    def _calm(self) -> None:
        """Let all go well from now on."""
        self._tell("all goes well from here")
        self._is_calm = self._is_on = True
        self._now = max(self._now, self.plan.end)
        self._off = timedelta()
        self._sources.faults.clear()
        self.discord.trouble.clear()
        self._spoil_disk(None)
        self._fuse = None
        self._burn(None)
        for channel in sorted(self.discord.forbidden):
            self.discord.forbidden.discard(channel)
            self._commands.append(_Command(self._now, plans.Permission(channel, is_given=True)))

    async def _obey(self, bot: Bot) -> None:
        """Do what people ask, in their order; what fails is asked again later."""
        while self._commands:
            command = self._commands[0]
            try:
                await self._do(bot, command)
            except StorageError as error:
                self._tell(f"a command fails: {error}")
                return
            self._commands.popleft()

    async def _do(self, bot: Bot, command: _Command) -> None:
        what, now = command.what, self.clock()
        match what:
            case plans.Ordered(channel, word, None):
                self.model.end(channel, word, self._now)
                try:
                    await bot.subscriptions.unsubscribe(channel, word)
                except NotFound:
                    return
            case plans.Ordered(channel, word, mode) if mode is not None:
                if command.promise is None:
                    command.promise = self.model.ask(channel, word, self._now)
                await bot.subscriptions.subscribe(channel, GUILD, word, mode, SOMEBODY, now=now)
                command.promise.since = command.promise.since or self._now
            case plans.Digest(channel, hour, zone):
                await bot.digests.set(channel, GUILD, hour, zone, now=now)
            case plans.Permission(channel):
                await self._resume(bot, channel)

    async def _reopen(self, bot: Bot) -> None:
        """Do as the client does when it has connected: resume what is open again."""
        for paused in await bot.subscriptions.paused(GUILD):
            await self._resume(bot, paused.id)

    async def _resume(self, bot: Bot, channel: ChannelId) -> None:
        if channel not in self.discord.forbidden:
            await bot.subscriptions.resume(channel)

    def _tell(self, text: str, group: int | None = None) -> None:
        self.story.append(Told(self._now, group, text))
