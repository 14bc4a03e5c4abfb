"""The loopback servers for whole processes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.discord import DiscordSandbox, Permission
from bot.sandbox.feeds import SourcesSandbox
from tests.end_to_end.loopback import Loopback


@pytest.fixture
async def loopback(tmp_path: Path) -> AsyncIterator[Loopback]:
    """Run a Discord and sources on loopback."""
    async with DiscordSandbox() as discord, SourcesSandbox() as sources:
        guild = discord.add_guild("Reading group")
        yield Loopback(
            discord,
            sources,
            tmp_path,
            guild,
            guild.add_member("ada", Permission.MANAGE_CHANNELS),
            guild.add_text_channel("tides"),
            guild.add_text_channel("hills"),
        )
