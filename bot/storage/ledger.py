"""The ledger's rows: a feed's announcement days."""

from collections.abc import Iterable
from datetime import date

from bot.ledger import Batch, Trouble
from bot.storage.columns import maybe_moment, maybe_ms
from bot.storage.database import Reader, Row, Writer

_COLUMNS = (
    "feed, day, announced, seen, found, known_by, trouble, trouble_at, closed_at, changed_at,"
    " read_at"
)


def _batch(row: Row) -> Batch:
    return Batch(
        feed=row[0],
        day=date.fromisoformat(row[1]),
        announced=row[2],
        seen=row[3],
        found=row[4],
        known_by=row[5],
        trouble=None if row[6] is None else Trouble(row[6]),
        trouble_at=maybe_moment(row[7]),
        closed_at=maybe_moment(row[8]),
        changed_at=maybe_moment(row[9]),
        read_at=maybe_moment(row[10]),
    )


async def since(reader: Reader, day: date) -> dict[str, dict[date, Batch]]:
    """Return by feed and day the batches from a day on, and all older ones that are open."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} FROM batches WHERE day >= ?1 UNION ALL"
        f" SELECT {_COLUMNS} FROM batches WHERE day < ?1 AND closed_at IS NULL",
        (day.isoformat(),),
    )
    found: dict[str, dict[date, Batch]] = {}
    for batch in map(_batch, rows):
        found.setdefault(batch.feed, {})[batch.day] = batch
    return found


async def first_day(reader: Reader, feed: str) -> date | None:
    """Return the first day for which a feed was watched, None before its first answer."""
    day = await reader.value("SELECT MIN(day) FROM batches WHERE feed = ?", (feed,))
    return None if day is None else date.fromisoformat(day)


async def unwatched(reader: Reader, feed: str) -> date | None:
    """Return the day that was out before a feed's first answer, None if it saw its first day."""
    row = await reader.one(
        "SELECT day, known_by, closed_at FROM batches WHERE feed = ? ORDER BY day LIMIT 1", (feed,)
    )
    is_unseen = row is not None and row[1] is None and row[2] is not None
    return date.fromisoformat(row[0]) if row is not None and is_unseen else None


async def newest(reader: Reader, feed: str) -> Batch | None:
    """Return a feed's newest day, None before its first answer."""
    row = await reader.one(
        f"SELECT {_COLUMNS} FROM batches WHERE feed = ? ORDER BY day DESC LIMIT 1", (feed,)
    )
    return None if row is None else _batch(row)


async def open_days(reader: Reader, feed: str) -> dict[date, Batch]:
    """Return the days of a feed of which something may be missing, the oldest first."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} FROM batches WHERE feed = ? AND closed_at IS NULL ORDER BY day",
        (feed,),
    )
    return {batch.day: batch for batch in map(_batch, rows)}


async def open_before(reader: Reader, day: date) -> bool:
    """Tell whether something may be missing of a day before this one."""
    row = await reader.one(
        "SELECT 1 FROM batches WHERE closed_at IS NULL AND known_by IS NULL AND day < ? LIMIT 1",
        (day.isoformat(),),
    )
    return row is not None


async def published(reader: Reader, day: date) -> set[date]:
    """Return the days from `day` on of which some archive of arXiv has seen something."""
    rows = await reader.all(
        "SELECT DISTINCT day FROM batches WHERE seen > 0 AND day >= ? AND feed LIKE 'arxiv:%'",
        (day.isoformat(),),
    )
    return {date.fromisoformat(row[0]) for row in rows}


async def write(tx: Writer, batches: Iterable[Batch]) -> None:
    """Write batches, new ones and changed ones."""
    await tx.run_many(
        f"INSERT INTO batches ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (feed, day) DO UPDATE SET announced = excluded.announced,"
        " seen = excluded.seen, found = excluded.found, known_by = excluded.known_by,"
        " trouble = excluded.trouble, trouble_at = excluded.trouble_at,"
        " closed_at = excluded.closed_at, changed_at = excluded.changed_at,"
        " read_at = excluded.read_at",
        [
            (
                batch.feed,
                batch.day.isoformat(),
                batch.announced,
                batch.seen,
                batch.found,
                batch.known_by,
                batch.trouble,
                maybe_ms(batch.trouble_at),
                maybe_ms(batch.closed_at),
                maybe_ms(batch.changed_at),
                maybe_ms(batch.read_at),
            )
            for batch in batches
        ],
    )


async def begin_fill(tx: Writer, feed: str) -> None:
    """Count anew what a fill finds of a feed's open days."""
    await tx.run("UPDATE batches SET found = 0 WHERE feed = ? AND closed_at IS NULL", (feed,))


async def forget_after(tx: Writer, day: date) -> None:
    """Forget the days later than this one, which a clock that was ahead wrote."""
    await tx.run("DELETE FROM batches WHERE day > ?", (day.isoformat(),))
