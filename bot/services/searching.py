"""The papers that a query selects, in order: the full-text index proposes, the judge decides."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.domain import Paper, PaperMatch, Sort
from bot.matching.full_text import full_text, proposal
from bot.matching.judging import Judge
from bot.matching.query import Query
from bot.planning import is_alert
from bot.services.nearest import Nearest
from bot.storage import papers
from bot.storage.database import Reader
from bot.storage.papers import PaperKey

MOST_PROPOSED = 2_000
"""Papers that the full-text index may propose for one search, first ones first."""
_LONGEST_BATCH = 200

_Batches = Callable[[int, int], Awaitable[dict[PaperKey, Paper]]]
"""Return so many of the proposed papers, after so many, in order."""


async def found(
    reader: Reader, nearest: Nearest, query: Query, sort: Sort, wanted: slice
) -> list[Paper]:
    """Return some of the papers that a query selects, in order."""
    said = proposal(query)
    if said.possible is None:
        return []
    batches = await _in_order(reader, nearest, query, said.possible, sort)
    if said.is_exact:
        return list((await batches(wanted.start, wanted.stop - wanted.start)).values())
    selected: list[Paper] = []
    skip, batch = 0, wanted.stop + 5
    while skip < MOST_PROPOSED:
        proposed = await batches(skip, batch)
        selected += (await judged(reader, query, proposed)).values()
        if len(selected) >= wanted.stop or len(proposed) < batch:
            break
        await asyncio.sleep(0)
        skip, batch = skip + batch, min(_LONGEST_BATCH, batch * 4)
    return selected[wanted]


async def _in_order(
    reader: Reader, nearest: Nearest, query: Query, possible: str, sort: Sort
) -> _Batches:
    if sort is not Sort.RELEVANT:
        return lambda skip, limit: papers.ranked(reader, possible, sort, limit, skip)
    keys = await nearest.reordered(query, await papers.relevant(reader, possible))

    async def relevant(skip: int, limit: int) -> dict[PaperKey, Paper]:
        some = keys[skip : skip + limit]
        known = await papers.by_keys(reader, some)
        return {key: known[key] for key in some}

    return relevant


async def judged(
    reader: Reader, query: Query, some: Mapping[PaperKey, Paper]
) -> dict[PaperKey, Paper]:
    """Return those of some stored papers that a query selects, in their order."""
    judge = Judge(query)
    words = await papers.words_by_keys(reader, some)
    return {key: paper for key, paper in some.items() if judge.selects(words[key], paper)}


async def selected_since(
    reader: Reader, query: Query, since: datetime, limit: int
) -> list[PaperMatch]:
    """Return the newest papers announced after a moment that a query selects.

    Only such as alert channels: no replacements. The full-text index proposes, the judge decides.
    """
    proposed = await papers.proposed(reader, full_text(query), since, MOST_PROPOSED)
    alerting = [(key, paper) for key, paper in proposed.items() if is_alert(paper)]
    selected: list[Paper] = []
    for start in range(0, len(alerting), _LONGEST_BATCH):
        some = dict(alerting[start : start + _LONGEST_BATCH])
        selected += (await judged(reader, query, some)).values()
        if len(selected) >= limit:
            break
    return [PaperMatch(paper, (str(query),)) for paper in selected[:limit]]
