"""The SQLite database: the only module that imports its driver.

One writer connection behind a lock, one `query_only` reader; statements and transactions, no
knowledge of what the tables mean. Driver errors become `bot.errors.StorageError`s here.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite

from bot.errors import StorageError
from bot.storage.faults import is_busy, storage_error
from bot.storage.files import address_to_look, check_header, check_library, make_folder
from bot.storage.migrations import APPLICATION_ID, MIGRATIONS

Row = tuple[Any, ...]
"""A row as the driver gives it; the functions of bot.storage turn it into domain values."""

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's lock before DatabaseBusy."""

_LIST = "SELECT value FROM json_each(?)"
"""A list of any length as one parameter (PostgreSQL: ``SELECT unnest(?)``).

SQLite sorts it first, so that a long one goes through an index from one end to the other.
"""

_CACHE_KIB = 40 * 1024
"""Of the writer: a paper that thousands of channels are owed changes as many pages of an index."""

_LOG_PAGES = 8_000
"""Of the write-ahead log before they go to the file (32 MB): pages that paper after paper changes
are then written there once for several papers."""

_RETRY_SECONDS = 0.02

Connect = Callable[..., aiosqlite.Connection]
"""`aiosqlite.connect`, or what the simulation has in its place: a disk that fails when told to."""


Opened = Callable[..., AbstractAsyncContextManager[aiosqlite.Connection]]
"""Opens a connection to a path or address, and closes it at the end."""


class Reader:
    """Runs queries on one connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def all(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return every row of a query."""
        with _translated():
            return list(await self._connection.execute_fetchall(sql, parameters))  # type: ignore[arg-type]  # the driver's stub wants Iterable[Any]

    async def one(self, sql: str, parameters: Sequence[object] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        rows = await self.all(sql, parameters)
        return rows[0] if rows else None

    async def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:  # noqa: ANN401 - whatever type the column has
        """Return the first column of the first row of a query that always has one."""
        row = await self.one(sql, parameters)
        if row is None:
            raise LookupError(f"no row: {sql}")
        return row[0]

    async def where_in(
        self, sql: str, values: Iterable[object], parameters: Sequence[object] = ()
    ) -> list[Row]:
        """Run a query with ``IN ({})`` for any number of values, after its other parameters."""
        wanted = list(values)
        if not wanted:
            return []
        return await self.all(sql.format(_LIST), (*parameters, json.dumps(wanted)))


class Writer(Reader):
    """Runs statements inside the one open transaction."""

    async def run(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        with _translated():
            cursor = await self._connection.execute(sql, parameters)
            return cursor.rowcount

    async def run_in(
        self, sql: str, parameters: Sequence[object], values: Iterable[object]
    ) -> None:
        """Run a statement with ``IN ({})`` for any number of values, after its other parameters."""
        wanted = list(values)
        if wanted:
            await self.run(sql.format(_LIST), (*parameters, json.dumps(wanted)))

    async def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of parameters."""
        with _translated():
            await self._connection.executemany(sql, rows)


class Database:
    """An open database. Build it with `Database.open`."""

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._writing = asyncio.Lock()
        self.read = Reader(reader)
        """Queries on committed data; it cannot write."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        path: Path,
        *,
        busy_seconds: float = BUSY_SECONDS,
        connect: Connect = aiosqlite.connect,
    ) -> AsyncIterator[Self]:
        """Open the file, creating or migrating it, and close it at the end.

        Raises NotOurDatabase, DatabaseTooNew, DatabaseBusy, DiskFull or StorageError; on any of
        them the file is as it was.
        """
        check_library(sqlite3.sqlite_version_info)
        make_folder(path)
        opened = partial(_connection, connect=connect, busy_seconds=busy_seconds)
        version = await _recognised_version(path, opened)
        async with opened(path) as writer:
            await _set_up(writer, path, busy_seconds)
            await _migrate(writer, path, version)
            async with opened(path) as reader:
                with _translated():
                    await reader.execute("PRAGMA query_only = ON")
                yield cls(writer, reader)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Writer]:
        """Run a block in a transaction: committed whole at its end, or not at all.

        One at a time: a second task waits. Never send or fetch anything inside it. A cancellation
        that meets the commit itself is raised although the block was committed.
        """
        async with self._writing, _transaction(self._writer):
            yield Writer(self._writer)


