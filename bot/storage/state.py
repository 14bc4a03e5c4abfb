"""Single values that outlive a restart, by name."""

from bot.storage.database import Reader, Writer


async def value_of(reader: Reader, name: str) -> str | None:
    """Return the value kept under a name, or None."""
    row = await reader.one("SELECT value FROM state WHERE name = ?", (name,))
    return None if row is None else str(row[0])


async def keep(tx: Writer, name: str, value: str) -> None:
    """Keep a value under a name, in place of the one there was."""
    await tx.run(
        "INSERT INTO state (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


async def keep_first(tx: Writer, name: str, value: str) -> str:
    """Keep a value under a name unless there is one, and return the one that is there."""
    await tx.run(
        "INSERT INTO state (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        (name, value),
    )
    return await value_of(tx, name) or value
