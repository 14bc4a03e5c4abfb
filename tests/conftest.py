"""Fixtures that every folder of tests shares."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Open a new, empty database in a file of its own."""
    async with Database.open(tmp_path / "paperwire.db") as opened:
        yield opened
