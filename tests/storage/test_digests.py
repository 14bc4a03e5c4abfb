"""Digests' rows: schedules that are set, off and on again, and their outcomes."""

from dataclasses import replace
from datetime import date, datetime

from bot.domain import ChannelId, DigestSchedule
from bot.schedule import EVERY_DAY, next_digest_at
from bot.silence import Reason
from bot.storage import digests, subscriptions
from bot.storage.database import Database
from bot.storage.digests import StoredDigest
from tests.samples import NOON, later
from tests.storage.rows import CHANNEL, GUILD, OTHER

SCHEDULE = DigestSchedule(
    channel_id=CHANNEL, hour=12, timezone="Europe/Berlin", days=frozenset({1, 3, 7})
)
TODAY = date(2025, 6, 2)
OUTCOME = digests.Outcome(papers=2, checked=40, reason=Reason.LATE)


async def put(database: Database, schedule: DigestSchedule, next_at: datetime) -> None:
    """Write a channel's schedule."""
    async with database.transaction() as tx:
        await subscriptions.add_channel(tx, schedule.channel_id, GUILD)
        await digests.put(tx, schedule, next_at)


async def finish(database: Database, day: date = TODAY, channel: ChannelId = CHANNEL) -> None:
    """Write that the digest of a day is done."""
    async with database.transaction() as tx:
        await digests.record_outcome(
            tx, channel, day=day, now=NOON, next_at=later(days=1), outcome=OUTCOME
        )


async def stored(database: Database, channel: ChannelId = CHANNEL) -> StoredDigest | None:
    """Return a channel's digest."""
    return await digests.of_channel(database.read, channel)


async def test_a_schedule_comes_back_as_it_was(database: Database) -> None:
    """Hour, zone and days; no outcome before the first digest."""
    await put(database, SCHEDULE, NOON)
    assert await stored(database) == StoredDigest(SCHEDULE, NOON, None, None, None)
    assert await stored(database, OTHER) is None


async def test_an_outcome_is_kept_over_a_new_schedule(database: Database) -> None:
    """Changing the hour does not forget that today had its digest."""
    await put(database, SCHEDULE, NOON)
    await finish(database)
    done = replace(SCHEDULE, last_day=TODAY)
    assert await stored(database) == StoredDigest(done, later(days=1), NOON, 2, 40, Reason.LATE)
    changed = replace(SCHEDULE, hour=18, timezone="Asia/Tokyo", days=EVERY_DAY)
    await put(database, changed, later(days=2))
    assert await stored(database) == StoredDigest(
        replace(changed, last_day=TODAY), later(days=2), NOON, 2, 40, Reason.LATE
    )


async def test_off_and_on_again_remembers_the_day(database: Database) -> None:
    """A digest switched off is gone for everyone but its last day, so that no day has two."""
    await put(database, SCHEDULE, NOON)
    await finish(database)
    async with database.transaction() as tx:
        assert await digests.switch_off(tx, CHANNEL)
        assert not await digests.switch_off(tx, CHANNEL)
    assert await stored(database) is None
    assert await digests.due(database.read, later(days=99)) == []
    assert await digests.next_at(database.read) is None
    last = await digests.last_schedule(database.read, CHANNEL)
    assert last == replace(SCHEDULE, last_day=TODAY)
    again = replace(last, hour=20, days=EVERY_DAY)
    due = next_digest_at(again, NOON)
    assert due.date() == date(2025, 6, 3)
    await put(database, again, due)
    assert await stored(database) == StoredDigest(again, due, NOON, 2, 40, Reason.LATE)


async def test_there_is_nothing_to_switch_off_where_none_was_set(database: Database) -> None:
    """A channel without a digest has no last schedule either."""
    async with database.transaction() as tx:
        assert not await digests.switch_off(tx, CHANNEL)
    assert await digests.last_schedule(database.read, CHANNEL) is None


async def test_digests_are_due_the_longest_due_first(database: Database) -> None:
    """From their moment on, in open channels only."""
    third = ChannelId(703)
    await put(database, SCHEDULE, later(minutes=2))
    await put(database, replace(SCHEDULE, channel_id=OTHER), later(minutes=1))
    await put(database, replace(SCHEDULE, channel_id=third), NOON)
    assert await digests.next_at(database.read) == NOON
    async with database.transaction() as tx:
        await subscriptions.pause_channel(tx, third, "closed", NOON)
    due = {
        minutes: [
            each.schedule.channel_id
            for each in await digests.due(database.read, later(minutes=minutes))
        ]
        for minutes in (0, 1, 2)
    }
    assert due == {0: [], 1: [OTHER], 2: [OTHER, CHANNEL]}
    assert await digests.next_at(database.read) == later(minutes=1)


async def test_postponing_changes_the_moment_only(database: Database) -> None:
    """Outcome and schedule stay."""
    await put(database, SCHEDULE, NOON)
    await finish(database)
    async with database.transaction() as tx:
        await digests.postpone(tx, CHANNEL, later(days=5))
    done = replace(SCHEDULE, last_day=TODAY)
    assert await stored(database) == StoredDigest(done, later(days=5), NOON, 2, 40, Reason.LATE)
