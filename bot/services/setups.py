"""Carries a server's set-up out as a value, and a set-up or a list of queries into channels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import ChannelId, ChannelKind, GuildId, Mode, UserId
from bot.errors import UserError
from bot.services.catching_up import CatchUps
from bot.services.digests import Digests
from bot.services.subscriptions import Subscriptions
from bot.setups import ChannelSetup, DigestSetup, ServerSetup, SubscriptionSetup
from bot.storage import digests, subscriptions
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Place:
    """A channel into which something is brought."""

    id: ChannelId
    guild: GuildId
    kind: ChannelKind


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of queries: how many are new or were there, and why others were refused."""

    new: int
    known: int
    refused: tuple[tuple[str, str], ...]
    """Queries, each with the reason."""


class Setups:
    """Set-ups in and out."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._subscriptions = Subscriptions(database)
        self._digests = Digests(database)
        self._catch_ups = CatchUps(database)
        self._clock = clock

    async def of_server(self, names: Mapping[ChannelId, str]) -> ServerSetup:
        """Return the set-up of those channels that have subscriptions or a digest."""
        found = [await self._of_channel(channel, name) for channel, name in names.items()]
        return ServerSetup(channels=tuple(each for each in found if each is not None))

    async def _of_channel(self, channel: ChannelId, name: str) -> ChannelSetup | None:
        reader = self._database.read
        known = await subscriptions.channel_of(reader, channel)
        if known is None:
            return None
        kept = await subscriptions.of_channel(reader, channel)
        digest = await digests.of_channel(reader, channel)
        if not kept and digest is None:
            return None
        return ChannelSetup(
            id=str(channel),
            name=name,
            subscriptions=tuple(
                SubscriptionSetup(
                    query=each.query, when="daily" if each.mode is Mode.DAILY else "now"
                )
                for each in kept
            ),
            digest=None
            if digest is None
            else DigestSetup(
                hour=digest.schedule.hour,
                timezone=digest.schedule.timezone,
                days=tuple(sorted(digest.schedule.days)),
                empty=digest.tells_empty,
            ),
            catch_up_days=known.catch_up_days,
        )

    async def bring_in(self, place: Place, setup: ChannelSetup, by: UserId) -> Brought:
        """Give a channel what a set-up has; what it has already stays. Raises UserError."""
        if setup.digest is not None:
            await self._digests.set(
                place.id,
                place.guild,
                setup.digest.hour,
                setup.digest.timezone,
                frozenset(setup.digest.days) & frozenset(range(1, 8)),
                tells_empty=setup.digest.empty,
                now=self._clock(),
                kind=place.kind,
            )
        wanted = [(each.query, Mode(each.when)) for each in setup.subscriptions]
        brought = await self._subscribe(place, wanted, by)
        await self._catch_ups.set(place.id, place.guild, setup.catch_up_days)
        return brought

    async def bring_queries(
        self, place: Place, queries: Sequence[str], mode: Mode, by: UserId
    ) -> Brought:
        """Subscribe a channel to queries."""
        return await self._subscribe(place, [(query, mode) for query in queries], by)

    async def _subscribe(
        self, place: Place, wanted: Iterable[tuple[str, Mode]], by: UserId
    ) -> Brought:
        new = known = 0
        refused = []
        for query, mode in wanted:
            try:
                done = await self._subscriptions.subscribe(
                    place.id, place.guild, query, mode, by, now=self._clock(), kind=place.kind
                )
            except UserError as error:
                refused.append((query, str(error)))
            else:
                new += done.is_new
                known += not done.is_new
        return Brought(new, known, tuple(refused))
