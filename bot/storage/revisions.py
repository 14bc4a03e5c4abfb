"""Revisions: posts that do not show yet what happened to their papers since.

A row holds the last event that is to be shown, and goes when an edit has shown it; what happens
during the edit is shown by the next.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import ChannelId, MessageId, PostId
from bot.storage.columns import maybe_moment, to_ms
from bot.storage.database import Reader, Writer
from bot.storage.papers import PaperKey
from bot.storage.posts import Post, one_post
from bot.storage.quiet_hours import IS_QUIET


@dataclass(frozen=True, slots=True)
class Revision:
    """An edit that a post is owed, and of which message."""

    post: Post
    message_id: MessageId
    attempts: int


_DUE = (
    # In this order: few posts are owed an edit, whatever was ever posted.
    " FROM revisions r CROSS JOIN posts p ON p.id = r.post_id"
    " CROSS JOIN channels c ON c.id = r.channel_id"
    " WHERE r.refused = 0 AND p.state = 'sent' AND c.paused_because IS NULL"
    f" AND NOT {IS_QUIET}"
)
"""The edits that may be made; takes the time twice."""


async def owe(tx: Writer, paper: PaperKey, event: int, now: datetime) -> bool:
    """Note for each post that carries a paper what is to be shown; False if no post needs an edit.

    Posts that are not sent yet are noted too: their message may be rendered already. Nothing is
    owed to channels that leave their posts as they are.
    """
    owed = await tx.run(
        "INSERT INTO revisions (post_id, channel_id, event, owed_at, next_attempt_at)"
        " SELECT d.post_id, d.channel_id, ?, ?, ? FROM deliveries d"
        " JOIN posts p ON p.id = d.post_id JOIN channels c ON c.id = d.channel_id"
        " WHERE d.paper_key = ? AND p.state NOT IN ('deleted', 'refused') AND c.updates <> 'off'"
        " ON CONFLICT (post_id) DO UPDATE SET event = excluded.event, refused = 0, attempts = 0,"
        " next_attempt_at = excluded.next_attempt_at",
        (event, to_ms(now), to_ms(now), paper),
    )
    return owed > 0


async def channels_due(reader: Reader, now: datetime) -> list[ChannelId]:
    """Return the open channels with an edit to attempt now, the one that waits longest first."""
    rows = await reader.all(
        f"SELECT r.channel_id {_DUE} AND r.next_attempt_at <= ?"
        " GROUP BY r.channel_id ORDER BY MIN(r.owed_at), r.channel_id",
        (to_ms(now),) * 3,
    )
    return [ChannelId(row[0]) for row in rows]


async def first_due(reader: Reader, channel: ChannelId, now: datetime) -> Revision | None:
    """Return the channel's edit that waits longest of those to attempt now, or None."""
    row = await reader.one(
        f"SELECT p.id, p.message_id, r.attempts {_DUE}"
        " AND r.channel_id = ? AND r.next_attempt_at <= ? ORDER BY r.owed_at, p.id LIMIT 1",
        (to_ms(now), to_ms(now), channel, to_ms(now)),
    )
    if row is None:
        return None
    return Revision(await one_post(reader, PostId(row[0])), MessageId(row[1]), row[2])


async def next_attempt_after(reader: Reader, now: datetime) -> datetime | None:
    """Return when the next edit that waits is to be attempted, or None."""
    return maybe_moment(
        await reader.value(
            f"SELECT MIN(r.next_attempt_at) {_DUE} AND r.next_attempt_at > ?", (to_ms(now),) * 3
        )
    )


async def settle(tx: Writer, post: PostId, event: int) -> None:
    """Write that a post's message shows all that happened up to an event."""
    await tx.run("DELETE FROM revisions WHERE post_id = ? AND event <= ?", (post, event))


async def put_off(tx: Writer, post: PostId, error: str, next_at: datetime) -> None:
    """Write why an edit failed and when it is attempted next."""
    await tx.run(
        "UPDATE revisions SET error = ?, attempts = attempts + 1, next_attempt_at = ?"
        " WHERE post_id = ?",
        (error, to_ms(next_at), post),
    )


async def put_channel_off(tx: Writer, channel: ChannelId, next_at: datetime) -> None:
    """Write that none of a channel's edits is attempted before a time."""
    await tx.run(
        "UPDATE revisions SET next_attempt_at = ? WHERE channel_id = ? AND next_attempt_at < ?",
        (to_ms(next_at), channel, to_ms(next_at)),
    )


async def refuse(tx: Writer, post: PostId, error: str) -> None:
    """Write that Discord will not take an edit; the next change of the post is another."""
    await tx.run("UPDATE revisions SET refused = 1, error = ? WHERE post_id = ?", (error, post))


async def drop(tx: Writer, channel: ChannelId) -> None:
    """Owe a channel no edits any more."""
    await tx.run("DELETE FROM revisions WHERE channel_id = ?", (channel,))


async def bring_back(tx: Writer, now: datetime, farthest: datetime) -> None:
    """Make due at once what a clock that was ahead put out of reach."""
    await tx.run(
        "UPDATE revisions SET next_attempt_at = ? WHERE refused = 0 AND next_attempt_at > ?",
        (to_ms(now), to_ms(farthest)),
    )


@dataclass(frozen=True, slots=True)
class Edits:
    """A channel's edits: those still to be made, those that Discord refused, and why the last."""

    owed: int
    refused: int
    error: str | None
    refused_because: str | None


async def waiting(reader: Reader, channel: ChannelId) -> Edits:
    """Return how many edits of a channel's posts are still to be made, or were refused."""
    row = await reader.one(
        "SELECT COUNT(*) FILTER (WHERE r.refused = 0), COUNT(*) FILTER (WHERE r.refused = 1),"
        " MAX(r.error) FILTER (WHERE r.refused = 0), MAX(r.error) FILTER (WHERE r.refused = 1)"
        " FROM revisions r JOIN posts p ON p.id = r.post_id"
        " WHERE r.channel_id = ? AND p.state = 'sent'",
        (channel,),
    )
    return Edits(*(row or (0, 0, None, None)))


async def retry_refused(tx: Writer, channel: ChannelId, now: datetime) -> int:
    """Make a channel's refused edits due again; return how many."""
    return await tx.run(
        "UPDATE revisions SET refused = 0, attempts = 0, next_attempt_at = ?"
        " WHERE channel_id = ? AND refused = 1",
        (to_ms(now), channel),
    )
