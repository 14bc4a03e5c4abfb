"""Takes announced papers in: stored, matched and owed, all in one transaction."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from bot import lives, planning
from bot.announcements import ARXIV, announced_at
from bot.domain import AnnounceType, Paper, QueryId
from bot.errors import DatabaseBusy, DiskFull
from bot.matching.conditions import settled
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import LONGEST, Prepared, grams, prepare, search_text
from bot.matching.query import Fact, FactName, Query, asks_for
from bot.planning import Change, Known
from bot.storage import answers, events, follows, matches, papers, revisions, subscriptions
from bot.storage.database import Database, Reader, Writer
from bot.storage.papers import PaperKey, StoredPaper

log = logging.getLogger(__name__)

PAPERS_A_TRANSACTION = 25
"""Less than a tenth of a second on a laptop: so long may a delivery wait for its turn to write."""

MOST_DAYS_LATE = 10_000
"""Later than any channel takes papers one by one."""

FIRST_LOOK = timedelta(days=7)
"""After a paper became owed, at what arXiv's records say of it by then."""
NEXT_LOOK = timedelta(days=1)
"""After a new version."""

QUERIES_KEPT = 4096
"""Parsed queries that stay in memory, about 2 kB each."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a batch of papers came to.

    ``matched`` counts those that some subscription selects, ``refused`` those that could not be
    taken in and were left out.
    """

    new: int = 0
    changed: int = 0
    matched: int = 0
    refused: int = 0

    def __add__(self, other: "Intake") -> "Intake":
        return Intake(
            self.new + other.new,
            self.changed + other.changed,
            self.matched + other.matched,
            self.refused + other.refused,
        )


Take = Callable[[Writer, Sequence[Paper], datetime], Awaitable[Intake]]
"""What is done with papers in a transaction: `take_in`, or to keep them as history."""


async def take_in_batch(
    database: Database,
    seen: Iterable[Paper],
    now: datetime,
    take: Take | None = None,
    more: Callable[[], None] | None = None,
) -> Intake:
    """Take announced papers in, some at a time, so that others can write in between.

    `more` is called each time that some of them are owed. A crash in the middle leaves each paper
    either stored, matched and owed, or not there at all.
    A paper that breaks the intake is left out; raises DatabaseBusy and DiskFull.
    """
    papers_seen = planning.combined(seen)
    total = Intake()
    for start in range(0, len(papers_seen), PAPERS_A_TRANSACTION):
        some = papers_seen[start : start + PAPERS_A_TRANSACTION]
        taken = await _take_some(database, some, now, take or take_in)
        if more is not None and taken.matched:
            more()
        total += taken
    return total


async def _take_some(
    database: Database, some: Sequence[Paper], now: datetime, take: Take
) -> Intake:
    """Take papers in together; one by one if that fails, so that a bad one costs only itself."""
    try:
        async with database.transaction() as tx:
            return await take(tx, some, now)
    except (DatabaseBusy, DiskFull):
        raise
    except Exception:  # a named border: the paper
        if len(some) == 1:
            log.exception("A paper could not be taken in and is left out: %.100s", some[0].id)
            return Intake(refused=1)
    total = Intake()
    for paper in some:
        total += await _take_some(database, [paper], now, take)
    return total


async def take_in_late(tx: Writer, seen: Iterable[Paper], now: datetime) -> Intake:
    """Take in papers that were announced while nobody looked: old ones may be owed to catch-ups."""
    return await take_in(tx, seen, now, late=True)


async def take_in_missed(tx: Writer, seen: Iterable[Paper], now: datetime) -> Intake:
    """Take in papers that were featured while nobody looked, which bear no day of announcement.

    Those are as late as the first announcement that can have held them.
    """
    return await take_in(tx, seen, now, late=True, is_dated=False)


async def take_in_crowd(tx: Writer, seen: Iterable[Paper], now: datetime) -> Intake:
    """Take in papers of which more came at once than anybody reads: owed to catch-ups."""
    return await take_in(tx, seen, now, at_least=MOST_DAYS_LATE)


