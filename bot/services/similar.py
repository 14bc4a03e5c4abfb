"""Papers similar to one, or to what somebody describes; and titles, as they are typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import ranking
from bot.domain import Paper, PaperId, PaperMatch
from bot.errors import UserError
from bot.matching.parser import parse
from bot.matching.prepared import prepare
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest, Rankings
from bot.storage import likeness, papers
from bot.storage.database import Database
from bot.storage.papers import PaperKey
from bot.text.plain import readable

MOST_SIMILAR = 10
MOST_INSTEAD = 5
"""Papers near to a query that nothing matches."""
LONGEST_DESCRIPTION = 2_000
"""Letters of a description that are read."""
_MAY_BE_TITLED = 3
"""Papers nearest to a text of which one may have it as its title."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest papers, the nearest first, of a title or a text that is shown.

    ``by_meaning`` says whether vectors had a part in it.
    """

    of: str
    entries: tuple[PaperMatch, ...]
    by_meaning: bool


class Similar:
    """What is near, whatever words it uses."""

    def __init__(self, database: Database, lookups: Lookups, nearest: Nearest) -> None:
        self._database = database
        self._lookups = lookups
        self._nearest = nearest

    async def to(self, reference: str) -> Neighbours:
        """Return the papers similar to one, by id, link or title, or to a description in words.

        Raises NotFound for an id or a link without a paper, UserError for a text without words.
        """
        named = await self._lookups.named(reference)
        if named is not None:
            return await self._to_paper(named.entries[0].paper)
        text = readable(reference[:LONGEST_DESCRIPTION])
        if not _title_words(text):
            raise UserError("Give a paper, by number, link or title, or say what it is about.")
        near = await self._nearest.to_text(text)
        titled = await self._titled(text, near.by_words[:_MAY_BE_TITLED])
        return await self._to_paper(titled) if titled else await self._neighbours(text, near)

    async def instead_of(self, query: str) -> Neighbours | None:
        """Return what is near to a query (canonical text) that selects nothing.

        None if nothing is, or if the query asks for more than words.
        """
        parsed = parse(query, typed=False)
        if not ranking.is_about_words(parsed):
            return None
        near = await self._nearest.to_text(ranking.wanted_text(parsed))
        if not near.by_words:
            return None
        return await self._neighbours(query, near, most=MOST_INSTEAD)

    async def titles(self, typed: str, most: int) -> list[tuple[str, str]]:
        """Return ids and titles of stored papers whose title has the words typed so far."""
        wanted = ranking.titles_like(typed)
        if not wanted:
            return []
        found = await likeness.titled(self._database.read, wanted, most)
        return [(id_, readable(title)) for id_, title in found]

    async def _to_paper(self, paper: Paper) -> Neighbours:
        stored = await papers.by_ids(self._database.read, [paper.id])
        key = stored[paper.id].key if paper.id in stored else None
        near = await self._nearest.to_paper(key, paper)
        return await self._neighbours(readable(paper.title), near, but=paper.id)

    async def _titled(self, text: str, keys: Sequence[PaperKey]) -> Paper | None:
        known = await papers.by_keys(self._database.read, keys)
        return next((paper for paper in known.values() if _has_title(paper, text)), None)

    async def _neighbours(
        self, of: str, near: Rankings, *, but: PaperId | None = None, most: int = MOST_SIMILAR
    ) -> Neighbours:
        keys = near.fused()[: most + 1]
        known = await papers.by_keys(self._database.read, keys)
        others = [known[key] for key in keys if key in known and known[key].id != but]
        return Neighbours(of, tuple(map(PaperMatch, others[:most])), bool(near.by_meaning))


def _has_title(paper: Paper, text: str) -> bool:
    return _title_words(paper.title) == _title_words(text)


def _title_words(title: str) -> list[str]:
    _, words = prepare(Paper(id=PaperId(""), title=title, abstract="")).fields[0]
    return [row[0].key for row in words.edges]
