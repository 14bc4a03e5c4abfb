"""What became of the papers that a source has changed since a gap began: new, replaced, or neither.

Pure. A listing says how it announces a paper; OAI-PMH and the query API do not, so it is decided:

- new: its number is above every number that was announced before the gap. arXiv gives numbers at
  the announcement and in its order (help/availability: "cannot be assigned until the paper is
  announced"), so neither moderation nor a later version hides it. Or, where numbers do not tell,
  nobody listed it and its first version came in too late, or just in time, for the batch before.
- cross: it is known, and has categories that it had not.
- replace: its newest version came in after the batch before the gap was closed.
- else only its record was touched (a journal reference, an administrator): not announced.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.announcements import Calendar, closed_at
from bot.domain import AnnounceType, Paper, PaperId
from bot.planning import Known

MODERATION = timedelta(days=5)
"""How long before its announcement a paper may have been submitted (arXiv: 1 to 4 days or more)."""
HISTORY = timedelta(days=30)
"""How long before a gap papers are kept for look-backs, which nobody is owed."""


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as an archive has it. ``revised`` is when its newest version was submitted.

    ``changed_on`` is the day (UTC) on which anything of it changed last.
    """

    paper: Paper
    revised: datetime | None = None
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Batches of an archive that were not seen whole, from `first` on.

    ``last`` is the newest batch that there can be. ``newest_id`` is the greatest number announced
    before, or one of the first of the gap, ``watched_since`` the day of the first batch that this
    archive was watched for: what was in it is known, or in the gap. None where not known.
    """

    archive: str
    first: date
    last: date
    newest_id: PaperId | None = None
    watched_since: date | None = None


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a page of records came to: to be announced, to be kept as history."""

    announced: tuple[Paper, ...] = ()
    history: tuple[Paper, ...] = ()


def sort(
    records: Iterable[Record], gap: Gap, known: Mapping[PaperId, Known], calendar: Calendar
) -> Sorted:
    """Decide how each record was announced in a gap; what was not, and is old, is left out."""
    announced: list[Paper] = []
    history: list[Paper] = []
    for record in records:
        before = known.get(record.paper.id)
        stored = before.paper if before is not None and before.announced else None
        kind = _kind(record, gap, stored, calendar)
        if kind is not None:
            is_same = stored is not None and kind in {AnnounceType.NEW, stored.announce_type}
            known_day = stored.announced_on if stored and is_same else None
            day = known_day or _day(record, kind, gap, calendar)
            announced.append(replace(record.paper, announce_type=kind, announced_on=day))
        elif stored is None and _is_recent(record, gap):
            history.append(record.paper)
    return Sorted(tuple(announced), tuple(history))


def number_order(paper_id: PaperId) -> tuple[bool, str]:
    """Return a key that sorts arXiv's numbers as they were given; those before 2007 are first."""
    return "/" not in paper_id, paper_id


def _kind(
    record: Record, gap: Gap, stored: Paper | None, calendar: Calendar
) -> AnnounceType | None:
    begins = closed_at(calendar.before(gap.first))
    if _is_new(record, gap, begins, calendar):
        return AnnounceType.NEW
    if stored is not None and set(record.paper.categories) - set(stored.categories):
        return AnnounceType.CROSS
    if stored is not None and (stored.announced_on or date.min) >= gap.first:
        return stored.announce_type  # a part of the batch was seen
    if record.revised is None or record.revised < begins or (record.paper.version or 1) == 1:
        return None
    is_primary = (record.paper.primary_category or "").partition(".")[0] == gap.archive
    return AnnounceType.REPLACE if is_primary else AnnounceType.REPLACE_CROSS


def _is_new(record: Record, gap: Gap, begins: datetime, calendar: Calendar) -> bool:
    identifier, submitted = record.paper.id, record.paper.published
    if gap.newest_id is not None and number_order(identifier) > number_order(gap.newest_id):
        return True
    if submitted is None:
        return False
    since = begins - MODERATION
    # What the batches before the first one held, nobody here has seen: they may hold it.
    if gap.watched_since is not None:
        since = max(since, closed_at(calendar.before(gap.watched_since)))
    return submitted >= since


def _day(record: Record, kind: AnnounceType, gap: Gap, calendar: Calendar) -> date:
    """Return on which of the gap's days a record was announced, as near as can be told."""
    is_first = (record.paper.version or 1) == 1
    touched = record.changed_on
    # Eight in the evening, Eastern, is the next day in UTC: the one that listings name.
    if is_first and touched is not None and calendar.has_batch(touched):
        day = touched
    else:
        is_new = kind is AnnounceType.NEW
        submitted = record.paper.published if is_new else record.revised
        day = gap.first if submitted is None else calendar.holding(submitted)
    return min(max(day, gap.first), gap.last)


def _is_recent(record: Record, gap: Gap) -> bool:
    submitted = record.paper.published
    return submitted is not None and submitted >= closed_at(gap.first) - HISTORY
