"""What people ask of channels takes effect at once and never floods them."""

from datetime import timedelta

import pytest

from bot.domain import Mode
from bot.errors import NotFound, QueryError, UserError
from bot.matching.parser import parse
from bot.services import subscriptions as module
from bot.services.filing import file
from bot.services.subscriptions import Subscriptions
from bot.storage import deliveries
from bot.storage import subscriptions as storage
from bot.storage.database import Database
from bot.text.plurals import IRREGULAR
from tests.samples import paper
from tests.services.parts import CHANNEL, MONDAY, OTHER, SOMEBODY, announce, subscribe


async def count(database: Database, table: str) -> int:
    """Return how many rows a table has."""
    return int(await database.read.value(f"SELECT COUNT(*) FROM {table}"))


async def test_equal_queries_share_one_entry(database: Database) -> None:
    """However it is typed, a query is stored once, and the answer shows its canonical text."""
    first = await subscribe(database, "Diffusion  model", CHANNEL)
    second = await subscribe(database, "diffusion model,", OTHER)
    assert first.subscription.query == second.subscription.query
    assert await count(database, "queries") == 1
    assert await count(database, "subscriptions") == 2


async def test_subscribing_again_sets_the_mode(database: Database) -> None:
    """A second subscription to the same query is none; it changes when papers are posted."""
    await subscribe(database, "tide")
    again = await subscribe(database, "tide", mode=Mode.DAILY)
    assert not again.is_new
    (kept,) = await Subscriptions(database).of_channel(CHANNEL)
    assert kept.mode is Mode.DAILY


async def test_the_last_subscriber_takes_the_query_along(database: Database) -> None:
    """A query that nobody has any more is filed no longer, and nothing is owed for it."""
    await subscribe(database, "tide", CHANNEL)
    await subscribe(database, "tide", OTHER)
    await announce(database, paper(title="On tides"))
    await Subscriptions(database).unsubscribe(CHANNEL, "tide")
    assert await count(database, "queries") == 1
    await Subscriptions(database).unsubscribe(OTHER, " Tide,")
    assert [await count(database, name) for name in ("queries", "postings")] == [0, 0]
    assert await count(database, "deliveries") == 0


async def test_what_another_query_matched_stays_owed(database: Database) -> None:
    """Ending a subscription drops what only it selected and no message carries yet."""
    await subscribe(database, "tide", mode=Mode.DAILY)
    await subscribe(database, "wave", mode=Mode.DAILY)
    await announce(
        database,
        paper("2611.00001", title="Tides"),
        paper("2611.00002", title="Tides and waves"),
    )
    await Subscriptions(database).unsubscribe(CHANNEL, "tide")
    (owed,) = await deliveries.owed(database.read, CHANNEL, Mode.DAILY, 10)
    assert owed.match.paper.id == "2611.00002"
    assert owed.match.queries == ("wave",)


async def test_what_a_message_carries_is_not_taken_out(database: Database) -> None:
    """A paper bound to a message stays in it."""
    await subscribe(database, "tide")
    await announce(database, paper(title="Tides"))
    (owed,) = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)
    async with database.transaction() as tx:
        await deliveries.add_post(tx, CHANNEL, [owed.key], MONDAY)
    await Subscriptions(database).unsubscribe(CHANNEL, "tide")
    assert await count(database, "deliveries") == 1


async def test_a_query_in_the_place_of_another_keeps_what_it_selects(database: Database) -> None:
    """Of what is owed, the new query's papers stay and the others go."""
    await subscribe(database, "tide, wave")
    await announce(database, paper("2611.00001", title="Tides"), paper("2611.00002", title="Waves"))
    await subscribe(database, "tide")
    await Subscriptions(database).unsubscribe(CHANNEL, "tide, wave", instead="tide")
    (owed,) = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)
    assert (owed.match.paper.id, owed.match.queries) == ("2611.00001", ("tide",))


async def test_a_plural_is_no_second_subscription(database: Database) -> None:
    """What differs in plurals only is followed already, and ends the subscription too."""
    await subscribe(database, "diffusion models")
    again = await subscribe(database, "Diffusion model")
    assert (again.is_new, again.is_changed) == (False, False)
    assert again.subscription.query == "diffusion models"
    ended = await Subscriptions(database).unsubscribe(CHANNEL, "diffusion model")
    assert ended == "diffusion models"


def test_plurals_begin_alike() -> None:
    """That a plural begins with the letter of its singular is what the search for one relies on."""
    assert all(word[0] == singular[0] for word, singular in IRREGULAR.items())


async def test_of_two_spellings_none_is_guessed(database: Database) -> None:
    """Where two subscriptions differ in plurals, only the one that is named ends."""
    await subscribe(database, "tide")
    async with database.transaction() as tx:
        query = await file(tx, parse("tides"))
        await storage.add(tx, CHANNEL, query, Mode.NOW, SOMEBODY, MONDAY)
    await Subscriptions(database).unsubscribe(CHANNEL, "tides")
    (kept,) = await Subscriptions(database).of_channel(CHANNEL)
    assert kept.query == "tide"


async def test_what_is_not_subscribed_cannot_be_ended(database: Database) -> None:
    """Ending what is not there says where to look."""
    with pytest.raises(NotFound, match="/subscriptions"):
        await Subscriptions(database).unsubscribe(CHANNEL, "tide")


async def test_a_bad_query_changes_nothing(database: Database) -> None:
    """A query that does not parse leaves no trace."""
    with pytest.raises(QueryError):
        await subscribe(database, "(")
    assert await count(database, "channels") == 0


async def test_a_look_back_owes_earlier_papers_once(database: Database) -> None:
    """With a look back, matching papers of those days are owed; a second one adds nothing."""
    await announce(
        database,
        paper("2611.00001", title="Old tides"),
        now=MONDAY - timedelta(days=9),
    )
    await announce(
        database,
        paper("2611.00002", title="New tides"),
        paper("2611.00003", title="Hills"),
        now=MONDAY - timedelta(days=1),
    )
    done = await subscribe(database, "tide", look_back_days=3)
    assert done.looked_back == 1
    (owed,) = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)
    assert owed.match.paper.id == "2611.00002"
    assert owed.match.queries == ("tide",)
    assert (await subscribe(database, "tide, hill", look_back_days=3)).looked_back == 1


async def test_a_channel_has_room_for_so_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel that is full is told what to do."""
    monkeypatch.setattr(module, "MOST_SUBSCRIPTIONS", 2)
    await subscribe(database, "tide")
    await subscribe(database, "wave")
    with pytest.raises(UserError, match="/unsubscribe"):
        await subscribe(database, "ocean")
    assert await count(database, "subscriptions") == 2
