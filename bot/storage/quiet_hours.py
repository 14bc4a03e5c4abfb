"""Quiet hours of channels: as people set them, and as the moments of the night that is next."""

from datetime import datetime

from bot.domain import ChannelId, QuietHours, QuietPeriod
from bot.storage.columns import from_ms, maybe_moment, to_ms
from bot.storage.database import Reader, Row, Writer

IS_QUIET = (
    "EXISTS (SELECT 1 FROM quiet_hours q WHERE q.channel_id = c.id"
    " AND q.starts_at <= ? AND q.ends_at > ?)"
)
"""Whether the channel `c` is quiet; takes the time twice."""
COLUMNS = "start_hour, end_hour, timezone, starts_at, ends_at"


def period_of(row: Row) -> QuietPeriod | None:
    """Return the quiet hours of a row of COLUMNS; None where there is nothing."""
    if row[0] is None:
        return None
    return QuietPeriod(QuietHours(row[0], row[1], row[2]), from_ms(row[3]), from_ms(row[4]))


async def put(tx: Writer, channel: ChannelId, period: QuietPeriod) -> None:
    """Write a channel's quiet hours in place of those it had."""
    hours = period.hours
    await tx.run(
        f"INSERT INTO quiet_hours (channel_id, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (channel_id) DO UPDATE SET start_hour = excluded.start_hour,"
        " end_hour = excluded.end_hour, timezone = excluded.timezone,"
        " starts_at = excluded.starts_at, ends_at = excluded.ends_at",
        (
            *(channel, hours.start, hours.end, hours.timezone),
            *(to_ms(period.starts_at), to_ms(period.ends_at)),
        ),
    )


async def remove(tx: Writer, channel: ChannelId) -> bool:
    """Take a channel's quiet hours away; False if it had none."""
    return await tx.run("DELETE FROM quiet_hours WHERE channel_id = ?", (channel,)) > 0


async def not_about(
    reader: Reader, now: datetime, farthest: datetime
) -> list[tuple[ChannelId, QuietHours]]:
    """Return the quiet hours whose night is over, or begins later than `farthest`."""
    rows = await reader.all(
        "SELECT channel_id, start_hour, end_hour, timezone FROM quiet_hours WHERE ends_at <= ?"
        " UNION ALL"
        " SELECT channel_id, start_hour, end_hour, timezone FROM quiet_hours WHERE starts_at > ?",
        (to_ms(now), to_ms(farthest)),
    )
    return [(ChannelId(row[0]), QuietHours(*row[1:])) for row in rows]


async def next_end(reader: Reader) -> datetime | None:
    """Return when the quiet hours of some channel end next, or None."""
    return maybe_moment(await reader.value("SELECT MIN(ends_at) FROM quiet_hours"))
