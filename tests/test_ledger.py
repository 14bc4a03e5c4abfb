"""The ledger: which days are complete, which must be filled, and when."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announcements import ARXIV, Outlet, due_at
from bot.ledger import (
    PATIENCE,
    Batch,
    Sighting,
    Trouble,
    after_fill,
    after_poll,
    changed_since,
    fill_is_due,
    open_days,
    to_fill,
    with_found,
)

MON, TUE, WED, THU, FRI = (date(2026, 11, day) for day in range(16, 21))
NEXT_MON = date(2026, 11, 23)
Ledger = dict[date, Batch]


def morning(day: date, hours: float = 0) -> datetime:
    """Return the moment at which a day's listing is due, or some hours after it."""
    return due_at(day, Outlet.LISTING) + timedelta(hours=hours)


def whole(day: date, entries: int = 9) -> Sighting:
    """Return what a whole listing of a day shows."""
    return Sighting(day=day, announced=entries, seen=entries)


EMPTY = Sighting(trouble=Trouble.EMPTY)
ERROR = Sighting(trouble=Trouble.ERROR)
UNCHANGED = Sighting(is_unchanged=True)


def polled(*polls: tuple[Sighting, datetime], days: Ledger | None = None) -> Ledger:
    """Return the ledger after some polls."""
    days = dict(days or {})
    for sighting, now in polls:
        days |= {it.day: it for it in after_poll("arxiv:cs", days, sighting, ARXIV, now)}
    return days


def states(days: Ledger) -> dict[date, str]:
    """Return how each day is known, or what is wrong with it."""
    return {
        day: str(it.known_by or "out before") if not it.is_open else f"open, {it.trouble}"
        for day, it in days.items()
    }


def test_a_whole_listing_completes_its_day() -> None:
    """It says how many entries there are, and all of them were seen."""
    now = morning(MON, 0.2)
    assert polled((whole(MON), now)) == {
        MON: Batch(feed="arxiv:cs", day=MON, announced=9, seen=9, known_by="listing", closed_at=now)
    }


@pytest.mark.parametrize(
    ("sighting", "state"),
    [
        (whole(MON), "open, stale"),
        (UNCHANGED, "open, stale"),
        (replace(whole(TUE), is_repeated=True), "open, stale"),
        (replace(whole(TUE), trouble=Trouble.CUT), "open, cut"),
        (replace(whole(TUE), trouble=Trouble.TRUNCATED), "open, truncated"),
        (replace(whole(TUE), seen=8, trouble=Trouble.DAMAGED), "open, damaged"),
        (EMPTY, "open, empty"),
        (ERROR, "open, error"),
        (whole(TUE), "listing"),
        (replace(whole(TUE), known_by="categories"), "categories"),
    ],
    ids=[
        "yesterday's",
        "unchanged",
        "yesterday's under a new day",
        "cut",
        "truncated",
        "damaged",
        "empty",
        "error",
        "whole",
        "whole by categories",
    ],
)
def test_each_fault_of_a_listing_is_told_apart(sighting: Sighting, state: str) -> None:
    """The day stays open, with the reason and its time."""
    now = morning(TUE, 0.2)
    days = polled((whole(MON), morning(MON)), (sighting, now))
    assert states(days) == {MON: "listing", TUE: state}
    assert days[TUE].trouble_at == (now if days[TUE].is_open else None)


def test_a_fault_is_remembered_when_the_day_is_complete() -> None:
    """What was late once is told as late once."""
    days = polled((whole(MON), morning(MON)), (EMPTY, morning(TUE)), (whole(TUE), morning(TUE, 1)))
    assert (days[TUE].known_by, days[TUE].trouble) == ("listing", Trouble.EMPTY)


@pytest.mark.parametrize("quiet", [EMPTY, UNCHANGED, whole(FRI)], ids=["empty", "304", "stale"])
def test_weekends_and_holidays_miss_nothing(quiet: Sighting) -> None:
    """On days without an announcement, whatever the listing shows, nothing is open."""
    start = polled((whole(FRI), morning(FRI)))
    saturday = polled((quiet, morning(FRI, 30)), days=start)
    assert states(saturday) == {FRI: "listing"}
    thanksgiving = date(2026, 11, 26)
    before = polled((whole(thanksgiving), morning(thanksgiving)))
    sighting = whole(thanksgiving) if quiet.day else quiet
    assert states(polled((sighting, morning(thanksgiving, 30)), days=before)) == {
        thanksgiving: "listing"
    }


def test_an_unchanged_listing_keeps_its_fault() -> None:
    """What was cut or damaged is so until it changes, and is not stale."""
    days = polled(
        (whole(MON), morning(MON)), (replace(whole(TUE), trouble=Trouble.CUT), morning(TUE))
    )
    assert states(polled((UNCHANGED, morning(TUE, 1)), days=days)) == states(days)


