"""When things are due: digests in local time, and arXiv's announcement batches. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import DigestSchedule

EVERY_DAY = frozenset(range(1, 8))
WEEKDAYS = frozenset(range(1, 6))

_ARXIV_ZONE = ZoneInfo("America/New_York")
_BATCH_WEEKDAYS = WEEKDAYS
"""The listings change at midnight Eastern before Monday to Friday (arXiv help, RSS)."""


def next_digest_at(schedule: DigestSchedule, after: datetime) -> datetime:
    """Return the first moment after `after` at which the digest is due, in UTC.

    Never on `last_day` or before it. An hour that the clocks skip comes as much later as they
    jump; of an hour that occurs twice, the first counts. Raises ValueError without days.
    """
    if not schedule.days:
        raise ValueError("a digest without days is never due")
    zone = ZoneInfo(schedule.timezone)
    day = after.astimezone(zone).date()
    if schedule.last_day is not None:
        day = max(day, schedule.last_day + timedelta(days=1))
    while True:
        moment = _local(day, schedule.hour, zone)
        if day.isoweekday() in schedule.days and moment > after:
            return moment
        day += timedelta(days=1)


def local_day(moment: datetime, timezone: str) -> date:
    """Return the date that a wall calendar in the zone shows."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def batches_between(start: datetime, end: datetime) -> int:
    """Count the announcement batches that arXiv's listings began to show in (start, end].

    Holidays are not known here: a day without a batch counts like the others.
    """
    day = start.astimezone(_ARXIV_ZONE).date()
    last = end.astimezone(_ARXIV_ZONE).date()
    count = 0
    while day <= last:
        if day.isoweekday() in _BATCH_WEEKDAYS and start < _local(day, 0, _ARXIV_ZONE) <= end:
            count += 1
        day += timedelta(days=1)
    return count


def batch_start(moment: datetime, back: int = 0) -> datetime:
    """Return when arXiv's listings began to show the batch of a moment, or one `back` before it."""
    day = moment.astimezone(_ARXIV_ZONE).date()
    while True:
        if day.isoweekday() in _BATCH_WEEKDAYS:
            if back == 0:
                return listed_from(day)
            back -= 1
        day -= timedelta(days=1)


def not_yet_out(moment: datetime) -> datetime:
    """Return since when papers were submitted that no listing showed at a moment.

    A batch holds what was submitted until 14:00 Eastern on the weekday before (arXiv help,
    availability of submissions), and what moderation held back longer.
    """
    return batch_start(moment, back=1) + timedelta(hours=14)


def listed_from(day: date) -> datetime:
    """Return when arXiv's listings begin to show the batch that they date on a day."""
    return _local(day, 0, _ARXIV_ZONE)


def _local(day: date, hour: int, zone: ZoneInfo) -> datetime:
    # fold=0: in a gap the offset before it applies, so 02:00 of an hour's gap is 03:00, and a
    # whole skipped day is the same hour of the next; of two equal wall times it is the earlier
    # (PEP 495).
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
