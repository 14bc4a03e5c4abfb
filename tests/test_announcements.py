"""When arXiv announces, when each outlet shows it, and what a batch holds."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announcements import (
    ARXIV,
    EASTERN,
    Calendar,
    Outlet,
    announced_at,
    closed_at,
    due_at,
)


def eastern(text: str) -> datetime:
    """Return the moment of an ISO text in New York."""
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN)


def day(text: str) -> date:
    """Return a day of an ISO text."""
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-11-16T19:59", "2026-11-16T20:00"),
        ("2026-11-16T20:00", "2026-11-17T20:00"),
        ("2026-11-19T20:00", "2026-11-22T20:00"),
        ("2026-11-20T23:00", "2026-11-22T20:00"),
        ("2026-11-25T20:00", "2026-11-29T20:00"),
        ("2026-06-18T20:00", "2026-06-22T20:00"),
        ("2026-09-06T20:00", "2026-09-08T20:00"),
        ("2026-12-28T20:00", "2026-12-30T20:00"),
        ("2026-12-30T20:00", "2027-01-03T20:00"),
    ],
    ids=[
        "the same evening",
        "the next evening",
        "over the weekend",
        "on Friday",
        "Thanksgiving",
        "a holiday on Friday",
        "a holiday on Monday",
        "a deferred Tuesday",
        "the end of the year",
    ],
)
def test_announcements_come_in_the_evening_before_weekdays(now: str, following: str) -> None:
    """Sunday to Thursday at 20:00 Eastern, but for what arXiv defers."""
    assert ARXIV.next_announcement(eastern(now)) == eastern(following)
    assert ARXIV.previous_announcement(eastern(following)) == eastern(following)
    assert ARXIV.previous_announcement(eastern(following) - timedelta(seconds=1)) <= eastern(now)


@pytest.mark.parametrize(
    ("batch", "announced", "oai", "listed", "api"),
    [
        ("2026-11-23", "2026-11-23T01:00", "03:30", "2026-11-23T05:00", "2026-11-24T05:00"),
        ("2026-07-01", "2026-07-01T00:00", "02:30", "2026-07-01T04:00", "2026-07-02T04:00"),
        ("2026-11-02", "2026-11-02T01:00", "03:30", "2026-11-02T05:00", "2026-11-03T05:00"),
        ("2026-03-09", "2026-03-09T00:00", "02:30", "2026-03-09T04:00", "2026-03-10T04:00"),
    ],
    ids=["winter", "summer", "clocks back on Sunday", "clocks forward on Sunday"],
)
def test_each_outlet_shows_a_batch_in_its_turn(
    batch: str, announced: str, oai: str, listed: str, api: str
) -> None:
    """In UTC, the hours follow the East's clocks."""
    assert announced_at(day(batch)) == datetime.fromisoformat(f"{announced}+00:00")
    assert due_at(day(batch), Outlet.OAI) == datetime.fromisoformat(f"{batch}T{oai}+00:00")
    assert due_at(day(batch), Outlet.LISTING) == datetime.fromisoformat(f"{listed}+00:00")
    assert due_at(day(batch), Outlet.API) == datetime.fromisoformat(f"{api}+00:00")


@pytest.mark.parametrize(
    ("moment", "outlet", "newest"),
    [
        ("2026-11-16T23:59", Outlet.LISTING, "2026-11-16"),
        ("2026-11-17T00:00", Outlet.LISTING, "2026-11-17"),
        ("2026-11-16T22:30", Outlet.OAI, "2026-11-17"),
        ("2026-11-16T22:29", Outlet.OAI, "2026-11-16"),
        ("2026-11-17T23:59", Outlet.API, "2026-11-16"),
        ("2026-11-18T00:00", Outlet.API, "2026-11-17"),
        ("2026-11-22T12:00", Outlet.LISTING, "2026-11-20"),
        ("2026-11-27T12:00", Outlet.LISTING, "2026-11-26"),
        ("2026-07-06T12:00", Outlet.LISTING, "2026-07-03"),
    ],
    ids=[
        "before midnight",
        "midnight",
        "OAI",
        "before OAI",
        "before the API",
        "the API",
        "Sunday",
        "after Thanksgiving",
        "Monday after a deferred Friday",
    ],
)
def test_the_newest_batch_depends_on_where_one_looks(
    moment: str, outlet: Outlet, newest: str
) -> None:
    """What an outlet should show at a moment."""
    assert ARXIV.newest(eastern(moment), outlet) == day(newest)


