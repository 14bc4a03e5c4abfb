"""Subscriptions: what people ask of channels, and which channels can be posted to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import (
    Channel,
    ChannelId,
    ChannelKind,
    GuildId,
    Mode,
    Subscription,
    SubscriptionId,
    UserId,
)
from bot.errors import NotFound, QueryError, UserError
from bot.matching.folding import folded
from bot.matching.parser import parse
from bot.matching.query import Query
from bot.services.digests import schedule_again
from bot.services.filing import file
from bot.services.searching import judged, selected_since
from bot.storage import deliveries, digests, matches, subscriptions
from bot.storage.database import Database, Writer
from bot.storage.digests import StoredDigest

MOST_SUBSCRIPTIONS = 500
"""Of one channel: far more than anybody reads, and a bound on what one server can cost."""
MOST_LOOK_BACK_DAYS = 30
MOST_LOOKED_BACK = 50


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a subscription came to.

    ``is_new`` is False if the channel had it, maybe in the singular for the plural, and only its
    mode was set; ``is_changed`` if that or anything else is different now. ``looked_back`` counts
    earlier papers that are owed now. ``digest`` is the channel's digest, for a daily subscription.
    """

    subscription: Subscription
    is_new: bool
    is_changed: bool
    looked_back: int
    digest: StoredDigest | None


class Subscriptions:
    """The channels' standing orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(  # noqa: PLR0913 - all that a person may say of a subscription
        self,
        channel: ChannelId,
        guild: GuildId,
        typed: str,
        mode: Mode,
        by: UserId,
        *,
        now: datetime,
        look_back_days: int = 0,
        kind: ChannelKind | None = None,
    ) -> Subscribed:
        """Subscribe a channel to a query from now on; takes effect at once.

        With `look_back_days`, papers announced in those days that match are owed too, at most
        MOST_LOOKED_BACK, and none twice. A daily subscription gives a channel without a digest
        the one that it had before, or one at DEFAULT_HOUR in DEFAULT_TIMEZONE. Raises QueryError,
        or UserError if the channel has too many.
        """
        query = parse(typed)
        async with self._database.transaction() as tx:
            known = await subscriptions.channel_of(tx, channel)
            await subscriptions.add_channel(tx, channel, guild, kind)
            kept = await subscriptions.of_channel(tx, channel)
            before = _same(kept, query)
            if before is None:
                _check_room(kept)
            else:
                query = parse(before.query, typed=False)
            query_id = await file(tx, query)
            is_new = await subscriptions.add(tx, channel, query_id, mode, by, now)
            looked_back = 0
            if look_back_days:
                since = now - timedelta(days=min(look_back_days, MOST_LOOK_BACK_DAYS))
                earlier = await selected_since(tx, query, since, MOST_LOOKED_BACK)
                ids = [entry.paper.id for entry in earlier]
                looked_back = await matches.owe_earlier(tx, channel, query_id, ids, mode, now)
            digest = await _digest_for(tx, channel, now) if mode is Mode.DAILY else None
            now_kept = await subscriptions.find(tx, channel, str(query))
        was_paused = known is not None and known.paused_because is not None
        has_other_mode = before is None or before.mode is not mode
        is_changed = has_other_mode or was_paused or looked_back > 0
        return Subscribed(now_kept, is_new, is_changed, looked_back, digest)

    async def unsubscribe(
        self, channel: ChannelId, typed: str, *, instead: str | None = None
    ) -> str:
        """End a channel's subscription to a query; return the query's canonical text.

        Where the channel has no such query but one that differs in plurals only, that one ends.
        What is owed, and not yet in a message, goes unless another of the channel's queries
        matched it, or `instead` selects it, the query that takes its place. Raises QueryError, or
        NotFound if the channel is not subscribed to it.
        """
        # Canonical text, which autocomplete offers, may be longer than what people may type.
        query = parse(typed, typed=False)
        async with self._database.transaction() as tx:
            ended = _same(await subscriptions.of_channel(tx, channel), query)
            if ended is None:
                raise NotFound(
                    "This channel has no such subscription. See what it has with `/subscriptions`."
                )
            await subscriptions.remove(tx, channel, ended.query)
            await _drop_unselected(tx, channel, instead)
        return ended.query

    async def followed(self, channel: ChannelId, typed: str) -> Subscription | None:
        """Return the channel's subscription to a query, or to one that differs in plurals only.

        Raises QueryError.
        """
        return _same(await subscriptions.of_channel(self._database.read, channel), parse(typed))

    async def mute(
        self, channel: ChannelId, subscription: SubscriptionId, until: datetime | None
    ) -> None:
        """Let a subscription select papers for nobody until a moment; None ends that at once.

        Raises NotFound if the channel has it no longer.
        """
        async with self._database.transaction() as tx:
            if not await subscriptions.mute(tx, channel, subscription, until):
                raise NotFound("This subscription has ended already. See `/subscriptions`.")

    async def counts(self, channel: ChannelId, since: datetime) -> dict[SubscriptionId, int]:
        """Return how many papers announced after a moment each subscription selected."""
        return await subscriptions.counts_since(self._database.read, channel, since)

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


def _same(kept: Sequence[Subscription], query: Query) -> Subscription | None:
    """Return the subscription to a query, or the only one that differs in plurals only."""
    text = str(query)
    equal = next((each for each in kept if each.query == text), None)
    if equal is not None:
        return equal
    key, initials = folded(query), _initials(text)
    # Few queries share their initials, and only those need to be parsed.
    alike = [
        each for each in kept if _initials(each.query) == initials and _folded(each.query) == key
    ]
    return alike[0] if len(alike) == 1 else None


def _initials(text: str) -> list[str]:
    """Return what no plural changes: how the words begin, in any order."""
    return sorted(word[0] for word in text.split())


def _folded(text: str) -> str:
    try:
        return folded(parse(text, typed=False))
    except QueryError:
        # Stored by a version with another grammar.
        return text


async def _drop_unselected(tx: Writer, channel: ChannelId, instead: str | None) -> None:
    loose = await deliveries.unselected(tx, channel)
    if instead is not None:
        query = parse(instead, typed=False)
        for key in await judged(tx, query, loose):
            await matches.record(tx, key, [await file(tx, query)])
            del loose[key]
    await deliveries.drop(tx, channel, loose)


def _check_room(kept: Sequence[Subscription]) -> None:
    if len(kept) >= MOST_SUBSCRIPTIONS:
        raise UserError(
            f"This channel has {MOST_SUBSCRIPTIONS} subscriptions, which is the most one can have. "
            "End one with `/unsubscribe`, or join several with commas."
        )


async def _digest_for(tx: Writer, channel: ChannelId, now: datetime) -> StoredDigest | None:
    if await digests.of_channel(tx, channel) is None:
        await schedule_again(tx, channel, now)
    return await digests.of_channel(tx, channel)
