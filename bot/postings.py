"""The ledger of sources that say how much they hold: preprint servers by day, venues in one list.

Pure. What was posted on a day becomes known late and in no order, so a day is read again until it
has stayed the same for some days. Decides which days to read, and when one is complete.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.ledger import Batch, Trouble

SETTLING = timedelta(days=10)
"""After a day until it may be complete for good."""
STAYED = timedelta(days=3)
"""How long a day's counts must have been the same by then."""
LATEST = timedelta(days=1)
"""Before today: such days are read at each poll."""
BETWEEN_CHECKS = timedelta(hours=12)
"""Of an earlier day."""
BETWEEN_LISTS = timedelta(hours=1)
"""Between two looks at a venue's list."""
_DAY = timedelta(days=1)
_DOUBTFUL = frozenset({Trouble.UNSTEADY, Trouble.STALE})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the pages of a day held: `total` as they said last, None if they did not.

    ``found`` counts entries that could be read, each once, ``skipped`` those that could not.
    """

    total: int | None
    found: int
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a source: its newest day with something, and the days that lack some.

    ``read_at`` is when it last answered; ``missing`` are the days, the oldest first.
    """

    feed: str
    newest: Batch | None
    missing: tuple[Batch, ...]
    read_at: datetime | None


def opened(feed: str, newest: Batch | None, now: datetime, *, by_day: bool) -> list[Batch]:
    """Return the batches to begin with, given a feed's newest: a first one owes nobody the past.

    By day there is one for each day since. A list goes on in a batch of today, and the one that it
    was in is over.
    """
    today = now.astimezone(UTC).date()
    if newest is None:
        return [Batch(feed=feed, day=today)]
    if newest.day >= today:
        return []
    if by_day:
        days = (today - newest.day).days
        return [Batch(feed=feed, day=newest.day + day * _DAY) for day in range(1, days + 1)]
    return [replace(newest, closed_at=now), replace(newest, day=today)]


def to_read(open_: Iterable[Batch], now: datetime, *, by_day: bool) -> list[Batch]:
    """Return the open batches that are to be read now, in order: those that failed come last."""
    due = [batch for batch in open_ if _is_due(batch, now, by_day=by_day)]
    return sorted(due, key=lambda batch: (batch.trouble is Trouble.ERROR, batch.day))


def _is_due(batch: Batch, now: datetime, *, by_day: bool) -> bool:
    if batch.known_by is None or batch.read_at is None:
        return True
    ago = now - batch.read_at
    if not by_day:
        return ago >= BETWEEN_LISTS
    return now.astimezone(UTC).date() - batch.day <= LATEST or ago >= BETWEEN_CHECKS


def is_unchanged(batch: Batch, total: int | None, now: datetime, *, by_day: bool) -> bool:
    """Tell from the total on its first page whether a batch need not be read to its end.

    It is read anew before it is complete for good, and a list once a day: entries may be others.
    """
    if batch.known_by is None or batch.read_at is None or total != batch.announced:
        return False
    return not _is_settled(batch, now) if by_day else batch.read_at.date() >= batch.day


def after_reading(
    batch: Batch, reading: Reading, known_by: str, now: datetime, *, by_day: bool
) -> Batch:
    """Return a batch as a reading leaves it: complete for now, for good, or to be read again.

    Fewer entries than were told, or than were there before, are doubted; the same twice in a row
    is believed, for sources count some entries twice and take others away.
    """
    total = reading.found + reading.skipped if reading.total is None else reading.total
    is_same = (batch.announced, batch.seen) == (total, reading.found)
    doubt = _doubt(batch, reading, total)
    read = replace(batch, announced=total, seen=reading.found, read_at=now)
    if doubt and not (is_same and batch.trouble in _DOUBTFUL):
        return replace(read, known_by=None, trouble=doubt, trouble_at=now)
    if not is_same or batch.known_by is None:
        read = replace(read, changed_at=now)
    if reading.skipped:
        read = replace(read, trouble=Trouble.DAMAGED, trouble_at=now)
    settled = by_day and _is_settled(read, now)
    return replace(read, known_by=known_by, closed_at=now if settled else None)


def after_failure(batch: Batch, now: datetime) -> Batch:
    """Return a batch that could not be read to its end."""
    return replace(batch, trouble=Trouble.ERROR, trouble_at=now)


def newly_skipped(batch: Batch, reading: Reading) -> int:
    """Return how many entries could not be read that were not counted the last time."""
    before = (batch.announced or 0) - batch.seen if batch.known_by else 0
    return max(0, reading.skipped - before)


def standing(feed: str, batches: Collection[Batch]) -> Standing:
    """Return how it stands with a source, from its batches of the last weeks."""
    newest = max((it for it in batches if it.seen), key=lambda it: it.day, default=None)
    missing = [it for it in batches if it.is_open and it.known_by is None]
    read = (it.read_at for it in batches if it.read_at is not None)
    return Standing(
        feed,
        newest,
        tuple(sorted(missing, key=lambda it: it.day)),
        max(read, default=None),
    )


def _doubt(batch: Batch, reading: Reading, total: int) -> Trouble | None:
    if reading.found + reading.skipped < total:
        return Trouble.UNSTEADY
    return Trouble.STALE if total < (batch.announced or 0) else None


def _is_settled(batch: Batch, now: datetime) -> bool:
    is_old = now.astimezone(UTC).date() - batch.day >= SETTLING
    return is_old and batch.changed_at is not None and now - batch.changed_at >= STAYED
