"""Fetches one paper by its id: from arXiv, or from Daily Papers where arXiv does not answer."""

import logging

from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.services.backfilling import Fetch
from bot.sources import arxiv_api, huggingface

log = logging.getLogger(__name__)


class SinglePapers:
    """Asks the sources for one paper at a time."""

    def __init__(self, fetch: Fetch, arxiv_api_url: str, huggingface_url: str) -> None:
        self._fetch = fetch
        self._arxiv_api_url = arxiv_api_url
        self._huggingface_url = huggingface_url

    async def paper(self, id_: PaperId) -> Paper | None:
        """Return a paper, or None if arXiv has none; raises SourceError if no source answers."""
        try:
            return await self._from_arxiv(id_)
        except SourceError as error:
            log.warning("arXiv did not answer for %s: %s", id_, error)
            return await self._from_huggingface(id_)

    async def _from_arxiv(self, id_: PaperId) -> Paper | None:
        response = await self._fetch(arxiv_api.lookup_request(self._arxiv_api_url, [id_]))
        found = arxiv_api.parse(response.body).papers
        return next((paper for paper in found if paper.id == id_), None)

    async def _from_huggingface(self, id_: PaperId) -> Paper | None:
        response = await self._fetch(huggingface.paper_request(self._huggingface_url, id_))
        return huggingface.parse_paper(response.body)
