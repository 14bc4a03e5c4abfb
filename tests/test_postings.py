"""Which days of a source are read, and when one is complete."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.ledger import Batch, Trouble
from bot.postings import (
    Reading,
    after_failure,
    after_reading,
    is_unchanged,
    newly_skipped,
    opened,
    standing,
    to_read,
)

FEED = "biorxiv"
DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE_DAY = timedelta(days=1)
WHOLE = Batch(
    feed=FEED, day=DAY, announced=70, seen=70, known_by=FEED, changed_at=NOON, read_at=NOON
)


def read(batch: Batch, reading: Reading, now: datetime = NOON) -> Batch:
    """Return a batch of a day after a reading."""
    return after_reading(batch, reading, FEED, now, by_day=True)


def test_a_first_start_begins_with_today() -> None:
    """The past is nobody's to miss."""
    assert opened(FEED, None, NOON, by_day=True) == [Batch(feed=FEED, day=DAY)]


def test_every_day_since_is_opened() -> None:
    """Also weekends, for preprint servers post on all days; none is opened twice."""
    now = NOON + 4 * ONE_DAY
    days = [it.day.day for it in opened(FEED, WHOLE, now, by_day=True)]
    assert days == [24, 25, 26, 27]
    assert opened(FEED, WHOLE, NOON, by_day=True) == []


def test_a_list_goes_on_the_next_day() -> None:
    """In a batch of that day with the counts so far; the one before is over."""
    now = NOON + 3 * ONE_DAY
    before, after = opened(FEED, WHOLE, now, by_day=False)
    assert before == replace(WHOLE, closed_at=now)
    assert after == replace(WHOLE, day=date(2026, 11, 26))


@pytest.mark.parametrize(
    ("batch", "now", "is_due"),
    [
        (Batch(feed=FEED, day=DAY), NOON, True),
        (WHOLE, NOON + timedelta(minutes=15), True),
        (WHOLE, NOON + ONE_DAY, True),
        (replace(WHOLE, read_at=NOON + 2 * ONE_DAY), NOON + 2.25 * ONE_DAY, False),
        (replace(WHOLE, read_at=NOON + 2 * ONE_DAY), NOON + 2.5 * ONE_DAY, True),
        (replace(WHOLE, known_by=None, read_at=NOON + 2 * ONE_DAY), NOON + 2.1 * ONE_DAY, True),
    ],
    ids=["never read", "today", "yesterday", "earlier", "half a day later", "not whole"],
)
def test_which_days_are_read(batch: Batch, now: datetime, *, is_due: bool) -> None:
    """Today and yesterday each time, earlier days twice a day, and what is not whole each time."""
    assert bool(to_read([batch], now, by_day=True)) is is_due


def test_a_list_is_looked_at_hourly() -> None:
    """However often the poll is."""
    assert not to_read([WHOLE], NOON + timedelta(minutes=59), by_day=False)
    assert to_read([WHOLE], NOON + timedelta(minutes=60), by_day=False)


def test_what_failed_comes_last() -> None:
    """So that a day which cannot be read does not hold up the others."""
    failed = after_failure(Batch(feed=FEED, day=DAY), NOON)
    others = [Batch(feed=FEED, day=DAY + day * ONE_DAY) for day in (2, 1)]
    due = to_read([failed, *others], NOON + 3 * ONE_DAY, by_day=True)
    assert [it.day.day for it in due] == [24, 25, 23]


def test_a_whole_reading_is_complete_for_now() -> None:
    """The day stays open: more may be posted under it."""
    batch = read(Batch(feed=FEED, day=DAY), Reading(total=70, found=70))
    assert batch == WHOLE


def test_no_posts_are_complete_as_well() -> None:
    """A day on which nothing was posted says so."""
    batch = read(Batch(feed=FEED, day=DAY), Reading(total=0, found=0))
    assert (batch.announced, batch.known_by) == (0, FEED)


def test_a_source_that_tells_no_total_is_believed_at_its_end() -> None:
    """Then what it held is all there is."""
    batch = read(Batch(feed=FEED, day=DAY), Reading(total=None, found=12, skipped=1))
    assert (batch.announced, batch.seen, batch.known_by) == (13, 12, FEED)


@pytest.mark.parametrize(
    ("reading", "trouble"),
    [(Reading(70, 64), Trouble.UNSTEADY), (Reading(60, 60), Trouble.STALE)],
    ids=["fewer than told", "fewer than before"],
)
def test_fewer_are_doubted_until_they_are_told_twice(reading: Reading, trouble: Trouble) -> None:
    """A page may have shifted, or an answer be an old one; the same again is how it is."""
    doubted = read(WHOLE, reading)
    assert (doubted.known_by, doubted.trouble) == (None, trouble)
    believed = read(doubted, reading)
    assert (believed.known_by, believed.seen) == (FEED, reading.found)
    again = read(doubted, replace(reading, found=reading.found - 1))
    assert again.known_by is None


def test_entries_that_cannot_be_read_do_not_keep_a_day_open() -> None:
    """They are noted, and counted once."""
    reading = Reading(total=70, found=68, skipped=2)
    batch = read(Batch(feed=FEED, day=DAY), reading)
    assert (batch.known_by, batch.trouble, batch.seen) == (FEED, Trouble.DAMAGED, 68)
    assert newly_skipped(Batch(feed=FEED, day=DAY), reading) == 2
    assert newly_skipped(batch, reading) == 0
    assert newly_skipped(batch, replace(reading, total=71, skipped=3)) == 1


def test_a_day_is_complete_for_good_once_it_has_stayed() -> None:
    """Ten days after it, and three days after its counts changed last."""
    batch = WHOLE
    for days in range(1, 10):
        batch = read(batch, Reading(70, 70), NOON + days * ONE_DAY)
        assert batch.is_open
    late = read(batch, Reading(71, 71), NOON + 9 * ONE_DAY)
    for days in (10, 11):
        late = read(late, Reading(71, 71), NOON + days * ONE_DAY)
        assert late.is_open
    assert not read(late, Reading(71, 71), NOON + 12 * ONE_DAY).is_open
    assert not read(batch, Reading(70, 70), NOON + 10 * ONE_DAY).is_open


def test_the_first_page_tells_that_nothing_changed() -> None:
    """By its total; but a day is read to its end before it is complete for good."""
    assert is_unchanged(WHOLE, 70, NOON, by_day=True)
    assert not is_unchanged(WHOLE, 71, NOON, by_day=True)
    assert not is_unchanged(WHOLE, None, NOON, by_day=True)
    assert not is_unchanged(replace(WHOLE, known_by=None), 70, NOON, by_day=True)
    assert not is_unchanged(WHOLE, 70, NOON + 10 * ONE_DAY, by_day=True)


def test_a_list_is_read_to_its_end_once_a_day() -> None:
    """Its entries may have changed, and their number not."""
    assert is_unchanged(WHOLE, 70, NOON, by_day=False)
    tomorrow = replace(WHOLE, day=DAY + ONE_DAY)
    assert not is_unchanged(tomorrow, 70, NOON + ONE_DAY, by_day=False)


def test_how_it_stands() -> None:
    """The newest day with something on it, and the days that lack some, the oldest first."""
    empty = replace(WHOLE, day=DAY + 3 * ONE_DAY, announced=0, seen=0)
    lacking = [Batch(feed=FEED, day=DAY + day * ONE_DAY) for day in (2, 1)]
    stands = standing(FEED, [WHOLE, empty, *lacking])
    assert stands.newest == WHOLE
    assert [it.day.day for it in stands.missing] == [24, 25]
    assert stands.read_at == NOON
