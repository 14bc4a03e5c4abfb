"""The timed runs of `make bench-match`: building, taking papers in, and the floor beneath it.

The floor writes the same delivery rows into the same tables with no matching at all.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.domain import ChannelId, GuildId, Mode, Paper, SearchText, UserId
from bot.matching.parser import parse
from bot.sandbox.corpus import NOW
from bot.sandbox.orders import Orders
from bot.services.filing import file_many
from bot.services.intake import take_in
from bot.services.subscriptions import Subscriptions
from bot.storage import papers
from bot.storage.columns import to_ms
from bot.storage.database import Database, Writer

SUBSCRIPTIONS_OF_A_CHANNEL = 10
QUERIES_AT_ONCE = 5_000
_FIRST_CHANNEL = 10**17
"""Discord's ids have 18 digits and more; that long they are here."""


async def build(database: Database, made: Orders) -> tuple[float, list[int]]:
    """Store channels, queries and subscriptions in bulk.

    Return the seconds it took, and under which id each distinct query is.
    """
    start = time.perf_counter()
    ids: list[int] = []
    for first in range(0, len(made.distinct), QUERIES_AT_ONCE):
        some = made.distinct[first : first + QUERIES_AT_ONCE]
        async with database.transaction() as tx:
            ids += await file_many(tx, [parse(str(order)) for order in some])
    rows = dict.fromkeys(
        (_FIRST_CHANNEL + number // SUBSCRIPTIONS_OF_A_CHANNEL, ids[place])
        for number, place in enumerate(made.subscriptions)
    )
    async with database.transaction() as tx:
        await _subscribe(tx, list(rows))
    return time.perf_counter() - start, ids


async def add_what_cannot_hit(database: Database, count: int) -> None:
    """Subscribe as many channels to as many words that no paper has."""
    async with database.transaction() as tx:
        for first in range(0, count, QUERIES_AT_ONCE):
            words = [f"unheard{n}" for n in range(first, min(count, first + QUERIES_AT_ONCE))]
            ids = await file_many(tx, [parse(word) for word in words])
            start = 2 * _FIRST_CHANNEL + first
            rows = [(start + n // SUBSCRIPTIONS_OF_A_CHANNEL, id_) for n, id_ in enumerate(ids)]
            await _subscribe(tx, [(channel, id_) for channel, id_ in rows])


async def _subscribe(tx: Writer, rows: Sequence[tuple[int, int]]) -> None:
    await tx.run_many(
        "INSERT INTO channels (id, guild_id) VALUES (?, 1) ON CONFLICT DO NOTHING",
        [(channel,) for channel in dict.fromkeys(channel for channel, _ in rows)],
    )
    await tx.run_many(
        "INSERT INTO subscriptions (channel_id, query_id, mode, created_by, created_at)"
        " VALUES (?, ?, 'now', 1, ?)",
        [(channel, query, to_ms(NOW)) for channel, query in rows],
    )


class Floor:
    """A database of the same schema, into which the same delivery rows are only written."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prepare(self, known: Sequence[Paper]) -> None:
        """Make place for rows, and the papers that they speak of."""
        async with self._database.transaction() as tx:
            await tx.run(
                "CREATE TABLE floor_rows (paper_key INTEGER, channel_id INTEGER, mode TEXT,"
                " PRIMARY KEY (paper_key, channel_id)) WITHOUT ROWID"
            )
            for paper in known:
                await papers.add(tx, paper, SearchText("", ""), announced=True, now=NOW)

    async def copy(self, source: Database, keys: Sequence[int]) -> None:
        """Fetch the rows of some papers, to be written later."""
        rows = await source.read.where_in(
            "SELECT paper_key, channel_id, mode FROM deliveries WHERE paper_key IN ({})", keys
        )
        async with self._database.transaction() as tx:
            await tx.run_many("INSERT INTO floor_rows VALUES (?, ?, ?)", rows)

    async def write(self, keys: Sequence[int]) -> float:
        """Write the rows of some papers in one transaction; return the seconds."""
        start = time.perf_counter()
        async with self._database.transaction() as tx:
            for key in keys:
                await tx.run(
                    "INSERT INTO deliveries (paper_key, channel_id, fan_out, mode)"
                    " SELECT paper_key, channel_id, paper_key, mode FROM floor_rows"
                    " WHERE paper_key = ?",
                    (key,),
                )
                await tx.run(
                    "INSERT INTO waiting (channel_id, mode, fan_out)"
                    " SELECT channel_id, mode, fan_out FROM deliveries WHERE paper_key = ?"
                    " ON CONFLICT DO NOTHING",
                    (key,),
                )
        return time.perf_counter() - start


async def take_in_beside(
    database: Database, floor: Floor, some: Sequence[Paper]
) -> tuple[float, float]:
    """Take papers in in one transaction, then write the same rows alone; return both seconds."""
    start = time.perf_counter()
    async with database.transaction() as tx:
        await take_in(tx, some, NOW)
    seconds = time.perf_counter() - start
    stored = await papers.by_ids(database.read, [paper.id for paper in some])
    keys = [each.key for each in stored.values()]
    await floor.copy(database, keys)
    return seconds, await floor.write(keys)


async def one_more(database: Database, times: int) -> tuple[float, float]:
    """Return the median seconds to add a subscription and to remove one, as commands do."""
    service = Subscriptions(database)
    adding, removing = [], []
    for number in range(times):
        channel, typed = ChannelId(number + 1), f"one more {number} AND (lamp OR tide)"
        start = time.perf_counter()
        await service.subscribe(channel, GuildId(1), typed, Mode.NOW, UserId(1), now=NOW)
        added = time.perf_counter()
        await service.unsubscribe(channel, typed)
        adding.append(added - start)
        removing.append(time.perf_counter() - added)
    return median(adding), median(removing)


@dataclass(frozen=True, slots=True)
class Process:
    """A new process: seconds to its first paper, bytes of memory above an empty one, at most."""

    first: float
    memory: int


async def in_a_process(database: Path, some: Sequence[Paper]) -> Process:
    """Take papers in in a process of its own."""
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox.first_papers", str(database)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a process without pipes")
    process.stdin.write("".join(map(_line, some)).encode())
    process.stdin.close()
    await process.stdout.readline()
    first = time.perf_counter() - start
    peak = int(await process.stdout.readline() or 0)
    await process.wait()
    return Process(first, peak - await _empty_process())


async def _empty_process() -> int:
    """Return the peak memory of a process that does nothing."""
    ask = "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ask, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return int(out) * 1024


async def doubled(database: Database, more: Database, some: Sequence[Paper]) -> tuple[float, float]:
    """Return the median seconds to take a paper in in two databases, in turn."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for paper in some:
        for each, spent in zip((database, more), seconds, strict=True):
            start = time.perf_counter()
            async with each.transaction() as tx:
                await take_in(tx, [paper], NOW)
            spent.append(time.perf_counter() - start)
    return median(seconds[0]), median(seconds[1])


def _line(paper: Paper) -> str:
    fields = {"id": paper.id, "title": paper.title, "abstract": paper.abstract}
    lists = {"authors": paper.authors, "categories": paper.categories}
    return json.dumps({**fields, **lists}) + "\n"
