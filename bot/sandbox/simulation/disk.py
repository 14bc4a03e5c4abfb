"""A disk on which a process can end: SQLite's own files, statements run in the loop's thread.

Without the driver's threads the order of statements is the same in each run. Each statement is a
step of the process's life; a commit is two, so that it may end on either side.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

import aiosqlite

from bot.domain import PaperId
from bot.sandbox.simulation.life import Life, Step

T = TypeVar("T")


class Disk:
    """Opens connections that end with the process, and fails while told to.

    `fault` is the name of SQLite's error for statements that write: SQLITE_FULL or SQLITE_BUSY.
    """

    def __init__(self, life: Life, stored: Callable[[PaperId], object]) -> None:
        self.life = life
        self.stored = stored
        """Is told of papers that are stored for good."""
        self.fault: str | None = None
        self._connections: list[_Connection] = []

    def connect(self, path: str, **options: Any) -> aiosqlite.Connection:  # noqa: ANN401 - the driver's own options
        """Do as `aiosqlite.connect`."""
        options.pop("timeout", None)
        options["timeout"] = 0
        connection = _Connection(self, lambda: sqlite3.connect(path, **options))
        self._connections.append(connection)
        return connection

    def cut(self) -> None:
        """Close every connection as the end of a process does: what is not committed is gone."""
        for connection in self._connections:
            connection.cut()
        self._connections.clear()

    async def run(
        self, function: Callable[[], T], statement: str, committed: Callable[[], None]
    ) -> T:
        """Run a statement as steps of the process's life; say so if it was a commit."""
        await self.life.step(Step.STATEMENT)
        if self.fault and statement.startswith(("BEGIN", "INSERT", "UPDATE", "DELETE", "COMMIT")):
            error = sqlite3.OperationalError("told to fail")
            error.sqlite_errorname = self.fault
            raise error
        result = function()
        if statement == "COMMIT":
            committed()
            await self.life.step(Step.STATEMENT)
        return result


class _Connection(aiosqlite.Connection):
    """A connection without a thread of its own."""

    def __init__(self, disk: Disk, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, 64)
        self._disk = disk
        self._adds_papers = False

    async def _connect(self) -> aiosqlite.Connection:
        self._connection = self._connector()
        return self

    def __await__(self) -> Any:  # noqa: ANN401 - the driver's own type
        return self._connect().__await__()

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the driver's own types
        statement = args[0] if args and isinstance(args[0], str) else ""
        self._adds_papers = self._adds_papers or statement.startswith("INSERT INTO papers ")
        if statement == "PRAGMA synchronous = FULL":
            # What a process has handed to the system stays when it is killed.
            args = ("PRAGMA synchronous = OFF", *args[1:])
        return await self._disk.run(lambda: fn(*args, **kwargs), statement, self._note)

    def _note(self) -> None:
        """Note what was committed."""
        if self._adds_papers and self._connection is not None:
            self._adds_papers = False
            sql = "SELECT id FROM papers ORDER BY key DESC LIMIT 200"
            for row in self._connection.execute(sql):
                self._disk.stored(row[0])

    async def close(self) -> None:
        self.cut()

    def stop(self) -> None:  # there is no thread to wait for
        self.cut()

    def cut(self) -> None:
        """Close without a word."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
