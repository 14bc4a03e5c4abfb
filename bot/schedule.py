"""When digests are due and when channels are quiet, in local time. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import DigestSchedule, QuietHours, QuietPeriod

EVERY_DAY = frozenset(range(1, 8))
WEEKDAYS = frozenset(range(1, 6))


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


def quiet_period(hours: QuietHours, now: datetime) -> QuietPeriod:
    """Return the quiet hours that hold at a moment or come next after it.

    An hour that the clocks skip is where they jump to; of an hour that occurs twice, the first
    counts. Raises ValueError for hours that are none.
    """
    if hours.start == hours.end:
        raise ValueError("quiet hours without an hour")
    zone = ZoneInfo(hours.timezone)
    day = now.astimezone(zone).date() - timedelta(days=1)
    while True:
        last = day + timedelta(days=hours.end < hours.start)
        starts_at, ends_at = _local(day, hours.start, zone), _local(last, hours.end, zone)
        if starts_at < ends_at and now < ends_at:
            return QuietPeriod(hours, starts_at, ends_at)
        day += timedelta(days=1)


def local_day(moment: datetime, timezone: str) -> date:
    """Return the date that a wall calendar in the zone shows."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def _local(day: date, hour: int, zone: ZoneInfo) -> datetime:
    # fold=0: in a gap the offset before it applies, so 02:00 of an hour's gap is 03:00, and a
    # whole skipped day is the same hour of the next; of two equal wall times it is the earlier
    # (PEP 495).
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
