"""The sources of the simulation: what the ones on loopback answer, without HTTP between."""

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

from bot.domain import Paper
from bot.errors import SourceError
from bot.sandbox.archive import Archive
from bot.sandbox.feed_faults import Fault
from bot.sandbox.simulation.life import Life, Step
from bot.sandbox.source_answers import Answers
from bot.sources.pages import Request, Response

URL = "http://sources"
_OK = 200
_UNCHANGED = 304


class Sources:
    """arXiv and Daily Papers, as one fetcher's view of them. They outlive the bot's process."""

    def __init__(self) -> None:
        self._archive = Archive()
        self._answers = Answers(self._archive)
        self._answers.records_a_page = 40
        self.life = Life()
        self.faults: dict[str, Fault] = {}
        """What goes wrong now, by the start of a path."""

    def publish(self, papers: Iterable[Paper], on: date) -> None:
        """Announce a batch."""
        self._archive.announce(papers, on, None)
        self._answers.forget_listings()

    def feature(self, papers: Iterable[Paper], on: date) -> None:
        """Show papers in the Daily Papers of a day."""
        self._archive.feature(papers, on)

    async def fetch(self, request: Request) -> Response:
        """Answer a request as `bot.sources.http.Fetcher` does; raises SourceError."""
        await self.life.step(Step.FETCH)
        path = urlsplit(request.url).path
        fault = next((it for start, it in self.faults.items() if path.startswith(start)), None)
        if fault in {Fault.STATUS, Fault.HANG_UP, Fault.STALL, Fault.RATE_EXCEEDED}:
            raise SourceError(f"{path} fails: {fault}.", retry_after=60)
        known = frozenset([request.etag.strip('"')] if request.etag else [])
        answer = self._answers.answer(path, dict(request.params), known, fault)
        await self.life.step(Step.FETCH)
        if answer.status not in {_OK, _UNCHANGED}:
            raise SourceError(f"{path} answers {answer.status}.")
        etag = None if answer.etag is None else f'"{answer.etag}"'
        body = b"" if answer.status == _UNCHANGED else answer.body
        return Response(status=answer.status, body=body, etag=etag)
