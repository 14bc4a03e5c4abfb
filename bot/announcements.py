"""arXiv's announcements: on which days, when each place shows them, what each of them holds. Pure.

A batch is named by the day that listings date it, the one after the evening on which it is
announced. Source: https://info.arxiv.org/help/availability.html. Knows no feed and no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")

HOLIDAYS = frozenset(
    date(2026, month, day)
    for month, day in (
        (1, 1),
        (1, 19),
        (6, 19),
        (7, 3),
        (9, 7),
        (11, 26),
        (12, 25),
        (12, 29),
        (12, 31),
    )
)
"""The deferred days that arXiv lists; of other years none is known yet."""

_DAY = timedelta(days=1)
_SATURDAY = 6
_ANNOUNCED = time(20)
_SUBMITTED_BY = time(14)


class Outlet(Enum):
    """A place that shows batches: days after the evening of the announcement, and the time there.

    As the manuals and users say; none of it is promised.
    """

    OAI = (0, time(22, 30))
    LISTING = (1, time(0))
    API = (2, time(0))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of announcement, but for weekdays that are deferred: holidays, and other reasons.

    What is submitted on a deferred day waits for the next one. A deferred Friday therefore moves
    Sunday's announcement to Monday: after Friday 4 July 2025, Monday's listing held nothing.
    """

    deferred: frozenset[date] = HOLIDAYS

    def has_batch(self, day: date) -> bool:
        """Tell whether listings date a batch on a day."""
        return day.isoweekday() < _SATURDAY and _weekday_before(day) not in self.deferred

    def before(self, day: date) -> date:
        """Return the last day with a batch before a day."""
        day -= _DAY
        while not self.has_batch(day):
            day -= _DAY
        return day

    def after(self, day: date) -> date:
        """Return the first day with a batch after a day."""
        day += _DAY
        while not self.has_batch(day):
            day += _DAY
        return day

    def between(self, after: date, until: date) -> Iterator[date]:
        """Yield the days with a batch later than `after`, up to `until`."""
        day = self.after(after)
        while day <= until:
            yield day
            day = self.after(day)

    def newest(self, moment: datetime, outlet: Outlet = Outlet.LISTING) -> date:
        """Return the day of the newest batch that an outlet should show at a moment."""
        # Two days on, no outlet shows a batch yet.
        day = self.before(moment.astimezone(EASTERN).date() + 3 * _DAY)
        while due_at(day, outlet) > moment:
            day = self.before(day)
        return day

    def next_announcement(self, moment: datetime) -> datetime:
        """Return when arXiv announces next, after a moment."""
        day = self.after(moment.astimezone(EASTERN).date() - _DAY)
        while announced_at(day) <= moment:
            day = self.after(day)
        return announced_at(day)

    def previous_announcement(self, moment: datetime) -> datetime:
        """Return when arXiv announced last, at a moment or before it."""
        day = self.before(moment.astimezone(EASTERN).date() + 2 * _DAY)
        while announced_at(day) > moment:
            day = self.before(day)
        return announced_at(day)

    def holding(self, submitted: datetime) -> date:
        """Return the day of the first batch that can hold what was submitted at a moment.

        Moderation may hold it back for one to four days, or more.
        """
        day = self.after(submitted.astimezone(EASTERN).date() - _DAY)
        while closed_at(day) <= submitted:
            day = self.after(day)
        return day


ARXIV = Calendar()
"""With no deferrals but the listed holidays."""


def announced_at(day: date) -> datetime:
    """Return when the batch of a day is announced: at 20:00 Eastern the evening before, in UTC."""
    return _eastern(day - _DAY, _ANNOUNCED)


def due_at(day: date, outlet: Outlet) -> datetime:
    """Return when an outlet begins to show the batch of a day, in UTC."""
    days, at = outlet.value
    return _eastern(day + (days - 1) * _DAY, at)


def closed_at(day: date) -> datetime:
    """Return until when submissions get into the batch of a day: 14:00 Eastern the weekday before.

    In UTC.
    """
    return _eastern(_weekday_before(day), _SUBMITTED_BY)


def _weekday_before(day: date) -> date:
    day -= _DAY
    while day.isoweekday() >= _SATURDAY:
        day -= _DAY
    return day


def _eastern(day: date, at: time) -> datetime:
    return datetime.combine(day, at, EASTERN).astimezone(UTC)
