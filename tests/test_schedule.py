"""When digests are due and when channels are quiet, in local time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import ChannelId, DigestSchedule, QuietHours
from bot.schedule import (
    EVERY_DAY,
    WEEKDAYS,
    local_day,
    next_digest_at,
    quiet_period,
)

ZONES = (
    "America/Havana",
    "America/Nuuk",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "UTC",
)


def digest(
    hour: int, zone: str, days: frozenset[int] = EVERY_DAY, last_day: date | None = None
) -> DigestSchedule:
    """Return a channel's schedule."""
    return DigestSchedule(
        channel_id=ChannelId(1), hour=hour, timezone=zone, days=days, last_day=last_day
    )


def local(text: str, zone: str) -> datetime:
    """Return the moment of an ISO text in a zone; the first, where it occurs twice."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "hour", "after", "due"),
    [
        ("UTC", 9, "2025-06-02T08:59:59", "2025-06-02T09:00"),
        ("UTC", 9, "2025-06-02T09:00:00", "2025-06-03T09:00"),
        ("Asia/Kathmandu", 0, "2025-06-02T23:59:59", "2025-06-03T00:00"),
        ("America/New_York", 23, "2025-12-31T23:00:00", "2026-01-01T23:00"),
        ("Europe/Berlin", 9, "2024-02-28T10:00:00", "2024-02-29T09:00"),
    ],
    ids=["before the hour", "at the hour", "odd offset", "new year", "leap day"],
)
def test_a_digest_is_due_at_its_local_hour(zone: str, hour: int, after: str, due: str) -> None:
    """The next moment is strictly later, on the wall clock of the zone, and given in UTC."""
    found = next_digest_at(digest(hour, zone), local(after, zone))
    assert found == local(due, zone)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "hour", "after", "due"),
    [
        ("Europe/Berlin", 2, "2025-03-29T12:00", "2025-03-30T03:00"),
        ("Europe/Berlin", 3, "2025-03-29T12:00", "2025-03-30T03:00"),
        ("America/Sao_Paulo", 0, "2018-11-03T12:00", "2018-11-04T01:00"),
        ("Asia/Beirut", 0, "2025-03-29T12:00", "2025-03-30T01:00"),
        ("Australia/Lord_Howe", 2, "2025-10-04T12:00", "2025-10-05T02:30"),
        ("Antarctica/Troll", 2, "2025-03-29T12:00", "2025-03-30T04:00"),
        ("America/Nuuk", 23, "2024-03-30T12:00", "2024-03-31T00:00"),
        ("Pacific/Apia", 9, "2011-12-29T12:00", "2011-12-31T09:00"),
    ],
)
def test_a_skipped_hour_comes_as_much_later_as_the_clocks_jump(
    zone: str, hour: int, after: str, due: str
) -> None:
    """A gap moves the digest of its day, at midnight and over a whole day too, and loses none."""
    assert next_digest_at(digest(hour, zone), local(after, zone)) == local(due, zone)


@pytest.mark.parametrize(
    ("zone", "hour", "day", "utc"),
    [
        ("Europe/Berlin", 2, "2025-10-26", "2025-10-26T00:00"),
        ("America/Sao_Paulo", 23, "2018-02-17", "2018-02-18T01:00"),
        ("America/Havana", 0, "2025-11-02", "2025-11-02T04:00"),
        ("Australia/Lord_Howe", 1, "2025-04-06", "2025-04-05T14:00"),
    ],
)
def test_of_an_hour_that_occurs_twice_the_first_counts(
    zone: str, hour: int, day: str, utc: str
) -> None:
    """An overlap makes one digest, at the earlier of the two moments."""
    schedule = digest(hour, zone)
    first = next_digest_at(schedule, local(f"{day}T00:00", zone) - timedelta(seconds=1))
    assert first == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    after = next_digest_at(replace(schedule, last_day=date.fromisoformat(day)), first)
    assert after - first > timedelta(hours=24)


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (EVERY_DAY, "2025-06-07T09:00"),
        (WEEKDAYS, "2025-06-09T09:00"),
        (frozenset({5}), "2025-06-13T09:00"),
        (frozenset({7}), "2025-06-08T09:00"),
    ],
    ids=["daily", "weekdays", "fridays", "sundays"],
)
def test_only_the_days_that_were_chosen_count(days: frozenset[int], due: str) -> None:
    """After Friday's digest comes the next of the chosen ISO weekdays."""
    after = datetime(2025, 6, 6, 9, tzinfo=UTC)
    assert next_digest_at(digest(9, "UTC", days), after) == local(due, "UTC")


