"""What holds for every function of storage: under a lock, cut off, and in its query plan."""

import asyncio
import importlib
import inspect
import pkgutil
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest

import bot.storage
from bot.errors import DatabaseBusy
from bot.storage import papers
from bot.storage.database import Database, Reader, Row, Writer
from bot.storage.feeds import StoredRequestLog
from tests.samples import NOON
from tests.storage.calls import READINGS, WRITINGS, Reading, Writing, rows_of_everything
from tests.storage.rows import everything
from tests.stored import stored

readings = pytest.mark.parametrize("call", READINGS.values(), ids=READINGS)
writings = pytest.mark.parametrize("call", WRITINGS.values(), ids=WRITINGS)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with rows of everything, made once."""

    async def fill(database: Database) -> None:
        async with database.transaction() as tx:
            await rows_of_everything(tx)

    return stored(tmp_path_factory.mktemp("full") / "paperwire.db", fill)


@pytest.fixture
def path(full: Path, tmp_path: Path) -> Path:
    """Return where a copy of it is."""
    return Path(shutil.copy(full, tmp_path / "impatient.db"))


@pytest.fixture
async def impatient(path: Path) -> AsyncIterator[Database]:
    """Open the copy so that it waits for locks a hundredth of a second."""
    async with Database.open(path, busy_seconds=0.01) as opened:
        yield opened


def test_no_function_is_missing_here() -> None:
    """A function of storage that nobody sweeps fails this test: add it to `calls`."""
    found = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(bot.storage.__path__)
        if module.name != "database"
        for name, value in inspect.getmembers(
            importlib.import_module(f"bot.storage.{module.name}"), inspect.iscoroutinefunction
        )
        if value.__module__ == f"bot.storage.{module.name}" and not name.startswith("_")
    }
    assert found == READINGS.keys() | WRITINGS.keys()


@writings
async def test_writing_under_a_lock_is_busy_and_changes_nothing(
    path: Path, impatient: Database, call: Writing
) -> None:
    """While another process writes, the error comes in bounded time and no row is touched."""
    before = everything(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            async with asyncio.timeout(5), impatient.transaction() as tx:
                await call(tx)
    assert everything(path) == before


async def test_the_log_of_requests_under_a_lock_is_busy(path: Path, impatient: Database) -> None:
    """A request that cannot be written down is not made."""
    log = StoredRequestLog(impatient)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            await log.record_request("arxiv", NOON)
    assert await log.last_request("arxiv") is None


@readings
async def test_reading_under_a_lock_answers(path: Path, impatient: Database, call: Reading) -> None:
    """While another process writes, what is committed can be read."""
    expected = await call(impatient.read)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await call(impatient.read) == expected


@writings
async def test_writing_that_is_cut_off_changes_nothing(
    path: Path, impatient: Database, call: Writing
) -> None:
    """A task that is cancelled in its transaction leaves no row of it, and the next one works."""
    before = everything(path)
    written = asyncio.Event()

    async def work() -> None:
        async with impatient.transaction() as tx:
            await call(tx)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert everything(path) == before
    async with impatient.transaction() as tx:
        await call(tx)
    assert everything(path) != before


class Explaining(Writer):
    """Runs statements, and keeps how SQLite goes about each."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__(connection)
        self.statements: list[str] = []
        self.steps: list[str] = []

    async def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return every row of a query."""
        await self._explain(sql, parameters)
        return await super().all(sql, parameters)

    async def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement."""
        await self._explain(sql, parameters)
        return await super().run(sql, parameters)

    async def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters."""
        pending = list(rows)
        await self._explain(sql, pending[0])
        await super().run_many(sql, pending)

    async def _explain(self, sql: str, parameters: Sequence[object]) -> None:
        self.statements.append(sql)
        rows = await super().all(f"EXPLAIN QUERY PLAN {sql}", parameters)
        self.steps += [row[3] for row in rows]


@pytest.fixture
async def explaining(path: Path, impatient: Database) -> AsyncIterator[Explaining]:
    """Open a connection that explains itself, to the same rows."""
    assert await impatient.read.value("SELECT COUNT(*) FROM papers") == 2
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        yield Explaining(connection)


SMALL = {"feeds", "w"}
"""A few rows each, whatever is stored; `w` is what is unfinished or owed."""


def scans(steps: list[str]) -> list[str]:
    """Return the steps that go through all of a table."""
    found = [re.match(r"SCAN (?:TABLE )?(\w+)(.*)", step) for step in steps]
    return [
        match[0]
        for match in found
        if match and match[1] not in SMALL and "VIRTUAL TABLE" not in match[2]
    ]


ALLOWED = {
    "deliveries.count_since": ["SCAN fan_outs"],
    "deliveries.channels_due": [
        "SCAN posts USING INDEX posts_unfinished",
        "SCAN waiting",
    ],
    "posts.retry_at_once": ["SCAN posts USING INDEX posts_unfinished"],
    "revisions.channels_due": ["SCAN r USING INDEX revisions_of_channel"],
}
"""Partial indexes hold what is unfinished or owed, however much was sent; a count counts."""


@pytest.mark.parametrize("name", [*READINGS, *WRITINGS])
async def test_no_statement_goes_through_all_that_was_ever_stored(
    explaining: Explaining, name: str
) -> None:
    """Every statement finds its rows by an index, so that years of papers slow nothing down."""
    call = {**READINGS, **WRITINGS}[name]
    await call(explaining)
    assert explaining.statements
    unexpected = [
        step
        for step in scans(explaining.steps)
        if not step.startswith(tuple(ALLOWED.get(name, ())))
    ]
    assert unexpected == []


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("matches.candidates", "PRIMARY KEY (term=?)"),
        ("matches.owe", "COVERING INDEX subscriptions_of_query (query_id=?)"),
        ("deliveries.owed", "SEARCH d USING PRIMARY KEY (paper_key=? AND channel_id=?)"),
        ("posts.first_unfinished", "INDEX posts_unfinished (channel_id=?)"),
        ("posts.first_aside", "INDEX posts_unfinished (channel_id=?)"),
        ("posts.next_attempt_after", "INDEX posts_unfinished"),
        ("deliveries.carried", "INDEX deliveries_of_post (post_id=?)"),
        ("digests.due", "INDEX digests_due (next_at<?)"),
        ("digests.next_at", "INDEX digests_due"),
        ("papers.announced_count", "INDEX papers_announced (announced_at>?)"),
    ],
)
async def test_hot_statements_use_the_index_made_for_them(
    explaining: Explaining, name: str, index: str
) -> None:
    """Statements of each tick and each paper go by these indexes."""
    await {**READINGS, **WRITINGS}[name](explaining)
    assert any(index in step for step in explaining.steps)


async def test_rows_that_go_with_another_are_found_by_an_index(database: Database) -> None:
    """What is deleted with a query is looked for without going through everybody's rows."""
    read = database.read
    leading, cascading = set(), set()
    for (table,) in await read.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in await read.all(f"PRAGMA foreign_key_list ({table})"):
            if row[6] == "CASCADE":
                cascading.add((table, row[3]))
        for row in await read.all(f"PRAGMA index_list ({table})"):
            columns = await read.all(f"PRAGMA index_info ({row[1]})")
            leading.add((table, columns[0][2]))
    assert {("postings", "query_id")} <= cascading <= leading


async def test_a_search_for_a_common_word_sorts_nothing(explaining: Explaining) -> None:
    """The newest of many papers come from the full-text index in order."""
    reader: Reader = explaining
    assert len(await papers.proposed(reader, '"lanterns"', None, 10)) == 2
    assert not any("TEMP B-TREE" in step for step in explaining.steps)
