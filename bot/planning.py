"""What a poll's papers change: joined with what is stored, and judged again where facts changed.

Pure: takes values and returns values. Nothing here reads a clock, a file or the network.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from bot.domain import AnnounceType, Paper, PaperId

_RANK = {
    AnnounceType.NEW: 0,
    AnnounceType.CROSS: 1,
    AnnounceType.REPLACE: 2,
    AnnounceType.REPLACE_CROSS: 3,
}
_ALERTS = (AnnounceType.NEW, AnnounceType.CROSS, None)
_LISTINGS = "arxiv"


@dataclass(frozen=True, slots=True)
class Known:
    """A stored paper; ``announced`` is False while it was only looked up by somebody."""

    paper: Paper
    announced: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A paper to store and match.

    ``stored`` is what was known of it, None for a new paper; ``judged`` the facts under which
    subscriptions have been matched already, None if they never were. What matches ``paper`` but
    not ``judged`` is owed now.
    """

    paper: Paper
    stored: Paper | None
    judged: Paper | None

    @property
    def is_alert(self) -> bool:
        """Whether matching channels are owed the paper."""
        return is_alert(self.paper)


def is_alert(paper: Paper) -> bool:
    """Tell whether a paper alerts: all do but one first seen as a replacement in a listing."""
    return paper.announce_type in _ALERTS or any(name != _LISTINGS for name in paper.sources)


def merged(known: Paper, seen: Paper) -> Paper:
    """Join what a source says now with what is known; known facts are never lost.

    The text is that of the newest version; counts are the latest ones; categories, sources and
    links accumulate; the kind of announcement is the best one seen (new, cross-list, replaced).
    """
    is_newer = (seen.version or 0) > (known.version or 0)
    text = seen if is_newer else known
    return replace(
        known,
        title=text.title,
        abstract=text.abstract or known.abstract or seen.abstract,
        authors=text.authors or known.authors or seen.authors,
        categories=tuple(dict.fromkeys(chain(seen.categories, known.categories))),
        sources=tuple(dict.fromkeys(chain(known.sources, seen.sources))),
        version=text.version,
        announce_type=_best(known.announce_type, seen.announce_type),
        announced_on=known.announced_on or seen.announced_on,
        published=known.published or seen.published,
        upvotes=_latest(known.upvotes, seen.upvotes),
        stars=_latest(known.stars, seen.stars),
        comments=_latest(known.comments, seen.comments),
        code_url=seen.code_url or known.code_url,
        author_comment=seen.author_comment or known.author_comment,
    )


def changes(known: Mapping[PaperId, Known], seen: Iterable[Paper]) -> list[Change]:
    """Return what announced papers change, each paper once, in the order first seen.

    A paper about which nothing new is said is left out, unless it was only looked up until now.
    """
    latest: dict[PaperId, Paper] = {}
    for paper in seen:
        before = latest.get(paper.id) or _paper(known.get(paper.id))
        latest[paper.id] = paper if before is None else merged(before, paper)
    found = (_change(known.get(paper.id), paper) for paper in latest.values())
    return [change for change in found if change is not None]


def _change(known: Known | None, paper: Paper) -> Change | None:
    if known is None:
        return Change(paper, None, None)
    if known.announced and known.paper == paper:
        return None
    was_judged = known.announced and is_alert(known.paper)
    return Change(paper, known.paper, known.paper if was_judged else None)


def _paper(known: Known | None) -> Paper | None:
    return None if known is None else known.paper


def _latest(known: int | None, seen: int | None) -> int | None:
    return known if seen is None else seen


def _best(known: AnnounceType | None, seen: AnnounceType | None) -> AnnounceType | None:
    kinds = [kind for kind in (known, seen) if kind is not None]
    return min(kinds, key=_RANK.__getitem__, default=None)