def test_a_schedule_without_days_is_refused() -> None:
    """Days that never come are an error at once, not a search to the end of the calendar."""
    with pytest.raises(ValueError, match="without days"):
        next_digest_at(digest(9, "UTC", frozenset()), datetime(2025, 6, 2, tzinfo=UTC))


@pytest.mark.parametrize("last_day", ["2025-06-02", "2025-06-04"], ids=["today", "ahead"])
def test_a_day_that_had_its_digest_has_no_other(last_day: str) -> None:
    """A later hour on the same day is for tomorrow, also after a move to a zone further west."""
    schedule = digest(18, "UTC", last_day=date.fromisoformat(last_day))
    due = next_digest_at(schedule, datetime(2025, 6, 2, 9, tzinfo=UTC))
    assert due.date() == date.fromisoformat(last_day) + timedelta(days=1)


def test_the_local_day_is_that_of_the_zone() -> None:
    """One moment is on two days in Kiritimati and Honolulu."""
    moment = datetime(2025, 6, 2, 10, 30, tzinfo=UTC)
    assert local_day(moment, "Pacific/Kiritimati") == date(2025, 6, 3)
    assert local_day(moment, "Pacific/Honolulu") == date(2025, 6, 2)


moments = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
schedules = st.builds(
    digest,
    st.integers(0, 23),
    st.sampled_from(ZONES),
    st.frozensets(st.integers(1, 7), min_size=1),
)


@given(schedules, moments)
def test_the_next_digest_is_later_and_within_nine_days(
    schedule: DigestSchedule, after: datetime
) -> None:
    """The search ends: a week holds each weekday, and no clock jumps by more than a day."""
    due = next_digest_at(schedule, after)
    assert timedelta(0) < due - after <= timedelta(days=9)


def digests_over(schedule: DigestSchedule, start: datetime, waits: list[timedelta]) -> list[date]:
    """Return the local days of the digests that looks at the clock make, as the service does it."""
    days: list[date] = []
    now, due = start, next_digest_at(schedule, start)
    for wait in waits:
        now += wait
        if due <= now:
            days.append(local_day(now, schedule.timezone))
            schedule = replace(schedule, last_day=days[-1])
            due = next_digest_at(schedule, now)
    return days


waits = st.lists(st.timedeltas(timedelta(seconds=1), timedelta(days=4)), max_size=60)


@given(schedules, moments, waits)
def test_no_local_day_has_two_digests(
    schedule: DigestSchedule, start: datetime, waits: list[timedelta]
) -> None:
    """Whenever the bot looks, over changes of the clocks and downtime, each day has at most one."""
    days = digests_over(schedule, start, waits)
    assert days == sorted(set(days))


transitions = st.sampled_from(
    [
        ("America/Nuuk", "2024-03-29"),
        ("America/Sao_Paulo", "2018-02-16"),
        ("America/Sao_Paulo", "2018-11-02"),
        ("America/St_Johns", "2010-11-05"),
        ("Asia/Beirut", "2025-03-28"),
        ("Australia/Lord_Howe", "2025-04-04"),
        ("Europe/Berlin", "2025-10-24"),
        ("Pacific/Apia", "2011-12-28"),
    ]
)


@given(transitions, st.integers(0, 23), st.integers(0, 47))
def test_changes_of_the_clocks_double_no_digest_and_skip_none(
    transition: tuple[str, str], hour: int, offset: int
) -> None:
    """Watched every half hour for five days, each day that exists has its digest."""
    zone, first = transition
    start = local(f"{first}T00:00", zone).astimezone(UTC) + timedelta(minutes=30 * offset)
    half_hours = [timedelta(minutes=30)] * (5 * 48)
    days = digests_over(digest(hour, zone), start, half_hours)
    assert days == sorted(set(days))
    gaps = {after - before for before, after in pairwise(days)}
    # Nuuk's 23:00 of one day was 00:00 of the next, and Apia had no 30 December.
    assert gaps <= {timedelta(days=1), timedelta(days=2)}
    assert len(days) >= 4 - (zone == "Pacific/Apia") - (zone == "America/Nuuk")


@pytest.mark.parametrize(
    ("down_until", "day"),
    [("2025-06-02T23:00", "2025-06-02"), ("2025-06-07T03:00", "2025-06-07")],
    ids=["the same day", "days later"],
)
def test_a_digest_missed_in_downtime_is_caught_up_once(down_until: str, day: str) -> None:
    """What was due while nobody looked is made at the next look, once, for the day it is then."""
    start = datetime(2025, 6, 2, 8, tzinfo=UTC)
    waits = [local(down_until, "UTC") - start, timedelta(minutes=1), timedelta(minutes=1)]
    assert digests_over(digest(9, "UTC"), start, waits) == [date.fromisoformat(day)]


