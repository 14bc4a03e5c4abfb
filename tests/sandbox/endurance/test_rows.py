"""What is read and changed in the bot's database, in the schema as it is."""

from datetime import timedelta

from bot.domain import DigestSchedule, MessageId
from bot.sandbox.endurance import rows
from bot.schedule import EVERY_DAY
from bot.storage import deliveries, digests, posts
from bot.storage.database import Database
from tests.samples import NOON, later, paper
from tests.storage.rows import CHANNEL, owe, subscribe


async def test_what_became_of_papers_is_read(database: Database) -> None:
    """A paper that is owed is unfinished until its message is recorded, and then under its id."""
    async with database.transaction() as tx:
        key = await owe(tx, paper("2506.00001"), await subscribe(tx, "lanterns"))
    owed = (CHANNEL, paper("2506.00001").id)
    assert await rows.papers(database.read) == 1
    assert await rows.unfinished(database.read) == 1
    assert await rows.said(database.read) == {owed: (None, None)}
    async with database.transaction() as tx:
        await deliveries.add_post(tx, CHANNEL, [key], NOON)
        post = await posts.first_unfinished(tx, CHANNEL)
        assert post is not None
        await posts.record_attempt(tx, post.id, NOON, afresh=False)
    assert await rows.unfinished(database.read) == 1
    async with database.transaction() as tx:
        await posts.record_sent(tx, post.id, MessageId(9), NOON)
    assert await rows.unfinished(database.read) == 0
    assert await rows.said(database.read) == {owed: ("sent", 9)}


async def test_a_night_makes_older_what_is_not_sent(database: Database) -> None:
    """The first attempt and the next one move back by as much as is to have passed."""
    async with database.transaction() as tx:
        key = await owe(tx, paper("2506.00001"), await subscribe(tx, "lanterns"))
        await deliveries.add_post(tx, CHANNEL, [key], NOON)
        post = await posts.first_unfinished(tx, CHANNEL)
        assert post is not None
        await posts.record_attempt(tx, post.id, NOON, afresh=False)
        await rows.age(tx, 600)
        older = await posts.first_unfinished(tx, CHANNEL)
    assert older is not None
    assert older.first_attempt_at == older.next_attempt_at == NOON - timedelta(minutes=10)


async def test_digests_fall_due_again(database: Database) -> None:
    """A digest that was posted today is due, as after a day."""
    schedule = DigestSchedule(channel_id=CHANNEL, hour=9, timezone="UTC", days=EVERY_DAY)
    async with database.transaction() as tx:
        await subscribe(tx, "lanterns")
        await digests.put(tx, schedule, later(days=1))
        assert await digests.due(tx, NOON) == []
        await rows.make_digests_due(tx)
        (due,) = await digests.due(tx, NOON)
    assert due.schedule == schedule
