"""On which local days digests were due, and whether they came: once, at their hour. Pure.

Looks at wall clocks minute by minute, and at nothing of the bot's own scheduling.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.sandbox.simulation.messages import Posted
from bot.sandbox.simulation.troubles import Troubles

AT_MOST = timedelta(minutes=40)
"""From the hour of a digest to the message, where all is well."""
_UNSURE = timedelta(days=2)
"""After a digest is set: a day that had one under the old hour or zone has no second."""
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
"""No zone's clock changes by another step."""


@dataclass(slots=True)
class Schedule:
    """A channel's digest from ``since`` on. Without `tells_empty` it needs papers to come."""

    channel: int
    hour: int
    zone: str
    since: datetime
    until: datetime | None = None
    tells_empty: bool = False


def judged(
    schedules: Sequence[Schedule], messages: Iterable[Posted], troubles: Troubles
) -> Iterator[str]:
    """Yield each digest that came twice, not at all, late or early."""
    digests = [it for it in messages if it.digest is not None]
    counted = Counter((it.channel, it.digest) for it in digests)
    for (channel, day), count in counted.items():
        if count > 1:
            yield f"digest doubled: {day} in channel {channel}"
    at = {(it.channel, it.digest): it.at for it in digests}
    for schedule in schedules:
        yield from _missed(schedule, at, troubles)
    for message in digests:
        yield from _early(message, schedules, troubles)


def _missed(
    schedule: Schedule, at: dict[tuple[int, date | None], datetime], troubles: Troubles
) -> Iterator[str]:
    """Yield the days on which a digest had to come by some hour, and had not."""
    if not schedule.tells_empty or schedule.until is None:
        return
    day = (schedule.since + _UNSURE).date()
    while day < schedule.until.date():
        due = due_at(day, schedule.hour, schedule.zone)
        if due is not None and due > schedule.since:
            by = troubles.calm_after(schedule.channel, due, AT_MOST)
            came = at.get((schedule.channel, day))
            can = by < min(schedule.until, _midnight(day + _DAY, schedule.zone))
            if can and (came is None or came > by):
                word = "missed" if came is None else "late"
                yield f"digest {word}: {day} in channel {schedule.channel}, due {due:%H:%M} UTC"
        day += _DAY


def _early(message: Posted, schedules: Sequence[Schedule], troubles: Troubles) -> Iterator[str]:
    """Yield a digest that came before its hour, unless it made up for the day before."""
    day = message.digest
    for schedule in schedules:
        ended = schedule.until is not None and schedule.until < message.at
        if day is None or schedule.channel != message.channel or ended:
            continue
        if message.at < schedule.since + _UNSURE:
            return
        due = due_at(day, schedule.hour, schedule.zone)
        midnight = _midnight(day, schedule.zone)
        if due is None or message.at >= due:
            return
        if troubles.none(schedule.channel, midnight - AT_MOST, midnight):
            yield f"digest early: {day} in channel {schedule.channel} at {message.at:%H:%M} UTC"
        return


@lru_cache(maxsize=4096)
def due_at(day: date, hour: int, zone: str) -> datetime | None:
    """Return the first moment of a local day at which its clock shows an hour, or a later one."""
    place = ZoneInfo(zone)
    moment = datetime.combine(day, time(hour), UTC)
    moment -= (place.utcoffset(moment) or timedelta()) + timedelta(hours=4)
    for _ in range(36):
        wall = moment.astimezone(place)
        if wall.date() == day and wall.hour >= hour:
            return moment
        moment += _QUARTER
    return None


def _midnight(day: date, zone: str) -> datetime:
    """Return when a local day begins."""
    return due_at(day, 0, zone) or datetime.combine(day, time(), UTC)
