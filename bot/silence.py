"""Why nothing came: no announcement, a late one, a source that is down, or nothing that matched.

Pure. Says it of arXiv, whose calendar tells when something should have come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.announcements import EASTERN, Calendar, Outlet, due_at
from bot.ledger import Batch, Trouble

GRACE = timedelta(hours=1)
"""After midnight Eastern until a listing counts as late: it is made then."""
_SATURDAY = 6


class Reason(StrEnum):
    """Why there is nothing new from arXiv, or that there is."""

    UNKNOWN = "unknown"
    """It was not asked yet."""
    COMPLETE = "complete"
    """Today's announcement is here, all of it."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    """ArXiv defers its announcement, as it said, or as it turned out."""
    DUE = "due"
    """Today's announcement is just being published."""
    LATE = "late"
    """ArXiv answers, and does not show today's announcement whole."""
    DOWN = "down"
    """ArXiv does not answer."""


@dataclass(frozen=True, slots=True)
class Silence:
    """How it stands with arXiv's announcement of `day`, the newest that should be there.

    ``papers`` counts those seen of it over all archives (cross-lists more than once), ``whole`` and
    ``archives`` how many archives are complete, of how many. ``since`` is when it was due.
    ``missing`` are earlier days of which something may still be missing.
    """

    reason: Reason
    day: date
    since: datetime
    next_at: datetime
    papers: int = 0
    whole: int = 0
    archives: int = 0
    missing: tuple[date, ...] = ()


def of_arxiv(batches: Iterable[Batch], calendar: Calendar, now: datetime) -> Silence:
    """Tell how it stands with arXiv, from the ledger's rows of the last weeks."""
    batches = list(batches)
    day = calendar.newest(now)
    rows = [batch for batch in batches if batch.day == day]
    missing = {batch.day for batch in batches if batch.is_open and batch.day < day}
    return Silence(
        reason=_reason(rows, day, now) if batches else Reason.UNKNOWN,
        day=day,
        since=due_at(day, Outlet.LISTING),
        next_at=calendar.next_announcement(now),
        papers=sum(batch.seen for batch in rows),
        whole=sum(not batch.is_open for batch in rows),
        archives=len({batch.feed for batch in batches}),
        missing=tuple(sorted(missing)),
    )


def _reason(rows: list[Batch], day: date, now: datetime) -> Reason:
    today = now.astimezone(EASTERN).date()
    open_ = [batch for batch in rows if batch.is_open]
    if not open_ and rows:
        if today != day:
            return Reason.WEEKEND if today.isoweekday() >= _SATURDAY else Reason.HOLIDAY
        # Closed without anything in any archive: nothing came, whatever the calendar says.
        watched = any(batch.known_by for batch in rows)
        is_off = watched and not any(batch.seen for batch in rows)
        return Reason.HOLIDAY if is_off else Reason.COMPLETE
    down = sum(batch.trouble is Trouble.ERROR for batch in open_)
    if down * 2 > len(rows):
        return Reason.DOWN
    return Reason.DUE if now - due_at(day, Outlet.LISTING) < GRACE else Reason.LATE
