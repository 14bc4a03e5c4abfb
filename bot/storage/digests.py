"""Digests: each channel's schedule, when it is next due, and how the last one went."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import ChannelId, DigestSchedule
from bot.silence import Reason
from bot.storage.columns import from_ms, maybe_day, maybe_moment, maybe_text, to_ms
from bot.storage.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A schedule with its next due time and its last outcome.

    ``last_papers`` is what the last digest held, ``last_checked`` how many papers were announced
    since the one before, ``last_reason`` how it stood with arXiv then; None before the first.
    """

    schedule: DigestSchedule
    next_at: datetime
    last_at: datetime | None
    last_papers: int | None
    last_checked: int | None
    last_reason: Reason | None = None
    tells_empty: bool = False
    """Whether a digest without papers is posted too, and says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a digest held, of how many papers, and how it stood with arXiv."""

    papers: int
    checked: int
    reason: Reason


_COLUMNS = (
    "channel_id, hour, timezone, days, last_day, next_at, last_at, last_papers, last_checked,"
    " last_reason, tells_empty"
)


def _schedule(row: Row) -> DigestSchedule:
    return DigestSchedule(
        channel_id=row[0],
        hour=row[1],
        timezone=row[2],
        days=frozenset(map(int, row[3])),
        last_day=maybe_day(row[4]),
    )


def _stored(row: Row) -> StoredDigest:
    reason = None if row[9] is None else Reason(row[9])
    return StoredDigest(
        _schedule(row), from_ms(row[5]), maybe_moment(row[6]), row[7], row[8], reason, bool(row[10])
    )


async def put(tx: Writer, schedule: DigestSchedule, next_at: datetime) -> None:
    """Write a channel's schedule; the outcome of its last digest stays."""
    await tx.run(
        "INSERT INTO digests (channel_id, hour, timezone, days, last_day, next_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (channel_id) DO UPDATE SET hour = excluded.hour,"
        " timezone = excluded.timezone, days = excluded.days, next_at = excluded.next_at",
        (
            schedule.channel_id,
            schedule.hour,
            schedule.timezone,
            "".join(map(str, sorted(schedule.days))),
            maybe_text(schedule.last_day),
            to_ms(next_at),
        ),
    )


async def set_tells_empty(tx: Writer, channel: ChannelId, *, tells: bool) -> None:
    """Write whether a channel's digest is posted without papers too."""
    await tx.run("UPDATE digests SET tells_empty = ? WHERE channel_id = ?", (int(tells), channel))


async def switch_off(tx: Writer, channel: ChannelId) -> bool:
    """Make a channel's digest never due; False if it had none. Its last day is remembered."""
    changed = await tx.run(
        "UPDATE digests SET next_at = NULL WHERE channel_id = ? AND next_at IS NOT NULL",
        (channel,),
    )
    return changed > 0


async def last_schedule(reader: Reader, channel: ChannelId) -> DigestSchedule | None:
    """Return a channel's schedule, also of a digest that is switched off; None if it had none."""
    row = await reader.one(
        "SELECT channel_id, hour, timezone, days, last_day FROM digests WHERE channel_id = ?",
        (channel,),
    )
    return None if row is None else _schedule(row)


async def of_channel(reader: Reader, channel: ChannelId) -> StoredDigest | None:
    """Return a channel's digest, or None if it has none or it is off."""
    row = await reader.one(
        f"SELECT {_COLUMNS} FROM digests WHERE channel_id = ? AND next_at IS NOT NULL", (channel,)
    )
    return None if row is None else _stored(row)


async def due(reader: Reader, now: datetime) -> list[StoredDigest]:
    """Return the digests of open channels whose time has come, the longest due first."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} FROM digests JOIN channels c ON c.id = channel_id"
        " WHERE next_at <= ? AND c.paused_because IS NULL ORDER BY next_at",
        (to_ms(now),),
    )
    return [_stored(row) for row in rows]


async def record_outcome(
    tx: Writer,
    channel: ChannelId,
    *,
    day: date,
    now: datetime,
    next_at: datetime,
    outcome: Outcome,
) -> None:
    """Write that the digest of a local day is done, with what it held, and when the next is due."""
    await tx.run(
        "UPDATE digests SET last_day = ?, last_at = ?, next_at = ?, last_papers = ?,"
        " last_checked = ?, last_reason = ? WHERE channel_id = ?",
        (
            day.isoformat(),
            to_ms(now),
            to_ms(next_at),
            outcome.papers,
            outcome.checked,
            outcome.reason,
            channel,
        ),
    )


async def due_after(reader: Reader, moment: datetime) -> list[StoredDigest]:
    """Return the digests that are due later than a moment."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} FROM digests WHERE next_at > ? ORDER BY next_at", (to_ms(moment),)
    )
    return [_stored(row) for row in rows]


async def next_at(reader: Reader) -> datetime | None:
    """Return when the next digest of an open channel is due, or None."""
    return maybe_moment(
        await reader.value(
            "SELECT MIN(next_at) FROM digests JOIN channels c ON c.id = channel_id"
            " WHERE c.paused_because IS NULL"
        )
    )


async def replan(tx: Writer, schedule: DigestSchedule, next_at: datetime) -> None:
    """Write anew when a digest is due and which day had the last; at what time, is forgotten."""
    await tx.run(
        "UPDATE digests SET next_at = ?, last_day = ?, last_at = NULL WHERE channel_id = ?",
        (to_ms(next_at), maybe_text(schedule.last_day), schedule.channel_id),
    )


async def postpone(tx: Writer, channel: ChannelId, next_at: datetime) -> None:
    """Write when a channel's digest is next due, and nothing else."""
    await tx.run("UPDATE digests SET next_at = ? WHERE channel_id = ?", (to_ms(next_at), channel))
