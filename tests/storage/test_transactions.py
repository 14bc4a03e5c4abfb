"""Transactions: whole or not at all, one at a time, through cancellation and a full disk."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import DatabaseBusy, DiskFull, StorageError
from bot.storage import state
from bot.storage.database import Database
from tests.storage.rows import everything

SLOW = (
    "WITH RECURSIVE counting (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting"
    " WHERE n < 300000) SELECT MAX(n) FROM counting"
)
"""Keeps the driver's thread at work for about a tenth of a second."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the database is."""
    return tmp_path / "impatient.db"


@pytest.fixture
async def impatient(path: Path) -> AsyncIterator[Database]:
    """Open a database that waits for a lock for a twentieth of a second."""
    async with Database.open(path, busy_seconds=0.05) as opened:
        yield opened


def cancel_me() -> None:
    """Let the next await of the running task be cancelled."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


async def names(database: Database) -> list[str]:
    """Return the names that are kept, as other connections see them."""
    return [row[0] for row in await database.read.all("SELECT name FROM state ORDER BY name")]


async def assert_usable(database: Database) -> None:
    """Assert that the next transaction is a whole one."""
    async with asyncio.timeout(5), database.transaction() as tx:
        await state.keep(tx, "next", "value")
    assert "next" in await names(database)


async def test_a_transaction_is_seen_when_it_is_whole(database: Database) -> None:
    """Readers see nothing of it before its end, and all of it after."""
    async with database.transaction() as tx:
        await state.keep(tx, "a", "1")
        assert await state.value_of(tx, "a") == "1"
        assert await names(database) == []
        await state.keep(tx, "b", "2")
    assert await names(database) == ["a", "b"]


async def test_an_error_takes_everything_back(database: Database) -> None:
    """Whatever is raised in the block passes through, and no row is left of it."""

    async def fail() -> None:
        async with database.transaction() as tx:
            await state.keep(tx, "a", "1")
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await fail()
    assert await names(database) == []
    await assert_usable(database)


async def test_a_wrong_statement_takes_everything_back(database: Database) -> None:
    """What the driver refuses is a StorageError, and no row is left of the block."""

    async def fail() -> None:
        async with database.transaction() as tx:
            await state.keep(tx, "a", "1")
            await tx.run("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StorageError, match="no such table"):
        await fail()
    assert await names(database) == []
    await assert_usable(database)


async def test_two_tasks_do_not_share_a_transaction(database: Database) -> None:
    """The second waits for the first to end, and keeps its rows when the first loses its own."""
    first_is_in, first_may_fail = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.transaction() as tx:
            await state.keep(tx, "first", "1")
            first_is_in.set()
            await first_may_fail.wait()
            raise LookupError

    async def second() -> None:
        async with database.transaction() as tx:
            assert await state.value_of(tx, "first") is None
            await state.keep(tx, "second", "2")

    async def third() -> None:
        await first_is_in.wait()
        assert await names(database) == []
        first_may_fail.set()

    tasks = asyncio.gather(first(), second(), third(), return_exceptions=True)
    assert [type(result) for result in await tasks] == [LookupError, type(None), type(None)]
    assert await names(database) == ["second"]


@pytest.mark.parametrize(("moment", "kept"), [("begin", []), ("statement", []), ("commit", ["a"])])
async def test_a_cancelled_transaction_is_whole_or_not_at_all(
    database: Database, moment: str, kept: list[str]
) -> None:
    """A cancelled call still runs in the driver's thread; what it began does not stay open."""

    async def cancelled() -> None:
        if moment == "begin":
            cancel_me()
        async with database.transaction() as tx:
            if moment == "statement":
                cancel_me()
            await state.keep(tx, "a", "1")
            if moment == "commit":
                cancel_me()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(cancelled())
    assert await names(database) == kept
    await assert_usable(database)


async def test_a_begin_cancelled_while_it_waits_for_a_lock_leaves_nothing_open(
    path: Path, impatient: Database
) -> None:
    """The lock may come free after the caller is gone: what then begins is ended too."""
    async with Database.open(path) as patient:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            async def waiting() -> None:
                async with patient.transaction():
                    pytest.fail("it began")

            task = asyncio.create_task(waiting())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.sleep(0)
            other.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await task
        await assert_usable(patient)
        await assert_usable(impatient)


