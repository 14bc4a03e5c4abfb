"""The stage on which the tests of commands play."""

from collections.abc import AsyncIterator

import discord
import pytest

from bot.storage.database import Database
from tests.cogs.parts import Stage, staged


@pytest.fixture(autouse=True)
def _real_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put discord.py's address back after each test."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    """Return a running bot on a loopback server."""
    async with staged(database) as opened:
        yield opened
