"""The gateway: sessions that survive their sockets, shards, intents, events about guilds."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox.discord import Community, DiscordSandbox, Permission
from bot.sandbox.discord.refusals import Json
from tests.sandbox.discord.conftest import Running
from tests.sandbox.discord.sample_bot import SampleBot

GUILDS = 1
IDENTIFY: Json = {"token": "loopback-token", "intents": GUILDS, "properties": {}}


class Shard:
    """A bare gateway client."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.sequence = 0

    async def send(self, op: int, body: object) -> None:
        """Send a frame."""
        await self.socket.send_json({"op": op, "d": body})

    async def next(self) -> Json:
        """Return the next frame, or the code of the close as ``{"close": code}``."""
        message = await self.socket.receive(timeout=5)
        if message.type is not aiohttp.WSMsgType.TEXT:
            return {"close": self.socket.close_code}
        frame: Json = json.loads(message.data)
        self.sequence = frame.get("s") or self.sequence
        return frame

    async def until(self, name: str) -> Json:
        """Return the body of the next event of this name."""
        while True:
            frame = await self.next()
            assert "close" not in frame
            if frame.get("t") == name:
                body: Json = frame["d"]
                return body


@asynccontextmanager
async def connection(sandbox: DiscordSandbox) -> AsyncIterator[Shard]:
    """Connect to the gateway and read its HELLO."""
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway.url) as ws:
        shard = Shard(ws)
        assert (await shard.next())["d"]["heartbeat_interval"] == 41250
        yield shard


@asynccontextmanager
async def identified(sandbox: DiscordSandbox, **changes: Any) -> AsyncIterator[tuple[Shard, Json]]:  # noqa: ANN401 - any part of IDENTIFY
    """Connect and identify; also return READY."""
    async with connection(sandbox) as shard:
        await shard.send(2, {**IDENTIFY, **changes})
        yield shard, await shard.until("READY")


async def resumed(sandbox: DiscordSandbox, bot: SampleBot, guild: Community) -> None:
    """Check that the client comes back without identifying, and knows what it missed."""
    channel = guild.add_text_channel("made meanwhile")
    await sandbox.wait_until(lambda: sandbox.gateway.resumes == 1)
    await guild.owner.command(channel, "panel")

    assert sandbox.gateway.identifies == [(0, 1)]
    assert bot.get_channel(channel.id) is not None


async def test_the_client_resumes_after_4000(
    sandbox: DiscordSandbox, bot: SampleBot, guild: Community
) -> None:
    """After close 4000 the client resumes; what happened meanwhile is replayed."""
    await sandbox.close_gateways(4000)
    await resumed(sandbox, bot, guild)


async def test_the_client_resumes_when_asked(
    sandbox: DiscordSandbox, bot: SampleBot, guild: Community
) -> None:
    """Op 7 makes the client reconnect and resume."""
    sandbox.gateway.ask_to_reconnect()
    await resumed(sandbox, bot, guild)


async def test_the_client_resumes_a_dropped_socket(
    sandbox: DiscordSandbox, bot: SampleBot, guild: Community
) -> None:
    """A connection that breaks without a word is resumed too."""
    sandbox.drop_gateways()
    await resumed(sandbox, bot, guild)


async def test_an_invalid_session_is_identified_anew(
    sandbox: DiscordSandbox, bot: SampleBot, guild: Community
) -> None:
    """After op 9 the client starts over and finds the guild as it is now."""
    sandbox.gateway.invalidate()
    channel = guild.add_text_channel("made meanwhile")

    await sandbox.wait_until(lambda: len(sandbox.gateway.identifies) == 2, 15)
    await guild.owner.command(channel, "panel")

    assert bot.get_channel(channel.id) is not None


async def test_two_shards_share_the_guilds(running: Running) -> None:
    """The client takes the number of shards from /gateway/bot, each shard gets its guilds."""
    async with DiscordSandbox(shards=2) as sandbox:
        guilds = [
            sandbox.add_guild("even", guild_id=2 << 22),
            sandbox.add_guild("odd", guild_id=3 << 22),
        ]
        async with running(sandbox) as bot:
            await bot.wait_until_ready()
            shards = {each.name: each.shard_id for each in bot.guilds}
            replies = [
                await guild.owner.command(guild.add_text_channel("c"), "panel") for guild in guilds
            ]

    assert sandbox.gateway.identifies == [(0, 2), (1, 2)]
    assert shards == {"even": 0, "odd": 1}
    assert [each.text for each in replies] == ["a panel", "a panel"]


async def test_the_client_learns_of_changes(
    sandbox: DiscordSandbox, bot: SampleBot, guild: Community
) -> None:
    """Channels, overwrites, roles and guilds in the client's cache follow the world."""
    await bot.wait_until_ready()
    channel, gone = guild.add_text_channel("papers"), guild.add_text_channel("gone")
    other = sandbox.add_guild("Other")
    channel.rename("new-papers")
    channel.deny(guild.bot, Permission.SEND_MESSAGES)
    guild.roles[1].set_permissions(Permission.MANAGE_MESSAGES)
    guild.delete_channel(gone)
    sandbox.remove_guild(other)
    await guild.owner.command(channel, "panel")

    seen = bot.get_channel(channel.id)
    assert isinstance(seen, discord.TextChannel)
    assert seen.name == "new-papers"
    assert not seen.permissions_for(seen.guild.me).send_messages
    assert seen.guild.me.guild_permissions.manage_messages
    assert bot.get_channel(gone.id) is None
    assert [each.name for each in bot.guilds] == ["Reading group"]


