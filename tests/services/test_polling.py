"""Polling: what is due is asked, what comes is taken in, what fails is tried again."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import AnnounceType, Mode, Paper
from bot.errors import DiskFull, SourceError
from bot.matching.prepared import Prepared, prepare
from bot.sandbox.feed_shapes import daily_papers
from bot.services.arrivals import Arrivals
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.pages import Request, Response
from bot.storage import deliveries, papers
from bot.storage.database import Database
from tests.samples import paper
from tests.services.asked import (
    BASE,
    HOUR,
    MONDAY,
    Answers,
    batches,
    featuring,
    feed,
    harvest,
    listing,
    polling,
)
from tests.services.parts import CHANNEL, Clock, subscribe
from tests.sources.recorded import recorded


async def test_a_batch_is_stored_and_owed(database: Database) -> None:
    """What a listing announces is stored and owed to whoever subscribed; then nothing is due."""
    await subscribe(database, "tide")
    it = polling(database, Answers({"/atom/cs": listing(paper(title="On tides"))}))
    await it.start(MONDAY)
    intake = await it.tick(MONDAY)
    assert (intake.new, intake.matched) == (1, 1)
    assert len(await deliveries.owed(database.read, CHANNEL, Mode.NOW, 10)) == 1
    assert await it.next_tick_at() == MONDAY + HOUR
    assert (await it.tick(MONDAY)).new == 0


async def test_an_unchanged_listing_is_not_read_again(database: Database) -> None:
    """The validators of the last answer are sent, and 304 counts as a success."""
    seen: list[str | None] = []

    def answer(request: Request) -> Response:
        seen.append(request.etag)
        return Response(status=304) if request.etag else listing(paper(), etag='"batch-1"')

    it = polling(database, Answers({"/atom/cs": answer}))
    await it.start(MONDAY)
    for hour in range(3):
        await it.tick(MONDAY + hour * HOUR)
    assert seen == [None, '"batch-1"', '"batch-1"']
    assert (await feed(database)).last_success_at == MONDAY + 2 * HOUR


async def test_new_in_one_archive_and_cross_listed_in_another_is_new(database: Database) -> None:
    """Whichever archive is polled first, a paper that is new anywhere is announced as new."""
    both = paper(categories=("cs.LG", "stat.ML"))
    crossed = replace(both, announce_type=AnnounceType.CROSS)
    answers = Answers({"/atom/stat": listing(crossed, archive="stat"), "/atom/cs": listing(both)})
    it = polling(database, answers, "stat", "cs")
    await it.start(MONDAY)
    assert (await it.tick(MONDAY)).new == 1
    stored = (await papers.by_ids(database.read, [both.id]))[both.id]
    assert stored.paper.announce_type is AnnounceType.NEW


async def test_a_failure_is_retried_and_shown(database: Database) -> None:
    """A source that fails leaves its validators, says why, and is asked again sooner."""
    answers = Answers({"/atom/cs": SourceError("arXiv answered 503.")})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    row = await feed(database)
    assert row.failures == 1
    assert row.last_error == "arXiv answered 503."
    assert row.next_at == MONDAY + timedelta(seconds=30)
    answers.by_path["/atom/cs"] = listing(paper())
    assert (await it.tick(row.next_at)).new == 1
    assert (await feed(database)).failures == 0


async def test_retry_after_is_respected(database: Database) -> None:
    """A source that names a time is not asked before it, however long the usual patience is."""
    it = polling(database, Answers({"/atom/cs": SourceError("Slow down.", retry_after=7200)}))
    await it.start(MONDAY)
    await it.tick(MONDAY)
    assert (await feed(database)).next_at == MONDAY + 2 * HOUR


@pytest.mark.parametrize("restarted", [True, False])
async def test_a_clock_that_was_ahead_does_not_silence_a_feed(
    database: Database, *, restarted: bool
) -> None:
    """Once it is right again, feeds are polled, and batches missed from then on are noticed."""
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/oai": harvest()})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY.replace(year=2036))
    if restarted:
        await it.start(MONDAY)
        assert await it.next_tick_at() == MONDAY + HOUR
    await it.tick(MONDAY)
    await it.tick(MONDAY + HOUR)
    assert answers.asked() == ["/atom/cs"] * 2
    await it.tick(MONDAY + timedelta(days=2))
    assert answers.asked()[2:] == ["/atom/cs", "/oai"]


async def test_a_wait_is_a_day_at_most(database: Database) -> None:
    """Whatever the source asks for."""
    it = polling(database, Answers({"/atom/cs": SourceError("Go away.", retry_after=1e12)}))
    await it.start(MONDAY)
    await it.tick(MONDAY)
    assert (await feed(database)).next_at == MONDAY + timedelta(days=1)


async def test_a_wait_counts_from_the_failure(database: Database) -> None:
    """However long the tick took until then."""
    clock = Clock(MONDAY)

    def late(_: Request) -> Response:
        clock.advance(seconds=100)
        raise SourceError("Slow down.", retry_after=60)

    answers = Answers({"/atom/cs": late, "/atom/stat": late})
    it = polling(database, answers, "cs", "stat", clock=clock)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    waits = [(await feed(database, f"arxiv:{name}")).next_at - MONDAY for name in ("cs", "stat")]
    assert waits == [timedelta(seconds=160), timedelta(seconds=260)]


async def test_patience_grows_with_failures(database: Database) -> None:
    """Each failure doubles the wait, up to the usual interval."""
    it = polling(database, Answers({"/atom/cs": SourceError("down")}))
    now = MONDAY
    await it.start(now)
    waits = []
    for _ in range(9):
        await it.tick(now)
        following = (await feed(database)).next_at
        waits.append(following - now)
        now = following
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=30)
    assert waits[-1] == HOUR


async def test_one_source_that_fails_does_not_hold_up_another(database: Database) -> None:
    """The others are polled and their papers taken in."""
    answers = Answers(
        {"/atom/stat": SourceError("down"), "/atom/cs": listing(paper(title="On tides"))}
    )
    it = polling(database, answers, "stat", "cs")
    await it.start(MONDAY)
    assert (await it.tick(MONDAY)).new == 1


async def test_a_truncated_answer_gives_its_whole_entries(database: Database) -> None:
    """Entries before the break are taken; the poll counts as failed and is repeated."""
    body = listing(paper("2611.00001"), paper("2611.00002")).body
    cut = Response(status=200, body=body[: body.rindex(b"<summary")], etag='"cut"')
    it = polling(database, Answers({"/atom/cs": cut}))
    await it.start(MONDAY)
    assert (await it.tick(MONDAY)).new == 1
    row = await feed(database)
    assert row.failures == 1
    assert row.etag is None


async def test_malformed_entries_are_skipped_and_counted(database: Database) -> None:
    """A bad entry costs only itself."""
    body = listing(paper("2611.00001"), paper("2611.00002")).body
    bad = body.replace(b"oai:arXiv.org:2611.00001v1", b"oai:arXiv.org:nonsense")
    it = polling(database, Answers({"/atom/cs": Response(status=200, body=bad)}))
    await it.start(MONDAY)
    assert (await it.tick(MONDAY)).new == 1
    assert (await feed(database)).entries_skipped == 1


async def test_a_listing_at_its_limit_is_asked_by_category(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the source gives as many entries as it ever does, each category is asked alone."""
    monkeypatch.setattr("bot.sources.arxiv_listing.LIMIT", 2)
    answers = Answers(
        {
            "/atom/math": listing(paper("2611.00001"), paper("2611.00002"), archive="math"),
            **{
                f"/atom/{request.url.rpartition('/')[2]}": listing(archive="math")
                for request in ArxivListing(BASE, "math").narrower()
            },
        }
    )
    answers.by_path["/atom/math.CO"] = listing(paper("2611.00003"), archive="math.CO")
    it = polling(database, answers, "math")
    await it.start(MONDAY)
    assert (await it.tick(MONDAY)).new == 3
    assert (await feed(database, "arxiv:math")).etag is None


