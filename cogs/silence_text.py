"""Why nothing came, in words. Pure; contains no command."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.ledger import Batch
from bot.postings import Standing
from bot.silence import Reason, Silence
from cogs.wording import plural, timestamp

_MOST_DAYS = 5


def arxiv_text(arxiv: Silence, heard_at: datetime | None = None) -> str:
    """Return how it stands with arXiv's newest announcement, in a sentence; "" if not asked yet.

    `heard_at` is when those of its feeds that fail last answered.
    """
    batch = f"the announcement of {_day(arxiv.day)}"
    following = f"; the next one is due {timestamp(arxiv.next_at)}"
    due = timestamp(arxiv.since)
    down = f"it has been down since {timestamp(heard_at)}" if heard_at else "it is down"
    return {
        Reason.UNKNOWN: "",
        Reason.COMPLETE: f"{batch} is here, all of it{following}.",
        Reason.WEEKEND: f"no announcement today, for it is the weekend{following}.",
        Reason.HOLIDAY: f"no announcement today, a day off there{following}.",
        Reason.DUE: f"{batch} is just coming in.",
        Reason.LATE: f"{batch} is late. It was due {due}; {_share(arxiv)} have it whole.",
        Reason.DOWN: f"{down}; {batch} was due {due}.",
    }[arxiv.reason]


def checked_text(checked: int, matched: int) -> str:
    """Return how many papers were checked for a channel and how many matched."""
    if not checked:
        return "no paper was checked yet."
    if not matched:
        return f"nothing matched ({plural(checked, 'paper')} checked)."
    return f"{plural(checked, 'paper')} checked, {matched:,} matched."


def posted_text(stands: Standing) -> str:
    """Return how it stands with a source that tells how much it holds, in a sentence or two."""
    newest = stands.newest
    lacking = [_lacking(batch) for batch in stands.missing[:_MOST_DAYS]]
    hidden = len(stands.missing) - len(lacking)
    more = f" and {hidden:,} more" if hidden else ""
    missing = f"not complete yet: {', '.join(lacking)}{more}; I go on reading." if lacking else ""
    if newest is None:
        return missing or "nothing was posted there since I began to read it."
    if newest.known_by is None:
        return missing
    here = f"{newest.seen:,} posted on {_day(newest.day)}, new preprints and new versions"
    if stands.feed.startswith("openreview"):
        here = f"{plural(newest.seen, 'submission')} seen"
    return f"{here}; {missing or 'nothing is missing.'}"


def _lacking(batch: Batch) -> str:
    if batch.read_at is None or batch.announced is None:
        return f"{_day(batch.day)} (not read)"
    return f"{_day(batch.day)} ({batch.seen:,} of {batch.announced:,})"


def days_list(days: Sequence[date]) -> str:
    """Return days in words, the first few of many."""
    named = [_day(day) for day in days[:_MOST_DAYS]]
    hidden = len(days) - len(named)
    return ", ".join(named) + (f" and {hidden:,} more" if hidden else "")


def _share(arxiv: Silence) -> str:
    return f"{arxiv.whole:,} of {plural(arxiv.archives, 'archive')}"


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
