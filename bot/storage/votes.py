"""Votes: what the members of a server think of papers, one vote each; nothing leaves the server."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import ChannelId, GuildId, Paper, UserId
from bot.storage.columns import to_ms
from bot.storage.database import Reader, Writer
from bot.storage.papers import PAPER_COLUMNS, PaperKey, paper_of


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a server's members voted for a paper, and against it."""

    up: int = 0
    down: int = 0

    @property
    def score(self) -> int:
        """For, less against."""
        return self.up - self.down


async def cast(
    tx: Writer,
    guild: GuildId,
    channel: ChannelId,
    user: UserId,
    paper: PaperKey,
    value: int,
    now: datetime,
) -> None:
    """Write a member's vote, 1 or -1, in the place of an earlier one of theirs."""
    await tx.run(
        "INSERT INTO votes (guild_id, paper_key, user_id, channel_id, value, voted_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (guild_id, paper_key, user_id) DO UPDATE"
        " SET value = excluded.value, channel_id = excluded.channel_id,"
        " voted_at = excluded.voted_at",
        (guild, paper, user, channel, value, to_ms(now)),
    )


async def withdraw(tx: Writer, guild: GuildId, user: UserId, paper: PaperKey) -> None:
    """Drop a member's vote."""
    await tx.run(
        "DELETE FROM votes WHERE guild_id = ? AND paper_key = ? AND user_id = ?",
        (guild, paper, user),
    )


async def of_member(reader: Reader, guild: GuildId, user: UserId, paper: PaperKey) -> int | None:
    """Return a member's vote on a paper, None without one."""
    row = await reader.one(
        "SELECT value FROM votes WHERE guild_id = ? AND paper_key = ? AND user_id = ?",
        (guild, paper, user),
    )
    return None if row is None else int(row[0])


async def tallies(
    reader: Reader, guild: GuildId, papers: Iterable[PaperKey]
) -> dict[PaperKey, Tally]:
    """Return how a server voted on those of the papers that have votes."""
    rows = await reader.where_in(
        "SELECT paper_key, COUNT(*) FILTER (WHERE value > 0), COUNT(*) FILTER (WHERE value < 0)"
        " FROM votes WHERE guild_id = ? AND paper_key IN ({}) GROUP BY paper_key",
        papers,
        (guild,),
    )
    return {PaperKey(key): Tally(up, down) for key, up, down in rows}


async def best(
    reader: Reader, guild: GuildId, since: datetime, limit: int, skip: int = 0
) -> list[tuple[Paper, Tally]]:
    """Return the papers that a server voted for most since a moment, the best first.

    Only those with more votes for than against.
    """
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS}, COUNT(*) FILTER (WHERE v.value > 0) AS up,"
        " COUNT(*) FILTER (WHERE v.value < 0) AS down FROM votes v"
        " JOIN papers ON papers.key = v.paper_key WHERE v.guild_id = ? AND v.voted_at > ?"
        " GROUP BY v.paper_key HAVING up > down ORDER BY up - down DESC, up DESC, v.paper_key DESC"
        " LIMIT ? OFFSET ?",
        (guild, to_ms(since), limit, skip),
    )
    return [(paper_of(row), Tally(row[-2], row[-1])) for row in rows]
