"""What announced papers make owed, to whom, and how often."""

from dataclasses import replace

import pytest

from bot.domain import AnnounceType, ChannelId, Mode
from bot.services.intake import Intake, look_up
from bot.services.subscriptions import Subscriptions
from bot.storage import deliveries, papers
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, MONDAY, OTHER, announce, subscribe


async def owed(
    database: Database, channel: ChannelId = CHANNEL, mode: Mode = Mode.NOW
) -> list[str]:
    """Return the ids of what a channel is owed."""
    found = await deliveries.owed(database.read, channel, mode, 100)
    return [each.match.paper.id for each in found]


async def test_a_matching_paper_is_owed_to_the_channel(database: Database) -> None:
    """A paper that a subscription selects is stored, matched and owed in one go."""
    await subscribe(database, "diffusion model")
    seen = paper(title="Diffusion models for tides")
    assert await announce(database, seen) == Intake(new=1, matched=1)
    (delivery,) = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)
    assert delivery.match.paper == seen
    assert delivery.match.queries == ("diffusion model",)


async def test_overlapping_subscriptions_owe_a_paper_once(database: Database) -> None:
    """However many queries of a channel select a paper, it is owed once and names them all."""
    for typed in ("diffusion model", "tide", "diffusion model, mesh"):
        await subscribe(database, typed)
    await announce(database, paper(title="Diffusion models for tides"))
    (delivery,) = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)
    assert len(delivery.match.queries) == 3


async def test_a_paper_seen_again_is_not_owed_again(database: Database) -> None:
    """The same announcement, polled twice or cross-listed, changes nothing."""
    await subscribe(database, "tide")
    seen = paper(title="On tides", categories=("physics.ao-ph",))
    await announce(database, seen, seen)
    again = await announce(database, replace(seen, categories=("physics.ao-ph", "cs.LG")))
    assert again == Intake(changed=1)
    assert await owed(database) == [seen.id]


async def test_a_subscription_starts_from_now(database: Database) -> None:
    """A batch already out is not owed to a later subscription, not even when its facts change."""
    seen = paper(title="On tides")
    await announce(database, seen)
    await subscribe(database, "tide")
    await announce(database, replace(seen, upvotes=12))
    assert await owed(database) == []


async def test_a_paper_that_comes_to_match_is_owed_then(database: Database) -> None:
    """A new version whose text matches for the first time is owed, once."""
    await subscribe(database, "tide")
    first = paper(title="On waves", abstract="Of water.", announce_type=AnnounceType.NEW)
    await announce(database, first)
    assert await owed(database) == []
    second = replace(first, title="On tides", version=2, announce_type=AnnounceType.REPLACE)
    await announce(database, second)
    await announce(database, replace(second, version=3))
    assert await owed(database) == [first.id]


async def test_a_paper_first_seen_as_a_replacement_is_no_alert(database: Database) -> None:
    """A replacement of a paper never seen is stored and owed to nobody."""
    await subscribe(database, "tide")
    seen = paper(title="On tides", version=3, announce_type=AnnounceType.REPLACE)
    assert await announce(database, seen) == Intake(new=1)
    assert await owed(database) == []


async def test_a_looked_up_paper_is_owed_once_it_is_announced(database: Database) -> None:
    """Looking a paper up owes it to nobody; its announcement does."""
    await subscribe(database, "tide")
    seen = paper(title="On tides")
    async with database.transaction() as tx:
        await look_up(tx, seen, MONDAY)
    assert await owed(database) == []
    await announce(database, seen)
    assert await owed(database) == [seen.id]


async def test_another_source_joins_the_paper(database: Database) -> None:
    """A paper featured elsewhere is the same paper: its sources add up, it is not owed again."""
    await subscribe(database, "tide")
    seen = paper(title="On tides", sources=("arxiv",))
    await announce(database, seen)
    featured = replace(seen, sources=("huggingface",), upvotes=30, version=None)
    await announce(database, featured)
    stored = (await papers.by_ids(database.read, [seen.id]))[seen.id].paper
    assert stored.sources == ("arxiv", "huggingface")
    assert stored.upvotes == 30
    assert await owed(database) == [seen.id]


async def test_two_channels_are_owed_on_their_own(database: Database) -> None:
    """Each channel that subscribes to a query is owed the paper."""
    await subscribe(database, "tide", CHANNEL)
    await subscribe(database, "tides", OTHER)
    seen = paper(title="On tides")
    await announce(database, seen)
    assert await owed(database, CHANNEL) == [seen.id]
    assert await owed(database, OTHER) == [seen.id]


@pytest.mark.parametrize("order", [(Mode.NOW, Mode.DAILY), (Mode.DAILY, Mode.NOW)], ids=str)
async def test_at_once_wins_over_the_digest(database: Database, order: tuple[Mode, ...]) -> None:
    """A paper that a daily and an immediate subscription select is posted at once, and only so."""
    for mode, typed in zip(order, ("tide", "ocean"), strict=True):
        await subscribe(database, typed, mode=mode)
    seen = paper(title="Ocean tides")
    await announce(database, seen)
    assert await owed(database, mode=Mode.NOW) == [seen.id]
    assert await owed(database, mode=Mode.DAILY) == []


async def test_an_ended_subscription_owes_nothing_more(database: Database) -> None:
    """After /unsubscribe nothing new is owed, at once."""
    await subscribe(database, "tide")
    await Subscriptions(database).unsubscribe(CHANNEL, "Tide")
    await announce(database, paper(title="On tides"))
    assert await owed(database) == []


async def test_a_query_may_ask_for_replacements(database: Database) -> None:
    """New versions are owed for queries that name them, of papers known and unknown, once each."""
    await subscribe(database, "type:replace AND tide")
    await subscribe(database, "tide", OTHER)
    await subscribe(database, "tide NOT type:new", ChannelId(1003))
    known = paper(title="On tides", announce_type=AnnounceType.NEW)
    await announce(database, known)
    assert await owed(database) == []
    unknown = paper("2506.00002", title="Old tides", version=3, announce_type=AnnounceType.REPLACE)
    again = replace(known, version=2, announce_type=AnnounceType.REPLACE)
    await announce(database, unknown, again)
    await announce(database, replace(again, version=3), replace(unknown, upvotes=9))
    assert await owed(database) == [unknown.id, known.id]
    assert await owed(database, OTHER) == [known.id]
    assert await owed(database, ChannelId(1003)) == []
