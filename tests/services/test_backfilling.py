"""Fills of gaps: what was announced unseen is asked for elsewhere, page by page, once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import ChannelId, Mode, Paper
from bot.errors import SourceError
from bot.sandbox import oai_shapes
from bot.sandbox.feed_shapes import api_feed, atom_feed
from bot.services.asking import FIRST_RETRY
from bot.services.catching_up import CatchUps
from bot.services.outbox import Outbox
from bot.sources.arxiv_api import ArxivSearch
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
    feed,
    harvest,
    listing,
    polling,
)
from tests.services.parts import CHANNEL, GUILD, OTHER, Clock, ListedDiscord, subscribe

THIRD = ChannelId(1003)


def november(day: int, hour: float = 6) -> datetime:
    """Return a moment in UTC, some days into November 2026; listings change at five."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day - 1, hours=hour)


def missed(number: int, **facts: object) -> Paper:
    """Return a paper about tides that no listing of these tests has."""
    return paper(f"2611.1{number:04}", title="Tides", published=november(23, 20), **facts)


async def stored(database: Database, *wanted: Paper) -> list[str]:
    """Return the ids of those of the papers that are stored."""
    return sorted(await papers.by_ids(database.read, [it.id for it in wanted]))


async def owed(database: Database) -> list[str]:
    """Return the ids of the papers that the channel is owed."""
    found = [
        each.match.paper.id
        for mode in Mode
        for each in await deliveries.owed(database.read, CHANNEL, mode, 100)
    ]
    return sorted(found)


async def known(database: Database) -> dict[int, str | None]:
    """Return how each day is known, None while it is open."""
    return {
        day.day: it.known_by if not it.is_open else None
        for day, it in sorted((await batches(database)).items())
    }


@pytest.mark.parametrize(
    ("away", "days"),
    [
        (timedelta(hours=20), {24: "listing"}),
        (timedelta(hours=24.5), {24: "listing", 25: None}),
        (timedelta(hours=30), {24: "listing", 25: "oai"}),
        (
            timedelta(days=9),
            {24: "listing", 25: "oai", 26: "oai", 30: "oai", 1: "oai", 2: "oai", 3: None},
        ),
    ],
    ids=["within a day", "the listing may come yet", "it is hours late", "days"],
)
async def test_what_the_listing_missed_is_filled(
    database: Database, away: timedelta, days: dict[int, str | None]
) -> None:
    """Its papers are owed as new, once; a holiday between them is not missed."""
    tuesday = november(24)
    late = missed(7)
    answers = Answers(
        {"/atom/cs": listing(paper("2611.00001"), on=24), "/oai": harvest((25, late))}
    )
    it = polling(database, answers)
    await it.start(tuesday)
    await it.tick(tuesday)
    await subscribe(database, "tide", now=tuesday)
    await it.tick(tuesday + away)
    assert await known(database) == days
    assert await owed(database) == ([late.id] if days.get(25) else [])


async def test_an_outage_is_filled_with_every_day_of_it(database: Database) -> None:
    """Each paper is dated on its day, whatever became of it meanwhile; old ones are no news."""
    found = [
        (24, missed(1)),
        (25, missed(2)),
        (30, missed(3, version=2)),
        (25, paper("2601.00007", title="Tides", version=2, published=november(1))),
        (25, paper("2601.00008", title="Tides", published=november(1))),
    ]
    answers = Answers({"/atom/cs": listing(paper("2611.00001"), on=23), "/oai": harvest(*found)})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    await subscribe(database, "tide", now=MONDAY)
    answers.by_path["/atom/cs"] = listing(missed(9), on=30)
    await it.tick(november(30))
    assert await owed(database) == [missed(n).id for n in (1, 2, 3, 9)]
    assert await known(database) == dict.fromkeys((24, 25, 26), "oai") | {
        23: "listing",
        30: "listing",
    }
    rows = await batches(database)
    assert {day.day: it.announced for day, it in rows.items()} == {
        23: 1,
        24: 1,
        25: 3,
        26: 0,
        30: 1,
    }
    kept = await papers.by_ids(database.read, [it.id for _, it in found])
    assert {it.paper.id: it.paper.announced_on for it in kept.values()} == {
        "2611.10001": date(2026, 11, 24),
        "2611.10002": date(2026, 11, 25),
        "2611.10003": date(2026, 11, 25),
        "2601.00007": date(2026, 11, 25),
        "2601.00008": None,
    }


async def poll_then_miss(database: Database, answers: Answers) -> None:
    """Poll on Monday, then not until Friday, while Tuesday's to Thursday's batches come and go."""
    answers.by_path["/atom/cs"] = listing(paper("2611.00001"), on=23)
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/cs"] = listing(paper("2611.00002"), on=26)
    await it.tick(november(27))


