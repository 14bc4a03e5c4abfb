"""Look back: what a query would have posted over the stored days, before anybody subscribes to it.

Answers in bounded time, and says so where that was not enough. Changes nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import PaperMatch
from bot.matching.advice import advice
from bot.matching.parser import parse
from bot.matching.query import Query
from bot.services.narrowing import Alternative, narrower
from bot.services.windows import Parts, Selected, Window, by_part, together, window_of
from bot.storage.database import Database

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
    narrower: tuple[Alternative, ...] = ()
    """For a broad query, some that select less of the same."""
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
        window = await window_of(self._database.read, self._clock(), days, seconds)
        parts = await by_part(query.root, window)
        selected = together(parts)
        preview = Preview(
            query=str(query),
            days=window.days,
            stored=len(window.announced),
            selected=len(selected.keys),
            is_complete=selected.is_complete,
            examples=await _examples(query, selected, window),
            biggest=_biggest(parts),
            advice=advice(query),
        )
        if preview.is_broad:
            limit = int(BROAD * preview.stored)
            found = await narrower(query.root, parts, window, limit)
            preview = replace(preview, narrower=found)
        return preview


def _biggest(parts: Parts) -> Alternative | None:
    if len(parts) == 1:
        return None
    part, found = max(parts, key=lambda each: len(each[1].keys))
    return Alternative(str(part), len(found.keys)) if found.keys else None


async def _examples(query: Query, selected: Selected, window: Window) -> tuple[PaperMatch, ...]:
    ordered = sorted(selected.keys, key=lambda key: (window.announced[key], key), reverse=True)
    newest = ordered[:EXAMPLES]
    stored = await window.papers(newest)
    return tuple(PaperMatch(stored[key], (str(query),)) for key in newest)
