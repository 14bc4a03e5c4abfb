"""What happens to papers after they were announced: which events lie between two states of one.

Pure. Each event has a name, and happens to a paper once for ever: whoever stores events keeps the
first of each name. Decides nothing about posts.
"""

from collections.abc import Iterable

from bot.domain import Event, Paper

WITHDRAWN = "withdrawn"
PUBLISHED = "published"
FEATURED = "featured"
CODE = "code"
_VERSION = "v"
_UPVOTES = "upvotes-"

UPVOTES = (25, 50, 100, 250, 500, 1_000)
"""How many upvotes are news: about a paper in three, and one in two hundred, of Daily Papers."""


def events(before: Paper, after: Paper) -> tuple[str, ...]:
    """Return the names of what happened between two states of a paper, in the order to tell it.

    A version that withdraws the paper is no news besides. Thresholds that were passed together are
    all named; `telling` leaves the highest.
    """
    is_withdrawn = after.withdrawn and not before.withdrawn
    is_newer = before.version is not None and (after.version or 0) > before.version
    happened = (
        (WITHDRAWN, is_withdrawn),
        (version(after.version or 0), is_newer and not is_withdrawn),
        (PUBLISHED, _is_published(after) and not _is_published(before)),
        (FEATURED, "huggingface" in after.sources and "huggingface" not in before.sources),
        (CODE, bool(after.code_url and not before.code_url)),
    )
    named = tuple(name for name, is_so in happened if is_so)
    return named + passed(after, more_than=before.upvotes or 0)


def passed(paper: Paper, more_than: int = 0) -> tuple[str, ...]:
    """Return the names of the thresholds of upvotes that a paper is at or above."""
    return tuple(
        f"{_UPVOTES}{threshold}"
        for threshold in UPVOTES
        if more_than < threshold <= (paper.upvotes or 0)
    )


def telling(happened: Iterable[Event]) -> list[Event]:
    """Return the events worth telling: of versions and of upvotes the highest, the others all."""
    latest: dict[str, Event] = {}
    for event in happened:
        kind = event.name.rstrip("0123456789")
        before = latest.get(kind)
        if before is None or number(event) > number(before):
            latest[kind] = event
    return list(latest.values())


def version(number_: int) -> str:
    """Return the name of the event that a version appeared."""
    return f"{_VERSION}{number_}"


def is_version(event: Event) -> bool:
    """Tell whether an event is that a version appeared."""
    return event.name.rstrip("0123456789") == _VERSION


def is_upvotes(event: Event) -> bool:
    """Tell whether an event is that a threshold of upvotes was passed."""
    return event.name.startswith(_UPVOTES)


def number(event: Event) -> int:
    """Return the version or the upvotes that an event names, 0 for one without a number."""
    digits = event.name[len(event.name.rstrip("0123456789")) :]
    return int(digits or 0)


def _is_published(paper: Paper) -> bool:
    return bool(paper.journal_ref or paper.doi)
