"""SQLite's error codes as Paperwire's errors. Pure; knows no driver."""

from pathlib import Path

from bot.errors import DatabaseBusy, DiskFull, NotOurDatabase, StorageError

BUSY_RETRY = 5.0
"""Seconds after which it makes sense to try again what found the database locked."""

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
"""The second is a full disk too: the write-ahead log's index could not grow."""
_CLOSED = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")


def is_busy(name: str) -> bool:
    """Tell whether an error code says that another connection is in the way."""
    return name.startswith(_BUSY)


def storage_error(name: str, text: str, path: Path | str | None) -> StorageError:
    """Return the error for a result code by its name (https://www.sqlite.org/rescode.html)."""
    where = f" ({path})" if path else ""
    if is_busy(name):
        return DatabaseBusy(
            f"The database{where} is locked: is another Paperwire or tool using it?",
            retry_after=BUSY_RETRY,
        )
    if name.startswith(_FULL):
        return DiskFull(f"The disk is full, nothing was changed{where}: make room.")
    if name == "SQLITE_NOTADB":
        return NotOurDatabase(f"The file{where} is not an SQLite database: see DATABASE_URL.")
    if name.startswith(_CLOSED):
        return StorageError(f"The database{where} cannot be opened for writing: {text}.")
    return StorageError(f"The database{where} failed: {text}.")
