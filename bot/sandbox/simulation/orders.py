"""What people ask of the bot: given in their order, and again until it answers."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.app import App
from bot.domain import UserId
from bot.errors import NotFound, StorageError
from bot.sandbox.simulation.bot import wake
from bot.sandbox.simulation.discord import Discord
from bot.sandbox.simulation.happenings import CatchUp, Digest, Follow, Ordered, Quiet, Retry
from bot.sandbox.simulation.model import Model, Promise

Asked = Ordered | Digest | CatchUp | Quiet | Follow | Retry
SOMEBODY = UserId(7)
PATIENCE = 600.0
"""Seconds after which somebody asks again."""


@dataclass(slots=True)
class _Order:
    """Something asked; ``promise`` is what it may have come to already."""

    what: Asked
    promise: Promise | None = None


class Orders:
    """The people of all channels, who wait for one another."""

    def __init__(
        self,
        discord: Discord,
        model: Model,
        now: Callable[[], datetime],
        clock: Callable[[], datetime],
        tell: Callable[[str], None],
    ) -> None:
        self._discord = discord
        self._model = model
        self._now = now
        self._clock = clock
        self._tell = tell
        self._waiting: deque[_Order] = deque()
        self._event = asyncio.Event()

    def give(self, what: Asked) -> None:
        """Ask for something as soon as the bot listens."""
        self._waiting.append(_Order(what))

    def look(self) -> None:
        """Ask now."""
        self._event.set()

    async def obey(self, bot: App) -> None:
        """Have a process do what is asked, until it ends."""
        while True:
            self._event.clear()
            while self._waiting and self._discord.is_open.is_set():
                order = self._waiting[0]
                try:
                    await self._do(bot, order)
                except StorageError as error:
                    self._tell(f"a command fails: {error}")
                    break
                self._waiting.popleft()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._event.wait()

    async def _do(self, bot: App, order: _Order) -> None:
        what, now, services = order.what, self._clock(), bot.client.services
        channel = self._discord.channel_id(what.channel)
        kind = self._discord.kind(what.channel)
        guild = self._discord.guild_id(what.channel)
        if channel not in self._discord.world.channels:
            return  # nobody can ask there
        match what:
            case Ordered(number, word, None):
                self._model.end(number, word, self._now())
                with suppress(NotFound):
                    await services.subscriptions.unsubscribe(channel, word)
            case Ordered(number, word, mode) if mode is not None:
                promise = order.promise or self._model.ask(number, word, mode, self._now())
                order.promise = promise
                await services.subscriptions.subscribe(
                    channel, guild, word, mode, SOMEBODY, now=now, kind=kind
                )
                promise.since = promise.since or self._now()
            case Digest(number, hour, zone, tells_empty):
                self._model.schedule(number, hour, zone, self._now(), tells_empty=tells_empty)
                await services.digests.set(
                    channel, guild, hour, zone, tells_empty=tells_empty, now=now, kind=kind
                )
            case CatchUp(number, days):
                self._model.limit(number, days, self._now())
                await services.catch_ups.set(channel, guild, days)
            case Quiet(number, None):
                self._model.quiet(number, None, "", self._now())
                with suppress(NotFound):
                    await services.quiet.off(channel)
            case Quiet(number, (start, end), zone):
                self._model.quiet(number, (start, end), zone, self._now())
                await services.quiet.set(channel, guild, start, end, zone, now=now)
            case Follow(number, updates):
                self._model.follow(number, updates, self._now())
                await services.updates.choose(channel, guild, updates)
            case Retry():
                await services.retries.of_channel(channel, now)
        wake(bot)