@pytest.mark.parametrize(
    ("zone", "hours", "now", "starts", "ends"),
    [
        ("UTC", (22, 7), "2025-06-02T12:00", "2025-06-02T22:00", "2025-06-03T07:00"),
        ("UTC", (22, 7), "2025-06-02T22:00", "2025-06-02T22:00", "2025-06-03T07:00"),
        ("UTC", (22, 7), "2025-06-03T06:59:59", "2025-06-02T22:00", "2025-06-03T07:00"),
        ("UTC", (22, 7), "2025-06-03T07:00", "2025-06-03T22:00", "2025-06-04T07:00"),
        ("UTC", (9, 17), "2025-06-02T17:00", "2025-06-03T09:00", "2025-06-03T17:00"),
        ("UTC", (22, 0), "2025-06-02T23:30", "2025-06-02T22:00", "2025-06-03T00:00"),
        ("UTC", (0, 7), "2025-06-02T23:30", "2025-06-03T00:00", "2025-06-03T07:00"),
        ("Asia/Kathmandu", (22, 7), "2025-06-02T23:00", "2025-06-02T22:00", "2025-06-03T07:00"),
        ("Europe/Berlin", (22, 2), "2025-03-29T23:00", "2025-03-29T22:00", "2025-03-30T03:00"),
        ("Europe/Berlin", (2, 5), "2025-03-30T01:00", "2025-03-30T03:00", "2025-03-30T05:00"),
        ("Europe/Berlin", (2, 3), "2025-03-30T01:00", "2025-03-31T02:00", "2025-03-31T03:00"),
        ("Europe/Berlin", (22, 7), "2025-10-25T23:00", "2025-10-25T22:00", "2025-10-26T07:00"),
        ("Europe/Berlin", (22, 2), "2025-10-25T23:00", "2025-10-25T22:00", "2025-10-26T02:00"),
        ("America/New_York", (1, 2), "2025-11-02T00:30", "2025-11-02T01:00", "2025-11-02T02:00"),
    ],
    ids=[
        "before",
        "at the start",
        "in it, after midnight",
        "at the end",
        "by day",
        "until midnight",
        "from midnight",
        "odd offset",
        "the end is skipped",
        "the start is skipped",
        "the whole is skipped",
        "through an hour that occurs twice",
        "until an hour that occurs twice",
        "an hour that occurs twice",
    ],
)
def test_quiet_hours_are_local(
    zone: str, hours: tuple[int, int], now: str, starts: str, ends: str
) -> None:
    """From one hour on the wall up to another, over midnight, through the nights of the clocks."""
    period = quiet_period(QuietHours(*hours, zone), local(now, zone))
    # In UTC: a wall time that occurs twice is equal to no moment of another zone (PEP 495).
    assert period.starts_at == local(starts, zone).astimezone(UTC)
    assert period.ends_at == local(ends, zone).astimezone(UTC)


def test_an_hour_that_occurs_twice_is_quiet_both_times() -> None:
    """In New York 1 to 2 o'clock was two hours long on 2 November 2025."""
    hours = QuietHours(1, 2, "America/New_York")
    period = quiet_period(hours, datetime(2025, 11, 2, 5, 30, tzinfo=UTC))
    assert period.ends_at - period.starts_at == timedelta(hours=2)


def test_quiet_hours_without_an_hour_are_a_mistake() -> None:
    """From 7 until 7 is either nothing or everything."""
    with pytest.raises(ValueError, match="without an hour"):
        quiet_period(QuietHours(7, 7, "UTC"), local("2025-06-02T12:00", "UTC"))


@given(
    # Where the clocks go back by two hours, a wall shows a range that it has left once more.
    zone=st.sampled_from([zone for zone in ZONES if zone != "Antarctica/Troll"]),
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    now=st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
)
def test_it_is_quiet_when_the_wall_clock_says_so(
    zone: str, start: int, length: int, now: datetime
) -> None:
    """At every moment, in every zone; and the period is over, later, and never a day long."""
    hours = QuietHours(start, (start + length) % 24, zone)
    period = quiet_period(hours, now)
    on_the_wall = now.astimezone(ZoneInfo(zone)).hour
    assert period.holds(now) == ((on_the_wall - start) % 24 < length)
    assert now < period.ends_at
    assert timedelta() < period.ends_at - period.starts_at <= timedelta(hours=25)
    assert period.starts_at - now <= timedelta(hours=49)
