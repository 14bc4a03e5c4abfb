"""Look back: what a query would have posted over the stored days, before anybody subscribes to it.

The full-text index proposes and mostly proves, the matcher decides the rest; answers in bounded
time, and says so where that was not enough. Changes nothing.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import AnnounceType, Field, Paper, PaperMatch
from bot.matching.advice import advice
from bot.matching.full_text import full_text, proposal
from bot.matching.glance import judge
from bot.matching.parser import parse
from bot.matching.query import And, Fact, FactName, Node, Or, Phrase, Query, all_of, any_of
from bot.storage import papers
from bot.storage.database import Database, Reader
from bot.storage.papers import PaperKey

PREVIEW_DAYS = 30
MOST_DAYS = 365
LONGEST = 2.5
"""Seconds for an answer; what is not judged by then is not counted."""
BROAD = 0.05
"""Share of all papers above which a query is called broad."""
ENOUGH = 200
"""Stored papers from which on a share means something."""
EXAMPLES = 3
_AT_ONCE = 2
"""Looks back at the same time; others wait their turn."""
_A_TURN = 0.01
"""Seconds of judging after which others get their turn."""
_CHUNK = 100
_SAMPLE = 300
"""Selected papers whose categories are looked at for a narrower query."""
_MOST_CATEGORIES = 6
_LEAST_A_DAY = 1 / 7
"""What a narrower query brings at least, to be good advice."""
_REPLACEMENTS = Query(
    any_of(Fact(FactName.TYPE, kind) for kind in (AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS))
)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of the things that a query joins by OR, and how many papers it selects alone."""

    query: str
    selected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a query selects of the papers that some days announced, but for replacements."""

    query: str
    """Canonical text."""
    days: float
    """Days that the stored papers span, at most those asked for; at least one."""
    stored: int
    selected: int
    is_complete: bool
    """False where time ran out: then ``selected`` is the least that it may be."""
    examples: tuple[PaperMatch, ...]
    """The newest, at most EXAMPLES."""
    biggest: Alternative | None = None
    """The alternative that selects most, of two or more."""
    narrower: Alternative | None = None
    """For a broad query, one that selects less."""
    advice: tuple[str, ...] = ()
    """What its author may not mean, in sentences."""

    @property
    def share(self) -> float:
        """The share of all stored papers of these days, 0 to 1."""
        return self.selected / self.stored if self.stored else 0.0

    @property
    def is_broad(self) -> bool:
        """Whether it selects too much to be read, as far as the stored papers tell."""
        return self.stored >= ENOUGH and self.share > BROAD


@dataclass(frozen=True, slots=True)
class _Window:
    """The papers announced in some days."""

    announced: Mapping[PaperKey, datetime]
    first: PaperKey
    deadline: float

    def is_over(self) -> bool:
        """Whether time has run out."""
        return time.monotonic() > self.deadline


@dataclass(frozen=True, slots=True)
class _Selected:
    keys: frozenset[PaperKey]
    is_complete: bool


class Previews:
    """Looks back over what is stored."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def of(
        self, typed: str, days: int = PREVIEW_DAYS, *, seconds: float = LONGEST
    ) -> Preview:
        """Return what a query selects of the papers announced in the last `days` days.

        Takes about `seconds` at most once it has its turn. Raises QueryError.
        """
        query = parse(typed)
        async with self._turns:
            return await self._look_back(query, days, seconds)

    async def _look_back(self, query: Query, days: int, seconds: float) -> Preview:
        reader, now = self._database.read, self._clock()
        deadline = time.monotonic() + seconds
        announced = await _alerted(reader, now - timedelta(days=days))
        window = _Window(announced, min(announced, default=PaperKey(0)), deadline)
        parts = await _by_part(reader, query.root, window)
        selected = _together(parts)
        preview = Preview(
            query=str(query),
            days=_span(announced.values(), now, days),
            stored=len(announced),
            selected=len(selected.keys),
            is_complete=selected.is_complete,
            examples=await _examples(reader, query, selected, window),
            biggest=_biggest(parts),
            advice=advice(query),
        )
        if preview.is_broad:
            narrower = await _narrower(reader, query, preview, selected, window)
            preview = replace(preview, narrower=narrower)
        return preview


async def _alerted(reader: Reader, since: datetime) -> dict[PaperKey, datetime]:
    """Return when the papers were announced that alert channels: all but replacements."""
    announced = await papers.announced_since(reader, since)
    if announced:
        for key in await papers.found(reader, full_text(_REPLACEMENTS), min(announced)):
            announced.pop(key, None)
    return announced


def _span(moments: Iterable[datetime], now: datetime, days: int) -> float:
    oldest = min(moments, default=now)
    return min(float(days), max(1.0, (now - oldest) / timedelta(days=1)))


