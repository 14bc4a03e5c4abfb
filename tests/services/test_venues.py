"""Venues of OpenReview: their public submissions are found, counted, and owed without a flood."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import Mode, Paper, PaperId
from bot.sandbox.note_answers import NoteAnswers
from bot.services.postings import Postings
from bot.sources.openreview import OpenReviewVenue
from bot.sources.pages import Request, Response
from bot.storage import deliveries, ledger, papers
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, subscribe

VENUE = "ICLR.cc/2026/Conference"
FEED = f"openreview:{VENUE}"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class World:
    """OpenReview, and what was asked of it."""

    answers: NoteAnswers = field(default_factory=NoteAnswers)
    asked: list[str] = field(default_factory=list)

    async def fetch(self, request: Request) -> Response:
        """Answer a request."""
        query = dict(request.params)
        self.asked.append(query["offset"])
        return Response(status=200, body=self.answers.answer(query))


def submissions(count: int, first: int = 0) -> list[Paper]:
    """Return submissions of which each is about tides."""
    return [
        paper(f"openreview:note{number:06}", title=f"On tides, {number}")
        for number in range(first, first + count)
    ]


def reading(database: Database, world: World) -> Postings:
    """Return what reads the venue."""
    source = OpenReviewVenue("https://openreview.example", VENUE)
    return Postings(database, world.fetch, [source], HOUR / 4)


async def owed(database: Database, mode: Mode = Mode.NOW) -> int:
    """Return how many papers the channel is owed."""
    return len(await deliveries.owed(database.read, CHANNEL, mode, 5_000))


async def test_a_list_that_was_there_is_owed_to_nobody(database: Database) -> None:
    """It is kept for look-ups; what becomes public afterwards is posted."""
    await subscribe(database, "tide")
    world = World()
    world.answers.submit(submissions(1_020), VENUE)
    it = reading(database, world)
    await it.tick(NOON)
    assert await owed(database) == 0
    batch = await ledger.newest(database.read, FEED)
    assert batch is not None
    assert (batch.announced, batch.seen, batch.known_by) == (1_020, 1_020, FEED)
    world.answers.submit(submissions(3, first=5_000), VENUE)
    await it.tick(NOON + HOUR)
    assert await owed(database) == 3
    assert world.asked == ["0", "1000", "0", "1000"]


async def test_an_unchanged_list_costs_one_request_an_hour(database: Database) -> None:
    """And is read to its end once a day."""
    world = World()
    world.answers.submit(submissions(1_001), VENUE)
    it = reading(database, world)
    for quarter in range(9):
        await it.tick(NOON + quarter * HOUR / 4)
    assert world.asked == ["0", "1000", "0", "0"]
    world.asked.clear()
    await it.tick(NOON + 24 * HOUR)
    assert world.asked == ["0", "1000"]


@pytest.mark.parametrize("tells_count", [True, False])
async def test_a_whole_conference_comes_in_a_catch_up(
    database: Database, *, tells_count: bool
) -> None:
    """Where all submissions become public at once, nobody gets them one by one."""
    await subscribe(database, "tide")
    world = World()
    world.answers.tells_count = tells_count
    it = reading(database, world)
    await it.tick(NOON)
    world.answers.submit(submissions(250), VENUE)
    await it.tick(NOON + HOUR)
    assert await owed(database) == 0
    assert await owed(database, Mode.CATCH_UP) == 250


async def test_a_withdrawal_is_no_second_post(database: Database) -> None:
    """What is known changes, and a submission first seen as withdrawn alerts nobody."""
    await subscribe(database, "tide")
    world = World()
    it = reading(database, world)
    await it.tick(NOON)
    known, unknown = submissions(2)
    world.answers.submit([known], VENUE)
    await it.tick(NOON + HOUR)
    world.answers.submit([known, unknown], VENUE, "Withdrawn_Submission")
    await it.tick(NOON + 2 * HOUR)
    assert await owed(database) == 1
    stored = await papers.by_ids(database.read, [known.id, unknown.id])
    assert "Withdrawn" in (stored[known.id].paper.author_comment or "")
    assert len(stored) == 2


async def test_notes_that_are_not_public_are_not_there(database: Database) -> None:
    """Until they are; the ledger says how many are public."""
    await subscribe(database, "tide")
    world = World()
    it = reading(database, world)
    world.answers.submit(submissions(5), VENUE, is_public=False)
    await it.tick(NOON)
    world.answers.submit(submissions(5), VENUE)
    await it.tick(NOON + HOUR)
    assert await owed(database) == 5
    assert PaperId("openreview:note000000") in await papers.by_ids(
        database.read, [it.id for it in submissions(1)]
    )
