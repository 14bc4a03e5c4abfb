"""Lookups: one paper by id, link or words, and searches over what is stored."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.arxiv_ids import canonical_id, find_id
from bot.domain import Paper, PaperId, PaperMatch, Sort
from bot.errors import NotFound, QueryError, SourceError
from bot.matching.advice import advice
from bot.matching.full_text import full_text, proposal
from bot.matching.judging import Judge
from bot.matching.parser import parse
from bot.matching.query import And, Or, Phrase, Query
from bot.matching.words import phrase_words
from bot.planning import is_alert
from bot.services.intake import look_up
from bot.storage import papers
from bot.storage.database import Database, Reader
from bot.storage.papers import PaperKey

log = logging.getLogger(__name__)

FetchPaper = Callable[[PaperId], Awaitable[Paper | None]]
"""Asks the sources for one paper; None if they have none; raises SourceError."""

MOST_PROPOSED = 2_000
"""Papers that the full-text index may propose for one search, first ones first."""
PAGE = 10
MOST_PAGES = 50
"""Nobody reads on; a query says better what is meant."""
_LONGEST_BATCH = 200
_LONGEST_TITLE = 512
_SIGNS = re.compile(r'[:,()"~*;!?]+')
"""Signs in titles that mean something in queries, or nothing."""
_LINK = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(?:arxiv:\s*)?([0-9]{4}\.[0-9]{4,5})(?:v[0-9]+)?\s*", re.IGNORECASE)
_FOREIGN_LINK = (
    "I know no paper at this link. These work: arxiv.org, huggingface.co/papers, alphaxiv.org, "
    "ar5iv.org and arXiv's DOIs. Or give the paper's arXiv number or its title."
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
        self, database: Database, fetch_paper: FetchPaper, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._fetch_paper = fetch_paper
        self._clock = clock

    async def paper(self, reference: str) -> Results:
        """Return the paper that an id or a link names, or else what the words find.

        Words are one phrase, as in a title, or else a query. Raises NotFound, also for links to
        elsewhere and for numbers that cannot be arXiv's.
        """
        named = find_id(reference)
        if named is not None:
            return await self._named(*named)
        _refuse_foreign(reference)
        title = _title(reference)
        if title is not None:
            found = await self._page(title, Sort.NEWEST, 1, 5)
            if found.entries:
                return found
        try:
            return await self.search(reference, size=5)
        except QueryError:
            if title is None:
                raise
            # A title that nobody has seen is no mistake in a query.
            return Results(str(title), ())

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
        found = await _ranked(self._database.read, query, sort, wanted)
        return Results(
            str(query),
            tuple(PaperMatch(paper, (str(query),)) for paper in found[:size]),
            sort,
            page,
            has_more=len(found) > size and page < MOST_PAGES,
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


async def _ranked(reader: Reader, query: Query, sort: Sort, wanted: slice) -> list[Paper]:
    """Return some of the papers that a query selects, in order: proposed, then judged."""
    said = proposal(query)
    if said.possible is None:
        return []
    if said.is_exact:
        limit = wanted.stop - wanted.start
        ranked = await papers.ranked(reader, said.possible, sort, limit, wanted.start)
        return list(ranked.values())
    found: list[Paper] = []
    skip, batch = 0, wanted.stop + 5
    while skip < MOST_PROPOSED:
        proposed = await papers.ranked(reader, said.possible, sort, batch, skip)
        found += (await judged(reader, query, proposed)).values()
        if len(found) >= wanted.stop or len(proposed) < batch:
            break
        await asyncio.sleep(0)
        skip, batch = skip + batch, min(_LONGEST_BATCH, batch * 4)
    return found[wanted]


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

    Only such as alert channels: no replacements. The full-text index proposes, the matcher decides.
    """
    proposed = await papers.proposed(reader, full_text(query), since, MOST_PROPOSED)
    alerting = [(key, paper) for key, paper in proposed.items() if is_alert(paper)]
    found: list[Paper] = []
    for start in range(0, len(alerting), _LONGEST_BATCH):
        some = dict(alerting[start : start + _LONGEST_BATCH])
        found += (await judged(reader, query, some)).values()
        if len(found) >= limit:
            break
    return [PaperMatch(paper, (str(query),)) for paper in found[:limit]]
