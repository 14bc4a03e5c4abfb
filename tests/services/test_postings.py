"""Preprint servers: all that was posted is found, whatever the pages do, and owed once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import Mode, Paper
from bot.errors import DiskFull, SourceError
from bot.ledger import Batch
from bot.sandbox.feed_faults import Fault
from bot.sandbox.preprint_answers import PreprintAnswers
from bot.services.postings import Postings
from bot.sources.biorxiv import PreprintServer
from bot.sources.pages import Request, Response
from bot.storage import deliveries, feeds, ledger, papers
from bot.storage.database import Database
from bot.storage.feeds import Feed
from tests.preprints import DAY, preprint
from tests.services.parts import CHANNEL, subscribe

BASE = "https://api.biorxiv.example"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
ONE_DAY = timedelta(days=1)


@dataclass
class World:
    """A server, what goes wrong on its next answers, and what was asked of it."""

    answers: PreprintAnswers = field(default_factory=PreprintAnswers)
    faults: list[Fault | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    before_page: Callable[[int], None] = lambda _: None
    down: SourceError | None = None

    async def fetch(self, request: Request) -> Response:
        """Answer a request."""
        path = request.url.removeprefix(f"{BASE}/details/")
        self.asked.append(path)
        self.before_page(int(path.split("/")[3]))
        if self.down is not None:
            raise self.down
        body = self.answers.answer(path, self.faults.pop(0) if self.faults else None)
        assert body is not None
        return Response(status=200, body=body)

    def days_asked(self) -> list[str]:
        """Return the days asked for since the last call, each once."""
        days = list(dict.fromkeys(path.split("/")[1] for path in self.asked))
        self.asked.clear()
        return days


def many(count: int, first: int = 1) -> list[Paper]:
    """Return preprints of which every tenth is about tides."""
    return [
        preprint(number, "On tides" if number % 10 == 0 else "On snails")
        for number in range(first, first + count)
    ]


def reading(database: Database, world: World, *servers: str) -> Postings:
    """Return what reads servers every quarter of an hour."""
    sources = [PreprintServer(BASE, name) for name in servers or ("biorxiv",)]
    return Postings(database, world.fetch, sources, QUARTER)


async def batches(database: Database, feed: str = "biorxiv") -> dict[date, Batch]:
    """Return a server's days."""
    return (await ledger.since(database.read, date.min)).get(feed, {})


async def row(database: Database) -> Feed:
    """Return the feed's row."""
    return next(it for it in await feeds.everything(database.read) if it.name == "biorxiv")


async def owed(database: Database, mode: Mode = Mode.NOW) -> int:
    """Return how many papers the channel is owed."""
    return len(await deliveries.owed(database.read, CHANNEL, mode, 1_000))


