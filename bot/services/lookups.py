"""Lookups: one paper by id, link or words, and searches over what is stored."""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import Paper, PaperId, PaperMatch, Sort
from bot.errors import NotFound, QueryError, SourceError
from bot.matching.advice import advice
from bot.matching.parser import parse
from bot.matching.query import And, Or, Phrase, Query
from bot.matching.words import phrase_words
from bot.paper_ids import canonical_id, find_id
from bot.services.intake import look_up
from bot.services.nearest import Nearest
from bot.services.searching import found
from bot.storage import papers
from bot.storage.database import Database

log = logging.getLogger(__name__)

FetchPaper = Callable[[PaperId], Awaitable[Paper | None]]
"""Asks the sources for one paper; None if they have none; raises SourceError."""

PAGE = 10
MOST_PAGES = 50
"""Nobody reads on; a query says better what is meant."""
_LONGEST_TITLE = 512
_SIGNS = re.compile(r'[:,()"~*;!?]+')
"""Signs in titles that mean something in queries, or nothing."""
_LINK = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(?:arxiv:\s*)?([0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?\s*", re.IGNORECASE)
_FOREIGN_LINK = (
    "I know no paper at this link. These work: arxiv.org, huggingface.co/papers, alphaxiv.org, "
    "ar5iv.org, biorxiv.org, medrxiv.org, openreview.net, and DOIs of arXiv, bioRxiv and medRxiv. "
    "Or give the paper's number or its title."
)


@dataclass(frozen=True, slots=True)
class Results:
    """A page of the papers that a search found; ``query`` is its canonical text.

    ``advice`` is what the query may not mean, in sentences. ``asked_version`` is the version that a
    look-up named. ``is_one_term`` says that all papers matched the same single term.
    """

    query: str
    entries: tuple[PaperMatch, ...]
    sort: Sort = Sort.NEWEST
    page: int = 1
    has_more: bool = False
    asked_version: int | None = None
    is_one_term: bool = False
    advice: tuple[str, ...] = ()


class Lookups:
    """What people ask about papers."""

    def __init__(
        self,
        database: Database,
        fetch_paper: FetchPaper,
        clock: Callable[[], datetime],
        nearest: Nearest,
    ) -> None:
        self._database = database
        self._fetch_paper = fetch_paper
        self._clock = clock
        self._nearest = nearest

    async def paper(self, reference: str) -> Results:
        """Return the paper that an id or a link names, or else what the words find.

        Words are one phrase, as in a title, or else a query. Raises NotFound, also for links to
        elsewhere and for numbers that cannot be arXiv's.
        """
        named = await self.named(reference)
        if named is not None:
            return named
        title = _title(reference)
        if title is not None:
            titled = await self._page(title, Sort.NEWEST, 1, 5)
            if titled.entries:
                return titled
        try:
            return await self.search(reference, size=5)
        except QueryError:
            if title is None:
                raise
            # A title that nobody has seen is no mistake in a query.
            return Results(str(title), ())

    async def named(self, reference: str) -> Results | None:
        """Return the paper that an id or a link names, None for words; raises NotFound."""
        named = find_id(reference)
        if named is not None:
            return await self._named(*named)
        _refuse_foreign(reference)
        return None

    async def by_id(self, id_: PaperId) -> Results:
        """Return the paper with an id, asked of its source if it is not stored; raises NotFound."""
        return await self._named(id_, None)

    async def search(
        self, typed: str, sort: Sort = Sort.NEWEST, *, page: int = 1, size: int = PAGE
    ) -> Results:
        """Return a page, from 1, of the stored papers that a query selects.

        An id or a link alone is answered with its paper. Raises QueryError, or NotFound.
        """
        try:
            named = canonical_id(typed)
        except ValueError:
            _refuse_foreign(typed)
        else:
            return await self._named(*named)
        # Canonical text, which the buttons carry, may be longer than what people may type.
        return await self._page(parse(typed, typed=page == 1), sort, page, size)

    async def _page(self, query: Query, sort: Sort, page: int, size: int) -> Results:
        page = min(page, MOST_PAGES)
        wanted = slice((page - 1) * size, page * size + 1)
        papers_found = await found(self._database.read, self._nearest, query, sort, wanted)
        return Results(
            str(query),
            tuple(PaperMatch(paper, (str(query),)) for paper in papers_found[:size]),
            sort,
            page,
            has_more=len(papers_found) > size and page < MOST_PAGES,
            is_one_term=not isinstance(query.root, And | Or),
            advice=advice(query),
        )

    async def _named(self, id_: PaperId, version: int | None) -> Results:
        stored = await papers.by_ids(self._database.read, [id_])
        paper = stored[id_].paper if id_ in stored else await self._fetched(id_)
        return Results(id_, (PaperMatch(paper),), asked_version=version)

    async def _fetched(self, id_: PaperId) -> Paper:
        try:
            paper = await self._fetch_paper(id_)
        except SourceError as error:
            log.warning("Look-up of %s: %s", id_, error)
            raise NotFound(
                f"I have not seen {id_}, and the source did not answer. Try again in a minute."
            ) from error
        if paper is None:
            raise NotFound(
                f"There is no paper {id_}. Check the number, or try `/search` with words."
            )
        async with self._database.transaction() as tx:
            await look_up(tx, paper, self._clock())
        return paper


def _refuse_foreign(reference: str) -> None:
    """Raise NotFound for a link that is none of a paper, and for a number that cannot be one."""
    if _LINK.fullmatch(reference):
        raise NotFound(_FOREIGN_LINK)
    if number := _NUMBER.fullmatch(reference):
        raise NotFound(
            f"{number[1]} is no arXiv number: they begin with year and month, as 1706.03762 does. "
            "Check it, or give the paper's title."
        )


def _title(reference: str) -> Query | None:
    """Return all words of a text as one phrase; None for a text without words."""
    words = phrase_words(_SIGNS.sub(" ", reference[:_LONGEST_TITLE]), stars=False)
    return Query(Phrase(words)) if words else None
