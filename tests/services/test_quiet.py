"""In its quiet hours a channel gets nothing by itself, and afterwards everything, once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import ChannelId, Mode
from bot.errors import NotFound, NotNow, UserError
from bot.services.catching_up import CatchUps
from bot.services.digests import Digests
from bot.services.outbox import Outbox
from bot.services.quiet import Quiet
from bot.services.ticking import Ticker
from bot.storage import deliveries, quiet_hours, subscriptions
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, GUILD, OTHER, Clock, ListedDiscord, announce, subscribe

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
"""21:00 in Berlin."""


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands an hour before the quiet hours."""
    return Clock(EVENING)


@pytest.fixture
def discord(clock: Clock) -> ListedDiscord:
    """Return a Discord without faults."""
    return ListedDiscord(clock)


@pytest.fixture
async def outbox(database: Database, discord: ListedDiscord, clock: Clock) -> Outbox:
    """Return an outbox; one channel is quiet from 22 until 7 in Berlin, the other never."""
    await Quiet(database).set(CHANNEL, GUILD, 22, 7, "Europe/Berlin", now=clock())
    for channel in (CHANNEL, OTHER):
        await subscribe(database, "tide", channel, now=clock())
    return Outbox(database, discord, "salt", clock)


async def deliver(outbox: Outbox, clock: Clock) -> None:
    """Let the outbox do all it can now."""
    await outbox.tick(clock())
    await outbox.settle()


async def announce_tides(database: Database, clock: Clock, *numbers: int) -> None:
    """Announce papers about tides now."""
    await announce(
        database, *(paper(f"2611.{it:05}", title=f"Tides {it}") for it in numbers), now=clock()
    )


