"""Parts for the tests of polling: sources that give what a test wrote, and a polling of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.domain import Paper
from bot.errors import SourceError
from bot.sandbox.feed_shapes import api_feed, atom_feed
from bot.services.polling import Polling
from bot.sources.arxiv_api import ArxivBackfill
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.pages import Request, Response
from bot.storage import feeds
from bot.storage.database import Database
from bot.storage.feeds import Feed
from tests.services.parts import Clock

BASE = "http://arxiv.example"
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Answers:
    """Answers by path; an exception is raised, a function is called with the request."""

    by_path: dict[str, Response | SourceError | Callable[[Request], Response]]
    requests: list[Request] = field(default_factory=list)

    async def fetch(self, request: Request) -> Response:
        """Give the answer of the request's path."""
        self.requests.append(request)
        answer = self.by_path[request.url.removeprefix(BASE)]
        if isinstance(answer, SourceError):
            raise answer
        return answer(request) if callable(answer) else answer

    def asked(self) -> list[str]:
        """Return the paths that were asked for."""
        return [request.url.removeprefix(BASE) for request in self.requests]


def listing(
    *announced: Paper, archive: str = "cs", etag: str | None = None, on: int = 23
) -> Response:
    """Return the answer of a listing, of a day of November."""
    body = atom_feed(announced, archive, date(2026, 11, on))
    return Response(status=200, body=body, etag=etag)


def polling(
    database: Database, answers: Answers, *archives: str, clock: Clock | None = None
) -> Polling:
    """Return a polling of archives once in an hour."""
    return Polling(
        database,
        answers.fetch,
        [ArxivListing(BASE, archive) for archive in archives or ("cs",)],
        ArxivBackfill(f"{BASE}/api/query"),
        every=HOUR,
        clock=clock,
    )


async def feed(database: Database, name: str = "arxiv:cs") -> Feed:
    """Return a feed's row."""
    return next(row for row in await feeds.everything(database.read) if row.name == name)


def back_fill(*found: Paper) -> Callable[[Request], Response]:
    """Return a query API of pages of two papers, among those submitted in the span asked for."""

    def answer(request: Request) -> Response:
        asked = dict(request.params)
        since, _, until = asked["search_query"].partition("[")[2].strip("]").partition(" TO ")
        some = [
            it for it in found if it.published and since <= f"{it.published:%Y%m%d%H%M}" <= until
        ]
        start = int(asked["start"])
        body = api_feed(
            some[start : start + 2], total=len(some), start=start, page=2, query="cat:cs.*"
        )
        return Response(status=200, body=body)

    return answer