async def test_a_second_cancellation_does_not_stop_the_rollback(database: Database) -> None:
    """However impatient the caller, what the transaction wrote is taken back."""
    written = asyncio.Event()

    async def work() -> None:
        async with database.transaction() as tx:
            await state.keep(tx, "a", "1")
            written.set()
            await tx.value(SLOW)

    task = asyncio.create_task(work())
    await written.wait()
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await assert_usable(database)
    assert await names(database) == ["next"]


@pytest.mark.parametrize("steps", range(0, 40, 3))
async def test_a_cancellation_after_any_number_of_steps_leaves_whole_transactions(
    database: Database, steps: int
) -> None:
    """Rows that belong together are there together, wherever the task was cut off."""

    async def pairs() -> None:
        for number in range(5):
            async with database.transaction() as tx:
                await state.keep(tx, f"left {number}", "1")
                await state.keep(tx, f"right {number}", "1")

    task = asyncio.create_task(pairs())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    kept = await names(database)
    count = len(kept) // 2
    assert kept == [f"{side} {number}" for side in ("left", "right") for number in range(count)]
    await assert_usable(database)


async def test_a_database_locked_by_another_process_is_busy(
    path: Path, impatient: Database
) -> None:
    """The error says that it is locked and when to try again; readers go on; then it works."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="locked") as error:
            async with impatient.transaction():
                pytest.fail("it began")
        assert error.value.retry_after
        assert await names(impatient) == []
        other.execute("ROLLBACK")
    await assert_usable(impatient)


async def fill(database: Database) -> None:
    """Write, in one transaction, until there is no room."""
    async with database.transaction() as tx:
        for number in range(1000):
            await state.keep(tx, f"big {number}", "x" * 4096)


async def test_a_full_disk_is_said_and_nothing_is_changed(path: Path, impatient: Database) -> None:
    """A transaction that finds no room is taken back whole, and reading goes on."""
    async with impatient.transaction() as tx:
        await state.keep(tx, "a", "1")
        pages = await tx.value("PRAGMA page_count")
        assert await tx.value(f"PRAGMA max_page_count = {pages + 8}") == pages + 8
    before = everything(path)
    with pytest.raises(DiskFull, match="nothing was changed"):
        await fill(impatient)
    assert everything(path) == before
    assert await names(impatient) == ["a"]
    await assert_usable(impatient)


async def test_the_reader_cannot_write(database: Database) -> None:
    """A statement that writes outside a transaction is refused."""
    with pytest.raises(StorageError, match="readonly"):
        await database.read.all("INSERT INTO state VALUES ('a', '1') RETURNING name")
    assert await names(database) == []


async def test_foreign_keys_hold(database: Database) -> None:
    """A delivery to a channel that nobody made known is refused."""
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        async with database.transaction() as tx:
            await tx.run("INSERT INTO digests (channel_id, hour, timezone, days) VALUES (1,1,1,1)")


async def test_columns_are_strict(database: Database) -> None:
    """A text where a number belongs is refused, as PostgreSQL would."""
    with pytest.raises(StorageError, match="cannot store TEXT"):
        async with database.transaction() as tx:
            await tx.run("INSERT INTO channels (id, guild_id) VALUES (1, 'x')")


@pytest.mark.parametrize("value", ["half a pair \ud83d", 2**63], ids=["text", "number"])
async def test_a_value_that_no_column_takes_is_refused(database: Database, value: object) -> None:
    """What hostile JSON can hold and SQLite cannot is our error, and the next one works."""
    with pytest.raises(StorageError, match="cannot be stored"):
        async with database.transaction() as tx:
            await tx.run("INSERT INTO state VALUES ('a', ?)", (value,))
    await assert_usable(database)


async def test_a_value_of_no_row_is_an_error(database: Database) -> None:
    """`value` is for queries that always have a row."""
    with pytest.raises(LookupError, match="no row"):
        await database.read.value("SELECT value FROM state")


@pytest.mark.parametrize("size", [0, 1, 2, 500, 40_000])
async def test_lists_of_any_length_select_and_change_each_row_once(
    database: Database, size: int
) -> None:
    """A list is one parameter, however long; each row is selected and changed once."""
    wanted = [f"{number:05}" for number in range(size)]
    async with database.transaction() as tx:
        await tx.run_many(
            "INSERT INTO state VALUES (?, '0')", [(name,) for name in [*wanted, "other"]]
        )
        found = await tx.where_in("SELECT name FROM state WHERE name IN ({})", iter(wanted))
        assert sorted(name for (name,) in found) == wanted
        await tx.run_in("UPDATE state SET value = value + ? WHERE name IN ({})", (1,), wanted)
        assert await tx.value("SELECT COUNT(*) FROM state WHERE value = '1'") == size
