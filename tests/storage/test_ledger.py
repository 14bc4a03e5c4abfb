"""The ledger's rows."""

from dataclasses import replace
from datetime import date

from bot.domain import AnnounceType, SearchText
from bot.ledger import Batch, Trouble
from bot.storage import feeds, ledger, papers
from bot.storage.database import Database
from tests.samples import NOON, later, paper

DAY = date(2025, 6, 2)
OLD = Batch(
    feed="arxiv:cs",
    day=date(2025, 5, 1),
    announced=9,
    seen=8,
    found=3,
    known_by="oai",
    trouble=Trouble.CUT,
    trouble_at=NOON,
    closed_at=later(hours=3),
)
OPEN = Batch(feed="arxiv:math", day=date(2025, 5, 2), found=4)
NEW = Batch(feed="arxiv:cs", day=DAY, seen=2)


async def fill(database: Database) -> None:
    """Write the three batches."""
    async with database.transaction() as tx:
        await feeds.add_missing(tx, ("arxiv:cs", "arxiv:math"), NOON)
        await ledger.write(tx, [OLD, OPEN, NEW])


async def test_what_is_written_is_read(database: Database) -> None:
    """Every field; of older days only what is open."""
    await fill(database)
    read = database.read
    assert await ledger.since(read, OLD.day) == {
        "arxiv:cs": {OLD.day: OLD, DAY: NEW},
        "arxiv:math": {OPEN.day: OPEN},
    }
    assert await ledger.since(read, DAY) == {
        "arxiv:cs": {DAY: NEW},
        "arxiv:math": {OPEN.day: OPEN},
    }


async def test_a_batch_is_written_over(database: Database) -> None:
    """A feed has one for each day."""
    await fill(database)
    async with database.transaction() as tx:
        await ledger.write(tx, [replace(OLD, day=DAY)])
        await ledger.begin_fill(tx, "arxiv:math")
    found = await ledger.since(database.read, DAY)
    assert found["arxiv:cs"] == {DAY: replace(OLD, day=DAY)}
    assert found["arxiv:math"] == {OPEN.day: replace(OPEN, found=0)}


async def test_days_are_told(database: Database) -> None:
    """The first of a feed, and those on which any feed saw something."""
    assert await ledger.first_day(database.read, "arxiv:cs") is None
    await fill(database)
    assert await ledger.first_day(database.read, "arxiv:cs") == OLD.day
    assert await ledger.published(database.read, OLD.day) == {OLD.day, DAY}
    assert await ledger.published(database.read, DAY) == {DAY}


async def test_the_future_is_forgotten(database: Database) -> None:
    """A clock that was ahead opened days that have not come."""
    await fill(database)
    async with database.transaction() as tx:
        await ledger.forget_after(tx, date(2025, 6, 1))
    assert await ledger.since(database.read, DAY) == {"arxiv:math": {OPEN.day: OPEN}}


async def test_numbers_and_days_of_new_papers(database: Database) -> None:
    """Only of what a listing announced as new, and of numbers that have an order."""
    told = [
        paper("2506.00001", announce_type=AnnounceType.NEW, announced_on=date(2025, 6, 2)),
        paper("2506.00002", announce_type=AnnounceType.NEW, announced_on=date(2025, 6, 3)),
        paper("2506.00009", announce_type=AnnounceType.REPLACE, announced_on=date(2025, 6, 2)),
        paper("2506.00008", announce_type=AnnounceType.NEW),
        paper("8906.00001", announce_type=AnnounceType.NEW, announced_on=date(2025, 6, 1)),
        paper("math/0611800", announce_type=AnnounceType.NEW, announced_on=date(2006, 11, 2)),
    ]
    async with database.transaction() as tx:
        for each in told:
            await papers.add(tx, each, SearchText("", ""), announced=True, now=NOON)
    read = database.read
    assert await papers.greatest_number(read, date(2025, 6, 4)) == "2506.00002"
    assert await papers.greatest_number(read, date(2025, 6, 3)) == "2506.00001"
    assert await papers.greatest_number(read, date(2025, 6, 2)) is None
    assert await papers.announced_days(read, [it.id for it in told]) == {
        "2506.00001": date(2025, 6, 2),
        "2506.00002": date(2025, 6, 3),
        "8906.00001": date(2025, 6, 1),
        "math/0611800": date(2006, 11, 2),
    }
