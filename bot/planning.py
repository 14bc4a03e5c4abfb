"""What a poll's papers change: joined with what is stored, and judged again where facts changed.

Pure: takes values and returns values. Nothing here reads a clock, a file or the network.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from bot.domain import AnnounceType, Paper, PaperId

_ALERTS = (AnnounceType.NEW, AnnounceType.CROSS, None)
_RANK = (*_ALERTS, AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS)
"""Best first. None is a source that announces without telling a kind: Daily Papers."""


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
    not ``judged`` is owed now. ``replacement`` is how a new version was announced, if one was: an
    alert for queries that ask for such announcements, and for nobody else.
    """

    paper: Paper
    stored: Paper | None
    judged: Paper | None
    replacement: AnnounceType | None = None

    @property
    def is_alert(self) -> bool:
        """Whether matching channels are owed the paper."""
        return is_alert(self.paper)


def is_alert(paper: Paper) -> bool:
    """Tell whether an announced paper alerts: all do but one seen as a replacement only."""
    return paper.announce_type in _ALERTS


def merged(known: Paper, seen: Paper) -> Paper:
    """Join what a source says now with what is known; known facts are never lost.

    The text is that of the newest version, the first one seen of it; counts are the latest;
    categories and sources accumulate, the primary category, link and comment being the latest
    unless `seen` is an older version; the kind of announcement is the best one seen. It is the
    newest version that says whether the paper is withdrawn.
    """
    known_version, seen_version = known.version or 0, seen.version or 0
    text = seen if seen_version > known_version else known
    is_stale = 0 < seen_version < known_version
    newer, older = (known, seen) if is_stale else (seen, known)
    return replace(
        known,
        title=text.title,
        abstract=text.abstract or known.abstract or seen.abstract,
        authors=text.authors or known.authors or seen.authors,
        # All in the order known: two feeds that order them differently must not take turns.
        categories=_distinct(newer.categories[:1], known.categories, seen.categories),
        sources=_distinct(known.sources, seen.sources),
        version=text.version,
        announce_type=min(known.announce_type, seen.announce_type, key=_RANK.index),
        announced_on=known.announced_on or seen.announced_on,
        published=known.published or seen.published,
        upvotes=_latest(known.upvotes, seen.upvotes),
        stars=_latest(known.stars, seen.stars),
        comments=_latest(known.comments, seen.comments),
        code_url=newer.code_url or older.code_url,
        author_comment=newer.author_comment or older.author_comment,
        journal_ref=newer.journal_ref or older.journal_ref,
        doi=newer.doi or older.doi,
        withdrawn=text.withdrawn or (seen.withdrawn and seen_version == known_version),
    )


def changes(known: Mapping[PaperId, Known], seen: Iterable[Paper]) -> list[Change]:
    """Return what announced papers change, each paper once, in the order first seen.

    A paper about which nothing new is said is left out, unless it was only looked up until now.
    """
    found = (_change(known.get(paper.id), paper) for paper in combined(seen))
    return [change for change in found if change is not None]


def combined(seen: Iterable[Paper]) -> list[Paper]:
    """Return each paper once, its sightings merged, in the order first seen."""
    papers: dict[PaperId, Paper] = {}
    for paper in seen:
        before = papers.get(paper.id)
        papers[paper.id] = paper if before is None else merged(before, paper)
    return list(papers.values())


def _joined(known: Known, seen: Paper) -> Paper:
    paper = merged(known.paper, seen)
    if known.announced:
        return paper
    # A look-up announces nothing: whether this is an alert is for the announcement to say.
    return replace(paper, announce_type=seen.announce_type)


def _change(known: Known | None, paper: Paper) -> Change | None:
    replacement = None if is_alert(paper) else paper.announce_type
    if known is None:
        return Change(paper, None, None, replacement)
    paper = _joined(known, paper)
    if known.announced and known.paper == paper:
        return None
    if known.announced and known.paper.version == paper.version:
        replacement = None
    was_judged = known.announced and is_alert(known.paper)
    return Change(paper, known.paper, known.paper if was_judged else None, replacement)


def _latest(known: int | None, seen: int | None) -> int | None:
    return known if seen is None else seen


def _distinct(*parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(parts)))
