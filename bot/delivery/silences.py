"""What a digest says of the announcements themselves, each text inert markdown. Pure."""

from datetime import date

from bot.silence import Reason, Silence

CALENDAR = "https://info.arxiv.org/help/availability.html"
"""ArXiv's own words about when it announces."""
_EMPTY = {
    Reason.WEEKEND: "No announcement, for it was the weekend at arXiv.",
    Reason.HOLIDAY: "No announcement, for arXiv had a day off.",
    Reason.DUE: "arXiv's announcement was late.",
    Reason.LATE: "arXiv's announcement was late.",
    Reason.DOWN: "arXiv did not answer.",
}


def why_empty(checked: int, reason: Reason | None) -> str:
    """Return why a digest holds no papers, of how many that were checked."""
    if checked:
        return f"Nothing matched ({checked:,} paper{'s' * (checked != 1)} checked)."
    nothing = "No paper was announced since the one before."
    return _EMPTY.get(reason, nothing) if reason else nothing


def what_lacks(arxiv: Silence) -> str | None:
    """Return what a digest with papers lacks, None if nothing."""
    missing = [*arxiv.missing, *([arxiv.day] if arxiv.reason in _NOT_HERE else [])]
    if not missing:
        return None
    late = "does not answer" if arxiv.reason is Reason.DOWN else "is late"
    since = _day(missing[0])
    return f"arXiv {late}: what was announced for {since} or since may follow."


_NOT_HERE = {Reason.LATE, Reason.DOWN}


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
