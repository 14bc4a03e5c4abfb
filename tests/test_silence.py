"""Why nothing came from arXiv."""

from datetime import UTC, date, datetime

import pytest

from bot.announcements import ARXIV, Calendar
from bot.ledger import Batch, Trouble
from bot.silence import Reason, of_arxiv

FRI, MON = date(2026, 11, 20), date(2026, 11, 23)
CLOSED = datetime(2026, 11, 23, 5, 20, tzinfo=UTC)


def whole(feed: str, day: date, seen: int = 9) -> Batch:
    """Return a complete batch."""
    return Batch(feed=feed, day=day, seen=seen, known_by="listing", closed_at=CLOSED)


def open_(feed: str, day: date, trouble: Trouble | None = Trouble.STALE) -> Batch:
    """Return a batch that is not complete."""
    return Batch(feed=feed, day=day, trouble=trouble)


def moment(text: str) -> datetime:
    """Return a moment of an ISO text, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "batches", "reason"),
    [
        ("2026-11-23T06:00", [], Reason.UNKNOWN),
        ("2026-11-23T06:00", [whole("cs", MON), whole("math", MON)], Reason.COMPLETE),
        ("2026-11-21T15:00", [whole("cs", FRI)], Reason.WEEKEND),
        ("2026-11-23T04:59", [whole("cs", FRI)], Reason.WEEKEND),
        ("2026-11-27T15:00", [whole("cs", date(2026, 11, 26))], Reason.HOLIDAY),
        ("2026-11-23T15:00", [whole("cs", FRI), whole("cs", MON, seen=0)], Reason.HOLIDAY),
        ("2026-11-23T05:59", [whole("cs", FRI), open_("cs", MON)], Reason.DUE),
        ("2026-11-23T05:10", [whole("cs", FRI)], Reason.DUE),
        ("2026-11-23T06:00", [whole("math", MON), open_("cs", MON)], Reason.LATE),
        ("2026-11-23T15:00", [whole("cs", FRI)], Reason.LATE),
        ("2026-11-22T15:00", [open_("cs", FRI)], Reason.LATE),
        ("2026-11-23T05:10", [open_("cs", MON, Trouble.ERROR)], Reason.DOWN),
        (
            "2026-11-23T06:10",
            [whole("math", MON), open_("cs", MON, Trouble.ERROR)],
            Reason.LATE,
        ),
    ],
    ids=[
        "not asked yet",
        "complete",
        "Saturday",
        "Sunday evening",
        "Thanksgiving",
        "an unknown day off",
        "within the hour",
        "not polled since midnight",
        "late in one archive",
        "the bot was away",
        "Friday's on Sunday",
        "down",
        "one archive down",
    ],
)
def test_each_reason_is_told_apart(now: str, batches: list[Batch], reason: Reason) -> None:
    """From the calendar and the ledger alone."""
    assert of_arxiv(batches, ARXIV, moment(now)).reason is reason


def test_what_is_here_and_what_is_missing_is_counted() -> None:
    """Over all archives; the next announcement comes by the calendar."""
    batches = [
        whole("cs", MON, seen=40),
        whole("math", MON, seen=2),
        open_("econ", MON),
        open_("cs", FRI),
        open_("math", FRI),
    ]
    found = of_arxiv(batches, ARXIV, moment("2026-11-23T07:00"))
    assert (found.papers, found.whole, found.archives) == (42, 2, 3)
    assert found.missing == (FRI,)
    assert (found.day, found.since) == (MON, moment("2026-11-23T05:00"))
    assert found.next_at == moment("2026-11-24T01:00")


def test_a_deferral_that_was_told_is_a_holiday() -> None:
    """Nothing is late on a day that has no batch."""
    told = Calendar(frozenset({FRI}))
    found = of_arxiv([whole("cs", FRI)], told, moment("2026-11-23T15:00"))
    assert found.reason is Reason.HOLIDAY