_Parts = list[tuple[Node, _Selected]]


async def _by_part(reader: Reader, root: Node, window: _Window) -> _Parts:
    """Return what each alternative selects; nothing of those for which there is no time."""
    parts = root.parts if isinstance(root, Or) else (root,)
    return [(part, await _selected(reader, Query(part), window)) for part in parts]


def _together(parts: _Parts) -> _Selected:
    keys = frozenset[PaperKey]().union(*(found.keys for _, found in parts))
    return _Selected(keys, all(found.is_complete for _, found in parts))


def _biggest(parts: _Parts) -> Alternative | None:
    if len(parts) == 1:
        return None
    part, found = max(parts, key=lambda each: len(each[1].keys))
    return Alternative(str(part), len(found.keys)) if found.keys else None


async def _selected(reader: Reader, query: Query, window: _Window) -> _Selected:
    """Return the papers of a window that a query selects."""
    if window.is_over():
        return _Selected(frozenset(), is_complete=False)
    said = proposal(query)
    certain = await _found(reader, said.certain, window)
    if said.is_exact:
        return _Selected(frozenset(certain), is_complete=True)
    unsure = await _found(reader, said.possible, window) - certain
    judged, is_complete = await _judged(reader, query, sorted(unsure, reverse=True), window)
    return _Selected(frozenset(certain | judged), is_complete)


async def _found(reader: Reader, expression: str | None, window: _Window) -> set[PaperKey]:
    if expression is None or not window.announced:
        return set()
    found = await papers.found(reader, expression, window.first)
    return {key for key in found if key in window.announced}


async def _judged(
    reader: Reader, query: Query, unsure: list[PaperKey], window: _Window
) -> tuple[set[PaperKey], bool]:
    """Return which papers are selected, and whether time was enough to judge all of them."""
    selected: set[PaperKey] = set()
    turn = time.monotonic() + _A_TURN
    for start in range(0, len(unsure), _CHUNK):
        if window.is_over():
            return selected, False
        stored = await papers.by_keys(reader, unsure[start : start + _CHUNK])
        for key, paper in stored.items():
            if judge(query, paper):
                selected.add(key)
            if time.monotonic() > turn:
                if window.is_over():
                    return selected, False
                await asyncio.sleep(0)
                turn = time.monotonic() + _A_TURN
    return selected, True


async def _examples(
    reader: Reader, query: Query, selected: _Selected, window: _Window
) -> tuple[PaperMatch, ...]:
    newest = _newest(selected, window, EXAMPLES)
    stored = await papers.by_keys(reader, newest)
    return tuple(PaperMatch(stored[key], (str(query),)) for key in newest)


def _newest(selected: _Selected, window: _Window, limit: int) -> list[PaperKey]:
    ordered = sorted(selected.keys, key=lambda key: (window.announced[key], key), reverse=True)
    return ordered[:limit]


async def _narrower(
    reader: Reader, query: Query, preview: Preview, selected: _Selected, window: _Window
) -> Alternative | None:
    """Return the first narrower query that is not broad, else the narrowest that finds anything."""
    sample = _newest(selected, window, _SAMPLE)
    stored = await papers.by_keys(reader, sample)
    best: Alternative | None = None
    for node in _narrowed(query.root, preview.biggest, stored.values()):
        found = _together(await _by_part(reader, node, window))
        if not found.is_complete:
            break
        narrower = Alternative(str(node), len(found.keys))
        if not _LEAST_A_DAY <= narrower.selected / preview.days < preview.selected / preview.days:
            continue
        if narrower.selected <= BROAD * preview.stored:
            return narrower
        best = narrower if best is None or narrower.selected < best.selected else best
    return best


def _narrowed(root: Node, biggest: Alternative | None, sample: Iterable[Paper]) -> Iterator[Node]:
    """Yield narrower queries, the most useful first."""
    if isinstance(root, Or) and biggest is not None:
        yield any_of(part for part in root.parts if str(part) != biggest.query)
    in_title = _in_title(root)
    if in_title != root:
        yield in_title
    counts = Counter(category for paper in sample for category in paper.categories)
    common = [Fact(FactName.CATEGORY, name.lower()) for name, _ in counts.most_common()]
    for node in (root, in_title):
        yield from (all_of([node, fact]) for fact in common[:_MOST_CATEGORIES])


def _in_title(node: Node) -> Node:
    """Return a part with its words looked for in the title only."""
    if isinstance(node, And):
        return all_of(map(_in_title, node.parts))
    if isinstance(node, Or):
        return any_of(map(_in_title, node.parts))
    if isinstance(node, Phrase) and node.scope is None:
        return replace(node, scope=Field.TITLE)
    return node
