"""Discord in the simulation: the loopback's world, routes and gateway, with no network between.

It outlives the bot's process. Whether a request was granted does not depend on whether the answer
arrived.
"""

import asyncio
import json
import random
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web

from bot.domain import ChannelId, ChannelKind, GuildId
from bot.sandbox.discord.gateway import RECONNECT, Connection, Gateway
from bot.sandbox.discord.interactions import Desk
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.permissions import ALL, Permission
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.refusals import Refusal, unknown_route
from bot.sandbox.discord.routes import Call, Route, Routes
from bot.sandbox.discord.server import PREFIX
from bot.sandbox.discord.threads import Forum
from bot.sandbox.discord.world import Channel, Guild, Subject, World

API = "https://discord.com/api/v10"
TOKEN = "simulated"  # noqa: S105 - opens nothing
NONCE_SECONDS = 180.0
GUILDS = (4, 2)
"""How many channels each guild has."""
FORUMS = frozenset({3})
"""The channels that are forums."""


class Trouble(StrEnum):
    """How a request goes wrong."""

    LOST = "done, answer lost"
    STALLED = "done, no answer for minutes"
    BROKEN = "503, not done"
    FAILED = "500, not done"
    LIMITED = "429 for seconds"
    BLOCKED = "429 for ten minutes"
    BANNED = "429 of a proxy"
    AWAY = "no connection"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel by its number in the plan."""

    number: int
    guild: Guild
    channel: Channel
    """Or a forum."""


@dataclass(slots=True)
class Sent:
    """A message of the bot: where, when, and as it was at first."""

    place: Place
    channel: Channel
    """The place's own, or a thread in it."""
    at: float
    first: Message

    @property
    def now(self) -> Message | None:
        """The message as it is now; None if it was deleted."""
        return self.channel.stored.get(self.first.id)


