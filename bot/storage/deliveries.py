"""Deliveries: papers owed to channels, each once.

A delivery is bound to a post before anything is sent (`bot.storage.posts`). Those without one are
found by what waits: for each channel and mode the first fan-out that may have left one, and every
fan-out since, looked up by paper. An index by channel would cost more than all else when a paper
is owed to thousands of channels.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import ChannelId, MessageId, Mode, Paper, PaperMatch, PostId, PostKind
from bot.storage.columns import from_ms, maybe_day, maybe_text, to_ms
from bot.storage.database import Reader, Row, Writer
from bot.storage.papers import PAPER_COLUMNS, PaperKey, paper_of
from bot.storage.posts import UNFINISHED
from bot.storage.quiet_hours import IS_QUIET


@dataclass(frozen=True, slots=True)
class Owed:
    """A paper owed to a channel, which no post carries yet."""

    key: PaperKey
    match: PaperMatch


_LOOSE = (
    # In this order: what waits is one row, and each fan-out holds one paper.
    " FROM waiting w CROSS JOIN fan_outs f ON f.id >= w.fan_out"
    " CROSS JOIN deliveries d ON d.paper_key = f.paper_key AND d.channel_id = w.channel_id"
    " AND d.fan_out = f.id"
    " CROSS JOIN papers ON papers.key = d.paper_key"
    " WHERE w.channel_id = ? AND w.mode = ? AND d.mode = w.mode AND d.post_id IS NULL"
)
"""The deliveries of a channel in a mode that no post carries."""


async def channels_due(reader: Reader, now: datetime, *, until: int = 2**62) -> list[ChannelId]:
    """Return the open channels with a post to attempt now, or papers to make a post of.

    The one that has waited longest comes first. In a quiet one only digests count. Papers of
    fan-outs after `until` do not count.
    """
    rows = await reader.all(
        "SELECT c.id FROM channels c JOIN ("
        " SELECT channel_id, kind, created_at AS since,"
        " CASE state WHEN 'aside' THEN 0 ELSE next_attempt_at END AS blocked_until FROM posts"
        f" WHERE {UNFINISHED} AND (state <> 'aside' OR next_attempt_at <= ?) UNION ALL"
        " SELECT w.channel_id, 'papers', f.owed_at, 0 FROM waiting w"
        " JOIN fan_outs f ON f.id = w.fan_out WHERE w.mode = 'now' AND w.fan_out <= ?"
        ") w ON w.channel_id = c.id WHERE c.paused_because IS NULL"
        f" AND (w.kind = 'digest' OR NOT {IS_QUIET})"
        " GROUP BY c.id HAVING MAX(w.blocked_until) <= ? ORDER BY MIN(w.since), c.id",
        (to_ms(now), until, *(to_ms(now),) * 3),
    )
    return [ChannelId(row[0]) for row in rows]


async def last_fan_out(reader: Reader) -> int:
    """Return the number of the last fan-out, 0 before the first."""
    return int(await reader.value("SELECT COALESCE(MAX(id), 0) FROM fan_outs"))


async def crowded(reader: Reader, now: datetime, *, after: int, at_least: int) -> list[ChannelId]:
    """Return the open channels to which fan-outs after one owe so many papers, to be posted now."""
    rows = await reader.all(
        "SELECT d.channel_id FROM fan_outs f CROSS JOIN deliveries d"
        " ON d.paper_key = f.paper_key AND d.fan_out = f.id"
        " JOIN channels c ON c.id = d.channel_id"
        " WHERE f.id > ? AND d.mode = 'now' AND d.post_id IS NULL AND c.paused_because IS NULL"
        f" AND NOT {IS_QUIET} GROUP BY d.channel_id HAVING COUNT(*) >= ?",
        (after, to_ms(now), to_ms(now), at_least),
    )
    return [ChannelId(row[0]) for row in rows]


async def owed(reader: Reader, channel: ChannelId, mode: Mode, limit: int) -> list[Owed]:
    """Return the channel's oldest deliveries that no post carries yet."""
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS}, d.paper_key {_LOOSE} ORDER BY f.id LIMIT ?",
        (channel, mode, limit),
    )
    found = await _matches(reader, channel, rows)
    return [Owed(PaperKey(row[-1]), match) for row, match in zip(rows, found, strict=True)]


