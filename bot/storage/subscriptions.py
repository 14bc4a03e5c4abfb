"""Subscriptions: channels point at distinct canonical queries, and queries at their postings."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import (
    Channel,
    ChannelId,
    ChannelKind,
    GuildId,
    Mode,
    QueryId,
    Subscription,
    SubscriptionId,
    Updates,
    UserId,
)
from bot.storage import quiet_hours
from bot.storage.columns import from_ms, maybe_moment, maybe_ms, to_ms
from bot.storage.database import Reader, Row, Writer
from bot.storage.papers import PaperKey


@dataclass(frozen=True, slots=True)
class Posting:
    """A term under which a query is found; `exact` when the term alone proves the match."""

    term: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """A canonical query as stored; without a condition the matcher judges every candidate."""

    text: str
    condition: str
    postings: tuple[Posting, ...]


_CHANNEL = (
    "SELECT id, guild_id, paused_because, catch_up_days, language, kind, updates,"
    f" {quiet_hours.COLUMNS} FROM channels LEFT JOIN quiet_hours ON channel_id = id"
)
_COLUMNS = "s.id, s.channel_id, q.text, s.mode, s.created_at, s.muted_until"
_FROM = "FROM subscriptions s JOIN queries q ON q.id = s.query_id"


def _channel(row: Row) -> Channel:
    return Channel(
        id=row[0],
        guild_id=row[1],
        paused_because=row[2],
        catch_up_days=row[3],
        language=row[4],
        kind=ChannelKind(row[5]),
        updates=Updates(row[6]),
        quiet=quiet_hours.period_of(row[7:]),
    )


def _subscription(row: Row) -> Subscription:
    return Subscription(
        id=row[0],
        channel_id=row[1],
        query=row[2],
        mode=Mode(row[3]),
        created_at=from_ms(row[4]),
        muted_until=maybe_moment(row[5]),
    )


async def add_channel(
    tx: Writer, channel: ChannelId, guild: GuildId, kind: ChannelKind | None = None
) -> None:
    """Make a channel known, and its kind if that is known; one that was paused is open again."""
    await tx.run(
        "INSERT INTO channels (id, guild_id, kind) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET guild_id = excluded.guild_id, paused_because = NULL, paused_at = NULL",
        (channel, guild, kind or ChannelKind.MESSAGES),
    )
    if kind is not None:
        await tx.run("UPDATE channels SET kind = ? WHERE id = ?", (kind, channel))


async def pause_channel(tx: Writer, channel: ChannelId, because: str, now: datetime) -> None:
    """Post nothing more to a channel until it is resumed; what is owed stays owed."""
    await tx.run(
        "UPDATE channels SET paused_because = ?, paused_at = ? WHERE id = ?",
        (because, to_ms(now), channel),
    )


async def pause_guild(tx: Writer, guild: GuildId, because: str, now: datetime) -> None:
    """Pause every channel of a server."""
    await tx.run(
        "UPDATE channels SET paused_because = ?, paused_at = ? WHERE guild_id = ?",
        (because, to_ms(now), guild),
    )


async def resume_channel(tx: Writer, channel: ChannelId) -> bool:
    """Post to a channel again; False if it was not paused."""
    changed = await tx.run(
        "UPDATE channels SET paused_because = NULL, paused_at = NULL"
        " WHERE id = ? AND paused_because IS NOT NULL",
        (channel,),
    )
    return changed > 0


async def set_catch_up(tx: Writer, channel: ChannelId, days: int) -> None:
    """Write how old papers may be that a known channel gets one by one after an outage."""
    await tx.run("UPDATE channels SET catch_up_days = ? WHERE id = ?", (days, channel))


async def channel_of(reader: Reader, channel: ChannelId) -> Channel | None:
    """Return what is known of a channel, or None."""
    row = await reader.one(f"{_CHANNEL} WHERE id = ?", (channel,))
    return None if row is None else _channel(row)


async def set_language(tx: Writer, channel: ChannelId, language: str | None) -> None:
    """Write the language of a known channel's summaries."""
    await tx.run("UPDATE channels SET language = ? WHERE id = ?", (language, channel))


async def set_updates(tx: Writer, channel: ChannelId, updates: Updates) -> None:
    """Write what becomes of a known channel's posts when something happens to their papers."""
    await tx.run("UPDATE channels SET updates = ? WHERE id = ?", (updates, channel))


async def paused_channels(reader: Reader, guild: GuildId) -> list[Channel]:
    """Return the paused channels of a server."""
    rows = await reader.all(
        f"{_CHANNEL} WHERE guild_id = ? AND paused_because IS NOT NULL",
        (guild,),
    )
    return [_channel(row) for row in rows]


async def add_query(tx: Writer, text: str, postings: Iterable[Posting]) -> QueryId:
    """Return the id of a canonical query, storing it with its postings if it is new."""
    ids = await add_queries(tx, [Filed(text, "", tuple(postings))])
    return ids[text]


