"""Back-fills: what was announced while nobody looked is asked for, page by page, once."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import Mode, Paper
from bot.errors import SourceError
from bot.sandbox.feed_shapes import api_feed
from bot.sources.pages import Request, Response
from bot.storage import deliveries, papers
from bot.storage.database import Database
from tests.samples import paper
from tests.services.asked import HOUR, MONDAY, Answers, back_fill, feed, listing, polling
from tests.services.parts import CHANNEL, subscribe


@pytest.mark.parametrize(
    ("away", "asks"),
    [
        (timedelta(hours=20), False),
        (timedelta(hours=30), False),
        (timedelta(hours=50), True),
        (timedelta(days=9), True),
    ],
    ids=["within a day", "the batch still listed", "a batch missed", "days"],
)
async def test_a_missed_batch_is_filled_from_the_query_api(
    database: Database, away: timedelta, *, asks: bool
) -> None:
    """If a whole announcement may have been missed, its papers are asked for and owed as new."""
    tuesday = datetime(2026, 11, 24, 6, tzinfo=UTC)
    missed = paper("2611.00007", title="On tides", published=tuesday)
    pages = {"0": api_feed([missed], total=1, start=0, page=1000, query="cat:cs.*")}

    def api(request: Request) -> Response:
        return Response(status=200, body=pages[dict(request.params)["start"]])

    answers = Answers({"/atom/cs": listing(paper("2611.00001"), on=24), "/api/query": api})
    it = polling(database, answers)
    await it.start(tuesday)
    await it.tick(tuesday)
    await subscribe(database, "tide", now=tuesday)
    back = tuesday + away
    await it.tick(back)
    assert ("/api/query" in answers.asked()) is asks
    owed = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)
    assert [each.match.paper.id for each in owed] == (["2611.00007"] if asks else [])


def submitted(number: int) -> Paper:
    """Return a paper about tides, one an hour from Monday on."""
    return paper(f"2611.1{number:04}", title="Tides", published=MONDAY + number * HOUR)


async def stored(database: Database, *wanted: Paper) -> list[str]:
    """Return the ids of those of the papers that are stored."""
    return sorted(await papers.by_ids(database.read, [it.id for it in wanted]))


async def test_a_back_fill_goes_on_where_it_failed(database: Database) -> None:
    """Pages that came are kept, and only what follows is asked for; until then the feed fails."""
    missed = [submitted(number) for number in range(5)]
    whole = back_fill(*missed)

    def fails_late(request: Request) -> Response:
        if dict(request.params)["start"] != "0":
            raise SourceError("down")
        return whole(request)

    answers = Answers({"/atom/cs": listing(paper(), on=23), "/api/query": fails_late})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/cs"] = listing(paper("2611.00002"), on=27)
    await it.tick(MONDAY + timedelta(days=4))
    row = await feed(database)
    assert (row.failures, row.last_error) == (1, "down")
    assert await stored(database, *missed) == [it.id for it in missed[:2]]
    answers.by_path["/api/query"] = whole
    await it.tick(row.next_at)
    assert (await feed(database)).failures == 0
    assert await stored(database, *missed) == [it.id for it in missed]
    spans = [request.params[0][1] for request in answers.requests if "query" in request.url]
    assert "[202611180500 TO" in spans[0]
    assert "[202611230700 TO" in spans[-1]


async def test_a_long_back_fill_goes_on_from_its_last_paper(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit in one go follows in the next; the feed says so until all is there."""
    monkeypatch.setattr("bot.services.backfilling.PAGES_AT_ONCE", 2)
    missed = [submitted(number) for number in range(11)]
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/api/query": back_fill(*missed)})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    now = MONDAY + timedelta(days=4)
    counts = []
    while now < MONDAY + timedelta(days=4, minutes=30):
        await it.tick(now)
        row = await feed(database)
        counts.append((len(await stored(database, *missed)), "catching up" in str(row.last_error)))
        now = row.next_at
    assert counts == [(4, True), (7, True), (10, True), (11, False)]


async def test_a_back_fill_is_kept_while_the_listing_is_down(database: Database) -> None:
    """What the query API gives is stored, and it is asked once for a batch, not at every retry."""
    missed = submitted(30)
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/api/query": back_fill(missed)})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/cs"] = SourceError("down")
    now = MONDAY
    while now < MONDAY + timedelta(days=7):
        await it.tick(now := (await feed(database)).next_at)
    assert await stored(database, missed) == [missed.id]
    # Wednesday to Monday, each day for the batch of the day before.
    assert answers.asked().count("/api/query") == 4


async def test_a_back_fill_owes_nothing_from_before_the_first_poll(database: Database) -> None:
    """Papers announced before the bot was there are kept as history, those since are owed."""
    friday_noon = datetime(2026, 11, 20, 17, tzinfo=UTC)
    old = paper("2611.00008", title="Tides", published=friday_noon)
    new = paper("2611.00009", title="Tides", published=friday_noon + 3 * HOUR)
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/api/query": back_fill(old, new)})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    await subscribe(database, "tide", now=MONDAY)
    await it.tick(MONDAY + timedelta(days=3))
    owed = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)
    assert [each.match.paper.id for each in owed] == [new.id]
    kept = (await papers.by_ids(database.read, [old.id]))[old.id]
    assert kept.announced_at == friday_noon


async def test_a_stale_listing_does_not_count_as_the_batch(database: Database) -> None:
    """The listing still shows Monday on Tuesday, then nobody looks until Wednesday."""
    missed = submitted(20)
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/api/query": back_fill(missed)})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    await it.tick(datetime(2026, 11, 24, 5, 10, tzinfo=UTC))
    assert "/api/query" not in answers.asked()
    answers.by_path["/atom/cs"] = listing(paper("2611.00002"), on=25)
    await it.tick(datetime(2026, 11, 25, 5, 10, tzinfo=UTC))
    assert await stored(database, missed) == [missed.id]


@pytest.mark.parametrize(
    "quiet",
    [Response(status=304), listing(), listing(paper(), on=23)],
    ids=["304", "empty", "stale"],
)
async def test_a_listing_that_shows_nothing_new_is_checked_once_a_batch(
    database: Database, quiet: Response
) -> None:
    """A holiday or a dead validator: the query API is asked once for each day of the listings."""
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/api/query": back_fill()})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/cs"] = quiet
    for hour in range(14 * 24):
        await it.tick(MONDAY + hour * HOUR)
    assert answers.asked().count("/api/query") == 9
