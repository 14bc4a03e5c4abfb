"""Papers are embedded in the background: in steps, over restarts, failures and changed models."""

from datetime import timedelta

import pytest

pytest.importorskip("numpy")

from bot import embedding
from bot.errors import ModelError
from bot.services.embeddings import PAPERS_A_STEP, Embeddings, Progress
from bot.storage import papers
from bot.storage.database import Database
from tests.samples import paper
from tests.services.meaning import TopicModel
from tests.services.parts import Clock, announce


def embeddings_of(database: Database, model: TopicModel, clock: Clock) -> Embeddings:
    """Return the service, as after a start."""
    return Embeddings(database, model, embedding.index_of, clock)


async def finish(embeddings: Embeddings, clock: Clock) -> None:
    """Tick until nothing is due at once."""
    await embeddings.tick(clock.now)
    while await embeddings.next_tick_at() == clock.now:
        await embeddings.tick(clock.now)


async def test_all_papers_are_embedded_a_few_at_a_time(database: Database) -> None:
    """Each step embeds a few, the newest first, and says how far it is; then it rests."""
    clock, model = Clock(), TopicModel()
    await announce(database, *(paper(f"2511.{n:05}") for n in range(PAPERS_A_STEP + 3)))
    embeddings = embeddings_of(database, model, clock)
    assert await embeddings.progress() is None
    await embeddings.tick(clock.now)
    assert await embeddings.progress() == Progress("topics", PAPERS_A_STEP, PAPERS_A_STEP + 3)
    assert f"Part 2511.{PAPERS_A_STEP + 2:05}" in model.asked[0]
    await finish(embeddings, clock)
    assert await embeddings.progress() == Progress("topics", PAPERS_A_STEP + 3, PAPERS_A_STEP + 3)
    assert await embeddings.next_tick_at() is None
    assert len(model.asked) == PAPERS_A_STEP + 3


async def test_a_restart_embeds_nothing_twice(database: Database) -> None:
    """Vectors are in the database: the next start loads them, and embeds what came since."""
    clock, model = Clock(), TopicModel()
    await announce(database, paper("2511.00001", title="Seals"))
    await finish(embeddings_of(database, model, clock), clock)
    await announce(database, paper("2511.00002", title="Galaxies"))
    model.asked.clear()
    restarted = embeddings_of(database, model, clock)
    await finish(restarted, clock)
    (asked,) = model.asked
    assert asked.startswith("Galaxies.")
    assert len(await restarted.nearest(bytes([1, 1, 1]), 5)) == 2


async def test_another_model_embeds_everything_anew(database: Database) -> None:
    """Vectors of two models cannot be compared, so that none of the former is used."""
    clock = Clock()
    await announce(database, paper("2511.00001"), paper("2511.00002"))
    await finish(embeddings_of(database, TopicModel(), clock), clock)
    changed = embeddings_of(database, TopicModel("other"), clock)
    await changed.tick(clock.now)
    assert await changed.progress() == Progress("other", 2, 2)


async def test_a_changed_abstract_is_embedded_again(database: Database) -> None:
    """A paper whose text changes gets the vector of the new text."""
    clock, model = Clock(), TopicModel()
    await announce(database, paper("2511.00001", title="Seals", abstract="Of seals."))
    embeddings = embeddings_of(database, model, clock)
    await finish(embeddings, clock)
    await announce(database, paper("2511.00001", title="Primes", abstract="Of primes.", version=2))
    await finish(embeddings, clock)
    stored = (await papers.by_ids(database.read, [paper("2511.00001").id])).popitem()[1]
    assert await embeddings.of_paper(stored.key, stored.paper) == bytes([0, 0, 100])


async def test_a_model_that_fails_is_asked_again_later(database: Database) -> None:
    """Failures pause it for longer and longer, a Retry-After at least; success ends that."""
    clock = Clock()
    model = TopicModel(down=ModelError("The endpoint is asleep."))
    await announce(database, paper("2511.00001"))
    embeddings = embeddings_of(database, model, clock)
    await embeddings.tick(clock.now)
    assert await embeddings.next_tick_at() == clock.now + timedelta(seconds=10)
    assert await embeddings.progress() == Progress("", 0, 0, "The endpoint is asleep.")
    await embeddings.tick(clock.advance(seconds=10))
    assert await embeddings.next_tick_at() == clock.now + timedelta(seconds=20)
    model.down = ModelError("Slower.", retry_after=600)
    await embeddings.tick(clock.advance(seconds=20))
    assert await embeddings.next_tick_at() == clock.now + timedelta(seconds=600)
    model.down = None
    await embeddings.tick(clock.now)
    assert model.asked == []
    clock.advance(seconds=600)
    await finish(embeddings, clock)
    assert await embeddings.progress() == Progress("topics", 1, 1)


async def test_a_question_is_not_asked_of_a_model_that_fails(database: Database) -> None:
    """An answer by words alone comes at once instead of after a time-out."""
    clock, model = Clock(), TopicModel()
    await announce(database, paper("2511.00001"))
    embeddings = embeddings_of(database, model, clock)
    assert await embeddings.of_text("seals") is None
    await finish(embeddings, clock)
    assert await embeddings.of_text("seals") == bytes([100, 0, 0])
    assert await embeddings.of_text("words that it does not know") is None
    model.down = ModelError("Gone.")
    assert await embeddings.of_text("seals") is None