async def carried(reader: Reader, post: PostId) -> list[PaperMatch]:
    """Return the papers that a post carries, in its order."""
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS}, d.channel_id, d.paper_key FROM deliveries d"
        " JOIN papers ON papers.key = d.paper_key WHERE d.post_id = ? ORDER BY d.fan_out",
        (post,),
    )
    return await _matches(reader, rows[0][-2], rows) if rows else []


async def _matches(reader: Reader, channel: ChannelId, rows: Sequence[Row]) -> list[PaperMatch]:
    """Return the papers of rows that end with a paper's key, each with what selected it."""
    selecting = await reader.where_in(
        "SELECT m.paper_key, q.text FROM subscriptions s JOIN matches m ON m.query_id = s.query_id"
        " JOIN queries q ON q.id = s.query_id WHERE s.channel_id = ? AND m.paper_key IN ({})"
        " ORDER BY s.id",
        [row[-1] for row in rows],
        (channel,),
    )
    queries: dict[int, list[str]] = {}
    for paper, text in selecting:
        queries.setdefault(paper, []).append(text)
    return [PaperMatch(paper_of(row), tuple(queries.get(row[-1], ()))) for row in rows]


async def add_post(
    tx: Writer,
    channel: ChannelId,
    papers: Sequence[PaperKey],
    now: datetime,
    *,
    digest: tuple[date, int, int, int] | None = None,
    kind: PostKind = PostKind.DIGEST,
    note: str | None = None,
) -> PostId:
    """Bind papers owed to a channel to a new post, due at once, and return it.

    `digest` is (local day, page, pages, papers in all pages) for a page of a digest, or of another
    `kind` of list; its first page may have a `note`, and may have nothing else.
    """
    day, page, pages, total = digest or (None, 1, 1, len(papers))
    kind = kind if digest else PostKind.PAPERS
    post = await tx.value(
        "INSERT INTO posts (channel_id, kind, state, digest_day, note, page, pages, papers,"
        " created_at, next_attempt_at) VALUES (?, ?, 'due', ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (channel, kind, maybe_text(day), note, page, pages, total, to_ms(now), to_ms(now)),
    )
    await tx.run_many(
        "UPDATE deliveries SET post_id = ? WHERE paper_key = ? AND channel_id = ?",
        [(post, paper, channel) for paper in papers],
    )
    await _move_on(tx, channel)
    return PostId(post)


async def _move_on(tx: Writer, channel: ChannelId) -> None:
    """Let what waits for a channel begin at its first delivery without a post."""
    loose = (
        " FROM fan_outs f CROSS JOIN deliveries d ON d.paper_key = f.paper_key"
        " AND d.channel_id = waiting.channel_id AND d.fan_out = f.id"
        " WHERE f.id >= waiting.fan_out AND d.mode = waiting.mode AND d.post_id IS NULL"
    )
    await tx.run(
        f"DELETE FROM waiting WHERE channel_id = ? AND NOT EXISTS (SELECT 1{loose})", (channel,)
    )
    await tx.run(
        f"UPDATE waiting SET fan_out = (SELECT f.id{loose} ORDER BY f.id LIMIT 1)"
        " WHERE channel_id = ?",
        (channel,),
    )


async def catching_up(reader: Reader) -> dict[ChannelId, datetime]:
    """Return the open channels that are owed a catch-up, each with since when."""
    rows = await reader.all(
        "SELECT c.id, f.owed_at FROM channels c JOIN waiting w ON w.channel_id = c.id"
        " JOIN fan_outs f ON f.id = w.fan_out"
        " WHERE w.mode = 'catch-up' AND c.paused_because IS NULL"
    )
    return {ChannelId(row[0]): from_ms(row[1]) for row in rows}


async def count_since(reader: Reader, channel: ChannelId, moment: datetime) -> int:
    """Return how many papers became owed to a channel after a moment."""
    return int(
        await reader.value(
            "SELECT COUNT(*) FROM fan_outs f CROSS JOIN deliveries d"
            " ON d.paper_key = f.paper_key AND d.channel_id = ? AND d.fan_out = f.id"
            # From the newest back, to the first that is older.
            " WHERE f.id > COALESCE((SELECT id FROM fan_outs WHERE owed_at <= ?"
            " ORDER BY id DESC LIMIT 1), 0)",
            (channel, to_ms(moment)),
        )
    )


async def unbound(reader: Reader, channel: ChannelId, papers: Sequence[PaperKey]) -> int:
    """Return how many of these papers are owed to a channel and carried by no post."""
    rows = await reader.where_in(
        "SELECT 1 FROM deliveries WHERE channel_id = ? AND post_id IS NULL AND paper_key IN ({})",
        papers,
        (channel,),
    )
    return len(rows)


