"""The loopback Discord as one object: start it, furnish it, watch it, break it.

An unmodified client talks to it at `api_url`; nothing outside 127.0.0.1 is reached.
"""

import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from bot.sandbox.discord.faults import Fault, Faults, Rule
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.interactions import Desk, Interaction
from bot.sandbox.discord.invocations import Upload
from bot.sandbox.discord.people import Community, Desks
from bot.sandbox.discord.permissions import NONE, Permission
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.rates import Rates
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.routes import Routes
from bot.sandbox.discord.server import Request, Server
from bot.sandbox.discord.world import Channel, Guild, World

T = TypeVar("T")


class DiscordSandbox:
    """A Discord for one bot, on a port of 127.0.0.1; an asynchronous context manager.

    ``rate_limits`` False lets everything pass. ``nonce_window``, ``response_seconds`` and
    ``heartbeat_seconds`` are in seconds; ``clock`` gives seconds since 1970 and rules nonces,
    tokens and ids, so that a test may let minutes pass. ``seed`` decides faults of chance.
    """

    def __init__(  # noqa: PLR0913 - each is one property of Discord that a test may want otherwise
        self,
        *,
        token: str = "loopback-token",  # noqa: S107 - opens nothing but this sandbox
        rate_limits: bool = True,
        port: int = 0,
        shards: int = 1,
        nonce_window: float = 180.0,
        response_seconds: float = 3.0,
        heartbeat_seconds: float = 41.25,
        privileged_intents: bool = False,
        clock: Callable[[], float] = time.time,
        seed: int = 0,
    ) -> None:
        self.token = token
        self.api_url = ""
        self.world = World(clock)
        self.rates = Rates(time.time, enabled=rate_limits)
        self.gateway = Gateway(
            self.world,
            token,
            shards=shards,
            heartbeat_seconds=heartbeat_seconds,
            privileged=privileged_intents,
        )
        self._port = port
        self._posting = Posting(self.world, nonce_window)
        self._desk = Desk(self.world, self._posting, response_seconds)
        self._faults = Faults(seed)
        routes = Routes(self.world, self._posting, self._desk, self.gateway)
        self._server = Server(
            routes.table(),
            self.gateway,
            token=token,
            rates=self.rates,
            faults=self._faults,
            clock=clock,
        )

    async def __aenter__(self) -> Self:
        self.api_url = await self._server.start(self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.stop()

    def add_guild(
        self, name: str, bot_permissions: Permission = NONE, *, guild_id: int | None = None
    ) -> Community:
        """Make a guild with the bot in it (GUILD_CREATE); it has everyone's permissions too.

        A ``guild_id`` of one's own decides the shard: ``(guild_id >> 22) % shards``.
        """
        guild = self.plan_guild(name, bot_permissions, guild_id=guild_id)
        self.invite(guild)
        return guild

    def plan_guild(
        self, name: str, bot_permissions: Permission = NONE, *, guild_id: int | None = None
    ) -> Community:
        """Make a guild that the bot is not told of before it is invited (`invite`)."""
        desks = Desks(self._desk, self._posting)
        return Community(self.world, name, desks, bot_permissions, guild_id)

    def file(self, filename: str, content: bytes) -> Upload:
        """Return a file for an option of a command; the bot reads it from this server."""
        described = self._server.uploads.keep(filename, content)
        origin = self.api_url.partition("/api/")[0]
        url = f"{origin}/attachments/{described['id']}/{filename}"
        return Upload({**described, "url": url, "proxy_url": url})

    def invite(self, guild: Guild) -> None:
        """Take the bot into a guild, with all the channels that are in it (GUILD_CREATE)."""
        self.world.guilds[guild.id] = guild
        self.world.emit("GUILD_CREATE", guild, guild.id)

    def remove_guild(self, guild: Guild) -> None:
        """Throw the bot out of a guild (GUILD_DELETE)."""
        self.world.remove(guild)

    @property
    def bot_id(self) -> int:
        """The id of the bot's user and of its application."""
        return self.world.bot.id

    @property
    def commands(self) -> list[Json]:
        """The commands that the bot has registered."""
        return self.world.commands

    def interaction(self, interaction_id: int) -> Interaction | None:
        """Return what somebody did in the last half hour, by the id that its answer carries."""
        return self._desk.find(interaction_id)

    def upload(self, number: int) -> bytes | None:
        """Return a file that was sent along with a message, by the id of the attachment."""
        return self._server.uploads.content(number)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """All channels there are, oldest first."""
        return tuple(self.world.channels.values())

    @property
    def requests(self) -> deque[Request]:
        """The last requests, oldest first."""
        return self._server.log.requests

    @property
    def served(self) -> int:
        """How many requests there were, those included whose connection was dropped."""
        return self._server.log.total

    @property
    def too_many_requests(self) -> int:
        """How many 429s were given."""
        return self._server.log.too_many

    @property
    def invalid_requests(self) -> int:
        """How many 401s, 403s and 429s that count were given (a ban at 10,000 in ten minutes)."""
        return self._server.log.invalid

    @property
    def connected(self) -> bool:
        """Whether every shard of the bot is connected to the gateway."""
        return self.gateway.complete

    async def ready(self, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - the tests' word
        """Wait until the bot is connected and has registered its commands."""
        await self.wait_until(
            lambda: self.connected and bool(self.commands), timeout, "connected bot with commands"
        )

    async def wait_until(
        self,
        found: Callable[[], T],
        timeout: float = 30.0,  # noqa: ASYNC109 - the tests' word
        what: str = "such state",
    ) -> T:
        """Return the first true value of ``found``, asked after every event and request.

        Raises TimeoutError after so many seconds.
        """
        return await self.world.changes.wait_until(found, timeout, lambda: what)

    def fault(
        self,
        fault: Fault,
        *,
        method: str = "POST",
        path: str = "/channels/*/messages",
        times: int | None = 1,
        skip: int = 0,
        probability: float = 1.0,
    ) -> Rule:
        """Let requests go wrong: ``times`` of them (None: all), after ``skip`` that go well.

        ``path`` is a shell pattern over the path below the API's address, ``method`` may be ``*``.
        """
        rule = Rule(
            fault, method=method, path=path, times=times, skip=skip, probability=probability
        )
        return self._faults.add(rule)

    def clear_faults(self) -> None:
        """Forget all faults, and let go of answers that are kept back."""
        self._faults.release_all()

    async def close_gateways(self, code: int = 4000) -> None:
        """Close every gateway connection with a code; after 4000 the client resumes."""
        await self.gateway.close(code)

    def drop_gateways(self) -> None:
        """Cut every gateway connection without a word."""
        self.gateway.drop()
