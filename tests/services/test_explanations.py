"""Why a paper is, or is not, in a channel."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import AnnounceType, MessageId, Mode, Paper, PaperId, SearchText
from bot.errors import NotFound, UserError
from bot.services.digests import Digests
from bot.services.explanations import Explanation, Explanations, Part
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest
from bot.services.subscriptions import Subscriptions
from bot.storage import deliveries, papers, posts
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, MONDAY, Clock, announce, subscribe

TIDE = paper("2611.00001", title="On tides")


async def explained(database: Database, reference: str = "2611.00001") -> Explanation:
    """Explain a paper in the channel."""

    async def fetch(id_: PaperId) -> Paper | None:
        return paper(id_, title="On tides") if id_ != "2611.99999" else None

    lookups = Lookups(database, fetch, Clock(), Nearest(database))
    return await Explanations(database, lookups).of(reference, CHANNEL)


async def test_each_subscription_gets_its_verdict(database: Database) -> None:
    """What matched has its terms, what did not the first condition that failed."""
    await subscribe(database, "tide")
    await subscribe(database, "tide AND moon")
    await announce(database, TIDE)
    matched, failed = (await explained(database)).verdicts
    assert matched.is_match
    assert not failed.is_match
    assert "“moon” is not in the title or the abstract" in str(failed.finding)


async def test_a_paper_owed_has_a_fate(database: Database) -> None:
    """From owed to posted, each state is told."""
    await subscribe(database, "tide")
    await announce(database, TIDE)
    owed = (await explained(database)).fate
    assert owed is not None
    assert owed.state is None
    async with database.transaction() as tx:
        (delivery,) = await deliveries.owed(tx, CHANNEL, Mode.NOW, 10)
        await deliveries.add_post(tx, CHANNEL, [delivery.key], MONDAY)
        post = await posts.first_unfinished(tx, CHANNEL)
        assert post is not None
        await posts.record_sent(tx, post.id, MessageId(99), MONDAY)
    posted = (await explained(database)).fate
    assert posted is not None
    assert (posted.state, posted.message_id) == ("sent", 99)


def parts(found: Explanation) -> dict[str, Part | None]:
    """Return by query what part it had in what became of the paper."""
    return {each.subscription.query: each.part for each in found.verdicts}


async def test_two_subscriptions_have_one_post(database: Database) -> None:
    """The older one that posts so is the cause; the other has the same post, or comes too late."""
    await subscribe(database, "title:tide", mode=Mode.DAILY, now=MONDAY - timedelta(days=3))
    await subscribe(database, "tide", now=MONDAY - timedelta(days=2))
    await subscribe(database, "on tide", now=MONDAY - timedelta(days=1))
    await subscribe(database, "moon", now=MONDAY - timedelta(days=1))
    await announce(database, TIDE)
    await subscribe(database, "tides, moons", now=MONDAY + timedelta(days=1))
    found = await explained(database)
    assert found.cause is not None
    assert found.cause.query == "tide"
    assert parts(found) == {
        "title:tide": Part.SAME,
        "tide": Part.CAUSE,
        "on tide": Part.SAME,
        "moon": None,
        "moons OR tides": Part.OLDER,
    }


async def test_a_paper_that_comes_again_has_the_same_post(database: Database) -> None:
    """A query that only another source, version or cross-list fulfils finds the paper posted."""
    await subscribe(database, "tide")
    for query in ("source:huggingface", "ebb", "cat:math.ST"):
        await subscribe(database, query)
    await announce(database, TIDE)
    for again in (
        replace(TIDE, sources=("huggingface",)),
        replace(TIDE, version=2, abstract="Ebb."),
        replace(TIDE, version=2, categories=("cs.LG", "math.ST")),
    ):
        await announce(database, again, now=MONDAY + timedelta(days=2))
    same = dict.fromkeys(("source:huggingface", "ebb", "cat:math.st"), Part.SAME)
    assert parts(await explained(database)) == {"tide": Part.CAUSE, **same}


async def test_a_query_that_selected_an_older_version_stays_the_cause(database: Database) -> None:
    """What the paper was posted for may not find its newest version."""
    await subscribe(database, "lantern")
    await announce(database, replace(TIDE, abstract="Lanterns."))
    await announce(database, replace(TIDE, version=2, abstract="None."))
    found = await explained(database)
    assert not found.verdicts[0].is_match
    assert found.verdicts[0].subscription == found.cause


async def test_what_waits_is_owed_for_the_query_that_took_anothers_place(
    database: Database,
) -> None:
    """A subscription changed while a paper waits is what the paper comes for."""
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, TIDE)
    await subscribe(database, "on tide", mode=Mode.DAILY, now=MONDAY + timedelta(hours=1))
    await Subscriptions(database).unsubscribe(CHANNEL, "tide", instead="on tide")
    assert parts(await explained(database)) == {"on tide": Part.CAUSE}


async def test_a_cause_that_ended_is_none(database: Database) -> None:
    """A paper posted for a subscription of the past is nobody's; a newer one is too late for it."""
    await subscribe(database, "tide")
    await announce(database, TIDE)
    async with database.transaction() as tx:
        (delivery,) = await deliveries.owed(tx, CHANNEL, Mode.NOW, 10)
        await deliveries.add_post(tx, CHANNEL, [delivery.key], MONDAY)
    await Subscriptions(database).unsubscribe(CHANNEL, "tide")
    await subscribe(database, "on tide", now=MONDAY + timedelta(hours=1))
    found = await explained(database)
    assert found.fate is not None
    assert found.cause is None
    assert parts(found) == {"on tide": Part.OLDER}


async def test_a_paper_that_was_not_owed_then_is_told_apart(database: Database) -> None:
    """A subscription from before, for which nothing was owed when the paper came, says so."""
    await subscribe(database, "tide", now=MONDAY - timedelta(days=1))
    async with database.transaction() as tx:
        await papers.add(tx, TIDE, SearchText("tide", ""), announced=True, now=MONDAY)
    assert parts(await explained(database)) == {"tide": Part.SINCE}


async def test_a_daily_paper_names_the_digest(database: Database) -> None:
    """A paper that waits for the digest tells when that is due, then of which day it is."""
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, TIDE)
    waiting = await explained(database)
    assert waiting.fate is not None
    assert waiting.fate.mode is Mode.DAILY
    assert waiting.digest_at is not None
    await Digests(database).tick(waiting.digest_at)
    made = (await explained(database)).fate
    assert made is not None
    assert made.digest_day == waiting.digest_at.date()


async def test_a_paper_not_seen_is_looked_up_and_owed_to_nobody(database: Database) -> None:
    """Asking why changes nothing for the channel."""
    await subscribe(database, "tide")
    found = await explained(database)
    assert not found.was_stored
    assert found.verdicts[0].is_match
    assert found.fate is None
    again = await explained(database)
    assert again.was_stored
    assert again.stored.announced_at is None


async def test_a_replacement_is_no_alert(database: Database) -> None:
    """A paper first seen as a new version tells that it alerts nobody."""
    await announce(database, replace(TIDE, announce_type=AnnounceType.REPLACE))
    assert not (await explained(database)).is_alert


@pytest.mark.parametrize(
    ("reference", "error"), [("tides", UserError), ("2611.99999", NotFound)], ids=["words", "none"]
)
async def test_what_names_no_paper_is_refused(
    database: Database, reference: str, error: type[Exception]
) -> None:
    """Only numbers and links name a paper, and it must exist."""
    with pytest.raises(error):
        await explained(database, reference)
