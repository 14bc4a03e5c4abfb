"""Votes of a server's members on papers; pressing again what one pressed takes it back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import ChannelId, GuildId, Paper, PaperId, UserId
from bot.services.reading import key_of
from bot.storage import votes
from bot.storage.database import Database
from bot.storage.votes import Tally

PAGE = 10


@dataclass(frozen=True, slots=True)
class Ballot:
    """A member's vote as it stands now, 1, -1 or None, and the server's votes with it."""

    mine: int | None
    tally: Tally


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page, from 1, of the papers that a server's members voted for, the best first."""

    entries: tuple[tuple[Paper, Tally], ...]
    page: int
    has_more: bool


class Voting:
    """What the members of a server think of papers."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def vote(
        self, guild: GuildId, channel: ChannelId, user: UserId, paper: PaperId, value: int
    ) -> Ballot:
        """Write a member's vote, 1 or -1; the same one again takes it back. Raises NotFound."""
        key = await key_of(self._database.read, paper)
        async with self._database.transaction() as tx:
            is_again = await votes.of_member(tx, guild, user, key) == value
            if is_again:
                await votes.withdraw(tx, guild, user, key)
            else:
                await votes.cast(tx, guild, channel, user, key, value, self._clock())
            found = await votes.tallies(tx, guild, [key])
        return Ballot(None if is_again else value, found.get(key, Tally()))

    async def best(self, guild: GuildId, days: int, page: int = 1) -> Ranking:
        """Return the papers with most votes of the last days."""
        since = self._clock() - timedelta(days=days)
        skip = (page - 1) * PAGE
        found = await votes.best(self._database.read, guild, since, PAGE + 1, skip)
        return Ranking(tuple(found[:PAGE]), page, has_more=len(found) > PAGE)
