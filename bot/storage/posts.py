"""Posts: the messages that carry deliveries, and what became of each attempt to send them.

A post keeps its state over restarts: due, sending, then sent, deleted or refused. One that keeps
failing stands aside: the channel's others pass it, and it is attempted when its own time comes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain import ChannelId, MessageId, PostId, PostKind
from bot.storage.columns import from_ms, maybe_day, maybe_moment, maybe_text, to_ms
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
    failures: int = 0
    """Of them, how many failed though others were sent since the one before."""
    failed_at: datetime | None = None
    """When an attempt was last left without an answer."""
    is_aside: bool = False
    """Whether the channel's other posts pass it."""
    thread_id: ChannelId | None = None
    """The forum post that it is, or stands in, once it was sent; None for a message."""
    told_until: int = 0
    """The last event of which its message takes account (`events.last`)."""


_POST = (
    "id, channel_id, kind, digest_day, note, page, pages, papers, first_attempt_at, attempts,"
    " next_attempt_at, failures, failed_at, state = 'aside', thread_id, told_until"
)
UNFINISHED = "state IN ('due', 'sending', 'aside')"


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
        failures=row[11],
        failed_at=maybe_moment(row[12]),
        is_aside=bool(row[13]),
        thread_id=row[14],
        told_until=row[15],
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


async def first_unfinished(
    reader: Reader, channel: ChannelId, kinds: Collection[PostKind] = tuple(PostKind)
) -> Post | None:
    """Return the channel's oldest post in line that Discord has not confirmed, or None."""
    row = await reader.one(
        f"SELECT {_POST} FROM posts WHERE channel_id = ? AND {UNFINISHED} AND state <> 'aside'"
        f" AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY id LIMIT 1",
        (channel, *kinds),
    )
    return None if row is None else _post(row)


async def one_post(reader: Reader, post: PostId) -> Post:
    """Return a post; raises LookupError without one."""
    row = await reader.one(f"SELECT {_POST} FROM posts WHERE id = ?", (post,))
    if row is None:
        raise LookupError(f"no post {post}")
    return _post(row)


async def first_aside(
    reader: Reader,
    channel: ChannelId,
    now: datetime,
    kinds: Collection[PostKind] = tuple(PostKind),
) -> Post | None:
    """Return the channel's oldest post aside that is to be attempted now, or None."""
    row = await reader.one(
        f"SELECT {_POST} FROM posts WHERE channel_id = ? AND {UNFINISHED} AND state = 'aside'"
        f" AND next_attempt_at <= ? AND kind IN ({', '.join('?' * len(kinds))})"
        " ORDER BY id LIMIT 1",
        (channel, to_ms(now), *kinds),
    )
    return None if row is None else _post(row)


async def last_message(reader: Reader, channel: ChannelId, before: PostId) -> MessageId | None:
    """Return the last message of a channel's posts older than one that Discord confirmed."""
    row = await reader.one(
        "SELECT message_id FROM posts WHERE channel_id = ? AND state = 'sent' AND id < ?"
        " ORDER BY id DESC LIMIT 1",
        (channel, before),
    )
    return None if row is None else MessageId(row[0])


async def thread_of(reader: Reader, page: Post) -> ChannelId | None:
    """Return the forum post that the first page of a list is, for a further page; None without."""
    row = await reader.one(
        "SELECT thread_id FROM posts WHERE channel_id = ? AND state = 'sent' AND id < ?"
        " AND kind = ? AND digest_day = ? AND page = 1 ORDER BY id DESC LIMIT 1",
        (page.channel_id, page.id, page.kind, maybe_text(page.digest_day)),
    )
    return None if row is None else row[0]


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
        "UPDATE posts SET state = CASE state WHEN 'aside' THEN state ELSE 'sending' END,"
        f" first_attempt_at = {first}, attempts = attempts + 1 WHERE id = ?",
        (to_ms(now), post),
    )


async def record_told(tx: Writer, post: PostId, event: int) -> None:
    """Write of which events the message takes account that is being sent."""
    await tx.run("UPDATE posts SET told_until = ? WHERE id = ?", (event, post))


async def record_sent(
    tx: Writer,
    post: PostId,
    message: MessageId | None,
    now: datetime,
    thread: ChannelId | None = None,
) -> None:
    """Write that Discord has the message; None if somebody deleted it since.

    `thread` is the forum post that it is, or stands in.
    """
    await tx.run(
        "UPDATE posts SET state = ?, message_id = ?, thread_id = ?, sent_at = ?, error = NULL"
        " WHERE id = ?",
        ("deleted" if message is None else "sent", message, thread, to_ms(now), post),
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


async def record_unanswered(tx: Writer, post: PostId, now: datetime, *, is_its_own: bool) -> None:
    """Write that an attempt was left without an answer; `is_its_own` counts it as a failure."""
    await tx.run(
        "UPDATE posts SET failures = failures + ?, failed_at = ? WHERE id = ?",
        (int(is_its_own), to_ms(now), post),
    )


async def step_aside(tx: Writer, post: PostId, most: int) -> None:
    """Let a channel's other posts pass one, unless `most` of the channel are aside already."""
    await tx.run(
        "UPDATE posts SET state = 'aside' WHERE id = ? AND state = 'sending' AND ? >"
        " (SELECT COUNT(*) FROM posts other WHERE other.channel_id = posts.channel_id"
        " AND other.state = 'aside')",
        (post, most),
    )


async def retry_refused(tx: Writer, channel: ChannelId, now: datetime) -> int:
    """Make a channel's refused posts due again as if they had never failed; return how many.

    When each was first attempted stays: history is read before it is sent again.
    """
    return await tx.run(
        "UPDATE posts SET state = 'due', attempts = 0, failures = 0, failed_at = NULL,"
        " next_attempt_at = ? WHERE channel_id = ? AND state = 'refused'",
        (to_ms(now), channel),
    )
