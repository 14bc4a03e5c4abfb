"""A loopback Discord, and the unmodified client in this process pointed at it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import aiohttp
import discord
import pytest
import yarl

from bot.sandbox.discord import Community, DiscordSandbox
from tests.sandbox.discord.sample_bot import SampleBot

Point = Callable[[DiscordSandbox], None]
Running = Callable[[DiscordSandbox], AbstractAsyncContextManager[SampleBot]]


@pytest.fixture
def point(monkeypatch: pytest.MonkeyPatch) -> Point:
    """Point discord.py at a sandbox: where it calls, and where it goes after a lost session."""

    def pointed(sandbox: DiscordSandbox) -> None:
        monkeypatch.setattr(discord.http.Route, "BASE", sandbox.api_url)
        gateway = yarl.URL(sandbox.gateway.url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)

    return pointed


@pytest.fixture
async def sandbox() -> AsyncIterator[DiscordSandbox]:
    """Start a Discord with all its limits."""
    async with DiscordSandbox() as running:
        yield running


@pytest.fixture
def guild(sandbox: DiscordSandbox) -> Community:
    """Make a guild with the bot in it."""
    return sandbox.add_guild("Reading group")


@pytest.fixture
async def client(sandbox: DiscordSandbox, point: Point) -> AsyncIterator[SampleBot]:
    """Log the client in, but not on the gateway: enough to send."""
    point(sandbox)
    async with SampleBot() as bot:
        await discord.Client.login(bot, sandbox.token)
        yield bot


@pytest.fixture
def running(point: Point) -> Running:
    """Run the client against a sandbox, ready for interactions."""

    @contextlib.asynccontextmanager
    async def started(sandbox: DiscordSandbox) -> AsyncIterator[SampleBot]:
        point(sandbox)
        async with SampleBot() as bot:
            task = asyncio.create_task(bot.start(sandbox.token))
            await sandbox.ready()
            yield bot
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return started


@pytest.fixture
async def bot(
    sandbox: DiscordSandbox, guild: Community, running: Running
) -> AsyncIterator[SampleBot]:
    """Run the client on the gateway, its commands registered."""
    assert guild.id in sandbox.world.guilds
    async with running(sandbox) as bot:
        yield bot


@pytest.fixture
async def http(sandbox: DiscordSandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """Bare HTTP with the bot's token, for what discord.py would never send."""
    headers = {"Authorization": f"Bot {sandbox.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session