@pytest.mark.parametrize("page", [30, 100])
async def test_a_day_is_read_to_its_end(database: Database, page: int) -> None:
    """Page by page, whatever their size and order; all is stored, and owed to who subscribed."""
    await subscribe(database, 'tide AND cat:"cancer biology"')
    world = World()
    world.answers.page = page
    world.answers.counts_are_texts = page == 30
    world.answers.post(many(130), DAY)
    intake = await reading(database, world).tick(NOON)
    assert (intake.new, intake.matched) == (130, 13)
    assert await owed(database) == 13
    batch = (await batches(database))[DAY]
    assert (batch.announced, batch.seen, batch.known_by) == (130, 130, "biorxiv")
    assert len(world.asked) == -(-130 // page)


async def test_an_unchanged_day_costs_one_request(database: Database) -> None:
    """Its first page says how many there are."""
    world = World()
    world.answers.post(many(130), DAY)
    it = reading(database, world)
    await it.tick(NOON)
    assert await it.next_tick_at() == NOON + QUARTER
    world.asked.clear()
    assert (await it.tick(NOON + QUARTER)).new == 0
    assert world.asked == ["biorxiv/2026-11-23/2026-11-23/0/json"]


async def test_a_first_start_owes_nobody_the_past(database: Database) -> None:
    """Earlier days are not even asked for."""
    await subscribe(database, "tide")
    world = World()
    world.answers.post(many(50), DAY - ONE_DAY)
    await reading(database, world).tick(NOON)
    assert world.days_asked() == ["2026-11-23"]
    assert await owed(database) == 0


@pytest.mark.parametrize("days_later", [1, 5, 9])
async def test_what_is_posted_late_is_found(database: Database, days_later: int) -> None:
    """Also under a day that was complete for now."""
    await subscribe(database, "tide")
    world = World()
    world.answers.post(many(40), DAY)
    it = reading(database, world)
    for day in range(days_later):
        await it.tick(NOON + day * ONE_DAY)
    world.answers.post([preprint(990, "On late tides")], DAY)
    before = await owed(database)
    await it.tick(NOON + days_later * ONE_DAY)
    mode = Mode.NOW if days_later < 8 else Mode.CATCH_UP
    assert await owed(database, mode) == before * (mode is Mode.NOW) + 1


async def test_an_outage_is_filled_without_a_flood(database: Database) -> None:
    """Every day of it is read; what is older than the channel takes comes in a catch-up."""
    await subscribe(database, "tide")
    world = World()
    it = reading(database, world)
    await it.tick(NOON)
    for day in range(1, 13):
        world.answers.post([preprint(day)], DAY + day * ONE_DAY)
    world.asked.clear()
    await it.tick(NOON + 12 * ONE_DAY)
    assert world.days_asked() == [f"2026-11-{day}" for day in range(23, 31)] + [
        f"2026-12-0{day}" for day in range(1, 6)
    ]
    late = await owed(database, Mode.CATCH_UP)
    assert (await owed(database), late) == (8, 4)
    assert all(batch.known_by for batch in (await batches(database)).values())


async def test_a_long_outage_is_filled_a_turn_at_a_time(database: Database) -> None:
    """The source rests in between, and other sources have their turn."""
    world = World()
    it = reading(database, world)
    await it.tick(NOON)
    now = NOON + 70 * ONE_DAY
    world.asked.clear()
    await it.tick(now)
    assert len(world.asked) == 30
    following = await it.next_tick_at()
    assert following == now + timedelta(seconds=30)
    for _ in range(3):
        await it.tick(now)
        now += timedelta(seconds=30)
    days = await batches(database)
    assert len(days) == 71
    assert all(batch.known_by for batch in days.values())


async def test_a_total_that_grows_while_it_is_read(database: Database) -> None:
    """Whatever the order, all are found: at once, or on the next reading."""
    world = World()
    world.answers.post(many(70), DAY)
    extra = many(40, first=500)

    def grow(start: int) -> None:
        if start and extra:
            world.answers.post([extra.pop()], DAY)

    world.before_page = grow
    it = reading(database, world)
    now = NOON
    for _ in range(60):
        await it.tick(now)
        now = await it.next_tick_at() or now
        if not extra:
            break
        world.answers.post([extra.pop()], DAY)
    await it.tick(now)
    await it.tick(now + QUARTER)
    assert (await batches(database))[DAY].announced == 110
    stored = await papers.by_ids(database.read, [it.id for it in (*many(70), *many(40, 500))])
    assert len(stored) == 110


@pytest.mark.parametrize(
    "fault",
    [Fault.TRUNCATED, Fault.EMPTY_PAGE, Fault.ERROR_FEED, Fault.REPEATED],
)
async def test_a_broken_page_is_read_again(database: Database, fault: Fault) -> None:
    """The day is not complete until all of it was seen, and is asked for again soon."""
    await subscribe(database, "tide")
    world = World(faults=[None, fault, *[fault] * 3])
    world.answers.post(many(100), DAY)
    it = reading(database, world)
    await it.tick(NOON)
    batch = (await batches(database))[DAY]
    assert batch.known_by is None
    assert batch.trouble in {"error", "unsteady"}
    world.faults.clear()
    await it.tick(NOON + timedelta(seconds=30))
    assert (await batches(database))[DAY].known_by == "biorxiv"
    assert await owed(database) == 10


async def test_an_old_answer_is_doubted(database: Database) -> None:
    """What was there is not thought gone for it, and what is new is found afterwards."""
    world = World()
    world.answers.post(many(20), DAY)
    it = reading(database, world)
    await it.tick(NOON)
    world.answers.post(many(20, first=50), DAY)
    await it.tick(NOON + QUARTER)
    world.faults = [Fault.STALE]
    await it.tick(NOON + 2 * QUARTER)
    assert (await batches(database))[DAY].trouble == "stale"
    await it.tick(NOON + 2 * QUARTER + timedelta(seconds=30))
    batch = (await batches(database))[DAY]
    assert (batch.seen, batch.known_by) == (40, "biorxiv")


async def test_what_is_taken_away_does_not_keep_a_day_open(database: Database) -> None:
    """Fewer entries, told twice, are how it is."""
    world = World()
    world.answers.post(many(20), DAY)
    it = reading(database, world)
    await it.tick(NOON)
    world.answers.take_away(preprint(7).id)
    await it.tick(NOON + QUARTER)
    await it.tick(NOON + QUARTER + timedelta(seconds=30))
    batch = (await batches(database))[DAY]
    assert (batch.announced, batch.known_by) == (19, "biorxiv")


async def test_a_malformed_entry_is_counted_once(database: Database) -> None:
    """However often the day is read."""
    world = World(faults=[Fault.GARBAGE_ENTRY] * 2)
    world.answers.post(many(5), DAY)
    it = reading(database, world)
    await it.tick(NOON)
    await it.tick(NOON + QUARTER)
    assert (await row(database)).entries_skipped == 1


async def test_a_server_that_is_down_is_asked_once_a_turn(database: Database) -> None:
    """Whatever days are missing; the wait grows, and what was missed is found afterwards."""
    world = World()
    it = reading(database, world)
    await it.tick(NOON)
    world.down = SourceError("It is down.")
    for day in range(1, 4):
        world.answers.post([preprint(day)], DAY + day * ONE_DAY)
    world.asked.clear()
    now = NOON + 3 * ONE_DAY
    waits = []
    for _ in range(7):
        await it.tick(now)
        following = await it.next_tick_at()
        assert following is not None
        waits.append(following - now)
        now = following
    assert len(world.asked) == 7
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(seconds=30), QUARTER)
    assert (await row(database)).last_error == "It is down."
    world.down = None
    intake = await it.tick(now)
    assert intake.new == 3
    assert (await row(database)).failures == 0


