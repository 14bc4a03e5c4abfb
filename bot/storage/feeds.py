"""Feeds: when each is due, its validators, and how its last polls went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.storage.columns import from_ms, maybe_moment, maybe_ms, to_ms
from bot.storage.database import Database, Reader, Row, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's row. ``failures`` counts failed polls since the last success.

    ``fill_began_at`` is set while a gap is being filled, ``fill_cursor`` says how far that came;
    ``filled_at`` is when the last fill was at its end.
    """

    name: str
    etag: str | None = None
    last_modified: str | None = None
    first_success_at: datetime | None = None
    last_success_at: datetime | None = None
    next_at: datetime
    failures: int = 0
    last_error: str | None = None
    last_error_at: datetime | None = None
    entries_skipped: int = 0
    fill_began_at: datetime | None = None
    fill_cursor: str | None = None
    filled_at: datetime | None = None


_COLUMNS = (
    "name, etag, last_modified, first_success_at, last_success_at, next_at, failures, last_error,"
    " last_error_at, entries_skipped, fill_began_at, fill_cursor, filled_at"
)


def _feed(row: Row) -> Feed:
    (
        name,
        etag,
        modified,
        first,
        success,
        next_at,
        failures,
        error,
        error_at,
        skipped,
        began,
        cursor,
        filled,
    ) = row
    return Feed(
        name=name,
        etag=etag,
        last_modified=modified,
        first_success_at=maybe_moment(first),
        last_success_at=maybe_moment(success),
        next_at=from_ms(next_at),
        failures=failures,
        last_error=error,
        last_error_at=maybe_moment(error_at),
        entries_skipped=skipped,
        fill_began_at=maybe_moment(began),
        fill_cursor=cursor,
        filled_at=maybe_moment(filled),
    )


async def add_missing(tx: Writer, names: tuple[str, ...], now: datetime) -> None:
    """Add the feeds that are not there yet, due at once."""
    await tx.run_many(
        "INSERT INTO feeds (name, next_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
        [(name, to_ms(now)) for name in names],
    )


async def forget_others(tx: Writer, names: Collection[str]) -> None:
    """Forget the feeds that are not read any more, with their days: read again, they begin anew."""
    known = await tx.all("SELECT name FROM feeds")
    others = [name for (name,) in known if name not in names]
    await tx.run_in("DELETE FROM batches WHERE feed IN ({})", (), others)
    await tx.run_in("DELETE FROM feeds WHERE name IN ({})", (), others)


async def bring_back(
    tx: Writer, now: datetime, latest: datetime, latest_of_failed: datetime
) -> None:
    """Undo what a clock that was ahead wrote: nothing was seen after now, or is due after these."""
    await tx.run(
        "UPDATE feeds SET next_at = CASE failures WHEN 0 THEN ?1 ELSE ?2 END"
        " WHERE next_at > CASE failures WHEN 0 THEN ?1 ELSE ?2 END",
        (to_ms(latest), to_ms(latest_of_failed)),
    )
    for column in ("first_success_at", "last_success_at", "fill_began_at", "filled_at"):
        await tx.run(f"UPDATE feeds SET {column} = ?1 WHERE {column} > ?1", (to_ms(now),))


async def everything(reader: Reader) -> list[Feed]:
    """Return all feeds by name."""
    return [_feed(row) for row in await reader.all(f"SELECT {_COLUMNS} FROM feeds ORDER BY name")]


async def due(reader: Reader, now: datetime) -> list[Feed]:
    """Return the feeds whose time has come, the longest due first."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} FROM feeds WHERE next_at <= ? ORDER BY next_at, name", (to_ms(now),)
    )
    return [_feed(row) for row in rows]


async def record_success(tx: Writer, feed: Feed) -> None:
    """Write validators, times and what is known of failures, of a poll that went well."""
    await tx.run(
        "UPDATE feeds SET etag = ?, last_modified = ?, first_success_at = ?, last_success_at = ?,"
        " next_at = ?, failures = ?, last_error = ? WHERE name = ?",
        (
            feed.etag,
            feed.last_modified,
            maybe_ms(feed.first_success_at),
            maybe_ms(feed.last_success_at),
            to_ms(feed.next_at),
            feed.failures,
            feed.last_error,
            feed.name,
        ),
    )
    await record_fill(tx, feed)


async def record_fill(tx: Writer, feed: Feed) -> None:
    """Write how far the fill of a feed's gap came, and the skipped entries."""
    await tx.run(
        "UPDATE feeds SET fill_began_at = ?, fill_cursor = ?, filled_at = ?, entries_skipped = ?"
        " WHERE name = ?",
        (
            maybe_ms(feed.fill_began_at),
            feed.fill_cursor,
            maybe_ms(feed.filled_at),
            feed.entries_skipped,
            feed.name,
        ),
    )


async def record_failure(
    tx: Writer, name: str, error: str, now: datetime, next_at: datetime
) -> None:
    """Write why a poll failed and when it is tried again; its validators stay."""
    await tx.run(
        "UPDATE feeds SET failures = failures + 1, last_error = ?, last_error_at = ?, next_at = ?"
        " WHERE name = ?",
        (error, to_ms(now), to_ms(next_at), name),
    )


class StoredRequestLog:
    """Remembers, over restarts, when a group of hosts was last asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_request(self, group: str) -> datetime | None:
        """Return when the group was last asked, or None."""
        row = await self._database.read.one(
            "SELECT last_at FROM requests WHERE host_group = ?", (group,)
        )
        return None if row is None else from_ms(row[0])

    async def record_request(self, group: str, at: datetime) -> None:
        """Write, before it is made, that the group is asked now."""
        async with self._database.transaction() as tx:
            await tx.run(
                "INSERT INTO requests (host_group, last_at) VALUES (?, ?)"
                " ON CONFLICT (host_group) DO UPDATE SET last_at = excluded.last_at",
                (group, to_ms(at)),
            )