@pytest.mark.parametrize(
    ("submitted", "batch"),
    [
        ("2026-11-16T13:59", "2026-11-17"),
        ("2026-11-16T14:00", "2026-11-18"),
        ("2026-11-19T14:00", "2026-11-23"),
        ("2026-11-20T13:59", "2026-11-23"),
        ("2026-11-20T14:00", "2026-11-24"),
        ("2026-11-22T23:00", "2026-11-24"),
        ("2026-11-25T14:00", "2026-11-30"),
        ("2026-11-26T15:00", "2026-11-30"),
        ("2026-07-02T15:00", "2026-07-07"),
    ],
    ids=[
        "before the cut-off",
        "after it",
        "Thursday",
        "Friday morning",
        "Friday afternoon",
        "Sunday",
        "before Thanksgiving",
        "Thanksgiving",
        "before a deferred Friday",
    ],
)
def test_a_batch_holds_what_was_submitted_by_two(submitted: str, batch: str) -> None:
    """By 14:00 Eastern on the weekday before, and what waited over deferred days."""
    assert ARXIV.holding(eastern(submitted)) == day(batch)


def test_a_deferral_can_be_told() -> None:
    """A day that arXiv defers for its own reasons moves its submissions to the next batch."""
    told = Calendar(frozenset({day("2026-11-17")}))
    assert not told.has_batch(day("2026-11-18"))
    assert told.next_announcement(eastern("2026-11-17T12:00")) == eastern("2026-11-18T20:00")
    assert told.holding(eastern("2026-11-17T12:00")) == day("2026-11-19")


moments = st.datetimes(datetime(2019, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
days = st.dates(date(2025, 12, 1), date(2027, 2, 1))
calendars = st.builds(Calendar, st.frozensets(days, max_size=60))
batches = st.builds(Calendar.after, calendars, days)


@given(calendars, moments)
def test_announcements_follow_each_other(arxiv: Calendar, moment: datetime) -> None:
    """The previous one is not later, the next is, and between them there is none."""
    previous, following = arxiv.previous_announcement(moment), arxiv.next_announcement(moment)
    assert previous <= moment < following
    assert arxiv.next_announcement(previous) == following
    assert arxiv.previous_announcement(following) == following


@given(calendars, moments)
def test_announcements_are_at_eight_in_the_east(arxiv: Calendar, moment: datetime) -> None:
    """On an evening from Sunday to Thursday, whatever the clocks do."""
    following = arxiv.next_announcement(moment).astimezone(EASTERN)
    assert (following.hour, following.minute) == (20, 0)
    assert following.isoweekday() not in {5, 6}


@given(days)
def test_outlets_follow_each_other(batch: date) -> None:
    """Announced, then OAI-PMH, then the listing, then the API, within two days; in UTC."""
    moments_ = [closed_at(batch), announced_at(batch), *(due_at(batch, it) for it in Outlet)]
    assert moments_ == sorted(set(moments_))
    assert moments_[-1] - moments_[1] <= timedelta(hours=29)
    assert {it.tzinfo for it in moments_} == {UTC}


@given(calendars, st.sampled_from(Outlet), moments)
def test_the_newest_batch_is_the_last_that_is_due(
    arxiv: Calendar, outlet: Outlet, moment: datetime
) -> None:
    """It is due, and the one after it is not."""
    newest = arxiv.newest(moment, outlet)
    assert due_at(newest, outlet) <= moment < due_at(arxiv.after(newest), outlet)


@given(calendars, moments)
def test_each_submission_is_in_one_batch(arxiv: Calendar, moment: datetime) -> None:
    """The first that closes after it; the one before was closed by then."""
    batch = arxiv.holding(moment)
    assert closed_at(arxiv.before(batch)) <= moment < closed_at(batch)
    assert arxiv.has_batch(batch)


@given(calendars, days, st.integers(0, 60))
def test_the_days_between_are_all_of_them(arxiv: Calendar, start: date, length: int) -> None:
    """Each has a batch, and stepping back leads to the same days."""
    end = start + timedelta(days=length)
    found = list(arxiv.between(start, end))
    every = [start + timedelta(days=ahead) for ahead in range(1, length + 1)]
    assert found == [it for it in every if arxiv.has_batch(it)]
    assert all(arxiv.before(later) == earlier for earlier, later in pairwise(found))