async def test_what_comes_in_the_night_is_posted_together_in_the_morning(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """In order, in one message, at the minute the quiet ends; others get theirs at once."""
    await announce_tides(database, clock, 1)
    await deliver(outbox, clock)
    for number in (2, 3, 4):
        clock.advance(hours=2)
        await announce_tides(database, clock, number)
        await deliver(outbox, clock)
    assert len(discord.texts(CHANNEL)) == 1
    assert len(discord.texts(OTHER)) == 4
    due = await outbox.next_tick_at()
    assert due == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    clock.now = due
    await deliver(outbox, clock)
    *_, morning = discord.texts(CHANNEL)
    places = [morning.index(f"/abs/2611.0000{it}") for it in (2, 3, 4)]
    assert places == sorted(places)
    assert len(discord.texts(CHANNEL)) == 2
    assert await outbox.next_tick_at() == datetime(2026, 11, 25, 6, 0, tzinfo=UTC)


async def test_a_night_costs_nothing(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """What waits in quiet hours is not due: no lane begins, and nobody wakes before their end."""
    clock.advance(hours=2)
    await announce_tides(database, clock, 1)
    await deliver(outbox, clock)
    assert await deliveries.channels_due(database.read, clock()) == []
    ticker = Ticker(
        "Delivery", outbox.tick, outbox.next_tick_at, clock, timedelta(days=9), outbox.due
    )
    outbox.due.clear()
    assert await ticker.once() == datetime(2026, 11, 24, 6, 0, tzinfo=UTC) - clock()
    assert not outbox.due.is_set()
    assert discord.texts(CHANNEL) == []


async def test_quiet_hours_stop_a_running_lane_and_a_retry(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """What was not sent when they began waits, and the message under way is finished first."""
    await announce_tides(database, clock, *range(60))
    discord.hold = asyncio.Event()
    await outbox.tick(clock())
    await discord.reached.wait()
    clock.advance(hours=1)
    discord.faults.append(NotNow("Rate limited.", retry_after=30))
    discord.hold.set()
    await outbox.settle()
    night = len(discord.texts(CHANNEL))
    assert night <= 1
    for _ in range(5):
        clock.advance(minutes=30)
        await deliver(outbox, clock)
    assert len(discord.texts(CHANNEL)) == night
    clock.now = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    await deliver(outbox, clock)
    together = "".join(discord.texts(CHANNEL))
    assert all(f"/abs/2611.{it:05}" in together for it in range(60))
    assert (await deliveries.counts(database.read, CHANNEL)).waiting == 0


async def test_a_digest_comes_at_its_own_hour(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """Past a message that waits; catch-ups wait with the others."""
    digests = Digests(database)
    await subscribe(database, "seal", mode=Mode.DAILY, now=clock())
    await digests.set(CHANNEL, GUILD, 6, "Europe/Berlin", now=clock())
    await announce_tides(database, clock, 1)
    discord.faults.append(NotNow("Rate limited.", retry_after=3601))
    await deliver(outbox, clock)
    await announce(database, paper("2611.00009", title="Seals"), now=clock())
    clock.now = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    async with database.transaction() as tx:
        await tx.run("UPDATE deliveries SET mode = 'catch-up' WHERE post_id IS NULL AND mode='now'")
    await CatchUps(database).tick(clock())
    assert await digests.tick(clock()) == 1
    await deliver(outbox, clock)
    (text,) = discord.texts(CHANNEL)
    assert "1 paper for Tuesday 24 November" in text
    clock.advance(hours=1)
    await deliver(outbox, clock)
    assert "/abs/2611.00001" in "".join(discord.texts(CHANNEL))


async def test_off_lets_what_waits_go(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """At once; and there is nothing to switch off twice."""
    clock.advance(hours=3)
    await announce_tides(database, clock, 1)
    await deliver(outbox, clock)
    assert discord.texts(CHANNEL) == []
    await Quiet(database).off(CHANNEL)
    await deliver(outbox, clock)
    assert len(discord.texts(CHANNEL)) == 1
    with pytest.raises(NotFound, match="/quiet set"):
        await Quiet(database).off(CHANNEL)


@pytest.mark.parametrize(
    "days", [3, -3], ids=["a long sleep of the machine", "a clock that was ahead"]
)
async def test_quiet_hours_hold_whatever_the_clock_did(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock, days: int
) -> None:
    """The first tick writes which night is next, before anything is sent."""
    await deliver(outbox, clock)
    clock.advance(days=days, hours=3)
    await announce_tides(database, clock, 1)
    await deliver(Outbox(database, discord, "salt", clock), clock)
    assert discord.texts(CHANNEL) == []
    assert len(discord.texts(OTHER)) == 1
    clock.advance(hours=7)
    await deliver(outbox, clock)
    assert len(discord.texts(CHANNEL)) == 1


async def test_until_when_it_is_quiet(database: Database, outbox: Outbox, clock: Clock) -> None:
    """Only while it is."""
    quiet = Quiet(database)
    assert await quiet.until(CHANNEL, clock()) is None
    assert await quiet.until(ChannelId(9), clock()) is None
    night = clock.advance(hours=1)
    await deliver(outbox, clock)
    assert await quiet.until(CHANNEL, night) == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    assert await quiet.until(OTHER, night) is None


async def test_setting_them_opens_no_paused_channel(
    database: Database, outbox: Outbox, clock: Clock
) -> None:
    """A reason to post nothing stays."""
    assert await outbox.next_tick_at() is not None
    async with database.transaction() as tx:
        await subscriptions.pause_channel(tx, CHANNEL, "closed", clock())
    await Quiet(database).set(CHANNEL, GUILD, 1, 2, "UTC", now=clock())
    known = await subscriptions.channel_of(database.read, CHANNEL)
    assert known is not None
    assert known.paused_because == "closed"
    assert known.quiet is not None
    assert (known.quiet.hours.start, known.quiet.hours.end) == (1, 2)


@pytest.mark.parametrize(
    ("start", "end", "zone", "said"),
    [
        (24, 7, "UTC", "0 to 23"),
        (22, -1, "UTC", "0 to 23"),
        (7, 7, "UTC", "whole day"),
        (22, 7, "Atlantis", "time zone"),
    ],
)
async def test_hours_that_are_none_say_what_to_type(
    database: Database, start: int, end: int, zone: str, said: str
) -> None:
    """And change nothing."""
    with pytest.raises(UserError, match=said):
        await Quiet(database).set(CHANNEL, GUILD, start, end, zone, now=EVENING)
    assert await quiet_hours.next_end(database.read) is None