async def unselected(reader: Reader, channel: ChannelId) -> dict[PaperKey, Paper]:
    """Return the papers owed to a channel, carried by no post, that none of its queries matched."""
    found: dict[PaperKey, Paper] = {}
    for mode in Mode:
        rows = await reader.all(
            f"SELECT {PAPER_COLUMNS}, d.paper_key {_LOOSE} AND NOT EXISTS ("
            " SELECT 1 FROM matches m JOIN subscriptions s"
            " ON s.query_id = m.query_id AND s.channel_id = d.channel_id"
            " WHERE m.paper_key = d.paper_key)",
            (channel, mode),
        )
        found |= {row[-1]: paper_of(row) for row in rows}
    return found


async def drop(tx: Writer, channel: ChannelId, papers: Collection[PaperKey]) -> None:
    """Owe these papers to a channel no longer, unless a post carries them already."""
    await tx.run_many(
        "DELETE FROM deliveries WHERE paper_key = ? AND channel_id = ? AND post_id IS NULL",
        [(paper, channel) for paper in papers],
    )
    await _move_on(tx, channel)


async def split(tx: Writer, post: PostId, now: datetime) -> None:
    """Put a post of its own, due at once, for each paper in the place of a refused post."""
    rows = await tx.all(
        "SELECT paper_key, channel_id FROM deliveries WHERE post_id = ? ORDER BY fan_out", (post,)
    )
    for paper, channel in rows:
        await add_post(tx, channel, [paper], now)
    await tx.run("DELETE FROM revisions WHERE post_id = ?", (post,))
    await tx.run("DELETE FROM posts WHERE id = ?", (post,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a paper that is owed to a channel. ``state`` is None while no post has it."""

    mode: Mode
    owed_at: datetime
    state: str | None
    digest_day: date | None
    message_id: MessageId | None
    error: str | None
    thread_id: ChannelId | None = None
    """The forum post that its message is, or stands in."""


async def fate(reader: Reader, channel: ChannelId, paper: PaperKey) -> Fate | None:
    """Return what became of a paper in a channel, None if it was never owed there."""
    row = await reader.one(
        "SELECT d.mode, f.owed_at, p.state, p.digest_day, p.message_id, p.error,"
        " p.thread_id FROM deliveries d JOIN fan_outs f ON f.id = d.fan_out"
        " LEFT JOIN posts p ON p.id = d.post_id"
        " WHERE d.channel_id = ? AND d.paper_key = ?",
        (channel, paper),
    )
    if row is None:
        return None
    return Fate(
        mode=Mode(row[0]),
        owed_at=from_ms(row[1]),
        state=row[2],
        digest_day=maybe_day(row[3]),
        message_id=row[4],
        error=row[5],
        thread_id=row[6],
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What a channel's outbox holds, in papers, but for ``refused``, in messages.

    ``waiting`` counts those of the next catch-up too.
    """

    waiting: int
    for_digest: int
    posted: int
    refused: int
    error: str | None
    """Why the oldest unfinished message is not out yet."""
    refused_because: str | None = None
    """What Discord said of the newest refused message."""


async def counts(reader: Reader, channel: ChannelId) -> Counts:
    """Return what a channel's outbox holds."""
    loose, for_digest, late = [
        await reader.value(f"SELECT COUNT(*) {_LOOSE}", (channel, mode)) for mode in Mode
    ]
    bound, posted = await reader.one(
        "SELECT COUNT(*) FILTER (WHERE p.state IN ('due', 'sending', 'aside')),"
        " COUNT(*) FILTER (WHERE p.state IN ('sent', 'deleted'))"
        " FROM posts p JOIN deliveries d ON d.post_id = p.id WHERE p.channel_id = ?",
        (channel,),
    ) or (0, 0)
    refused = await reader.all(
        "SELECT error FROM posts WHERE channel_id = ? AND state = 'refused' ORDER BY id DESC",
        (channel,),
    )
    error = await reader.one(
        f"SELECT error FROM posts WHERE channel_id = ? AND {UNFINISHED} ORDER BY id LIMIT 1",
        (channel,),
    )
    return Counts(
        waiting=loose + late + bound,
        for_digest=for_digest,
        posted=posted,
        refused=len(refused),
        error=error[0] if error else None,
        refused_because=refused[0][0] if refused else None,
    )
