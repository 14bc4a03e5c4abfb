"""Follows: papers that some channel was owed, and when they are looked at again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import PaperId
from bot.storage.columns import from_ms, maybe_moment, to_ms
from bot.storage.database import Reader, Writer
from bot.storage.papers import PaperKey


@dataclass(frozen=True, slots=True)
class Follow:
    """A paper that is followed, and since when."""

    key: PaperKey
    id: PaperId
    since: datetime


async def begin(tx: Writer, paper: PaperKey, now: datetime, next_at: datetime) -> None:
    """Follow a paper from now on; one that is followed already goes on as it was."""
    await tx.run(
        "INSERT INTO follows (paper_key, since, next_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (paper, to_ms(now), to_ms(next_at)),
    )


async def look_by(tx: Writer, paper: PaperKey, next_at: datetime) -> None:
    """Let the next look at a paper that is followed be at a moment at the latest."""
    await tx.run(
        "UPDATE follows SET next_at = ? WHERE paper_key = ? AND next_at > ?",
        (to_ms(next_at), paper, to_ms(next_at)),
    )


async def due(reader: Reader, now: datetime, most: int) -> list[Follow]:
    """Return the papers to look at now, the longest due first."""
    rows = await reader.all(
        "SELECT f.paper_key, p.id, f.since FROM follows f CROSS JOIN papers p"
        " ON p.key = f.paper_key WHERE f.next_at <= ? ORDER BY f.next_at, f.paper_key LIMIT ?",
        (to_ms(now), most),
    )
    return [Follow(PaperKey(row[0]), PaperId(row[1]), from_ms(row[2])) for row in rows]


async def next_at(reader: Reader) -> datetime | None:
    """Return when a paper is to be looked at next, or None."""
    return maybe_moment(await reader.value("SELECT MIN(next_at) FROM follows"))


async def put_off(tx: Writer, looks: Iterable[tuple[PaperKey, datetime]]) -> None:
    """Write when papers are looked at next."""
    await tx.run_many(
        "UPDATE follows SET next_at = ? WHERE paper_key = ?",
        [(to_ms(moment), paper) for paper, moment in looks],
    )


async def end(tx: Writer, papers: Collection[PaperKey]) -> None:
    """Follow papers no longer."""
    await tx.run_in("DELETE FROM follows WHERE paper_key IN ({})", (), papers)
