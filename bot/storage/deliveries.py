"""The outbox: deliveries owed, and the posts (messages) that carry them.

A delivery is a paper owed to a channel. It is bound to a post before anything is sent, and the
post keeps its state over restarts: due, sending, then sent, deleted or refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

from bot.domain import ChannelId, MessageId, Mode, Paper, PaperMatch, PostId, PostKind
from bot.storage.columns import from_ms, maybe_day, maybe_moment, maybe_text, to_ms
from bot.storage.database import Reader, Row, Writer
from bot.storage.papers import PAPER_COLUMNS, PaperKey, paper_of

DeliveryId = NewType("DeliveryId", int)


@dataclass(frozen=True, slots=True)
class Owed:
    """A delivery that no post carries yet."""

    id: DeliveryId
    match: PaperMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message, owed or being sent. ``first_attempt_at`` is None before the first attempt."""

    id: PostId
    channel_id: ChannelId
    kind: PostKind
    digest_day: date | None
    page: int
    pages: int
    total: int
    """Papers on this page, or for a digest in the whole of it."""
    first_attempt_at: datetime | None
    attempts: int
    next_attempt_at: datetime


_POST = (
    "id, channel_id, kind, digest_day, page, pages, papers, first_attempt_at, attempts,"
    " next_attempt_at"
)
_UNFINISHED = "state IN ('due', 'sending')"


def _post(row: Row) -> Post:
    return Post(
        id=row[0],
        channel_id=row[1],
        kind=PostKind(row[2]),
        digest_day=maybe_day(row[3]),
        page=row[4],
        pages=row[5],
        total=row[6],
        first_attempt_at=maybe_moment(row[7]),
        attempts=row[8],
        next_attempt_at=from_ms(row[9]),
    )


async def channels_due(reader: Reader, now: datetime) -> list[ChannelId]:
    """Return the open channels with a post to attempt now, or papers to make a post of.

    The one that has waited longest comes first.
    """
    rows = await reader.all(
        "SELECT c.id FROM channels c JOIN ("
        " SELECT channel_id, created_at AS since, next_attempt_at AS blocked_until FROM posts"
        f" WHERE {_UNFINISHED} UNION ALL"
        " SELECT channel_id, owed_at, 0 FROM deliveries WHERE post_id IS NULL AND mode = 'now'"
        ") w ON w.channel_id = c.id WHERE c.paused_because IS NULL"
        " GROUP BY c.id HAVING MAX(w.blocked_until) <= ? ORDER BY MIN(w.since), c.id",
        (to_ms(now),),
    )
    return [ChannelId(row[0]) for row in rows]


async def next_attempt_after(reader: Reader, now: datetime) -> datetime | None:
    """Return when the next post of an open channel that waits is to be attempted, or None.

    Posts that are due already are for the lanes that run.
    """
    return maybe_moment(
        await reader.value(
            "SELECT MIN(p.next_attempt_at) FROM posts p JOIN channels c ON c.id = p.channel_id"
            f" WHERE p.{_UNFINISHED} AND p.next_attempt_at > ? AND c.paused_because IS NULL",
            (to_ms(now),),
        )
    )


async def first_unfinished(reader: Reader, channel: ChannelId) -> Post | None:
    """Return the channel's oldest post that Discord has not confirmed, or None."""
    row = await reader.one(
        f"SELECT {_POST} FROM posts WHERE channel_id = ? AND {_UNFINISHED} ORDER BY id LIMIT 1",
        (channel,),
    )
    return None if row is None else _post(row)


async def owed(reader: Reader, channel: ChannelId, mode: Mode, limit: int) -> list[Owed]:
    """Return the channel's oldest deliveries that no post carries yet."""
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS}, d.id FROM deliveries d"
        " JOIN papers ON papers.key = d.paper_key"
        # The mode as a constant, which an index of its own speaks of.
        f" WHERE d.channel_id = ? AND d.mode = '{mode}' AND d.post_id IS NULL"
        " ORDER BY d.id LIMIT ?",
        (channel, limit),
    )
    found = await _matches(reader, rows)
    return [Owed(DeliveryId(row[-1]), match) for row, match in zip(rows, found, strict=True)]


