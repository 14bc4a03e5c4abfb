"""Lookups: one paper by id, link or words, and searches over what is stored."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.arxiv_ids import find_id
from bot.domain import Paper, PaperId, PaperMatch
from bot.errors import NotFound, SourceError
from bot.matching.full_text import full_text
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
"""Papers that the full-text index may propose for one search, newest first."""


@dataclass(frozen=True, slots=True)
class Results:
    """Papers that a search found, newest first; ``query`` is its canonical text."""

    query: str
    entries: tuple[PaperMatch, ...]


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
            return await self.search(reference, limit=5)
        id_, _ = named
        stored = await papers.by_ids(self._database.read, [id_])
        paper = stored[id_].paper if id_ in stored else await self._fetched(id_)
        return Results(id_, (PaperMatch(paper),))

    async def search(self, typed: str, *, limit: int) -> Results:
        """Return the newest stored papers that a query selects; raises QueryError."""
        query = parse(typed)
        found = await selected_since(self._database.read, query, None, limit)
        return Results(str(query), tuple(found))

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


async def selected_since(
    reader: Reader, query: Query, since: datetime | None, limit: int
) -> list[PaperMatch]:
    """Return the newest stored papers that a query selects, announced after `since` if given.

    The full-text index proposes, the matcher decides.
    """
    proposed = await papers.proposed(reader, full_text(query), since, MOST_PROPOSED)
    found: list[PaperMatch] = []
    for paper in proposed:
        if judge(query, paper):
            found.append(PaperMatch(paper, (str(query),)))
            if len(found) == limit:
                break
    return found
