"""Subscriptions, the channels that have them and the queries they share."""

import pytest

from bot.domain import Channel, ChannelId, GuildId, Mode, Subscription, SubscriptionId
from bot.storage import deliveries, matches, subscriptions
from bot.storage.database import Database
from bot.storage.subscriptions import Posting
from tests.samples import NOON, later, paper
from tests.storage.rows import ADA, CHANNEL, GUILD, OTHER, owe, subscribe

ELSEWHERE = GuildId(71)
FIRST = Subscription(
    id=SubscriptionId(1), channel_id=CHANNEL, query="lamps", mode=Mode.NOW, created_at=NOON
)


async def rows(database: Database, table: str) -> int:
    """Return how many rows a table has."""
    return int(await database.read.value(f"SELECT COUNT(*) FROM {table}"))


async def test_a_channel_keeps_its_language(database: Database) -> None:
    """The language of a channel's summaries stays when it subscribes, pauses and opens again."""
    async with database.transaction() as tx:
        await subscriptions.add_channel(tx, CHANNEL, GUILD)
        await subscriptions.set_language(tx, CHANNEL, "de")
        await subscriptions.pause_channel(tx, CHANNEL, "gone", NOON)
        await subscriptions.add_channel(tx, CHANNEL, GUILD)
    channel = await subscriptions.channel_of(database.read, CHANNEL)
    assert channel is not None
    assert (channel.language, channel.paused_because) == ("de", None)


async def test_a_subscription_comes_back_as_it_was(database: Database) -> None:
    """By channel and by its query."""
    async with database.transaction() as tx:
        await subscribe(tx, "lamps")
    assert await subscriptions.of_channel(database.read, CHANNEL) == [FIRST]
    assert await subscriptions.find(database.read, CHANNEL, "lamps") == FIRST


async def test_there_is_none_where_nobody_subscribed(database: Database) -> None:
    """Another channel or query has none; asking for it by name is an error."""
    async with database.transaction() as tx:
        await subscribe(tx, "lamps")
    assert await subscriptions.of_channel(database.read, OTHER) == []
    for channel, text in ((OTHER, "lamps"), (CHANNEL, "oil"), (CHANNEL, "Lamps")):
        with pytest.raises(LookupError):
            await subscriptions.find(database.read, channel, text)


async def test_channels_share_a_query(database: Database) -> None:
    """One canonical text is stored once, with its postings, whoever subscribes to it."""
    async with database.transaction() as tx:
        ids = {await subscribe(tx, "lamps", ChannelId(number)) for number in range(1, 6)}
        again = await subscriptions.add_query(tx, "lamps", [Posting("other", exact=True)])
    assert ids == {again}
    assert (await rows(database, "queries"), await rows(database, "postings")) == (1, 1)


async def test_subscribing_again_changes_when_it_posts(database: Database) -> None:
    """It stays the subscription it was, since when it was."""
    async with database.transaction() as tx:
        query = await subscribe(tx, "lamps")
        assert not await subscriptions.add(tx, CHANNEL, query, Mode.DAILY, ADA, later(days=1))
        assert await subscriptions.add(
            tx, CHANNEL, await subscribe(tx, "oil", OTHER), Mode.NOW, ADA, NOON
        )
    (first, _) = await subscriptions.of_channel(database.read, CHANNEL)
    assert first == Subscription(
        id=FIRST.id, channel_id=CHANNEL, query="lamps", mode=Mode.DAILY, created_at=NOON
    )


async def test_a_query_goes_with_its_last_subscription(database: Database) -> None:
    """While another channel has it, it stays; then its postings go too, papers do not.

    What it matched means nothing any more: its id is not given to another query.
    """
    async with database.transaction() as tx:
        query = await subscribe(tx, "lamps")
        await subscribe(tx, "lamps", OTHER)
        await owe(tx, paper(), query)
        assert await subscriptions.remove(tx, CHANNEL, "lamps")
        assert len(await matches.candidates(tx, ["lamps"])) == 1
        assert await subscriptions.remove(tx, OTHER, "lamps")
        assert await matches.candidates(tx, ["lamps"]) == []
        assert await subscribe(tx, "oil") > query
        assert await subscribe(tx, "lamps", OTHER) > query
        (owed,) = await deliveries.owed(tx, OTHER, Mode.NOW, 9)
        assert owed.match.queries == ()
    assert (await rows(database, "queries"), await rows(database, "postings")) == (2, 2)
    assert (await rows(database, "papers"), await rows(database, "deliveries")) == (1, 2)


async def test_removing_what_is_not_there_removes_nothing(database: Database) -> None:
    """Neither an unknown query nor another channel's."""
    async with database.transaction() as tx:
        await subscribe(tx, "lamps")
        assert not await subscriptions.remove(tx, CHANNEL, "oil")
        assert not await subscriptions.remove(tx, OTHER, "lamps")
    assert await subscriptions.of_channel(database.read, CHANNEL) == [FIRST]


async def test_a_channel_is_paused_with_a_reason_and_resumed(database: Database) -> None:
    """The reason shows while it is paused; resuming an open channel does nothing."""
    async with database.transaction() as tx:
        await subscriptions.add_channel(tx, CHANNEL, GUILD)
        await subscriptions.pause_channel(tx, CHANNEL, "no permission", NOON)
    paused = Channel(CHANNEL, GUILD, "no permission")
    assert await subscriptions.channel_of(database.read, CHANNEL) == paused
    assert await subscriptions.paused_channels(database.read, GUILD) == [paused]
    async with database.transaction() as tx:
        assert await subscriptions.resume_channel(tx, CHANNEL)
        assert not await subscriptions.resume_channel(tx, CHANNEL)
        assert not await subscriptions.resume_channel(tx, OTHER)
    assert await subscriptions.channel_of(database.read, CHANNEL) == Channel(CHANNEL, GUILD)
    assert await subscriptions.channel_of(database.read, OTHER) is None


async def test_a_new_subscription_opens_a_paused_channel(database: Database) -> None:
    """Whoever subscribes there again has let the bot in again."""
    async with database.transaction() as tx:
        await subscribe(tx, "lamps")
        await subscriptions.pause_channel(tx, CHANNEL, "gone", NOON)
        await subscribe(tx, "oil", guild=ELSEWHERE)
    assert await subscriptions.channel_of(database.read, CHANNEL) == Channel(CHANNEL, ELSEWHERE)


async def test_a_server_that_is_left_pauses_all_its_channels(database: Database) -> None:
    """And no channel of another."""
    async with database.transaction() as tx:
        for channel, guild in ((CHANNEL, GUILD), (OTHER, GUILD), (ChannelId(703), ELSEWHERE)):
            await subscriptions.add_channel(tx, channel, guild)
        await subscriptions.pause_guild(tx, GUILD, "left", NOON)
    paused = await subscriptions.paused_channels(database.read, GUILD)
    assert {channel.id: channel.paused_because for channel in paused} == {
        CHANNEL: "left",
        OTHER: "left",
    }
    assert await subscriptions.paused_channels(database.read, ELSEWHERE) == []