@asynccontextmanager
async def _transaction(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    try:
        # Inside the try: a cancelled `await BEGIN` still runs in the driver's thread.
        with _translated():
            await connection.execute("BEGIN IMMEDIATE")
        yield
        with _translated():
            await connection.execute("COMMIT")
    except BaseException:
        await _roll_back(connection)
        raise


async def _roll_back(connection: aiosqlite.Connection) -> None:
    # Whether a transaction is open is asked in the driver's thread, where a BEGIN or a COMMIT
    # whose caller was cancelled may still have its turn before this. A second cancellation meets
    # the await alone: the thread rolls back all the same.
    with _translated():
        await connection.rollback()


@asynccontextmanager
async def _connection(
    path: Path | str, *, connect: Connect, busy_seconds: float, is_uri: bool = False
) -> AsyncIterator[aiosqlite.Connection]:
    connection = connect(
        path, isolation_level=None, timeout=busy_seconds, cached_statements=256, uri=is_uri
    )
    try:
        with _translated(path):
            await connection
    except BaseException:
        # The driver does not wait for its thread here; it would fail aloud on a closed loop.
        await asyncio.to_thread(connection._thread.join)  # noqa: SLF001 - there is no other way
        raise
    try:
        yield connection
    finally:
        await asyncio.shield(connection.close())


async def _recognised_version(path: Path, opened: Opened) -> int:
    """Return the version of the file's schema, 0 for a new file; raises if it is not for us."""
    address = address_to_look(path)
    if address is None:
        return 0
    async with opened(address, is_uri=True) as connection:
        with _translated(path):
            version = await _pragma(connection, "user_version")
            application = await _pragma(connection, "application_id")
            objects = await connection.execute_fetchall("SELECT 1 FROM sqlite_master LIMIT 1")
    check_header(path, version, application, is_empty=not list(objects))
    return version


async def _set_up(connection: aiosqlite.Connection, path: Path, busy_seconds: float) -> None:
    deadline = time.monotonic() + busy_seconds
    with _translated(path):
        while not await _uses_write_ahead_log(connection):
            if time.monotonic() > deadline:
                raise storage_error("SQLITE_BUSY", "locked", path)
            await asyncio.sleep(_RETRY_SECONDS)
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.execute("PRAGMA foreign_keys = ON")
        await connection.execute("PRAGMA temp_store = MEMORY")
        await connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        await connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")


async def _uses_write_ahead_log(connection: aiosqlite.Connection) -> bool:
    """Switch to the write-ahead log; False if another process is in the way.

    SQLite does not wait for locks here: two processes that make one file would collide.
    """
    try:
        await connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if is_busy(error.sqlite_errorname):
            return False
        raise
    return True


async def _migrate(connection: aiosqlite.Connection, path: Path, version: int) -> None:
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        async with _transaction(connection):
            with _translated(path):
                if await _pragma(connection, "user_version") >= number:
                    continue  # another process migrated while this one waited for the lock
                for statement in statements:
                    await connection.execute(statement)
                await connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                await connection.execute(f"PRAGMA user_version = {number}")


async def _pragma(connection: aiosqlite.Connection, name: str) -> int:
    rows = list(await connection.execute_fetchall(f"PRAGMA {name}"))
    return int(rows[0][0])


@contextmanager
def _translated(path: Path | str | None = None) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        # Errors of the driver itself, such as a wrong number of parameters, have no name.
        name = getattr(error, "sqlite_errorname", "")
        raise storage_error(name, str(error), path) from error
    except (OverflowError, UnicodeEncodeError) as error:
        # Past 64 bits, or half a surrogate pair: no column takes that.
        raise StorageError(f"A value cannot be stored: {error}.") from error
