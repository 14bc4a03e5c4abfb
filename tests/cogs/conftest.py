"""The stage on which the tests of commands play."""

from collections.abc import AsyncIterator

import pytest

from bot.storage.database import Database
from tests.cogs.parts import Stage, staged


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    """Return a running bot on a loopback server."""
    async with staged(database) as opened:
        yield opened
