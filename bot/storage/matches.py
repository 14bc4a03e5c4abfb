"""Matches: which queries may select a paper, which do, and what that makes owed to whom."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from bot.domain import ChannelId, Mode, PaperId, QueryId
from bot.storage.columns import to_ms
from bot.storage.database import Reader, Row, Writer
from bot.storage.papers import PaperKey


class Candidate(NamedTuple):
    """A query found under a paper's terms; ``text`` is None if the term alone proves the match.

    ``condition`` may settle it without the matcher; empty where nobody wrote one.
    """

    query_id: QueryId
    text: str | None
    condition: str = ""


async def candidates(reader: Reader, grams: Iterable[str]) -> list[Candidate]:
    """Return the queries that the paper with these terms may match, each once."""
    rows = await reader.where_in(
        # In their order, so that the postings are gone through from one end to the other.
        "SELECT p.query_id, q.text, q.condition FROM ({}) gram CROSS JOIN postings p"
        " LEFT JOIN queries q ON q.id = CASE p.exact WHEN 0 THEN p.query_id END"
        " WHERE p.term = gram.value",
        sorted(grams),
    )
    found: dict[QueryId, Row] = {}
    for row in rows:
        if row[1] is None or row[0] not in found:
            found[row[0]] = row
    return [Candidate(query, text, condition or "") for query, text, condition in found.values()]


async def record(tx: Writer, paper: PaperKey, queries: Collection[QueryId]) -> None:
    """Write that a paper matches these queries."""
    await tx.run_in(
        "INSERT INTO matches (paper_key, query_id) SELECT ?, q.value FROM ({}) q WHERE TRUE"
        " ON CONFLICT DO NOTHING",
        (paper,),
        sorted(queries),
    )


_OWE = (
    "INSERT INTO deliveries (paper_key, channel_id, fan_out, mode)"
    " SELECT ?1, s.channel_id, ?2, s.mode FROM ({}) q CROSS JOIN subscriptions s"
    " WHERE s.query_id = q.value AND COALESCE(s.muted_until, 0) <="
    " (SELECT owed_at FROM fan_outs WHERE id = ?2) ON CONFLICT DO NOTHING"
)
_SOONER = (
    "UPDATE deliveries SET mode = 'now', fan_out = ?"
    " WHERE paper_key = ? AND mode = 'daily' AND post_id IS NULL AND EXISTS ("
    " SELECT 1 FROM subscriptions s WHERE s.channel_id = deliveries.channel_id"
    " AND s.mode = 'now' AND COALESCE(s.muted_until, 0) <= ? AND s.query_id IN ({}))"
)
"""Apart: to sort thousands of rows by channel first would cost as much as to insert them."""


_LATE = (
    "UPDATE deliveries SET mode = 'catch-up' WHERE paper_key = ? AND fan_out = ? AND mode = 'now'"
    " AND (SELECT catch_up_days FROM channels WHERE id = deliveries.channel_id) < ?"
)


async def owe(
    tx: Writer,
    paper: PaperKey,
    queries: Collection[QueryId],
    now: datetime,
    days_late: int = 0,
) -> None:
    """Owe a paper, once, to every channel that subscribes to one of the queries unmuted.

    Where a daily subscription and one that posts at once match, it is owed at once, unless it is
    in a digest already. Channels that want papers so many days late in a catch-up are owed it
    there in place of at once.
    """
    fan_out = await _fan_out(tx, paper, now)
    await tx.run_in(_OWE, (paper, fan_out), queries)
    await tx.run_in(_SOONER, (fan_out, paper, to_ms(now)), queries)
    if days_late:
        await tx.run(_LATE, (paper, fan_out, days_late))
    await _let_wait(tx, paper, fan_out)


async def _fan_out(tx: Writer, paper: PaperKey, now: datetime) -> int:
    sql = "INSERT INTO fan_outs (paper_key, owed_at) VALUES (?, ?) RETURNING id"
    return int(await tx.value(sql, (paper, to_ms(now))))


async def _let_wait(tx: Writer, paper: PaperKey, fan_out: int) -> None:
    """Note which channels a fan-out owes something; many wait for an earlier one already."""
    await tx.run(
        "INSERT INTO waiting (channel_id, mode, fan_out) SELECT channel_id, mode, fan_out"
        " FROM deliveries WHERE paper_key = ? AND fan_out = ? ON CONFLICT DO NOTHING",
        (paper, fan_out),
    )


async def owe_earlier(
    tx: Writer,
    channel: ChannelId,
    query: QueryId,
    ids: Collection[PaperId],
    mode: Mode,
    now: datetime,
) -> int:
    """Owe earlier papers that a query selects to one channel (a look back), oldest first.

    Returns how many were neither owed nor posted there before.
    """
    rows = await tx.where_in("SELECT key FROM papers WHERE id IN ({})", ids)
    keys = sorted(key for (key,) in rows)
    added = 0
    for key in keys:
        await record(tx, key, [query])
        fan_out = await _fan_out(tx, key, now)
        added += await tx.run(
            "INSERT INTO deliveries (paper_key, channel_id, fan_out, mode) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (paper_key, channel_id) DO NOTHING",
            (key, channel, fan_out, mode),
        )
        await _let_wait(tx, key, fan_out)
    return added
