"""The ledger: of each announcement day of each feed, what was announced, what was seen, how known.

Pure. Decides from what a poll showed which days are complete, and which must be filled from
elsewhere. Nothing here reads a clock or a database.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.announcements import EASTERN, Calendar, Outlet, due_at

PATIENCE = timedelta(hours=3)
"""How long after its time a listing is waited for, before its batch is asked for elsewhere."""
BETWEEN_FILLS = timedelta(hours=6)
"""Of a batch that no other place has either: then arXiv itself is late, or had a day off."""
OLDEST_FIRST = timedelta(days=7)
"""How old the first listing seen of a feed may be; else it is dead, or our clock is wrong."""
_DAY = timedelta(days=1)


class Trouble(StrEnum):
    """Why a listing did not give a batch whole."""

    STALE = "stale"
    """It still showed an earlier batch, perhaps under the new day."""
    CUT = "cut"
    """It held as many entries as it ever does."""
    TRUNCATED = "truncated"
    """The document broke off."""
    DAMAGED = "damaged"
    """Some of its entries could not be read."""
    EMPTY = "empty"
    """It held nothing."""
    ERROR = "error"
    """It held an error, or there was no answer."""
    UNSTEADY = "unsteady"
    """Its pages did not hold as many entries as they said: it changed while it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A feed's announcement day. ``announced`` is None while nobody has said how many there are.

    ``known_by`` names what completed it: ``listing``, ``categories``, ``oai``, ``api``; None while
    it is open, and for the one that was out before the first poll. ``trouble`` is the latest one,
    and stays. ``found`` counts what a fill in progress has found of the day.
    """

    feed: str
    day: date
    announced: int | None = None
    seen: int = 0
    found: int = 0
    known_by: str | None = None
    trouble: Trouble | None = None
    trouble_at: datetime | None = None
    closed_at: datetime | None = None
    changed_at: datetime | None = None
    """When its counts changed last, where it is read more than once (`bot.postings`)."""
    read_at: datetime | None = None
    """When it was last read, or found unchanged."""

    @property
    def is_open(self) -> bool:
        """Whether something of it may be missing."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a poll of a listing showed. ``day`` is the newest that its entries bear, None without.

    ``announced`` counts its entries, ``seen`` those that could be read. `is_unchanged` means that
    the source said so, `is_repeated` that they are those of an earlier day.
    """

    day: date | None = None
    announced: int = 0
    seen: int = 0
    known_by: str = "listing"
    trouble: Trouble | None = None
    is_unchanged: bool = False
    is_repeated: bool = False


Days = Mapping[date, Batch]
"""A feed's batches by day."""


def after_poll(
    feed: str, known: Days, sighting: Sighting, calendar: Calendar, now: datetime
) -> list[Batch]:
    """Return the batches of a feed that a poll has opened, changed or closed."""
    days = dict(known)
    due = calendar.newest(now)
    shown = _believable(sighting.day, now)
    if not days:
        if sighting.trouble is Trouble.ERROR:
            return []
        if shown is None or due - shown > OLDEST_FIRST:
            # What was out before the first answer is nobody's to miss.
            return [Batch(feed=feed, day=due, closed_at=now)]
        days[shown] = Batch(feed=feed, day=shown)
        if shown < due:
            # Nor is what should have been out, once it is not to be expected any more.
            is_late = now >= due_at(due, Outlet.LISTING) + PATIENCE
            days[due] = Batch(feed=feed, day=due, closed_at=now if is_late else None)
    for day in calendar.between(max(days), due):
        days[day] = Batch(feed=feed, day=day)
    if shown is not None and shown > min(days):
        # Also a day that the calendar does not know.
        days.setdefault(shown, Batch(feed=feed, day=shown))
    _note(days, shown, due, sighting, now)
    return [batch for day, batch in days.items() if known.get(day) != batch]


def _note(
    days: dict[date, Batch], shown: date | None, due: date, sighting: Sighting, now: datetime
) -> None:
    """Write what was seen into the batches that it is about."""
    if shown in days:
        days[shown] = _seen(days[shown], sighting, now)
    newest = days.get(due)
    if newest is None or not newest.is_open or shown == due:
        return
    if sighting.is_unchanged and newest.seen:
        return  # the document in which a part of it was seen
    trouble = sighting.trouble if shown is None else None
    days[due] = replace(newest, trouble=trouble or Trouble.STALE, trouble_at=now)