async def add_queries(tx: Writer, queries: Collection[Filed]) -> dict[str, QueryId]:
    """Return the ids of distinct canonical queries, storing those that are new."""
    known = await _ids_of_queries(tx, [query.text for query in queries])
    new = [query for query in queries if query.text not in known]
    await tx.run_many(
        "INSERT INTO queries (text, condition) VALUES (?, ?)",
        [(query.text, query.condition) for query in new],
    )
    ids = await _ids_of_queries(tx, [query.text for query in new])
    await tx.run_many(
        "INSERT INTO postings (term, query_id, exact) VALUES (?, ?, ?)",
        sorted(
            (posting.term, ids[query.text], int(posting.exact))
            for query in new
            for posting in query.postings
        ),
    )
    return known | ids


async def query_texts(reader: Reader, queries: Collection[QueryId]) -> dict[QueryId, str]:
    """Return the canonical texts of those of the queries that are stored."""
    rows = await reader.where_in("SELECT id, text FROM queries WHERE id IN ({})", sorted(queries))
    return {QueryId(id_): text for id_, text in rows}


async def _ids_of_queries(reader: Reader, texts: Collection[str]) -> dict[str, QueryId]:
    """Return the ids of those of the canonical queries that are stored."""
    return dict(await reader.where_in("SELECT text, id FROM queries WHERE text IN ({})", texts))


async def add(
    tx: Writer, channel: ChannelId, query: QueryId, mode: Mode, by: UserId, now: datetime
) -> bool:
    """Subscribe a channel to a query, or change when it posts; True if it is a new subscription."""
    known = await tx.one(
        "SELECT id FROM subscriptions WHERE channel_id = ? AND query_id = ?", (channel, query)
    )
    if known is not None:
        await tx.run("UPDATE subscriptions SET mode = ? WHERE id = ?", (mode, known[0]))
        return False
    await tx.run(
        "INSERT INTO subscriptions (query_id, channel_id, mode, created_by, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (query, channel, mode, by, to_ms(now)),
    )
    return True


async def mute(
    tx: Writer, channel: ChannelId, subscription: SubscriptionId, until: datetime | None
) -> bool:
    """Owe a channel nothing for a subscription until a moment; None ends that.

    False if the channel has no such subscription.
    """
    return bool(
        await tx.run(
            "UPDATE subscriptions SET muted_until = ? WHERE id = ? AND channel_id = ?",
            (maybe_ms(until), subscription, channel),
        )
    )


async def counts_since(
    reader: Reader, channel: ChannelId, since: datetime
) -> dict[SubscriptionId, int]:
    """Return how many papers announced after a moment each subscription of a channel matched."""
    rows = await reader.all(
        "SELECT s.id, COUNT(*) FROM papers p CROSS JOIN matches m ON m.paper_key = p.key"
        " JOIN subscriptions s ON s.query_id = m.query_id AND s.channel_id = ?"
        " WHERE p.announced_at > ? GROUP BY s.id",
        (channel, to_ms(since)),
    )
    return {SubscriptionId(id_): count for id_, count in rows}


async def remove(tx: Writer, channel: ChannelId, text: str) -> bool:
    """Unsubscribe a channel from a canonical query; False if it was not subscribed.

    A query that nobody else has goes, and its postings with it.
    """
    query = await tx.one("SELECT id FROM queries WHERE text = ?", (text,))
    if query is None:
        return False
    removed = await tx.run(
        "DELETE FROM subscriptions WHERE channel_id = ? AND query_id = ?", (channel, query[0])
    )
    await tx.run(
        "DELETE FROM queries WHERE id = ?"
        " AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE query_id = queries.id)",
        query,
    )
    return removed > 0


async def of_channel(reader: Reader, channel: ChannelId) -> list[Subscription]:
    """Return a channel's subscriptions, oldest first."""
    rows = await reader.all(
        f"SELECT {_COLUMNS} {_FROM} WHERE s.channel_id = ? ORDER BY s.id", (channel,)
    )
    return [_subscription(row) for row in rows]


async def selecting(reader: Reader, channel: ChannelId, paper: PaperKey) -> set[SubscriptionId]:
    """Return those of a channel's subscriptions whose query is on record as matching a paper."""
    rows = await reader.all(
        "SELECT s.id FROM subscriptions s JOIN matches m ON m.query_id = s.query_id"
        " WHERE s.channel_id = ? AND m.paper_key = ?",
        (channel, paper),
    )
    return {id_ for (id_,) in rows}


async def find(reader: Reader, channel: ChannelId, text: str) -> Subscription:
    """Return the channel's subscription to a canonical query; raises LookupError without one."""
    row = await reader.one(
        f"SELECT {_COLUMNS} {_FROM} WHERE s.channel_id = ? AND q.text = ?", (channel, text)
    )
    if row is None:
        raise LookupError(f"channel {channel} does not subscribe to {text}")
    return _subscription(row)