async def take_in(
    tx: Writer,
    seen: Iterable[Paper],
    now: datetime,
    *,
    late: bool = False,
    at_least: int = 0,
    is_dated: bool = True,
) -> Intake:
    """Store announced papers, match what is new of them, and owe them to the channels.

    Papers already known are joined; nothing becomes owed twice. `late` ones are owed as so many
    days late as they are, but `at_least` so many; by when they were submitted, unless `is_dated`.
    """
    seen = list(seen)
    stored = await papers.by_ids(tx, {paper.id for paper in seen})
    known = {id_: Known(it.paper, it.announced_at is not None) for id_, it in stored.items()}
    total = Intake()
    for change in planning.changes(known, seen):
        days_late = max(at_least, _days_late(change, now, is_dated=is_dated) if late else 0)
        total += await _apply(tx, change, stored.get(change.paper.id), now, days_late)
    return total


async def look_up(tx: Writer, paper: Paper, now: datetime) -> None:
    """Store a paper that somebody looked up, unless it is there; nobody is owed it."""
    if not await papers.by_ids(tx, [paper.id]):
        await papers.add(tx, paper, search_text(prepare(paper)), announced=False, now=now)


def _days_late(change: Change, now: datetime, *, is_dated: bool) -> int:
    """Return how many days ago a paper was announced that is matched for the first time."""
    day, submitted = change.paper.announced_on, change.paper.published
    if day is None and submitted is not None and not is_dated:
        day = ARXIV.holding(submitted)
    return 0 if day is None or change.judged else max(0, (now - announced_at(day)).days)


async def _apply(
    tx: Writer, change: Change, stored: StoredPaper | None, now: datetime, days_late: int
) -> Intake:
    prepared = prepare(change.paper)
    key = await _store(tx, prepared, stored, now)
    await _note_events(tx, key, change, now)
    selecting = await _newly_selecting(tx, change, prepared) if change.is_alert else set()
    if change.replacement is not None:
        selecting |= await _asking_for_replacements(tx, change.paper, change.replacement)
    if selecting:
        await matches.record(tx, key, selecting)
        await follows.begin(tx, key, now, now + FIRST_LOOK)
        await matches.owe(tx, key, selecting, now, days_late)
    return Intake(new=stored is None, changed=stored is not None, matched=bool(selecting))


async def _store(
    tx: Writer, prepared: Prepared, stored: StoredPaper | None, now: datetime
) -> PaperKey:
    text = search_text(prepared)
    if stored is None:
        return await papers.add(tx, prepared.paper, text, announced=True, now=now)
    await papers.change(tx, stored.key, prepared.paper, text, announced=True, now=now)
    return stored.key


async def _note_events(tx: Writer, key: PaperKey, change: Change, now: datetime) -> None:
    """Write what happened to a paper, and that the posts which carry it are to show it."""
    if change.stored is None:
        # What holds from the start will never be news.
        await events.record(tx, key, lives.passed(change.paper), now)
        return
    names = lives.events(change.stored, change.paper)
    happened = await events.record(tx, key, names, now)
    if happened:
        await revisions.owe(tx, key, await events.last(tx), now)
        await answers.owe(tx, key, happened, now)
        if change.stored.version != change.paper.version:
            # Listings do not have the comment, in which it may be withdrawn; a day later it is
            # known elsewhere.
            await follows.look_by(tx, key, now + NEXT_LOOK)


async def _asking_for_replacements(
    tx: Writer, paper: Paper, announced_as: AnnounceType
) -> set[QueryId]:
    """Return the queries that select a paper and name the way in which it was announced now."""
    announced = prepare(replace(paper, announce_type=announced_as))
    asked = Fact(FactName.TYPE, announced_as)
    selecting = await selecting_queries(tx, announced)
    texts = await subscriptions.query_texts(tx, selecting)
    return {id_ for id_, text in texts.items() if asks_for(_parsed(text).root, asked)}


async def _newly_selecting(tx: Writer, change: Change, prepared: Prepared) -> set[QueryId]:
    selecting = await selecting_queries(tx, prepared)
    if selecting and change.judged is not None:
        selecting -= await selecting_queries(tx, prepare(change.judged))
    return selecting


async def selecting_queries(reader: Reader, prepared: Prepared) -> set[QueryId]:
    """Return the subscribed queries that select a paper."""
    known = grams(prepared, LONGEST)
    found = await matches.candidates(reader, known)
    return {
        query
        for query, text, condition in found
        if text is None or _selects(text, condition, known, prepared)
    }


def _selects(text: str, condition: str, known: set[str], prepared: Prepared) -> bool:
    held = settled(condition, known) if condition else None
    return selects(_parsed(text), prepared) if held is None else held


@lru_cache(maxsize=QUERIES_KEPT)
def _parsed(text: str) -> Query:
    return parse(text, typed=False)