def _seen(batch: Batch, sighting: Sighting, now: datetime) -> Batch:
    if sighting.is_repeated:
        return replace(batch, trouble=Trouble.STALE, trouble_at=now) if batch.is_open else batch
    if not batch.is_open and sighting.seen <= batch.seen:
        return batch
    batch = replace(batch, seen=max(batch.seen, sighting.seen))
    if sighting.trouble is not None:
        return replace(batch, trouble=sighting.trouble, trouble_at=now)
    return replace(batch, announced=sighting.announced, known_by=sighting.known_by, closed_at=now)


def _believable(day: date | None, now: datetime) -> date | None:
    """Return a listing's day, None if it lies in the future: it was damaged, or our clock is."""
    latest = now.astimezone(EASTERN).date() + _DAY
    return day if day is not None and day <= latest else None


def to_fill(days: Days, outlet: Outlet, now: datetime) -> list[date]:
    """Return the open days that another place should have by now, if one of them cannot wait.

    A day waits while its listing is expected, or may be asked again to be whole.
    """
    open_ = open_days(days, outlet, now)
    listed = max((day for day, batch in days.items() if batch.seen), default=date.min)
    at_once = {Trouble.CUT, Trouble.DAMAGED}
    pressing = (
        day < listed
        or days[day].trouble in at_once
        or now >= due_at(day, Outlet.LISTING) + PATIENCE
        for day in open_
    )
    return open_ if any(pressing) else []


def fill_is_due(
    days: Days, outlet: Outlet, began: datetime | None, ended: datetime | None, now: datetime
) -> bool:
    """Tell whether a fill is to begin, or to go on that began and is not at its end.

    `ended` is when the last one was.
    """
    if began is not None and open_days(days, outlet, began):
        return True
    missing = to_fill(days, outlet, now)
    if not missing or ended is None:
        return bool(missing)
    since = max(max(due_at(day, outlet), due_at(day, Outlet.LISTING)) for day in missing)
    return since > ended or now - ended >= BETWEEN_FILLS


def open_days(days: Days, outlet: Outlet, at: datetime) -> list[date]:
    """Return the open days whose batch a place should have had at a moment."""
    return sorted(day for day, batch in days.items() if batch.is_open and due_at(day, outlet) <= at)


def changed_since(days: Days, first: date) -> date:
    """Return since when records must have changed to be of a day or later.

    At eight in the evening, Eastern, that day has begun in UTC; a day more does no harm. Days
    before it on which nothing was found are asked for again: arXiv may only have been late.
    """
    earlier = sorted((day for day in days if day < first), reverse=True)
    for day in earlier:
        if days[day].seen or days[day].known_by in {None, "listing", "categories"}:
            break
        first = day
    return first - _DAY


def after_fill(
    days: Days,
    began: datetime,
    outlet: tuple[str, Outlet],
    published: Collection[date],
    calendar: Calendar,
    now: datetime,
) -> list[Batch]:
    """Return the batches that are complete, with all found that a place (name, outlet) has.

    A day of which nothing was found is complete if arXiv announced something that day, in
    whichever archive (`published`), or once the next batch was due: else it may yet come.
    """
    name, place = outlet
    closed = []
    for day in open_days(days, place, began):
        batch = days[day]
        seen = max(batch.seen, batch.found)
        is_over = began >= due_at(calendar.after(day), Outlet.LISTING)
        if seen or day in published or is_over:
            closed.append(replace(batch, announced=seen, seen=seen, known_by=name, closed_at=now))
    return closed


def with_found(days: Days, found: Iterable[date]) -> list[Batch]:
    """Return the open batches with as many more found as there are days in `found`."""
    more: dict[date, int] = {}
    for day in found:
        more[day] = more.get(day, 0) + 1
    return [
        replace(days[day], found=days[day].found + number)
        for day, number in more.items()
        if day in days and days[day].is_open
    ]
