"""Events: what happened to papers since they were announced, each once for ever."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain import Event, PaperId
from bot.storage.columns import from_ms, to_ms
from bot.storage.database import Reader, Writer
from bot.storage.papers import PaperKey


async def record(tx: Writer, paper: PaperKey, names: Sequence[str], now: datetime) -> list[str]:
    """Write that these things happened to a paper; return those that never had before."""
    return [name for name in names if await _is_first(tx, paper, name, now)]


async def _is_first(tx: Writer, paper: PaperKey, name: str, now: datetime) -> bool:
    added = await tx.run(
        "INSERT INTO events (paper_key, name, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (paper, name, to_ms(now)),
    )
    return added > 0


async def since(
    reader: Reader, papers: Collection[PaperId], number: int
) -> dict[PaperId, tuple[Event, ...]]:
    """Return what happened to papers after `last` gave a number, in order; only where it did."""
    rows = await reader.where_in(
        "SELECT p.id, e.name, e.at FROM papers p CROSS JOIN events e ON e.paper_key = p.key"
        " WHERE e.id > ? AND p.id IN ({}) ORDER BY e.id",
        papers,
        (number,),
    )
    found: dict[PaperId, tuple[Event, ...]] = {}
    for paper, name, at in rows:
        found[paper] = (*found.get(paper, ()), Event(name, from_ms(at)))
    return found


async def last(reader: Reader) -> int:
    """Return the number of the last event; those that follow have greater ones."""
    return int(await reader.value("SELECT COALESCE(MAX(id), 0) FROM events"))


async def any_after(reader: Reader, number: int, papers: Collection[PaperKey]) -> bool:
    """Tell whether something happened to one of these papers after `last` gave a number."""
    rows = await reader.where_in(
        "SELECT 1 FROM events WHERE id > ? AND paper_key IN ({}) LIMIT 1", papers, (number,)
    )
    return bool(rows)