class Discord:
    """The guilds, what the bot does in them, and what goes wrong. ``clock``: seconds since 1970."""

    def __init__(self, clock: Callable[[], float], chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self.world = World(clock)
        self.gateway = Gateway(self.world, TOKEN, shards=1, heartbeat_seconds=60, privileged=False)
        posting = Posting(self.world, NONCE_SECONDS)
        desk = Desk(self.world, posting, 3.0)
        routes = Routes(self.world, posting, desk, self.gateway).table()
        self._routes = [(it.method, _pattern(it.path), it) for it in routes]
        self._to_sessions = self.world.publish
        self.world.publish = self._published
        self.guilds = [self._guild(number) for number in range(len(GUILDS))]
        self.places = self._furnished()
        self._by_id = {it.channel.id: it for it in self.places}
        self.sent: list[Sent] = []
        self.trouble: dict[Trouble, float] = {}
        """What goes wrong now, each with its share of the requests."""
        self.cursed: frozenset[str] = frozenset()
        """Words that Discord takes in no message."""
        self.is_open = asyncio.Event()
        """Whether the gateway takes connections."""
        self.is_open.set()
        self._lines: list[Connection] = []
        self._left: dict[int, list[Channel]] = {}

    def _guild(self, number: int) -> Guild:
        guild = Guild(self.world, f"guild {number}", ALL & ~Permission.ADMINISTRATOR)
        self.world.guilds[guild.id] = guild
        return guild

    def _furnished(self) -> list[Place]:
        owners = [
            guild for guild, count in zip(self.guilds, GUILDS, strict=True) for _ in range(count)
        ]
        return [Place(number, guild, _made(guild, number)) for number, guild in enumerate(owners)]

    def kind(self, number: int) -> ChannelKind:
        """Return what a channel holds."""
        return ChannelKind.FORUM if number in FORUMS else ChannelKind.MESSAGES

    def channel_id(self, number: int) -> ChannelId:
        """Return the id of the channel that the plan gives a number."""
        return ChannelId(self.places[number].channel.id)

    def guild_id(self, number: int) -> GuildId:
        """Return the id of the guild of such a channel."""
        return GuildId(self.places[number].guild.id)

    def may_post(self, number: int) -> bool:
        """Return whether the bot has all that it needs in a channel, and the channel is there."""
        place = self.places[number]
        if place.channel.id not in self.world.channels:
            return False
        return not place.channel.overwrites

    def deny(self, number: int, denied: Permission) -> None:
        """Take a permission in a channel away from the bot."""
        place = self.places[number]
        place.channel.deny(place.guild.bot, denied)

    def give_back(self, number: int) -> None:
        """Let the bot do everything in a channel again."""
        place = self.places[number]
        place.channel.clear_overwrite(place.guild.bot)

    def delete(self, number: int) -> None:
        """Delete a channel, if it is there."""
        place = self.places[number]
        if place.channel.id in self.world.channels:
            place.guild.delete_channel(place.channel)

    def remove(self, guild: int) -> None:
        """Throw the bot out of a guild, if it is in it."""
        which = self.guilds[guild]
        if which.id in self.world.guilds:
            known = self.world.channels.values()
            self._left[guild] = [it for it in known if it.guild is which]
            self.world.remove(which)

    def take_back(self, guild: int, deleted: Collection[int]) -> None:
        """Let the bot into a guild again, but for the channels that were deleted."""
        which = self.guilds[guild]
        if which.id in self.world.guilds:
            return
        self.world.guilds[which.id] = which
        gone = {self.places[number].channel for number in deleted}
        for channel in self._left.pop(guild, []):
            if not gone & {channel, channel.parent}:
                self.world.channels[channel.id] = channel
                self.world.left.discard(channel.id)
        self.world.emit("GUILD_CREATE", which, which.id)

    def connection(self) -> Connection:
        """Return a new connection to the gateway."""
        self._lines = [it for it in self._lines if it.session is not None]
        line = Connection(web.WebSocketResponse(), None)
        self._lines.append(line)
        return line

    def close_gateway(self, *, forgets: bool) -> None:
        """Cut every connection and take none; with `forgets`, no session can be resumed."""
        self.is_open.clear()
        for line in self._lines:
            line.leave()
            line.send({"op": RECONNECT, "d": None})
        if forgets:
            self.gateway.forget()

    def drawn(self) -> Trouble | None:
        """Return what goes wrong with the next request."""
        if not self.trouble:
            return None
        roll = self._chance.random()
        for trouble, share in self.trouble.items():
            if roll < share:
                return trouble
            roll -= share
        return None

    def answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Any,  # noqa: ANN401 - any JSON
    ) -> tuple[int, Any]:
        """Do what a request asks, and return a status and JSON."""
        try:
            route, ids = self._found(method, path.removeprefix(PREFIX))
            self._refuse_cursed(method, body)
            done = route.act(Call(ids, query, body))
        except Refusal as refusal:
            return refusal.status, refusal.body
        return done.status, done.body

    def _found(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        for name, pattern, route in self._routes:
            if name == method and (found := pattern.fullmatch(path)):
                return route, found.groupdict()
        raise unknown_route()

    def _refuse_cursed(self, method: str, body: Any) -> None:  # noqa: ANN401 - any JSON
        if self.cursed and method != "GET" and body is not None:
            text = json.dumps(body)
            if any(word in text for word in self.cursed):
                raise Refusal(400, 50_035, "Invalid Form Body")

    def _published(self, name: str, subject: Subject, guild_id: int | None) -> None:
        if name == "MESSAGE_CREATE" and isinstance(subject, dict):
            channel = self.world.channels[int(subject["channel_id"])]
            place = self._by_id[(channel.parent or channel).id]
            message = channel.stored[int(subject["id"])]
            self.sent.append(Sent(place, channel, self._clock(), message))
        self._to_sessions(name, subject, guild_id)


def _made(guild: Guild, number: int) -> Channel:
    if number in FORUMS:
        return guild.add(Forum(guild, f"forum-{number}"))
    return guild.add_text_channel(f"channel-{number}")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
