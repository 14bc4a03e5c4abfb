"""What is asked of SQLite's library and of a file before the database is opened for writing.

Changes no file; what is not ours stays as it is, byte for byte.
"""

from pathlib import Path

from bot.errors import DatabaseTooNew, NotOurDatabase, StorageError
from bot.storage.migrations import APPLICATION_ID, MIGRATIONS

_OLDEST_SQLITE = (3, 37)
"""The first with STRICT tables; RETURNING came before it."""

_SMALLEST_FILE = 100
"""Bytes of SQLite's header: a shorter file is no database, though SQLite overwrites some."""


def check_library(version: tuple[int, ...]) -> None:
    """Raise StorageError if Python's SQLite is older than the schema needs."""
    if version < _OLDEST_SQLITE:
        needed, found = (".".join(map(str, each)) for each in (_OLDEST_SQLITE, version))
        raise StorageError(
            f"This Python has SQLite {found}, Paperwire needs {needed} or newer: "
            "use a Python with a newer one."
        )


def make_folder(path: Path) -> None:
    """Make the folder that the file is to be in; raises StorageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"Cannot make the folder {path.parent}: {error.strerror}.") from error


def address_to_look(path: Path) -> str | None:
    """Return a URI under which SQLite looks at the file and writes nothing; None for a new file.

    An ordinary connection would, when closed, move a write-ahead log that a crash left behind
    into the file. ``immutable`` reads no log (https://www.sqlite.org/uri.html). Raises
    NotOurDatabase for a file too short to be a database, StorageError for one out of reach.
    """
    try:
        file = path.resolve()
        if file.is_dir():
            raise StorageError(f"{path} is a folder: set DATABASE_URL to a file.")
        size = file.stat().st_size if file.exists() else 0
        log = file.with_name(f"{file.name}-wal")
        has_log = log.exists() and log.stat().st_size > 0
    except OSError as error:
        raise StorageError(f"Cannot read {path}: {error.strerror}.") from error
    if 0 < size < _SMALLEST_FILE:
        raise _not_ours(path)
    return f"{file.as_uri()}?{'mode=ro' if has_log else 'immutable=1'}" if size else None


def check_header(path: Path, version: int, application: int, *, is_empty: bool) -> None:
    """Raise NotOurDatabase or DatabaseTooNew for a file that this Paperwire must not write to."""
    is_new = is_empty and not version and not application
    if application != APPLICATION_ID and not is_new:
        raise _not_ours(path)
    if version > len(MIGRATIONS):
        raise DatabaseTooNew(
            f"{path} was written by a newer Paperwire (schema {version}, this one knows "
            f"{len(MIGRATIONS)}): upgrade Paperwire."
        )


def _not_ours(path: Path) -> NotOurDatabase:
    return NotOurDatabase(f"{path} is not a Paperwire database: set DATABASE_URL to another.")
