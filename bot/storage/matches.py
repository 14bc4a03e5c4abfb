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
        "SELECT p.query_id, q.text, q.condition FROM postings p"
        " LEFT JOIN queries q ON q.id = CASE p.exact WHEN 0 THEN p.query_id END"
        " WHERE p.term IN ({})",
        grams,
    )
    found: dict[QueryId, Row] = {}
    for row in rows:
        if row[1] is None or row[0] not in found:
            found[row[0]] = row
    return [Candidate(query, text, condition or "") for query, text, condition in found.values()]


async def record(tx: Writer, paper: PaperKey, queries: Collection[QueryId]) -> None:
    """Write that a paper matches these queries."""
    await tx.run_in(
        "INSERT INTO matches (query_id, paper_key) SELECT id, ? FROM queries WHERE id IN ({})"
        " ON CONFLICT DO NOTHING",
        (paper,),
        queries,
    )


_OWE = (
    "INSERT INTO deliveries (channel_id, paper_key, mode, owed_at)"
    " SELECT s.channel_id, ?, MAX(s.mode), ? FROM subscriptions s"
    " WHERE s.query_id IN ({}) GROUP BY s.channel_id"
    " ON CONFLICT (paper_key, channel_id) DO UPDATE SET mode = excluded.mode"
    " WHERE excluded.mode = 'now' AND deliveries.mode = 'daily' AND deliveries.post_id IS NULL"
)
"""`MAX` because 'now' sorts after 'daily': of several subscriptions, the sooner one decides."""


async def owe(tx: Writer, paper: PaperKey, queries: Collection[QueryId], now: datetime) -> None:
    """Owe a paper, once, to every channel that subscribes to one of the queries.

    If a daily delivery is still waiting and a subscription that posts at once matches too, the
    paper is owed at once.
    """
    await tx.run_in(_OWE, (paper, to_ms(now)), queries)


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
        added += await tx.run(
            "INSERT INTO deliveries (channel_id, paper_key, mode, owed_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (paper_key, channel_id) DO NOTHING",
            (channel, key, mode, to_ms(now)),
        )
    return added
