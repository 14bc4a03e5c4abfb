"""Why a paper is, or is not, in a channel."""

from dataclasses import replace

import pytest

from bot.domain import AnnounceType, MessageId, Mode, Paper, PaperId
from bot.errors import NotFound, UserError
from bot.services.digests import Digests
from bot.services.explanations import Explanation, Explanations
from bot.services.lookups import Lookups
from bot.storage import deliveries, posts
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, MONDAY, Clock, announce, subscribe

TIDE = paper("2611.00001", title="On tides")


async def explained(database: Database, reference: str = "2611.00001") -> Explanation:
    """Explain a paper in the channel."""

    async def fetch(id_: PaperId) -> Paper | None:
        return paper(id_, title="On tides") if id_ != "2611.99999" else None

    return await Explanations(database, Lookups(database, fetch, Clock())).of(reference, CHANNEL)


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
