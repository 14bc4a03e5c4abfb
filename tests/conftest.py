"""Fixtures that every folder of tests shares."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.storage.database import Database

# The same inputs each time, so that a red test is the change's own doing; new ones are looked for
# with: make explore
# No deadline: on a busy machine one example may take long, which says nothing about the code.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line say how much real data is read."""
    parser.addoption(
        "--papers", type=int, default=400, help="how many recorded papers are read as text"
    )
    parser.addoption(
        "--screenshots", type=Path, default=None, help="write what a browser shows to this folder"
    )


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """Open a new, empty database in a file of its own."""
    async with Database.open(tmp_path / "paperwire.db") as opened:
        yield opened
