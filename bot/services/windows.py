"""Which of the papers that some days announced a query selects: exactly, within a deadline.

The full-text index proposes and mostly proves, the judge decides the rest. Changes nothing.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import AnnounceType, Paper
from bot.matching.full_text import full_text, proposal
from bot.matching.judging import Judge
from bot.matching.query import Fact, FactName, Node, Or, Query, any_of
from bot.storage import papers
from bot.storage.database import Reader
from bot.storage.papers import PaperKey

_A_TURN = 0.01
"""Seconds of work after which others get their turn."""
_CHUNK = 500
_REPLACEMENTS = Query(
    any_of(Fact(FactName.TYPE, kind) for kind in (AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS))
)


@dataclass(frozen=True, slots=True)
class Window:
    """The papers announced in some days that alert channels: all but replacements."""

    reader: Reader
    announced: Mapping[PaperKey, datetime]
    first: PaperKey
    days: float
    """Days that these papers span, at most those asked for; at least one."""
    deadline: float
    """On the monotonic clock, in seconds."""

    def is_over(self) -> bool:
        """Whether time has run out."""
        return time.monotonic() > self.deadline

    async def papers(self, keys: Sequence[PaperKey]) -> dict[PaperKey, Paper]:
        """Return papers by their keys."""
        return await papers.by_keys(self.reader, keys)


@dataclass(frozen=True, slots=True)
class Selected:
    """The papers that a query selects; where time ran out, as far as they are known."""

    keys: frozenset[PaperKey]
    is_complete: bool


Parts = list[tuple[Node, Selected]]
"""The alternatives of a query, and what each selects alone."""


class Turns:
    """Lets others have their turn between pieces of work."""

    def __init__(self) -> None:
        self._end = time.monotonic() + _A_TURN

    async def pass_on(self) -> None:
        """Let others go first if this turn has lasted long enough."""
        if time.monotonic() > self._end:
            await asyncio.sleep(0)
            self._end = time.monotonic() + _A_TURN


async def window_of(reader: Reader, now: datetime, days: int, seconds: float) -> Window:
    """Return the papers of the last `days` days, to be judged within `seconds`."""
    deadline = time.monotonic() + seconds
    announced = await papers.announced_since(reader, now - timedelta(days=days))
    if announced:
        for key in await papers.found(reader, full_text(_REPLACEMENTS), min(announced)):
            announced.pop(key, None)
    oldest = min(announced.values(), default=now)
    span = min(float(days), max(1.0, (now - oldest) / timedelta(days=1)))
    return Window(reader, announced, min(announced, default=PaperKey(0)), span, deadline)


async def by_part(root: Node, window: Window) -> Parts:
    """Return what each alternative selects; nothing of those for which there is no time."""
    parts = root.parts if isinstance(root, Or) else (root,)
    return [(part, await selected(part, window)) for part in parts]


def together(parts: Parts) -> Selected:
    """Return what alternatives select together."""
    keys = frozenset[PaperKey]().union(*(found.keys for _, found in parts))
    return Selected(keys, all(found.is_complete for _, found in parts))


async def selected(
    node: Node, window: Window, *, among: AbstractSet[PaperKey] | None = None
) -> Selected:
    """Return the papers of a window, or among some of them, that a part of a query selects."""
    if window.is_over():
        return Selected(frozenset(), is_complete=False)
    query = Query(node)
    said = proposal(query)
    wanted = window.announced.keys() if among is None else among
    certain = wanted & frozenset(await _found(said.certain, window))
    if said.is_exact:
        return Selected(frozenset(certain), is_complete=True)
    unsure = (wanted & frozenset(await _found(said.possible, window))) - certain
    judged, is_complete = await _judged(query, sorted(unsure, reverse=True), window)
    return Selected(frozenset(certain | judged), is_complete)


async def _found(expression: str | None, window: Window) -> list[PaperKey]:
    if expression is None or not window.announced:
        return []
    return await papers.found(window.reader, expression, window.first)


async def _judged(
    query: Query, unsure: list[PaperKey], window: Window
) -> tuple[set[PaperKey], bool]:
    """Return which papers are selected, and whether time was enough to judge all of them."""
    judge = Judge(query)
    found: set[PaperKey] = set()
    turns = Turns()
    for start in range(0, len(unsure), _CHUNK):
        if window.is_over():
            return found, False
        some = unsure[start : start + _CHUNK]
        stored = await window.papers(some) if judge.needs_papers else {}
        for key, words in (await papers.words_by_keys(window.reader, some)).items():
            if judge.selects(words, stored.get(key)):
                found.add(key)
            await turns.pass_on()
            if window.is_over():
                return found, False
    return found, True