async def test_a_day_that_cannot_be_read_does_not_hold_up_the_others(database: Database) -> None:
    """It is tried last from then on."""
    world = World()
    it = reading(database, world)
    await it.tick(NOON)
    for day in range(1, 6):
        world.answers.post([preprint(day)], DAY + day * ONE_DAY)
    fetch = world.fetch

    async def break_on_one(request: Request) -> Response:
        if "2026-11-25" in request.url:
            raise SourceError("Internal error.")
        return await fetch(request)

    it = Postings(database, break_on_one, [PreprintServer(BASE, "biorxiv")], QUARTER)
    now = NOON + 5 * ONE_DAY
    for _ in range(2):
        await it.tick(now)
        now = await it.next_tick_at() or now
    lacking = [day.day for day, batch in (await batches(database)).items() if not batch.known_by]
    assert lacking == [25]


async def test_retry_after_is_respected(database: Database) -> None:
    """A server that names a time is not asked before it."""
    world = World(down=SourceError("Slow down.", retry_after=7_200))
    it = reading(database, world)
    await it.tick(NOON)
    assert await it.next_tick_at() == NOON + timedelta(hours=2)


async def test_a_new_version_is_joined(database: Database) -> None:
    """It changes the text, and is owed to nobody again; nor is one that is first seen as such."""
    await subscribe(database, "tide")
    world = World()
    world.answers.post([preprint(1)], DAY)
    it = reading(database, world)
    await it.tick(NOON)
    second = preprint(1, "On tides in the whole gut", version=2)
    unknown = preprint(2, version=3)
    world.answers.post([second, unknown], DAY + ONE_DAY)
    await it.tick(NOON + ONE_DAY)
    assert await owed(database) == 1
    stored = await papers.by_ids(database.read, [second.id, unknown.id])
    assert stored[second.id].paper.title == second.title
    assert stored[second.id].paper.version == 2
    assert stored[second.id].paper.announced_on == DAY


