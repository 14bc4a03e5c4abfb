"""What the sources on loopback hold: the batch announced, the papers featured, and all of them.

Answers questions as arXiv's query API reads them; knows no HTTP.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain import Paper, PaperId
from bot.sandbox.feed_shapes import is_in, submitted_at
from bot.sources.arxiv_archives import ARCHIVES, archive_of
from bot.sources.arxiv_listing import LIMIT

_SPAN = re.compile(r"\[(\d{12}) TO (\d{12})\]")
_CATEGORIES = frozenset(ARCHIVES) | {it for every in ARCHIVES.values() for it in every}

Batch = tuple[date, tuple[Paper, ...]]


class UnknownQuery(ValueError):  # noqa: N818 - reads as what happened
    """A listing or a search that arXiv would refuse; the text is its message."""


class Archive:
    """The papers of the sources on loopback."""

    def __init__(self) -> None:
        self._nothing: Batch = (date(2026, 11, 1), ())
        self._batches: list[dict[str, Batch]] = [{}, {}]
        self._papers: dict[PaperId, Paper] = {}
        self._changed: dict[PaperId, date] = {}
        self._featured: dict[date, dict[PaperId, Paper]] = {}

    def announce(self, papers: Iterable[Paper], on: date, archive: str | None) -> None:
        """Replace the current batch, of all archives or of one."""
        batch = (on, tuple(papers))
        current = self._batches[-1]
        changed = {archive: batch} if archive else dict.fromkeys(ARCHIVES, batch)
        self._batches = [current, current | changed]
        self.hold(replace(paper, announced_on=on) for paper in batch[1])
        self.touch((paper.id for paper in batch[1]), on)

    def hold(self, papers: Iterable[Paper]) -> None:
        """Let the query API know papers; a new version replaces the older one."""
        for paper in papers:
            known = self._papers.get(paper.id)
            if known is None or (known.version or 1) <= (paper.version or 1):
                submitted = known.published if known else submitted_at(paper)
                self._papers[paper.id] = replace(paper, published=submitted)

    def touch(self, ids: Iterable[PaperId], on: date) -> None:
        """Let OAI-PMH say that records changed last on a day: at an announcement, or for less."""
        self._changed.update(dict.fromkeys(ids, on))

    def changed(self, wanted: str, since: date) -> list[tuple[date, Paper]]:
        """Return what changed in a set since a day, in the order of that; raises UnknownQuery."""
        archive = frozenset([wanted.rpartition(":")[2]])
        if not archive <= _CATEGORIES:
            raise UnknownQuery(wanted)
        return sorted(
            (
                (on, self._papers[id_])
                for id_, on in self._changed.items()
                if on >= since and any(is_in(it, archive) for it in self._papers[id_].categories)
            ),
            key=lambda found: (found[0], found[1].id),
        )

    def feature(self, papers: Iterable[Paper], on: date) -> None:
        """Add papers to the Daily Papers of a day, or change what they say there."""
        self._featured.setdefault(on, {}).update({paper.id: paper for paper in papers})

    def listed(self, query: str, *, stale: bool = False, repeated: bool = False) -> Batch:
        """Return the batch for archives and categories joined by "+", at most 2,000 papers.

        `stale` gives the batch before, `repeated` the same under the day of the current one.
        Raises UnknownQuery.
        """
        wanted = frozenset(query.split("+"))
        if not wanted <= _CATEGORIES:
            raise UnknownQuery(query)
        batches = self._batches[0 if stale or repeated else -1]
        found: dict[PaperId, Paper] = {}
        on = date.min
        for part in wanted:
            day, papers = batches.get(archive_of(part), self._nothing)
            if repeated:
                day, _ = self._batches[-1].get(archive_of(part), self._nothing)
            on = max(on, day)
            found |= {
                paper.id: paper
                for paper in papers
                if any(is_in(category, wanted) for category in paper.categories)
            }
        return on, tuple(found.values())[:LIMIT]

    def paper(self, paper_id: PaperId) -> Paper | None:
        """Return the newest version that the query API knows."""
        return self._papers.get(paper_id)

    def search(self, query: str, *, ascending: bool) -> list[Paper]:
        """Return what a query of the API finds, by submission; raises UnknownQuery.

        Understands `cat:`, `submittedDate:[… TO …]` and words in `all:`, joined by AND.
        """
        tests = [_test(term) for term in re.split(r" AND (?=\w+:)", query)]
        found = [paper for paper in self._papers.values() if all(test(paper) for test in tests)]
        return sorted(found, key=submitted_at, reverse=not ascending)

    def featured(self, on: date | None) -> list[tuple[date, Paper]]:
        """Return the Daily Papers of a day, or of all days, newest first."""
        days = [on] if on else sorted(self._featured, reverse=True)
        return [(day, paper) for day in days for paper in self._featured.get(day, {}).values()]

    def featured_paper(self, paper_id: PaperId) -> Paper | None:
        """Return a paper that was featured on some day, as its newest day has it."""
        return next((paper for _, paper in self.featured(None) if paper.id == paper_id), None)


def _test(term: str) -> Callable[[Paper], bool]:
    name, _, value = term.partition(":")
    if name == "cat":
        wanted = frozenset([value.removesuffix(".*")])
        if not wanted <= _CATEGORIES:
            return lambda _: False
        return lambda paper: any(is_in(category, wanted) for category in paper.categories)
    if name == "submittedDate" and (span := _SPAN.fullmatch(value)):
        since, until = (_minute(text) for text in span.groups())
        return lambda paper: since <= submitted_at(paper) <= until
    if name == "all":
        word = value.strip('"').casefold()
        return lambda paper: word in f"{paper.title} {paper.abstract}".casefold()
    raise UnknownQuery(f"incorrect search query: {term}")


def _minute(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        raise UnknownQuery(f"incorrect date: {text}") from None
