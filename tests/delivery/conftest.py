"""The loopback Discord with one channel, and the unmodified client logged in to it."""

from collections.abc import AsyncIterator

import discord
import pytest
import yarl

from bot.delivery.sender import DiscordSender
from bot.domain import ChannelId
from bot.sandbox.discord import Channel, Community, DiscordSandbox


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordSandbox]:
    """Start a Discord without rate limits, and point discord.py at it."""
    async with DiscordSandbox(rate_limits=False) as running:
        monkeypatch.setattr(discord.http.Route, "BASE", running.api_url)
        gateway = yarl.URL(running.gateway.url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
        yield running


@pytest.fixture
def guild(sandbox: DiscordSandbox) -> Community:
    """Make a guild with the bot in it."""
    return sandbox.add_guild("Reading group")


@pytest.fixture
def channel(guild: Community) -> Channel:
    """Make a channel that the bot may post in."""
    return guild.add_text_channel("papers")


@pytest.fixture
def channel_id(channel: Channel) -> ChannelId:
    """Name the channel as Paperwire does."""
    return ChannelId(channel.id)


@pytest.fixture
async def client(sandbox: DiscordSandbox) -> AsyncIterator[discord.Client]:
    """Log a client in, with no gateway and so with an empty cache."""
    async with discord.Client(
        intents=discord.Intents(guilds=True), max_ratelimit_timeout=30, guild_ready_timeout=0.05
    ) as logged_in:
        await logged_in.login(sandbox.token)
        yield logged_in


@pytest.fixture
def sender(client: discord.Client) -> DiscordSender:
    """Make the sender over the client."""
    return DiscordSender(client)
