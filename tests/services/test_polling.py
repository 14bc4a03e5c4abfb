"""Polling: what is due is asked, what comes is taken in, what fails is tried again."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import AnnounceType, Mode, Paper
from bot.errors import DiskFull, SourceError
from bot.matching.prepared import Prepared, prepare
from bot.sandbox.feed_shapes import api_feed, atom_feed
from bot.services.polling import Polling
from bot.sources.arxiv_api import ArxivBackfill
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.pages import Request, Response
from bot.storage import deliveries, feeds, papers
from bot.storage.database import Database
from bot.storage.feeds import Feed
from tests.samples import paper
from tests.services.parts import CHANNEL, Clock, subscribe

BASE = "http://arxiv.example"
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Answers:
    """Answers by path; an exception is raised, a function is called with the request."""

    by_path: dict[str, Response | SourceError | Callable[[Request], Response]]
    requests: list[Request] = field(default_factory=list)

    async def fetch(self, request: Request) -> Response:
        """Give the answer of the request's path."""
        self.requests.append(request)
        answer = self.by_path[request.url.removeprefix(BASE)]
        if isinstance(answer, SourceError):
            raise answer
        return answer(request) if callable(answer) else answer

    def asked(self) -> list[str]:
        """Return the paths that were asked for."""
        return [request.url.removeprefix(BASE) for request in self.requests]


def listing(
    *announced: Paper, archive: str = "cs", etag: str | None = None, on: int = 23
) -> Response:
    """Return the answer of a listing, of a day of November."""
    body = atom_feed(announced, archive, date(2026, 11, on))
    return Response(status=200, body=body, etag=etag)


def polling(
    database: Database, answers: Answers, *archives: str, clock: Clock | None = None
) -> Polling:
    """Return a polling of archives once in an hour."""
    return Polling(
        database,
        answers.fetch,
        [ArxivListing(BASE, archive) for archive in archives or ("cs",)],
        ArxivBackfill(f"{BASE}/api/query"),
        every=HOUR,
        clock=clock,
    )


async def feed(database: Database, name: str = "arxiv:cs") -> Feed:
    """Return a feed's row."""
    return next(row for row in await feeds.everything(database.read) if row.name == name)


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
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/api/query": back_fill()})
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
    assert answers.asked()[2:] == ["/atom/cs", "/api/query"]


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


def back_fill(*found: Paper) -> Callable[[Request], Response]:
    """Return a query API of pages of two papers, among those submitted in the span asked for."""

    def answer(request: Request) -> Response:
        asked = dict(request.params)
        since, _, until = asked["search_query"].partition("[")[2].strip("]").partition(" TO ")
        some = [
            it for it in found if it.published and since <= f"{it.published:%Y%m%d%H%M}" <= until
        ]
        start = int(asked["start"])
        body = api_feed(
            some[start : start + 2], total=len(some), start=start, page=2, query="cat:cs.*"
        )
        return Response(status=200, body=body)

    return answer


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