def test_a_day_that_the_calendar_does_not_know_is_taken() -> None:
    """ArXiv announced although it was deferred."""
    day = date(2026, 11, 27)
    before = day - timedelta(days=1)
    days = polled((whole(before), morning(before)), (whole(day), morning(day)))
    assert states(days)[day] == "listing"


def test_a_day_of_the_future_is_not_believed() -> None:
    """Neither a damaged date nor a clock of ours that is behind makes years of missing days."""
    days = polled((whole(MON), morning(MON)), (whole(date(2036, 1, 2)), morning(TUE)))
    assert states(days) == {MON: "listing", TUE: "open, stale"}


@pytest.mark.parametrize("sighting", [EMPTY, UNCHANGED])
def test_what_was_out_before_the_first_poll_is_not_missed(sighting: Sighting) -> None:
    """A first start on a Sunday waits for Monday."""
    days = polled((sighting, morning(FRI, 60)))
    assert states(days) == {FRI: "out before"}
    assert states(polled((ERROR, morning(NEXT_MON)), days=days))[NEXT_MON] == "open, error"


@pytest.mark.parametrize(("hours", "state"), [(1, "open, stale"), (4, "out before")])
def test_a_first_listing_that_is_stale_misses_little(hours: float, state: str) -> None:
    """Today's batch may come yet; what came between them, or is hours late, is nobody's to miss."""
    days = polled((whole(MON), morning(THU, hours)))
    assert states(days) == {MON: "listing", THU: state}


def test_a_first_listing_that_is_ahead_misses_nothing() -> None:
    """It was published before its time, or on a day that the calendar defers."""
    assert states(polled((whole(TUE), morning(TUE, -0.2)))) == {TUE: "listing"}


def test_a_source_that_never_answered_is_not_watched() -> None:
    """Nothing is missed of it yet."""
    assert polled((ERROR, morning(MON)), (ERROR, morning(FRI))) == {}


def test_an_outage_leaves_its_days_open() -> None:
    """All that was due meanwhile, and not what the listing shows now."""
    days = polled((whole(MON), morning(MON)), (whole(NEXT_MON), morning(NEXT_MON, 5)))
    assert states(days) == {
        MON: "listing",
        TUE: "open, None",
        WED: "open, None",
        THU: "open, None",
        FRI: "open, None",
        NEXT_MON: "listing",
    }
    assert to_fill(days, Outlet.OAI, morning(NEXT_MON, 5)) == [TUE, WED, THU, FRI]


@pytest.mark.parametrize(
    ("trouble", "hours", "fills"),
    [
        (Trouble.STALE, 1, False),
        (Trouble.STALE, 3, True),
        (Trouble.TRUNCATED, 1, False),
        (Trouble.ERROR, 3, True),
        (Trouble.CUT, 0, True),
        (Trouble.DAMAGED, 0, True),
    ],
)
def test_a_listing_is_waited_for_a_while(trouble: Trouble, hours: float, *, fills: bool) -> None:
    """Unless asking it again cannot help."""
    days = polled((whole(MON), morning(MON)))
    days[TUE] = Batch(feed="arxiv:cs", day=TUE, trouble=trouble)
    assert to_fill(days, Outlet.OAI, morning(TUE, hours)) == ([TUE] if fills else [])
    assert timedelta(hours=1) < PATIENCE <= timedelta(hours=3)


def test_a_place_is_asked_for_what_it_has() -> None:
    """The query API has a batch a day after the listing."""
    days = polled((whole(MON), morning(MON)), (whole(WED), morning(WED)))
    assert to_fill(days, Outlet.API, morning(WED) - timedelta(seconds=1)) == []
    assert to_fill(days, Outlet.API, morning(WED)) == [TUE]


def test_records_are_asked_for_from_the_evening_on() -> None:
    """And from earlier, where the days before were filled with nothing: they may have been late."""
    days = polled((whole(MON), morning(MON)), (whole(FRI), morning(FRI)))
    assert changed_since(days, TUE) == date(2026, 11, 16)
    closed = Batch(feed="arxiv:cs", day=TUE, known_by="oai", closed_at=morning(WED))
    assert changed_since({**days, TUE: closed}, WED) == date(2026, 11, 16)
    assert changed_since({**days, TUE: replace(closed, seen=1)}, WED) == date(2026, 11, 17)
    assert changed_since({MON: Batch(feed="x", day=MON, closed_at=morning(MON))}, TUE) == MON


OAI = ("oai", Outlet.OAI)


def filled(days: Ledger, began: datetime, published: set[date]) -> Ledger:
    """Return the ledger after a fill that came to its end at once."""
    return days | {it.day: it for it in after_fill(days, began, OAI, published, ARXIV, began)}


