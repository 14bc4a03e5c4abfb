"""Keeps papers as history: for look-ups, searches and look-backs. Nobody is owed them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain import Paper
from bot.matching.prepared import prepare, search_text
from bot.planning import combined, merged
from bot.services.intake import Intake
from bot.storage import papers
from bot.storage.database import Database, Writer
from bot.storage.papers import StoredPaper

PAPERS_A_TRANSACTION = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """How many papers were new, and how many were known."""

    new: int = 0
    known: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(self.new + other.new, self.known + other.known)


async def import_papers(database: Database, seen: Collection[Paper], now: datetime) -> Imported:
    """Store papers in one transaction.

    They count as announced on the day they were published, or now where that is not known. A paper
    that is announced already stays as it is: what a file says of it was never matched, and its
    next announcement could not tell that it is new.
    """
    papers_seen = combined(seen)
    async with database.transaction() as tx:
        kept = await keep(tx, papers_seen, now)
    return Imported(kept.new, len(papers_seen) - kept.new)


async def keep(tx: Writer, seen: Collection[Paper], now: datetime) -> Intake:
    """Store papers as history, each of them once in `seen`."""
    stored = await papers.by_ids(tx, {paper.id for paper in seen})
    for paper in seen:
        await _keep(tx, paper, stored.get(paper.id), now)
    return Intake(new=len(seen) - len(stored))


async def _keep(tx: Writer, paper: Paper, stored: StoredPaper | None, now: datetime) -> None:
    announced_at = min(now, paper.published or now)
    if stored is None:
        text = search_text(prepare(paper))
        await papers.add(tx, paper, text, announced=True, now=announced_at)
        return
    if stored.announced_at is not None:
        return
    # A paper that was only looked up stays unannounced: it may still be owed when it is.
    paper = merged(stored.paper, paper)
    if paper != stored.paper:
        text = search_text(prepare(paper))
        await papers.change(tx, stored.key, paper, text, announced=False, now=now)