def failing_late(whole: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Return an OAI-PMH whose second page fails."""

    def answer(request: Request) -> Response:
        if "resumptionToken" in dict(request.params):
            raise SourceError("oaipmh.arxiv.org answered with status 503.", retry_after=7200)
        return whole(request)

    return answer


async def test_a_fill_goes_on_where_it_failed(database: Database) -> None:
    """Pages that came are kept, Retry-After is honoured, and only what follows is asked for."""
    some = [missed(number) for number in range(5)]
    whole = harvest(*((24, it) for it in some))
    answers = Answers({"/oai": failing_late(whole)})
    await poll_then_miss(database, answers)
    row = await feed(database)
    assert row.last_error == "oaipmh.arxiv.org answered with status 503."
    assert row.next_at == november(27) + timedelta(hours=2)
    assert await stored(database, *some) == [it.id for it in some[:2]]
    answers.by_path["/oai"] = whole
    again = polling(database, answers)
    await again.tick(row.next_at)
    assert (await feed(database)).failures == 0
    assert await stored(database, *some) == [it.id for it in some]
    firsts = [it for it in answers.requests if "from" in dict(it.params)]
    assert [dict(it.params)["from"] for it in firsts] == ["2026-11-23"]
    assert not any("until" in dict(it.params) for it in answers.requests)


async def test_an_expired_token_begins_the_list_again(database: Database) -> None:
    """Papers that came twice count once."""
    some = [missed(number) for number in range(3)]
    whole = harvest(*((24, it) for it in some))
    expired = [True]

    def forgetful(request: Request) -> Response:
        if "resumptionToken" in dict(request.params) and expired:
            expired.clear()
            return Response(status=200, body=oai_shapes.error("badResumptionToken"))
        return whole(request)

    await poll_then_miss(database, Answers({"/oai": forgetful}))
    assert (await batches(database))[date(2026, 11, 24)].announced == 3
    assert await stored(database, *some) == [it.id for it in some]


async def test_a_page_that_breaks_off_is_asked_for_again(database: Database) -> None:
    """Its whole records are kept; the rest comes with the next try, and each counts once."""
    some = [missed(number) for number in range(2)]
    body = harvest(*((24, it) for it in some))
    cut = [True]

    def cutting(request: Request) -> Response:
        answer = body(request)
        if not cut:
            return answer
        cut.clear()
        return Response(status=200, body=answer.body[: answer.body.rindex(b"<abstract>")])

    answers = Answers({"/oai": cutting})
    await poll_then_miss(database, answers)
    assert await stored(database, *some) == [some[0].id]
    assert (await known(database))[24] is None
    await polling(database, answers).tick((await feed(database)).next_at)
    assert (await batches(database))[date(2026, 11, 24)].announced == 2


async def test_damaged_records_are_asked_for_by_number(database: Database) -> None:
    """The query API knows what OAI-PMH has without an abstract."""
    some = [missed(number) for number in range(2)]
    page = oai_shapes.records([(date(2026, 11, 24), it) for it in some], None)
    damaged = page.replace(b"<abstract>", b"<abstract/><x>", 1).replace(b"</abstract>", b"</x>", 1)

    def by_number(request: Request) -> Response:
        assert dict(request.params)["id_list"] == some[0].id
        body = api_feed(some[:1], total=1, start=0, page=1, query="id_list")
        return Response(status=200, body=body)

    answers = Answers({"/oai": Response(status=200, body=damaged), "/api/query": by_number})
    await poll_then_miss(database, answers)
    assert await stored(database, *some) == [it.id for it in some]


async def test_the_same_page_for_ever_is_an_error(database: Database) -> None:
    """A source that gives the token it was asked with is not asked for ever."""
    page = oai_shapes.records([(date(2026, 11, 24), missed(1))], "the same")
    answers = Answers({"/oai": Response(status=200, body=page)})
    await poll_then_miss(database, answers)
    assert (await feed(database)).last_error == "The source gives the same page again."
    assert answers.asked().count("/oai") == 2


async def test_a_long_fill_takes_turns(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit in one go follows in the next, soon; that is no failure."""
    monkeypatch.setattr("bot.services.backfilling.PAGES_AT_ONCE", 2)
    some = [missed(number) for number in range(11)]
    answers = Answers({"/oai": harvest(*((24, it) for it in some))})
    await poll_then_miss(database, answers)
    counts = []
    it = polling(database, answers)
    while (await feed(database)).fill_began_at:
        row = await feed(database)
        counts.append((len(await stored(database, *some)), row.last_error))
        assert row.next_at - (row.filled_at or november(27)) <= 2 * FIRST_RETRY
        await it.tick(row.next_at)
    assert counts == [(4, None), (8, None)]
    assert len(await stored(database, *some)) == 11
    assert (await feed(database)).last_error is None


async def test_a_fill_goes_on_while_the_listing_is_down(database: Database) -> None:
    """Each day is asked for when its listing is hours late, not at every retry."""
    late = missed(30)
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/oai": harvest()})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/cs"] = SourceError("down")
    now = MONDAY
    while now < november(25, 12):
        if now > november(25, 3.5):
            answers.by_path["/oai"] = harvest((25, late))
        await it.tick(now := (await feed(database)).next_at)
    assert await stored(database, late) == [late.id]
    assert await known(database) == {23: "listing", 24: "oai", 25: "oai"}
    # Of Tuesday nothing is found: it is asked for every six hours, until Wednesday's comes.
    assert answers.asked().count("/oai") == 5