def test_a_fill_completes_what_it_found() -> None:
    """A day counts what was found of it, or what had been seen before if that is more."""
    days = polled((whole(MON), morning(MON)), (whole(THU), morning(THU)))
    days[WED] = replace(days[WED], seen=5)
    days |= {it.day: it for it in with_found(days, [TUE, TUE, WED, MON, date(2026, 11, 1)])}
    done = filled(days, morning(THU), set())
    assert states(done) == {MON: "listing", TUE: "oai", WED: "oai", THU: "listing"}
    assert [(done[day].announced, done[day].seen) for day in (TUE, WED)] == [(2, 2), (5, 5)]


@pytest.mark.parametrize(
    ("published", "hours", "state"),
    [(set(), 4, "open, None"), ({TUE}, 4, "oai"), (set(), 24, "oai")],
    ids=["perhaps late", "others have it", "the next is due"],
)
def test_a_day_of_which_nothing_is_found_may_yet_come(
    published: set[date], hours: float, state: str
) -> None:
    """Until some archive shows that it came, or the next batch is due: then it was a day off."""
    days = polled((whole(MON), morning(MON)))
    days[TUE] = Batch(feed="arxiv:cs", day=TUE)
    assert states(filled(days, morning(TUE, hours), published))[TUE] == state


def test_a_fill_completes_no_day_that_came_due_after_it_began() -> None:
    """What it has of that day may be a part."""
    days = {day: Batch(feed="arxiv:cs", day=day, found=3) for day in (TUE, WED)}
    began = due_at(WED, Outlet.OAI) - timedelta(minutes=1)
    assert states(filled(days, began, {TUE, WED})) == {TUE: "oai", WED: "open, None"}


def test_a_batch_that_comes_after_all_is_taken() -> None:
    """A day that was filled with nothing is what its listing says when that comes."""
    days = {TUE: Batch(feed="arxiv:cs", day=TUE, known_by="oai", closed_at=morning(WED))}
    late = polled((whole(TUE, 40), morning(WED, 1)), days=days)
    assert (late[TUE].seen, late[TUE].known_by) == (40, "listing")
    assert polled((whole(TUE, 3), morning(WED, 2)), days=late)[TUE] == late[TUE]


def test_a_fill_goes_on_until_its_days_are_complete() -> None:
    """Then a new one begins at once for a new day, and only after hours for the same."""
    days = polled((whole(MON), morning(MON)))
    days[TUE] = Batch(feed="arxiv:cs", day=TUE)
    now = morning(TUE, 4)
    assert fill_is_due(days, Outlet.OAI, None, None, now)
    assert fill_is_due(days, Outlet.OAI, now, None, now)
    assert not fill_is_due(days, Outlet.OAI, morning(MON), morning(TUE, 3.5), now)
    assert fill_is_due(days, Outlet.OAI, None, morning(TUE, 3.5), morning(TUE, 10))
    assert fill_is_due(days, Outlet.OAI, None, morning(TUE, -1), now)
    assert not fill_is_due(polled((whole(TUE), now), days=days), Outlet.OAI, now, None, now)


sightings = st.one_of(
    st.sampled_from([EMPTY, ERROR, UNCHANGED]),
    st.builds(
        Sighting,
        day=st.dates(date(2026, 11, 10), date(2026, 12, 10)),
        announced=st.just(9),
        seen=st.integers(1, 9),
        trouble=st.sampled_from([None, Trouble.CUT, Trouble.TRUNCATED, Trouble.DAMAGED]),
        is_repeated=st.booleans(),
    ),
)
polls = st.lists(st.tuples(sightings, st.integers(0, 72)), min_size=1, max_size=12)


@given(polls)
def test_no_day_is_forgotten(some: list[tuple[Sighting, int]]) -> None:
    """From the first on, each announcement day that came is there, and never opened again."""
    now, days = morning(MON), dict[date, Batch]()
    watched_since = date.max
    for sighting, hours in some:
        now += timedelta(hours=hours)
        before = days
        days = polled((sighting, now), days=days)
        assert all(not days[day].is_open for day, it in before.items() if not it.is_open)
        assert all(days[day].seen >= it.seen for day, it in before.items())
        if days and not before:
            watched_since = ARXIV.newest(now)
    if days:
        assert set(ARXIV.between(watched_since, ARXIV.newest(now))) <= set(days)


@given(polls)
def test_whatever_stays_open_is_filled(some: list[tuple[Sighting, int]]) -> None:
    """A day later, everything open is asked for elsewhere, and is complete after it."""
    now, days = morning(MON), dict[date, Batch]()
    for sighting, hours in some:
        now += timedelta(hours=hours)
        days = polled((sighting, now), days=days)
    later = now + timedelta(days=6)
    days = polled((ERROR, later), days=days)
    missing = open_days(days, Outlet.OAI, later)
    assert to_fill(days, Outlet.OAI, later + PATIENCE) == missing
    done = filled(days, later + timedelta(days=5), set())
    assert not any(it.is_open for it in done.values())
