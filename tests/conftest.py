"""Fixtures that every folder of tests shares."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.storage.database import Database
from tests.stored import stored

# The same inputs each time, so that a red test is the change's own doing; new ones are looked for
# with: make explore
# No deadline: on a busy machine one example may take long, which says nothing about the code.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


# Until all tests are there nothing becomes garbage; looking for it was a third of their collection.
gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage from here on, and never among the tests themselves."""
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line say how much real data is read."""
    parser.addoption(
        "--papers", type=int, default=400, help="how many recorded papers are read as text"
    )
    parser.addoption(
        "--screenshots", type=Path, default=None, help="write what a browser shows to this folder"
    )


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new, empty database, made once."""
    return stored(tmp_path_factory.mktemp("empty") / "paperwire.db")


@pytest.fixture
async def database(empty_database: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """Open an empty database in a file of its own."""
    path = tmp_path / "paperwire.db"
    shutil.copyfile(empty_database, path)
    async with Database.open(path) as opened:
        yield opened