async def test_a_fill_owes_nothing_from_before_the_first_poll(database: Database) -> None:
    """Papers announced before the bot was there are kept as history, those since are owed."""
    old = paper("2611.00008", title="Tides", published=november(19, 17))
    new = paper("2611.00009", title="Tides", published=november(20, 20))
    above = paper("2611.30000")
    answers = Answers({"/atom/cs": listing(above, on=23), "/oai": harvest((25, old), (25, new))})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    await subscribe(database, "tide", now=MONDAY)
    await it.tick(november(26, 12))
    assert await owed(database) == [new.id]
    kept = (await papers.by_ids(database.read, [old.id]))[old.id]
    assert kept.announced_at == november(19, 17)


async def test_a_first_listing_that_breaks_off_is_filled(database: Database) -> None:
    """Also with what moderation held back: numbers of the part that was seen tell where it begins.

    What has a lower number, or came in before, was out before the bot was there.
    """
    await subscribe(database, "tide")
    seen = [paper(f"2611.2{number:04}") for number in range(1, 41)]
    body = listing(*seen, paper("2611.29999"), on=23).body
    held = paper("2611.20500", title="Tides", published=november(9))
    in_time = paper("2611.20501", title="Tides", published=november(20, 17))
    old = paper("2611.10001", title="Tides", published=november(18))
    answers = Answers(
        {
            "/atom/cs": Response(status=200, body=body[: body.rindex(b"<summary")]),
            "/oai": harvest((23, held), (23, in_time), (23, old)),
        }
    )
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    await it.tick(november(23, 9))
    assert await owed(database) == [held.id, in_time.id]
    assert await known(database) == {23: "oai"}


async def test_yesterdays_entries_under_a_new_day_are_not_the_batch(database: Database) -> None:
    """The trap of August 2026: the day stays open, is filled, and the batch itself is taken."""
    answers = Answers({"/atom/cs": listing(missed(1), missed(2), on=23), "/oai": harvest()})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/cs"] = listing(missed(1), missed(2), on=24)
    await it.tick(november(24))
    row = (await batches(database))[date(2026, 11, 24)]
    assert (row.is_open, row.trouble) == (True, "stale")
    assert "/oai" not in answers.asked()
    answers.by_path["/oai"] = harvest((24, missed(3)))
    await it.tick(november(24, 8.5))
    assert (await known(database))[24] == "oai"
    answers.by_path["/atom/cs"] = listing(missed(3), missed(4), on=24)
    await it.tick(november(24, 10))
    row = (await batches(database))[date(2026, 11, 24)]
    assert (row.seen, row.known_by, row.trouble) == (2, "listing", "stale")


async def test_a_stale_listing_does_not_count_as_the_batch(database: Database) -> None:
    """The listing still shows Monday on Tuesday, then nobody looks until Wednesday."""
    late = missed(20)
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/oai": harvest((24, late))})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    await it.tick(november(24, 5.2))
    assert "/oai" not in answers.asked()
    answers.by_path["/atom/cs"] = listing(paper("2611.00002"), on=25)
    await it.tick(november(25, 5.2))
    assert await stored(database, late) == [late.id]


