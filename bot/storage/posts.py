"""Posts: the messages that carry deliveries, and what became of each attempt to send them.

A post keeps its state over restarts: due, sending, then sent, deleted or refused.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import ChannelId, MessageId, PostId, PostKind
from bot.storage.columns import from_ms, maybe_day, maybe_moment, to_ms
from bot.storage.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message, owed or being sent. ``first_attempt_at`` is None before the first attempt."""

    id: PostId
    channel_id: ChannelId
    kind: PostKind
    digest_day: date | None
    note: str | None
    """What a digest says of the announcements themselves."""
    page: int
    pages: int
    total: int
    """Papers on this page, or for a digest in the whole of it."""
    first_attempt_at: datetime | None
    attempts: int
    next_attempt_at: datetime


_POST = (
    "id, channel_id, kind, digest_day, note, page, pages, papers, first_attempt_at, attempts,"
    " next_attempt_at"
)
UNFINISHED = "state IN ('due', 'sending')"


def _post(row: Row) -> Post:
    return Post(
        id=row[0],
        channel_id=row[1],
        kind=PostKind(row[2]),
        digest_day=maybe_day(row[3]),
        note=row[4],
        page=row[5],
        pages=row[6],
        total=row[7],
        first_attempt_at=maybe_moment(row[8]),
        attempts=row[9],
        next_attempt_at=from_ms(row[10]),
    )


async def next_attempt_after(reader: Reader, now: datetime) -> datetime | None:
    """Return when the next post of an open channel that waits is to be attempted, or None.

    Posts that are due already are for the lanes that run.
    """
    return maybe_moment(
        await reader.value(
            "SELECT MIN(p.next_attempt_at) FROM posts p JOIN channels c ON c.id = p.channel_id"
            f" WHERE p.{UNFINISHED} AND p.next_attempt_at > ? AND c.paused_because IS NULL",
            (to_ms(now),),
        )
    )


async def first_unfinished(reader: Reader, channel: ChannelId) -> Post | None:
    """Return the channel's oldest post that Discord has not confirmed, or None."""
    row = await reader.one(
        f"SELECT {_POST} FROM posts WHERE channel_id = ? AND {UNFINISHED} ORDER BY id LIMIT 1",
        (channel,),
    )
    return None if row is None else _post(row)


async def last_message(reader: Reader, channel: ChannelId) -> MessageId | None:
    """Return the channel's last message that Discord has confirmed, or None."""
    row = await reader.one(
        "SELECT message_id FROM posts WHERE channel_id = ? AND state = 'sent'"
        " ORDER BY id DESC LIMIT 1",
        (channel,),
    )
    return None if row is None else MessageId(row[0])


async def retry_at_once(tx: Writer, now: datetime) -> None:
    """Make due the posts whose last attempt lies in the future: the clock was set back since."""
    await tx.run(
        f"UPDATE posts SET next_attempt_at = ? WHERE {UNFINISHED} AND first_attempt_at > ?",
        (to_ms(now), to_ms(now)),
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