async def test_the_journal_comes_as_a_change(database: Database) -> None:
    """A preprint that came out in a journal is known by that DOI, and owed to nobody again."""
    await subscribe(database, "tide")
    world = World()
    world.answers.post([preprint(1)], DAY)
    it = reading(database, world)
    await it.tick(NOON)
    world.answers.post([preprint(1)], DAY, journal_doi="10.1158/2159-8290.CD-24-0187")
    await it.tick(NOON + QUARTER)
    (stored,) = (await papers.by_ids(database.read, [preprint(1).id])).values()
    assert stored.paper.doi == "10.1158/2159-8290.CD-24-0187"
    assert await owed(database) == 1


async def test_one_doi_on_both_servers_is_one_paper(database: Database) -> None:
    """It is owed once, and known to come from both."""
    await subscribe(database, "tide")
    world = World()
    for server in ("biorxiv", "medrxiv"):
        world.answers.post([preprint(1)], DAY, server)
    await reading(database, world, "biorxiv", "medrxiv").tick(NOON)
    assert await owed(database) == 1
    (stored,) = (await papers.by_ids(database.read, [preprint(1).id])).values()
    assert stored.paper.sources == ("biorxiv", "medrxiv")


async def test_what_cannot_be_stored_is_asked_for_again_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk does not make it ask again and again."""

    async def full(*_: object, **__: object) -> None:
        raise DiskFull("There is no room.")

    world = World()
    world.answers.post(many(5), DAY)
    it = reading(database, world)
    with monkeypatch.context() as patched:
        patched.setattr("bot.services.postings.take_in", full)
        with pytest.raises(DiskFull):
            await it.tick(NOON)
    assert await it.next_tick_at() == NOON + timedelta(seconds=30)
    await it.tick(NOON)
    assert len(world.asked) == 1
    assert (await it.tick(NOON + timedelta(seconds=30))).new == 5


async def test_a_restart_goes_on(database: Database) -> None:
    """A day that was being read when the process ended is read again, and nothing is owed twice."""
    await subscribe(database, "tide")
    world = World()
    world.answers.post(many(100), DAY)
    calls = 0

    async def die_on_the_third(request: Request) -> Response:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return await world.fetch(request)

    dying = Postings(database, die_on_the_third, [PreprintServer(BASE, "biorxiv")], QUARTER)
    with pytest.raises(KeyboardInterrupt):
        await dying.tick(NOON)
    await reading(database, world).tick(NOON)
    assert await owed(database) == 10
    assert (await batches(database))[DAY].known_by == "biorxiv"


async def test_an_interval_that_holds_other_days_is_doubted(database: Database) -> None:
    """Entries dated before the watch began are history, and do not complete the day."""
    await subscribe(database, "tide")
    world = World()
    other = PreprintAnswers()
    other.post(many(20), DAY - 30 * ONE_DAY)
    body = other.answer("biorxiv/2026-10-24/2026-10-24/0/json")
    assert body is not None

    async def wrong(_: Request) -> Response:
        return Response(status=200, body=body or b"")

    it = Postings(database, wrong, [PreprintServer(BASE, "biorxiv")], QUARTER)
    await it.tick(NOON)
    assert await owed(database) == 0
    assert (await batches(database))[DAY].known_by is None
    world.answers.post(many(10), DAY)
    for seconds in (30, 60):
        await reading(database, world).tick(NOON + timedelta(seconds=seconds))
    assert (await batches(database))[DAY].known_by == "biorxiv"
