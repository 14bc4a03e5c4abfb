"""Lookups: one paper by id, link or words, and searches over what is stored."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.arxiv_ids import find_id
from bot.domain import Paper, PaperId, PaperMatch, Sort
from bot.errors import NotFound, SourceError
from bot.matching.full_text import full_text, proposal
from bot.matching.glance import judge
from bot.matching.parser import parse
from bot.matching.query import Query
from bot.services.intake import look_up
from bot.storage import papers
from bot.storage.database import Database, Reader

log = logging.getLogger(__name__)

FetchPaper = Callable[[PaperId], Awaitable[Paper | None]]
"""Asks the sources for one paper; None if they have none; raises SourceError."""

MOST_PROPOSED = 2_000
"""Papers that the full-text index may propose for one search, first ones first."""
PAGE = 10
MOST_PAGES = 50
"""Nobody reads on; a query says better what is meant."""
_LONGEST_BATCH = 200
_A_TURN = 10
"""Papers judged after which others get their turn."""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of the papers that a search found; ``query`` is its canonical text."""

    query: str
    entries: tuple[PaperMatch, ...]
    sort: Sort = Sort.NEWEST
    page: int = 1
    has_more: bool = False


class Lookups:
    """What people ask about papers."""

    def __init__(
        self, database: Database, fetch_paper: FetchPaper, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._fetch_paper = fetch_paper
        self._clock = clock

    async def paper(self, reference: str) -> Results:
        """Return the paper that an id or a link names, or else what the words find.

        Raises NotFound, or QueryError where the words are no query.
        """
        named = find_id(reference)
        if named is None:
            return await self.search(reference, size=5)
        id_, _ = named
        stored = await papers.by_ids(self._database.read, [id_])
        paper = stored[id_].paper if id_ in stored else await self._fetched(id_)
        return Results(id_, (PaperMatch(paper),))

    async def search(
        self, typed: str, sort: Sort = Sort.NEWEST, *, page: int = 1, size: int = PAGE
    ) -> Results:
        """Return a page, from 1, of the stored papers that a query selects; raises QueryError."""
        # Canonical text, which the buttons carry, may be longer than what people may type.
        query = parse(typed, typed=page == 1)
        page = min(page, MOST_PAGES)
        wanted = slice((page - 1) * size, page * size + 1)
        found = await _ranked(self._database.read, query, sort, wanted)
        entries = tuple(PaperMatch(paper, (str(query),)) for paper in found[:size])
        return Results(str(query), entries, sort, page, len(found) > size and page < MOST_PAGES)

    async def _fetched(self, id_: PaperId) -> Paper:
        try:
            paper = await self._fetch_paper(id_)
        except SourceError as error:
            log.warning("Look-up of %s: %s", id_, error)
            raise NotFound(
                f"I have not seen {id_}, and the source did not answer. Try again in a minute."
            ) from error
        if paper is None:
            raise NotFound(f"There is no paper {id_}. Check the number, or try /search with words.")
        async with self._database.transaction() as tx:
            await look_up(tx, paper, self._clock())
        return paper


async def _ranked(reader: Reader, query: Query, sort: Sort, wanted: slice) -> list[Paper]:
    """Return some of the papers that a query selects, in order: proposed, then judged."""
    said = proposal(query)
    if said.possible is None:
        return []
    if said.is_exact:
        limit = wanted.stop - wanted.start
        return await papers.ranked(reader, said.possible, sort, limit, wanted.start)
    found: list[Paper] = []
    skip, batch = 0, wanted.stop + 5
    while skip < MOST_PROPOSED:
        proposed = await papers.ranked(reader, said.possible, sort, batch, skip)
        found += [paper for paper in proposed if judge(query, paper)]
        if len(found) >= wanted.stop or len(proposed) < batch:
            break
        await asyncio.sleep(0)
        skip, batch = skip + batch, min(_LONGEST_BATCH, batch * 4)
    return found[wanted]


async def selected_since(
    reader: Reader, query: Query, since: datetime, limit: int
) -> list[PaperMatch]:
    """Return the newest papers announced after a moment that a query selects.

    The full-text index proposes, the matcher decides.
    """
    found: list[PaperMatch] = []
    for number, paper in enumerate(
        await papers.proposed(reader, full_text(query), since, MOST_PROPOSED)
    ):
        if judge(query, paper):
            found.append(PaperMatch(paper, (str(query),)))
            if len(found) == limit:
                break
        if number % _A_TURN == 0:
            await asyncio.sleep(0)
    return found
