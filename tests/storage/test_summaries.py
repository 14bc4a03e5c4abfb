"""Summaries' rows: one for each version, language and model, and what a day may cost."""

from datetime import timedelta

from bot.domain import Paper
from bot.storage import summaries
from bot.storage.database import Database
from bot.storage.summaries import ModelDay, Outcome
from tests.samples import NOON, paper
from tests.storage.rows import store

DAY = NOON.date()


async def keep(database: Database, about: Paper, text: str | None, **where: str) -> None:
    """Keep a summary of a paper, in English by "m" unless told otherwise."""
    async with database.transaction() as tx:
        known = {"language": "en", "model": "m", **where}
        await summaries.keep(tx, about, known["language"], known["model"], text, NOON)


async def test_a_summary_is_of_one_version_language_and_model(database: Database) -> None:
    """What is kept for others is not told; nothing that may not be shown is told as nothing."""
    first, second = paper("2506.00001"), paper("2506.00002")
    async with database.transaction() as tx:
        await store(tx, first)
        await store(tx, second)
    await keep(database, first, "Counts lanterns.")
    await keep(database, first, "Zählt Laternen.", language="de")
    await keep(database, second, None)
    read = database.read
    told = await summaries.told(read, [first, second], "en", "m")
    assert told == {first.id: "Counts lanterns.", second.id: None}
    assert await summaries.told(read, [first], "de", "m") == {first.id: "Zählt Laternen."}
    assert await summaries.told(read, [first], "en", "n") == {}
    assert await summaries.told(read, [paper("2506.00001", version=2)], "en", "m") == {}
    assert await summaries.told(read, [], "en", "m") == {}


async def test_the_latest_summary_of_a_version_stands(database: Database) -> None:
    """Written again, the new text is told."""
    about = paper("2506.00001", version=None)
    async with database.transaction() as tx:
        await store(tx, about)
    await keep(database, about, None)
    await keep(database, about, "Counts.")
    assert await summaries.told(database.read, [about], "en", "m") == {about.id: "Counts."}


async def spend(database: Database, tokens: int = 10, days: int = 0) -> bool:
    """Spend tokens of a day that has three requests and a hundred tokens."""
    async with database.transaction() as tx:
        day = DAY + timedelta(days=days)
        return await summaries.spend(tx, day, tokens, most_requests=3, most_tokens=100)


async def test_a_day_has_so_many_requests(database: Database) -> None:
    """The fourth of three is refused and not counted; the next day begins anew."""
    assert [await spend(database) for _ in range(4)] == [True, True, True, False]
    assert await summaries.on_day(database.read, DAY) == ModelDay(requests=3, tokens=30)
    assert await spend(database, days=1)


async def test_a_day_has_so_many_tokens(database: Database) -> None:
    """What would be over is refused; what was not needed is there again."""
    assert await spend(database, 90)
    assert not await spend(database, 11)
    async with database.transaction() as tx:
        await summaries.count(tx, DAY, Outcome.WRITTEN, -50)
    assert await spend(database, 11)
    assert await summaries.on_day(database.read, DAY) == ModelDay(requests=2, tokens=51, written=1)


async def test_outcomes_are_counted_by_day(database: Database) -> None:
    """Each kind has a count of its own, on a day without requests too."""
    async with database.transaction() as tx:
        for outcome in Outcome:
            await summaries.count(tx, DAY, outcome)
        await summaries.count(tx, DAY, Outcome.UNFAITHFUL)
    today = await summaries.on_day(database.read, DAY)
    assert today == ModelDay(written=1, unfaithful=2, refused=1, failed=1)
    assert await summaries.on_day(database.read, DAY + timedelta(days=1)) == ModelDay()
