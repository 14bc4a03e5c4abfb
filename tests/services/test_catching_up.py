"""Catch-ups: made once, when nothing more is to be expected."""

from datetime import date, timedelta

import pytest

from bot.domain import Mode, PostKind
from bot.errors import UserError
from bot.ledger import Batch
from bot.services.catching_up import CatchUps
from bot.services.intake import take_in_late
from bot.storage import deliveries, feeds, ledger, posts, subscriptions
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, GUILD, MONDAY, OTHER, subscribe

LONG_AGO = date(2026, 11, 2)
DAY = timedelta(days=1)


async def owe_late(database: Database, *ids: str) -> None:
    """Owe papers about tides that were announced long ago."""
    await subscribe(database, "tide", now=MONDAY)
    async with database.transaction() as tx:
        found = [paper(id_, title="Tides", announced_on=LONG_AGO) for id_ in ids]
        await take_in_late(tx, found, MONDAY)


async def miss(database: Database, day: date) -> None:
    """Let a day of a feed be open."""
    async with database.transaction() as tx:
        await feeds.add_missing(tx, ("arxiv:cs",), MONDAY)
        await ledger.write(tx, [Batch(feed="arxiv:cs", day=day)])


async def test_a_catch_up_waits_for_what_is_missing(database: Database) -> None:
    """All comes together, but after a day what there is comes."""
    await owe_late(database, "2611.00001")
    await miss(database, date(2026, 11, 19))
    catch_ups = CatchUps(database)
    assert await catch_ups.tick(MONDAY) == 0
    assert await catch_ups.tick(MONDAY + DAY - timedelta(seconds=1)) == 0
    assert await catch_ups.tick(MONDAY + DAY) == 1


async def test_a_day_that_is_only_late_holds_nothing_up(database: Database) -> None:
    """Today's batch may be open for hours."""
    await owe_late(database, "2611.00001")
    await miss(database, date(2026, 11, 23))
    assert await CatchUps(database).tick(MONDAY) == 1


async def test_a_clock_that_was_set_back_holds_nothing_up(database: Database) -> None:
    """What is owed since the future does not wait for it."""
    await owe_late(database, "2611.00001")
    await miss(database, date(2026, 11, 2))
    assert await CatchUps(database).tick(MONDAY - 9 * DAY) == 1


async def test_a_long_catch_up_has_pages(database: Database) -> None:
    """In the order of the channel's papers, each of them once."""
    await owe_late(database, *(f"2611.{number:05}" for number in range(1, 61)))
    assert await CatchUps(database).tick(MONDAY) == 1
    post = await posts.first_unfinished(database.read, CHANNEL)
    assert post is not None
    assert (post.kind, post.page, post.total) == (PostKind.CATCH_UP, 1, 60)
    assert post.pages > 1
    assert await deliveries.owed(database.read, CHANNEL, Mode.CATCH_UP, 100) == []


async def test_a_paused_channel_waits(database: Database) -> None:
    """Until it is open again."""
    await owe_late(database, "2611.00001")
    async with database.transaction() as tx:
        await subscriptions.pause_channel(tx, CHANNEL, "closed", MONDAY)
    assert await CatchUps(database).tick(MONDAY) == 0


async def test_a_paper_that_matches_later_is_not_late(database: Database) -> None:
    """It was announced long ago, and selected only now, by a fact that changed."""
    await subscribe(database, "tide AND upvotes>=5", now=MONDAY)
    old = paper(title="Tides", announced_on=LONG_AGO)
    async with database.transaction() as tx:
        await take_in_late(tx, [old], MONDAY)
        await take_in_late(tx, [paper(title="Tides", upvotes=9)], MONDAY)
    assert len(await deliveries.owed(database.read, CHANNEL, Mode.NOW, 100)) == 1


async def test_the_age_is_the_channels_own(database: Database) -> None:
    """From a day to a year; a channel need not have subscribed before."""
    catch_ups = CatchUps(database)
    await catch_ups.set(OTHER, GUILD, 30)
    stored = await subscriptions.channel_of(database.read, OTHER)
    assert stored is not None
    assert stored.catch_up_days == 30
    for days in (0, 366):
        with pytest.raises(UserError, match="1 to 365"):
            await catch_ups.set(OTHER, GUILD, days)


async def test_setting_the_age_does_not_open_a_paused_channel(database: Database) -> None:
    """It stays paused for its reason."""
    await subscribe(database, "tide")
    async with database.transaction() as tx:
        await subscriptions.pause_channel(tx, CHANNEL, "closed", MONDAY)
    await CatchUps(database).set(CHANNEL, GUILD, 3)
    stored = await subscriptions.channel_of(database.read, CHANNEL)
    assert stored is not None
    assert (stored.paused_because, stored.catch_up_days) == ("closed", 3)
