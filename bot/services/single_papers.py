"""Fetches one paper by its id, from the source that its id is of.

What arXiv does not answer is asked of Daily Papers.
"""

import logging
from collections.abc import Sequence
from typing import Protocol

from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.paper_ids import is_doi, is_note
from bot.services.backfilling import Fetch
from bot.sources import arxiv_api, huggingface
from bot.sources.pages import Request

log = logging.getLogger(__name__)


class PaperSource(Protocol):
    """Knows papers by their ids; pure."""

    def paper_request(self, paper_id: PaperId) -> Request:
        """Return the request for one paper."""

    def parse_paper(self, body: bytes) -> Paper | None:
        """Read the answer, None if there is no such paper; raises SourceError."""


class SinglePapers:
    """Asks the sources for one paper at a time."""

    def __init__(
        self,
        fetch: Fetch,
        arxiv_api_url: str,
        huggingface_url: str,
        preprint_servers: Sequence[PaperSource] = (),
        venues: Sequence[PaperSource] = (),
    ) -> None:
        self._fetch = fetch
        self._arxiv_api_url = arxiv_api_url
        self._huggingface_url = huggingface_url
        self._preprint_servers = preprint_servers
        self._venues = venues

    async def paper(self, id_: PaperId) -> Paper | None:
        """Return a paper, or None if its source has none; raises SourceError if none answers."""
        if is_doi(id_):
            return await self._from_any(self._preprint_servers, id_)
        if is_note(id_):
            return await self._from_any(self._venues, id_)
        try:
            return await self._from_arxiv(id_)
        except SourceError as error:
            log.warning("arXiv did not answer for %s: %s", id_, error)
            return await self._from_huggingface(id_)

    async def _from_any(self, sources: Sequence[PaperSource], id_: PaperId) -> Paper | None:
        """Return the paper of the first source that has it: an id does not say which it is."""
        trouble: SourceError | None = None
        for source in sources:
            try:
                body = (await self._fetch(source.paper_request(id_))).body
                paper = source.parse_paper(body)
            except SourceError as error:
                trouble = error
                continue
            if paper is not None and paper.id == id_:
                return paper
        if trouble is not None:
            raise trouble
        return None

    async def _from_arxiv(self, id_: PaperId) -> Paper | None:
        response = await self._fetch(arxiv_api.lookup_request(self._arxiv_api_url, [id_]))
        found = arxiv_api.parse(response.body).papers
        return next((paper for paper in found if paper.id == id_), None)

    async def _from_huggingface(self, id_: PaperId) -> Paper | None:
        response = await self._fetch(huggingface.paper_request(self._huggingface_url, id_))
        return huggingface.parse_paper(response.body)
