"""Subscriptions: what people ask of channels, and which channels can be posted to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import (
    Channel,
    ChannelId,
    GuildId,
    Mode,
    Subscription,
    UserId,
)
from bot.errors import NotFound, UserError
from bot.matching.parser import parse
from bot.schedule import EVERY_DAY
from bot.services.digests import DEFAULT_HOUR, DEFAULT_TIMEZONE, schedule
from bot.services.filing import file
from bot.services.lookups import selected_since
from bot.storage import digests, matches, subscriptions
from bot.storage.database import Database, Writer
from bot.storage.digests import StoredDigest

MOST_SUBSCRIPTIONS = 500
"""Of one channel: far more than anybody reads, and a bound on what one server can cost."""
MOST_LOOK_BACK_DAYS = 30
MOST_LOOKED_BACK = 50


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a subscription came to.

    ``is_new`` is False if the channel had it and only its mode was set. ``looked_back`` counts
    earlier papers that are owed now. ``digest`` is the channel's digest, for a daily subscription.
    """

    subscription: Subscription
    is_new: bool
    looked_back: int
    digest: StoredDigest | None


class Subscriptions:
    """The channels' standing orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(
        self,
        channel: ChannelId,
        guild: GuildId,
        typed: str,
        mode: Mode,
        by: UserId,
        *,
        now: datetime,
        look_back_days: int = 0,
    ) -> Subscribed:
        """Subscribe a channel to a query from now on; takes effect at once.

        With `look_back_days`, papers announced in those days that match are owed too, at most
        MOST_LOOKED_BACK, and none twice. A daily subscription gives a channel without a digest
        one at DEFAULT_HOUR in DEFAULT_TIMEZONE. Raises QueryError, or UserError if the channel
        has too many.
        """
        query = parse(typed)
        async with self._database.transaction() as tx:
            await subscriptions.add_channel(tx, channel, guild)
            await _check_room(tx, channel)
            query_id = await file(tx, query)
            is_new = await subscriptions.add(tx, channel, query_id, mode, by, now)
            looked_back = 0
            if look_back_days:
                since = now - timedelta(days=min(look_back_days, MOST_LOOK_BACK_DAYS))
                earlier = await selected_since(tx, query, since, MOST_LOOKED_BACK)
                ids = [entry.paper.id for entry in earlier]
                looked_back = await matches.owe_earlier(tx, channel, query_id, ids, mode, now)
            digest = await _digest_for(tx, channel, now) if mode is Mode.DAILY else None
            kept = await subscriptions.find(tx, channel, str(query))
        return Subscribed(kept, is_new, looked_back, digest)

    async def unsubscribe(self, channel: ChannelId, typed: str) -> str:
        """End a channel's subscription to a query; return the query's canonical text.

        Raises QueryError, or NotFound if the channel is not subscribed to it.
        """
        # Canonical text, which autocomplete offers, may be longer than what people may type.
        text = str(parse(typed, typed=False))
        async with self._database.transaction() as tx:
            if not await subscriptions.remove(tx, channel, text):
                raise NotFound(
                    "This channel has no such subscription. See what it has with /subscriptions."
                )
        return text

    async def of_channel(self, channel: ChannelId) -> list[Subscription]:
        """Return a channel's subscriptions, oldest first."""
        return await subscriptions.of_channel(self._database.read, channel)

    async def pause(self, channel: ChannelId, because: str, *, now: datetime) -> None:
        """Post nothing more to a channel, for a reason that its status shows."""
        async with self._database.transaction() as tx:
            await subscriptions.pause_channel(tx, channel, because, now)

    async def pause_guild(self, guild: GuildId, because: str, *, now: datetime) -> None:
        """Post nothing more to any channel of a server."""
        async with self._database.transaction() as tx:
            await subscriptions.pause_guild(tx, guild, because, now)

    async def paused(self, guild: GuildId) -> list[Channel]:
        """Return the paused channels of a server."""
        return await subscriptions.paused_channels(self._database.read, guild)

    async def resume(self, channel: ChannelId) -> bool:
        """Post to a channel again, from what is owed on; False if it was not paused."""
        async with self._database.transaction() as tx:
            return await subscriptions.resume_channel(tx, channel)


async def _check_room(tx: Writer, channel: ChannelId) -> None:
    if len(await subscriptions.of_channel(tx, channel)) >= MOST_SUBSCRIPTIONS:
        raise UserError(
            f"This channel has {MOST_SUBSCRIPTIONS} subscriptions, which is the most one can have. "
            "End one with /unsubscribe, or join several with commas."
        )


async def _digest_for(tx: Writer, channel: ChannelId, now: datetime) -> StoredDigest | None:
    if await digests.of_channel(tx, channel) is None:
        await schedule(tx, channel, DEFAULT_HOUR, DEFAULT_TIMEZONE, EVERY_DAY, now)
    return await digests.of_channel(tx, channel)