async def carried(reader: Reader, post: PostId) -> list[PaperMatch]:
    """Return the papers that a post carries, in its order."""
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS}, d.id FROM deliveries d"
        " JOIN papers ON papers.key = d.paper_key WHERE d.post_id = ? ORDER BY d.id",
        (post,),
    )
    return await _matches(reader, rows)


async def _matches(reader: Reader, rows: Sequence[Row]) -> list[PaperMatch]:
    """Return the papers of rows that end with a delivery's id, each with what selected it."""
    selecting = await reader.where_in(
        "SELECT d.id, q.text FROM deliveries d JOIN subscriptions s ON s.channel_id = d.channel_id"
        " JOIN matches m ON m.query_id = s.query_id AND m.paper_key = d.paper_key"
        " JOIN queries q ON q.id = s.query_id WHERE d.id IN ({}) ORDER BY s.id",
        [row[-1] for row in rows],
    )
    queries: dict[int, list[str]] = {}
    for delivery, text in selecting:
        queries.setdefault(delivery, []).append(text)
    return [PaperMatch(paper_of(row), tuple(queries.get(row[-1], ()))) for row in rows]


async def add_post(
    tx: Writer,
    channel: ChannelId,
    deliveries: Sequence[DeliveryId],
    now: datetime,
    *,
    digest: tuple[date, int, int, int] | None = None,
) -> None:
    """Bind deliveries to a new post, due at once.

    `digest` is (local day, page, pages, papers in all pages) for a page of a digest.
    """
    day, page, pages, total = digest or (None, 1, 1, len(deliveries))
    kind = PostKind.DIGEST if digest else PostKind.PAPERS
    post = await tx.value(
        "INSERT INTO posts (channel_id, kind, state, digest_day, page, pages, papers, created_at,"
        " next_attempt_at) VALUES (?, ?, 'due', ?, ?, ?, ?, ?, ?) RETURNING id",
        (channel, kind, maybe_text(day), page, pages, total, to_ms(now), to_ms(now)),
    )
    await tx.run_many(
        "UPDATE deliveries SET post_id = ? WHERE id = ?", [(post, each) for each in deliveries]
    )


async def retry_at_once(tx: Writer, now: datetime) -> None:
    """Make due the posts whose last attempt lies in the future: the clock was set back since."""
    await tx.run(
        f"UPDATE posts SET next_attempt_at = ? WHERE {_UNFINISHED} AND first_attempt_at > ?",
        (to_ms(now), to_ms(now)),
    )


async def unbound(reader: Reader, ids: Sequence[DeliveryId]) -> int:
    """Return how many of the deliveries are there and carried by no post."""
    rows = await reader.where_in(
        "SELECT id FROM deliveries WHERE post_id IS NULL AND id IN ({})", ids
    )
    return len(rows)


_UNSELECTED = (
    "d.channel_id = ? AND d.mode = '{}' AND d.post_id IS NULL AND NOT EXISTS (SELECT 1"
    " FROM subscriptions s JOIN matches m"
    " ON m.query_id = s.query_id AND m.paper_key = d.paper_key WHERE s.channel_id = d.channel_id)"
)


async def unselected(reader: Reader, channel: ChannelId) -> dict[PaperKey, Paper]:
    """Return the papers owed to a channel, carried by no post, that none of its queries matched."""
    found: dict[PaperKey, Paper] = {}
    for mode in Mode:
        rows = await reader.all(
            f"SELECT {PAPER_COLUMNS}, d.paper_key FROM deliveries d"
            f" JOIN papers ON papers.key = d.paper_key WHERE {_UNSELECTED.format(mode)}",
            (channel,),
        )
        found |= {row[-1]: paper_of(row) for row in rows}
    return found


