"""Answers: posts that say in the thread of another what happened to a paper on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import ChannelId, MessageId, Paper, PostId, PostKind
from bot.storage.columns import from_list, to_list, to_ms
from bot.storage.database import Reader, Writer
from bot.storage.papers import PAPER_COLUMNS, PaperKey, paper_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a post says, and which it answers: a message, and the thread it stands in if it has one.

    ``papers`` is how many that one carries; ``message_id`` is None for one that is not there.
    """

    paper: Paper
    names: tuple[str, ...]
    message_id: MessageId | None
    thread_id: ChannelId | None
    papers: int


async def owe(tx: Writer, paper: PaperKey, names: Sequence[str], now: datetime) -> bool:
    """Owe answers to the posts that carry a paper, in channels that ask for them; False if none.

    A post that is not begun yet needs none: it will show what happened.
    """
    rows = await tx.all(
        "SELECT d.post_id, d.channel_id FROM deliveries d JOIN posts p ON p.id = d.post_id"
        " JOIN channels c ON c.id = d.channel_id WHERE d.paper_key = ?"
        " AND p.state IN ('sending', 'sent') AND c.updates = 'thread' ORDER BY d.post_id",
        (paper,),
    )
    for answered, channel in rows:
        post = await tx.value(
            "INSERT INTO posts (channel_id, kind, state, papers, created_at, next_attempt_at)"
            " VALUES (?, ?, 'due', 1, ?, ?) RETURNING id",
            (channel, PostKind.UPDATE, to_ms(now), to_ms(now)),
        )
        await tx.run(
            "INSERT INTO answers (post_id, answered, paper_key, names) VALUES (?, ?, ?, ?)",
            (post, answered, paper, to_list(tuple(names))),
        )
    return bool(rows)


async def of_post(reader: Reader, post: PostId) -> Answer:
    """Return what a post of the kind UPDATE says; raises LookupError for another."""
    row = await reader.one(
        f"SELECT {PAPER_COLUMNS}, a.names, p.message_id, p.thread_id,"
        " (SELECT COUNT(*) FROM deliveries d WHERE d.post_id = a.answered)"
        " FROM answers a JOIN papers ON papers.key = a.paper_key"
        " LEFT JOIN posts p ON p.id = a.answered AND p.state = 'sent' WHERE a.post_id = ?",
        (post,),
    )
    if row is None:
        raise LookupError(f"post {post} answers nothing")
    return Answer(
        paper=paper_of(row),
        names=from_list(row[-4]),
        message_id=row[-3],
        thread_id=row[-2],
        papers=row[-1],
    )