async def test_a_cut_listing_is_filled_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive without categories cannot be asked in parts, and may lack new papers."""
    monkeypatch.setattr("bot.sources.arxiv_listing.LIMIT", 1)
    lacking = missed(5, categories=("hep-th",))
    seen = paper("2611.10001", categories=("hep-th",))
    answers = Answers(
        {
            "/atom/hep-th": listing(archive="hep-th"),
            "/oai": harvest((24, seen), (24, lacking)),
        }
    )
    it = polling(database, answers, "hep-th")
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/hep-th"] = listing(seen, archive="hep-th", on=24)
    await it.tick(november(24))
    row = (await batches(database, "arxiv:hep-th"))[date(2026, 11, 24)]
    assert (row.trouble, row.known_by, row.seen) == ("cut", "oai", 2)
    assert dict(answers.requests[-1].params)["set"] == "physics:hep-th"
    assert await stored(database, lacking) == [lacking.id]


@pytest.mark.parametrize(
    "quiet",
    [Response(status=304), listing(), listing(paper(), on=23)],
    ids=["304", "empty", "stale"],
)
async def test_a_day_off_that_nobody_told_is_asked_for_a_few_times(
    database: Database, quiet: Response
) -> None:
    """Four times on each weekday and once at its end, for two weeks with one holiday."""
    answers = Answers({"/atom/cs": listing(paper(), on=23), "/oai": harvest()})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/atom/cs"] = quiet
    for hour in range(14 * 24):
        await it.tick(MONDAY + hour * HOUR)
    rows = await batches(database)
    assert {it.announced for day, it in rows.items() if day > date(2026, 11, 23)} <= {0, None}
    assert sum(not it.is_open for it in rows.values()) == len(rows) - 1
    asked = answers.asked().count("/oai")
    assert len(rows) == 10
    assert asked <= 9 * 6


async def test_a_place_that_does_not_answer_holds_nothing_up(database: Database) -> None:
    """After three archives the others wait for the next round; each has its turn in the end."""
    names = ("astro-ph", "cs", "econ", "hep-th", "math", "stat")
    answers = Answers({f"/atom/{name}": listing(archive=name) for name in names})
    it = polling(database, answers, *names)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    answers.by_path["/oai"] = SourceError("oaipmh.arxiv.org did not answer in time.")
    await it.tick(november(25))
    assert answers.asked().count("/oai") == 3
    answers.by_path["/oai"] = harvest()
    now = november(25)
    while now < november(25, 9):
        await it.tick(now := max(now, await it.next_tick_at() or now))
    asked = {dict(it.params)["set"] for it in answers.requests if "oai" in it.url}
    assert len(asked) == len(names)


async def test_without_oai_the_query_api_fills(database: Database) -> None:
    """Test servers may have none; the API has a batch a day later, and first versions only."""
    late = missed(7)
    body = api_feed([late], total=1, start=0, page=1000, query="cat:cs.*")
    answers = Answers(
        {
            "/atom/cs": listing(paper("2611.00001"), on=24),
            "/api/query": Response(status=200, body=body),
        }
    )
    it = polling(database, answers, source=ArxivSearch(f"{BASE}/api/query"))
    await it.start(november(24))
    await it.tick(november(24))
    await subscribe(database, "tide", now=november(24))
    answers.by_path["/atom/cs"] = listing(paper("2611.00002"), on=26)
    await it.tick(november(26))
    assert await known(database) == {24: "listing", 25: "api", 26: "listing"}
    assert await owed(database) == [late.id]


async def test_after_a_long_outage_nothing_floods(database: Database) -> None:
    """Young papers come by themselves, older ones in one list, as old as each channel wants."""
    some = [(day, missed(day)) for day in (24, 25, 26, 30)] + [
        (30 + day, paper(f"2612.0000{day}", title="Tides", published=november(29 + day)))
        for day in (1, 2, 3, 4, 7, 8)
    ]
    whole = harvest(*some)
    answers = Answers({"/atom/cs": listing(paper("2611.00001"), on=23), "/oai": whole})
    it = polling(database, answers)
    await it.start(MONDAY)
    await it.tick(MONDAY)
    await subscribe(database, "tide", now=MONDAY)
    await subscribe(database, "tide", OTHER, now=MONDAY)
    await subscribe(database, "tides OR tide", THIRD, Mode.DAILY, now=MONDAY)
    catch_ups = CatchUps(database)
    await catch_ups.set(OTHER, GUILD, 1)
    back = november(39)
    answers.by_path["/atom/cs"] = Response(
        status=200, body=atom_feed([paper("2612.00009")], "cs", date(2026, 12, 9))
    )
    assert await catch_ups.tick(back) == 0
    await it.tick(back)
    ages = {}
    for channel in (CHANNEL, OTHER, THIRD):
        ages[channel] = {
            mode: len(await deliveries.owed(database.read, channel, mode, 100)) for mode in Mode
        }
    assert ages == {
        CHANNEL: {Mode.NOW: 5, Mode.DAILY: 0, Mode.CATCH_UP: 5},
        OTHER: {Mode.NOW: 1, Mode.DAILY: 0, Mode.CATCH_UP: 9},
        THIRD: {Mode.NOW: 0, Mode.DAILY: 10, Mode.CATCH_UP: 0},
    }
    assert await catch_ups.tick(back) == 2
    assert await catch_ups.tick(back) == 0
    clock = Clock(back)
    discord = ListedDiscord(clock)
    outbox = Outbox(database, discord, "salt", clock)
    await outbox.tick(back)
    await outbox.settle()
    (first, second) = discord.texts(OTHER)
    assert "Catching up: 9 older papers" in first
    assert first.count("link=") == 9
    assert "/abs/2612.00008" in second
    assert ["Catching up" in text for text in discord.texts()] == [True, False]
    assert discord.texts(THIRD) == []