async def test_a_paper_that_breaks_the_intake_costs_only_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """All others are stored, the paper is logged, and the feed waits its usual time."""

    def breaking(seen: Paper) -> Prepared:
        if seen.id == "2611.00150":
            raise RecursionError("a paper nobody thought of")
        return prepare(seen)

    monkeypatch.setattr("bot.services.intake.prepare", breaking)
    it = polling(
        database, Answers({"/atom/cs": listing(*(paper(f"2611.{n:05}") for n in range(1, 251)))})
    )
    await it.start(MONDAY)
    intake = await it.tick(MONDAY)
    assert (intake.new, intake.refused) == (249, 1)
    assert "2611.00150" in caplog.text
    assert await it.next_tick_at() == MONDAY + HOUR


async def test_what_cannot_be_stored_is_asked_for_again_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk fails every feed that was asked, validators and all; none is asked at once."""

    async def full(*_: object) -> None:
        raise DiskFull("There is no room.")

    it = polling(database, Answers({"/atom/cs": listing(paper(), etag='"batch-1"')}))
    await it.start(MONDAY)
    with monkeypatch.context() as patched:
        patched.setattr("bot.services.intake.take_in", full)
        with pytest.raises(DiskFull):
            await it.tick(MONDAY)
    row = await feed(database)
    assert (row.failures, row.last_error, row.etag) == (1, "There is no room.", None)
    assert (await it.tick(row.next_at)).new == 1


async def test_a_source_that_breaks_does_not_hold_up_another(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """An error that nobody thought of fails the one feed, is logged, and waits like any other."""

    def break_(request: Request) -> Response:
        raise RecursionError(request.url)

    answers = Answers({"/atom/stat": break_, "/atom/cs": listing(paper())})
    it = polling(database, answers, "stat", "cs")
    await it.start(MONDAY)
    assert (await it.tick(MONDAY)).new == 1
    assert (await feed(database, "arxiv:stat")).failures == 1
    assert "arxiv:stat broke" in caplog.text


async def test_the_recorded_listing_is_cut_then_whole(database: Database) -> None:
    """A body of 20 August 2025 as it broke off, then closed after its last whole entry."""
    (cut,) = recorded("feeds/rss/*_truncated.xml")
    (whole,) = recorded("feeds/rss/*_repaired.xml")
    day, now = date(2025, 8, 20), datetime(2025, 8, 20, 4, 30, tzinfo=UTC)
    answers = Answers({"/atom/cs": Response(status=200, body=cut.read_bytes())})
    it = polling(database, answers)
    await it.start(now)
    await it.tick(now)
    row = (await batches(database))[day]
    assert (row.trouble, row.is_open, row.seen) == ("truncated", True, 86)
    answers.by_path["/atom/cs"] = Response(status=200, body=whole.read_bytes())
    await it.tick(now + HOUR)
    row = (await batches(database))[day]
    assert (row.announced, row.seen, row.known_by) == (86, 86, "listing")


async def test_what_is_owed_may_go_before_gaps_are_filled(database: Database) -> None:
    """Delivery is woken, with the batch closed, when the listings are in; a fill takes minutes."""
    due = asyncio.Event()
    arrivals = Arrivals(due)
    states: list[tuple[bool, bool]] = []

    def records(request: Request) -> Response:
        states.append((due.is_set(), arrivals.are_open))
        return harvest()(request)

    answers = Answers({"/atom/cs": listing(paper(), on=23), "/oai": records})
    it = polling(database, answers, arrivals=arrivals)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    due.clear()
    await it.tick(MONDAY + timedelta(days=3))
    assert states == [(True, False)]


async def test_what_was_featured_during_a_long_outage_comes_in_one_list(
    database: Database,
) -> None:
    """It bears no day of announcement: when it was submitted says how late it is."""
    long_ago, now = MONDAY, MONDAY + timedelta(days=12)
    old = paper("2611.00001", title="Old tides", published=long_ago + HOUR)
    young = paper("2611.00002", title="New tides", published=now - timedelta(days=2))
    shown: list[Paper] = []
    body = lambda _: Response(status=200, body=daily_papers([(now.date(), it) for it in shown]))  # noqa: E731
    answers = Answers({"/api/daily_papers": body})
    await subscribe(database, "tides")
    it = featuring(database, answers)
    await it.start(long_ago)
    await it.tick(long_ago)
    shown += [old, young]
    await it.tick(now)
    owed = {mode: await deliveries.owed(database.read, CHANNEL, mode, 9) for mode in Mode}
    assert [each.match.paper.id for each in owed[Mode.NOW]] == [young.id]
    assert [each.match.paper.id for each in owed[Mode.CATCH_UP]] == [old.id]
