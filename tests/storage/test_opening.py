"""Opening the database: made, migrated, recognised, or left alone."""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import (
    DatabaseBusy,
    DatabaseTooNew,
    DiskFull,
    NotOurDatabase,
    OperationalError,
    StorageError,
)
from bot.storage import state
from bot.storage.database import Database
from bot.storage.faults import storage_error
from bot.storage.files import check_library
from bot.storage.migrations import APPLICATION_ID, MIGRATIONS
from tests.storage.rows import everything


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the database is to be."""
    return tmp_path / "paperwire.db"


@pytest.fixture
def empty(path: Path) -> Path:
    """Return where there is a file without a byte."""
    path.touch()
    return path


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of a database and its log."""
    files = (path, path.with_name(path.name + "-wal"))
    return {file.name: file.read_bytes() for file in files if file.exists()}


def made(path: Path, *statements: str) -> Path:
    """Run statements on a file through a connection that is not ours."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def crashed(path: Path, *statements: str) -> Path:
    """Leave a database as a killed program does: what it wrote is in the log only."""
    other = path.with_name("other.db")
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for statement in statements:
            connection.execute(statement)
        shutil.copy(other, path)
        shutil.copy(f"{other}-wal", f"{path}-wal")
    return path


async def test_a_new_file_is_made_with_its_folder(tmp_path: Path) -> None:
    """The first start makes folder, file and schema, and marks the file as ours."""
    path = tmp_path / "some" / "where" / "a file #1?.db"
    async with Database.open(path) as database:
        assert await database.read.value("PRAGMA application_id") == APPLICATION_ID
        assert await database.read.value("PRAGMA user_version") == len(MIGRATIONS)
        assert await database.read.value("PRAGMA journal_mode") == "wal"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


async def test_an_empty_file_is_taken(empty: Path) -> None:
    """Whoever makes the file first, to give it an owner, gets a database in it."""
    async with Database.open(empty) as database:
        assert await state.value_of(database.read, "name") is None


async def test_what_was_kept_is_there_again(path: Path) -> None:
    """Opening a database a second time changes nothing in it."""
    async with Database.open(path) as database, database.transaction() as tx:
        await state.keep(tx, "name", "value")
    before = everything(path)
    async with Database.open(path) as database:
        assert await state.value_of(database.read, "name") == "value"
    assert everything(path) == before


async def test_what_a_crash_left_in_the_log_is_there_again(path: Path, tmp_path: Path) -> None:
    """A killed bot's commits are in the write-ahead log, and are read from it."""
    async with Database.open(tmp_path / "killed.db") as database:
        async with database.transaction() as tx:
            await state.keep(tx, "name", "value")
        shutil.copy(tmp_path / "killed.db", path)
        shutil.copy(tmp_path / "killed.db-wal", f"{path}-wal")
    async with Database.open(path) as database:
        assert await state.value_of(database.read, "name") == "value"


NEWER = (
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {len(MIGRATIONS) + 1}",
    "CREATE TABLE later (x)",
)
FOREIGN = ("CREATE TABLE foreign_table (x)", "INSERT INTO foreign_table VALUES (1)")


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda path: made(path, *FOREIGN), NotOurDatabase),
        (lambda path: made(path, "PRAGMA journal_mode = WAL", *FOREIGN), NotOurDatabase),
        (lambda path: crashed(path, *FOREIGN), NotOurDatabase),
        (lambda path: made(path, "PRAGMA user_version = 1", "VACUUM"), NotOurDatabase),
        (lambda path: made(path, "PRAGMA application_id = 77", "VACUUM"), NotOurDatabase),
        (lambda path: path.write_text("a"), NotOurDatabase),
        (lambda path: path.write_text("notes\n"), NotOurDatabase),
        (lambda path: path.write_text("notes\n" * 5000), NotOurDatabase),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 4080), StorageError),
        (lambda path: made(path, *NEWER), DatabaseTooNew),
        (lambda path: crashed(path, *NEWER), DatabaseTooNew),
    ],
    ids=[
        "foreign",
        "foreign with a log",
        "foreign after a crash",
        "foreign version",
        "foreign mark",
        "one byte",
        "a line",
        "text",
        "broken",
        "newer",
        "newer after a crash",
    ],
)
async def test_a_file_that_is_not_for_us_stays_as_it_is(
    path: Path, make: Callable[[Path], object], error: type[StorageError]
) -> None:
    """Database and log keep every byte, and the error names the file."""
    make(path)
    before = contents(path)
    with pytest.raises(error, match=r"paperwire\.db"):
        async with Database.open(path):
            pytest.fail("it was opened")
    assert contents(path) == before