async def drop(tx: Writer, channel: ChannelId, papers: Collection[PaperKey]) -> None:
    """Owe these papers to a channel no longer, unless a post carries them already."""
    await tx.run_many(
        "DELETE FROM deliveries WHERE paper_key = ? AND channel_id = ? AND post_id IS NULL",
        [(paper, channel) for paper in papers],
    )


async def record_attempt(tx: Writer, post: PostId, now: datetime, *, afresh: bool) -> None:
    """Write, before the request, that a post is being sent.

    `afresh` starts a new nonce window: only when it is known that no message is there.
    """
    first = "?" if afresh else "COALESCE(first_attempt_at, ?)"
    await tx.run(
        f"UPDATE posts SET state = 'sending', first_attempt_at = {first}, attempts = attempts + 1"
        " WHERE id = ?",
        (to_ms(now), post),
    )


async def record_sent(tx: Writer, post: PostId, message: MessageId | None, now: datetime) -> None:
    """Write that Discord has the message; None if somebody deleted it since."""
    await tx.run(
        "UPDATE posts SET state = ?, message_id = ?, sent_at = ?, error = NULL WHERE id = ?",
        ("deleted" if message is None else "sent", message, to_ms(now), post),
    )


async def record_failure(
    tx: Writer, post: PostId, error: str, next_at: datetime, *, not_stored: bool = False
) -> None:
    """Write why an attempt failed and when the next is.

    `not_stored` says that Discord surely has nothing: the next attempt is a first one.
    """
    forget = ", state = 'due', first_attempt_at = NULL" if not_stored else ""
    await tx.run(
        f"UPDATE posts SET error = ?, next_attempt_at = ?{forget} WHERE id = ?",
        (error, to_ms(next_at), post),
    )


async def record_refused(tx: Writer, post: PostId, error: str) -> None:
    """Write that Discord will never take the message."""
    await tx.run("UPDATE posts SET state = 'refused', error = ? WHERE id = ?", (error, post))


async def split(tx: Writer, post: PostId, now: datetime) -> None:
    """Put a post of its own, due at once, for each paper in the place of a refused post."""
    rows = await tx.all(
        "SELECT id, channel_id FROM deliveries WHERE post_id = ? ORDER BY id", (post,)
    )
    for delivery, channel in rows:
        await add_post(tx, channel, [delivery], now)
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


async def fate(reader: Reader, channel: ChannelId, paper: PaperKey) -> Fate | None:
    """Return what became of a paper in a channel, None if it was never owed there."""
    row = await reader.one(
        "SELECT d.mode, d.owed_at, p.state, p.digest_day, p.message_id, p.error"
        " FROM deliveries d LEFT JOIN posts p ON p.id = d.post_id"
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
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """What a channel's outbox holds, in papers, but for ``refused``, in messages."""

    waiting: int
    for_digest: int
    posted: int
    refused: int
    error: str | None
    """Why the oldest unfinished message is not out yet."""


async def counts(reader: Reader, channel: ChannelId) -> Counts:
    """Return what a channel's outbox holds."""
    loose, for_digest = [
        await reader.value(
            "SELECT COUNT(*) FROM deliveries"
            f" WHERE channel_id = ? AND post_id IS NULL AND mode = '{mode}'",
            (channel,),
        )
        for mode in (Mode.NOW, Mode.DAILY)
    ]
    bound, posted = await reader.one(
        "SELECT COUNT(*) FILTER (WHERE p.state IN ('due', 'sending')),"
        " COUNT(*) FILTER (WHERE p.state IN ('sent', 'deleted'))"
        " FROM posts p JOIN deliveries d ON d.post_id = p.id WHERE p.channel_id = ?",
        (channel,),
    ) or (0, 0)
    refused = await reader.value(
        "SELECT COUNT(*) FROM posts WHERE channel_id = ? AND state = 'refused'", (channel,)
    )
    error = await reader.one(
        f"SELECT error FROM posts WHERE channel_id = ? AND {_UNFINISHED} ORDER BY id LIMIT 1",
        (channel,),
    )
    return Counts(loose + bound, for_digest, posted, refused, error[0] if error else None)