async def test_messages_are_told_only_to_those_who_asked(
    sandbox: DiscordSandbox, guild: Community
) -> None:
    """MESSAGE_CREATE needs its intent, and has no guild_id in a direct message."""
    channel = guild.add_text_channel("nlp")
    everything = GUILDS | 1 << 9 | 1 << 12
    async with (
        identified(sandbox, intents=everything) as (asked, _),
        identified(sandbox) as (
            other,
            _,
        ),
    ):
        await guild.owner.say(channel, "hello")
        await guild.owner.say(guild.owner.direct, "psst")
        guild.add_text_channel("afterwards")

        public, private = await asked.until("MESSAGE_CREATE"), await asked.until("MESSAGE_CREATE")
        assert (public["guild_id"], public["content"]) == (str(guild.id), "hello")
        assert "guild_id" not in private
        await other.until("GUILD_CREATE")
        assert (await other.next())["t"] == "CHANNEL_CREATE"


async def test_a_heartbeat_is_acknowledged(sandbox: DiscordSandbox) -> None:
    """Op 1 is answered with op 11, also before identifying."""
    async with connection(sandbox) as shard:
        await shard.send(1, None)
        assert (await shard.next())["op"] == 11


@pytest.mark.parametrize(
    ("op", "body", "code"),
    [
        pytest.param(2, {**IDENTIFY, "token": "wrong"}, 4004, id="wrong token"),
        pytest.param(6, {"token": "wrong", "session_id": "", "seq": 0}, 4004, id="wrong resume"),
        pytest.param(2, {**IDENTIFY, "shard": [2, 2]}, 4010, id="no such shard"),
        pytest.param(2, {**IDENTIFY, "intents": 1 << 15}, 4014, id="message content"),
        pytest.param(3, {}, 4003, id="not identified"),
        pytest.param(2, {**IDENTIFY, "x": "y" * 4096}, 4002, id="too long"),
    ],
)
async def test_the_gateway_closes_with_the_documented_code(
    sandbox: DiscordSandbox, op: int, body: Json, code: int
) -> None:
    """What a client may not do closes the socket with Discord's code for it."""
    async with connection(sandbox) as shard:
        await shard.send(op, body)
        assert await shard.next() == {"close": code}


async def test_what_is_no_frame_closes_the_socket(sandbox: DiscordSandbox) -> None:
    """Text that is no JSON object closes with 4002."""
    async with connection(sandbox) as shard:
        await shard.socket.send_str("[]")
        assert await shard.next() == {"close": 4002}


@pytest.mark.parametrize(
    ("code", "resumable"),
    [pytest.param(1000, False, id="1000"), pytest.param(4000, True, id="4000")],
)
async def test_a_session_ends_with_a_clean_close(
    sandbox: DiscordSandbox, *, code: int, resumable: bool
) -> None:
    """A client that leaves with 1000 cannot resume, one that leaves otherwise can."""
    async with identified(sandbox) as (first, ready):
        await first.socket.close(code=code)
    await sandbox.wait_until(lambda: not sandbox.connected)
    resume = {"token": IDENTIFY["token"], "session_id": ready["session_id"], "seq": 1}
    async with connection(sandbox) as second:
        await second.send(6, resume)
        frame = await second.next()

    assert (frame.get("t") == "RESUMED") == resumable
    assert (frame["op"] == 9) == (not resumable)


async def test_missed_events_come_once_and_in_order(
    sandbox: DiscordSandbox, guild: Community
) -> None:
    """RESUME replays what came after the given sequence, nothing twice."""
    async with identified(sandbox) as (first, ready):
        await first.until("GUILD_CREATE")
        seen = first.sequence
        await first.socket.close(code=4000)
    names = ["one", "two", "three"]
    for name in names:
        guild.add_text_channel(name)
    resume = {"token": IDENTIFY["token"], "session_id": ready["session_id"], "seq": seen}
    async with connection(sandbox) as second:
        await second.send(6, resume)
        replayed = [await second.until("CHANNEL_CREATE") for _ in names]
        assert (await second.next())["t"] == "RESUMED"

    assert [each["name"] for each in replayed] == names


async def test_a_sequence_from_the_future_cannot_resume(sandbox: DiscordSandbox) -> None:
    """A client that claims events which were never sent must identify again."""
    async with identified(sandbox) as (first, ready):
        await first.socket.close(code=4000)
    resume = {"token": IDENTIFY["token"], "session_id": ready["session_id"], "seq": 99}
    async with connection(sandbox) as second:
        await second.send(6, resume)
        assert await second.next() == {"op": 9, "d": False}