async def test_a_folder_in_the_files_place_is_an_error(tmp_path: Path) -> None:
    """What cannot be opened is named."""
    with pytest.raises(StorageError, match=tmp_path.name):
        async with Database.open(tmp_path):
            pytest.fail("it was opened")


def test_a_failed_opening_leaves_no_thread(tmp_path: Path) -> None:
    """A program that ends over it ends with our error alone."""
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "missing" / "paperwire.db")
    before = set(threading.enumerate())

    async def opened() -> None:
        async with Database.open(link):
            pytest.fail("it was opened")

    with asyncio.Runner() as runner:
        with pytest.raises(StorageError):
            runner.run(opened())
        after = set(threading.enumerate()) - before
        drivers = [thread for thread in after if "_connection_" in thread.name]
    assert drivers == []


async def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    """The error says which folder, and why."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"folder .*file"):
        async with Database.open(tmp_path / "file" / "paperwire.db"):
            pytest.fail("it was opened")


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
async def test_a_locked_new_file_is_busy_in_bounded_time(empty: Path, begin: str) -> None:
    """Another program's lock is waited for, not for ever, and the file stays as it is."""
    with closing(sqlite3.connect(empty, isolation_level=None)) as other:
        other.execute(begin)
        async with asyncio.timeout(5):
            with pytest.raises(DatabaseBusy, match=r"paperwire\.db.*locked"):
                async with Database.open(empty, busy_seconds=0.05):
                    pytest.fail("it was opened")
    assert contents(empty) == {empty.name: b""}


async def test_a_lock_that_is_released_in_time_is_no_error(empty: Path) -> None:
    """Opening waits while another process makes the file."""
    with closing(sqlite3.connect(empty, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asyncio.get_running_loop().call_later(0.1, other.execute, "ROLLBACK")
        async with Database.open(empty) as database:
            assert await state.value_of(database.read, "name") is None


async def test_a_current_database_opens_while_another_writes(path: Path) -> None:
    """Nothing needs to be written to open a database that has the newest schema."""
    async with Database.open(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with Database.open(path, busy_seconds=0.05) as database:
            assert await state.value_of(database.read, "name") is None


async def test_many_that_open_a_new_file_at_once_make_one_schema(path: Path) -> None:
    """One migrates, the others wait and find it done."""

    async def opened(name: str) -> None:
        async with Database.open(path) as database, database.transaction() as tx:
            await state.keep(tx, name, "was here")

    await asyncio.gather(*(opened(f"{number}") for number in range(6)))
    async with Database.open(path) as database:
        assert await database.read.value("SELECT COUNT(*) FROM state") == 6


async def test_a_migration_is_whole_or_not_at_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement that fails takes those before it back, and the version with them."""
    async with Database.open(path):
        pass
    before = everything(path)
    broken = (*MIGRATIONS, ("CREATE TABLE added (x)", "CREATE TABLE state (x)"))
    monkeypatch.setattr("bot.storage.database.MIGRATIONS", broken)
    monkeypatch.setattr("bot.storage.files.MIGRATIONS", broken)
    with pytest.raises(StorageError, match="already exists"):
        async with Database.open(path):
            pytest.fail("it was opened")
    assert everything(path) == before
    mended = (*MIGRATIONS, ("CREATE TABLE added (x)",))
    monkeypatch.setattr("bot.storage.database.MIGRATIONS", mended)
    async with Database.open(path) as database:
        assert await database.read.value("PRAGMA user_version") == len(mended)


def test_an_old_sqlite_is_told() -> None:
    """A Python whose SQLite lacks what the schema needs is an error that names both versions."""
    check_library(sqlite3.sqlite_version_info)
    with pytest.raises(StorageError, match=r"3\.34\.1.* 3\.37"):
        check_library((3, 34, 1))


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("SQLITE_BUSY", DatabaseBusy),
        ("SQLITE_BUSY_SNAPSHOT", DatabaseBusy),
        ("SQLITE_LOCKED_SHAREDCACHE", DatabaseBusy),
        ("SQLITE_PROTOCOL", DatabaseBusy),
        ("SQLITE_FULL", DiskFull),
        ("SQLITE_IOERR_SHMSIZE", DiskFull),
        ("SQLITE_NOTADB", NotOurDatabase),
        ("SQLITE_READONLY_DBMOVED", StorageError),
        ("SQLITE_CANTOPEN", StorageError),
        ("SQLITE_IOERR_READ", StorageError),
        ("", StorageError),
    ],
)
def test_result_codes_become_errors(name: str, error: type[OperationalError]) -> None:
    """Each code is one of our errors, with the driver's words where we have none."""
    found = storage_error(name, "its words", Path("some.db"))
    assert type(found) is error
    assert "some.db" in str(found)
    assert (found.retry_after is not None) is (error is DatabaseBusy)
