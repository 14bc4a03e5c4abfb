"""What became of a paper, as lines of its card: withdrawn, published, new versions. Pure.

Each line is one inert markdown line or empty. Links lead to doi.org only, whatever authors write.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from bot import lives
from bot.delivery.escape import inert_within, label_within
from bot.delivery.message import LONGEST_URL
from bot.domain import AnnounceType, Event, Paper
from bot.text.plain import readable

_IN = re.compile(
    r"\A(?:(?:published|appeared|to appear) )?in(?:[:\s]\s*|(?=Proceedings\b))", re.IGNORECASE
)
"""What authors write before the journal, and the line says already."""
_LONGEST_JOURNAL = 120
_LONGEST_REASON = 200
_DOI_CHARACTERS = "/.:;,-_~"
"""Of a DOI, what needs no quoting in an address and cannot end a masked link."""
_REPLACEMENTS = frozenset({AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS})


def withdrawal_line(paper: Paper, events: Iterable[Event], limit: int = _LONGEST_REASON) -> str:
    """Return that a paper is withdrawn, since when, and its authors' reason in `limit` characters.

    Empty for one that is not.
    """
    if not paper.withdrawn:
        return ""
    days = (f" on {day(it.at)}" for it in events if it.name == lives.WITHDRAWN)
    said = f"Withdrawn{next(days, '')}"
    reason = inert_within(readable((paper.author_comment or "")[:800]), min(limit, _LONGEST_REASON))
    return f"**{said}:** {reason}" if reason and limit else f"**{said}**"


def standing_line(paper: Paper, events: Iterable[Event]) -> str:
    """Return a paper's version and publication, and what happened since its post was written.

    A first version is not named. How many upvotes it has, and that it is withdrawn, stand
    elsewhere.
    """
    told = [(it, text) for it in lives.telling(events) if (text := _told(it, paper))]
    names = {"v" if lives.is_version(event) else event.name for event, _ in told}
    known = (
        f"v{paper.version}" if _is_later(paper) and "v" not in names else "",
        publication(paper) if lives.PUBLISHED not in names else "",
    )
    return " · ".join(filter(None, (*known, *_by_day(told))))


def update_lines(paper: Paper, events: Iterable[Event]) -> list[str]:
    """Return what happened to a paper just now, a line for each thing."""
    said = {
        lives.WITHDRAWN: withdrawal_line(paper, ()) or "**Withdrawn**",
        lives.PUBLISHED: _capitalised(publication(paper)),
        lives.FEATURED: "Featured in Hugging Face Daily Papers",
        lives.CODE: "Code released",
    }
    return [text for it in lives.telling(events) if (text := said.get(it.name) or _numbered(it))]


def publication(paper: Paper) -> str:
    """Return where a paper was published, as a link where its DOI is known; empty if nowhere."""
    journal = _IN.sub("", readable((paper.journal_ref or "")[:500])).rstrip(" .")
    text = inert_within(journal, _LONGEST_JOURNAL)
    address = f"https://doi.org/{quote(paper.doi or '', safe=_DOI_CHARACTERS)}"
    if paper.doi is None or len(address) > LONGEST_URL:
        return f"published in {text}" if text else ""
    label = label_within(journal, _LONGEST_JOURNAL)
    return f"published in [{label}]({address})" if label else f"[published article]({address})"


def day(moment: datetime) -> str:
    """Return the day of a moment, in UTC."""
    return f"{moment.day} {moment:%B %Y}"


def _numbered(event: Event) -> str:
    if lives.is_version(event):
        return f"New version: v{lives.number(event)}"
    if lives.is_upvotes(event):
        return f"Reached {lives.number(event):,} upvotes in Daily Papers"
    return ""


def _capitalised(line: str) -> str:
    return line[:1].upper() + line[1:]


def _by_day(told: Sequence[tuple[Event, str]]) -> Iterator[str]:
    """Yield what happened on each day: ``Updated 30 September 2026: v2, code``."""
    in_order = sorted(told, key=lambda each: each[0].at)
    for number, (on, group) in enumerate(groupby(in_order, lambda each: day(each[0].at))):
        begins = "" if number else "Updated "
        yield f"{begins}{on}: {', '.join(text for _, text in group)}"


def _told(event: Event, paper: Paper) -> str:
    if lives.is_version(event):
        return f"v{lives.number(event)}"
    return {
        lives.PUBLISHED: publication(paper),
        lives.FEATURED: "in Daily Papers",
        lives.CODE: "code",
    }.get(event.name, "")


def _is_later(paper: Paper) -> bool:
    """Whether it is a later version than the first, and not announced as one: that is said then."""
    return (paper.version or 1) > 1 and paper.announce_type not in _REPLACEMENTS
