"""The bot's messages as a reader sees them: which papers, and whether it is a digest. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain import PaperId
from bot.sandbox.simulation.discord import Sent

_DIGEST = re.compile(r"^## (?:No|[\d,]+) papers? for \w+ (\d+ \w+)$", re.MULTILINE)
_PAGE = re.compile(r"\bPage \d+ of \d+\b")
_CATCH_UP = re.compile(r"^## Catching up", re.MULTILINE)
_LINK = "/abs/"
_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message: ``digest`` is the day that a digest's first page names."""

    channel: int
    at: datetime
    papers: frozenset[PaperId]
    digest: date | None
    answers: tuple[tuple[PaperId, str], ...]
    """What happened to a paper, by name, where it says that in the thread of a post."""
    is_single: bool
    """Whether it is of papers one by one: neither a digest nor a catch-up."""


def posted(sent: Sent) -> Posted:
    """Read a message."""
    text, at = sent.first.text, datetime.fromtimestamp(sent.at, UTC)
    links = {it.rpartition(_LINK)[2] for it in sent.first.links if _LINK in it}
    answers = sorted(it.partition("#") for it in links if "#" in it)
    papers = frozenset(PaperId(it) for it in links if "#" not in it)
    heading = _DIGEST.search(text)
    return Posted(
        channel=sent.place.number,
        at=at,
        papers=papers,
        digest=_day(heading[1], at) if heading else None,
        answers=tuple((PaperId(id_), names) for id_, _, names in answers),
        is_single=bool(papers) and not (heading or _PAGE.search(text) or _CATCH_UP.search(text)),
    )


def _day(text: str, at: datetime) -> date:
    """Return the day nearest to a moment that a heading means."""
    days = [
        datetime.strptime(f"{text} {year}", "%d %B %Y").replace(tzinfo=UTC)
        for year in (at.year - 1, at.year, at.year + 1)
    ]
    return min(days, key=lambda day: abs(day - at)).date()
