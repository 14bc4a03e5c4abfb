"""What an import stores, and that it keeps nothing from those it would be owed to."""

from dataclasses import replace

from bot.domain import Mode
from bot.services.importing import Imported, import_papers
from bot.services.intake import look_up
from bot.storage import deliveries, papers
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, MONDAY, announce, subscribe


async def owed(database: Database) -> list[str]:
    """Return the ids of what the channel is owed."""
    found = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 100)
    return [each.match.paper.id for each in found]


async def test_an_imported_paper_is_history(database: Database) -> None:
    """It is stored as announced when it was published, and owed to nobody."""
    await subscribe(database, "tide")
    old = paper(title="On tides", published=MONDAY.replace(year=2020))
    assert await import_papers(database, [old], MONDAY) == Imported(new=1)
    assert await import_papers(database, [old], MONDAY) == Imported(known=1)
    stored = (await papers.by_ids(database.read, [old.id]))[old.id]
    assert (stored.paper, stored.announced_at) == (old, old.published)
    assert await owed(database) == []


async def test_an_import_does_not_swallow_what_an_announcement_says(database: Database) -> None:
    """Facts that a file knows earlier are owed when the announcement brings them."""
    await subscribe(database, "cat:stat.ML")
    known = paper(categories=("cs.LG",))
    await announce(database, known)
    crossed = replace(known, categories=("cs.LG", "stat.ML"))
    await import_papers(database, [crossed], MONDAY)
    assert await owed(database) == []
    await announce(database, crossed)
    assert await owed(database) == [known.id]


async def test_an_import_joins_a_paper_that_was_only_looked_up(database: Database) -> None:
    """It stays unannounced, and its announcement is owed."""
    await subscribe(database, "tide")
    seen = paper(title="On tides", upvotes=None)
    async with database.transaction() as tx:
        await look_up(tx, seen, MONDAY)
    await import_papers(database, [replace(seen, upvotes=3)], MONDAY)
    stored = (await papers.by_ids(database.read, [seen.id]))[seen.id]
    assert (stored.paper.upvotes, stored.announced_at) == (3, None)
    await announce(database, seen)
    assert await owed(database) == [seen.id]
