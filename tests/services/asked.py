"""Parts for the tests of polling: sources that give what a test wrote, and a polling of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.announcements import ARXIV
from bot.domain import Paper
from bot.errors import SourceError
from bot.ledger import Batch
from bot.sandbox import oai_shapes
from bot.sandbox.feed_shapes import atom_feed
from bot.services.arrivals import Arrivals
from bot.services.backfilling import Backfill, GapSource
from bot.services.polling import Polling
from bot.sources.arxiv_api import ArxivSearch
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.huggingface import HuggingFaceDaily
from bot.sources.pages import Request, Response
from bot.storage import feeds, ledger
from bot.storage.database import Database
from bot.storage.feeds import Feed
from tests.services.parts import Clock

FIRST = date(2026, 10, 31)
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
    database: Database,
    answers: Answers,
    *archives: str,
    clock: Clock | None = None,
    source: GapSource | None = None,
    arrivals: Arrivals | None = None,
) -> Polling:
    """Return a polling of archives once in an hour, whose gaps are filled from OAI-PMH."""
    search = ArxivSearch(f"{BASE}/api/query")
    return Polling(
        database,
        answers.fetch,
        [ArxivListing(BASE, archive) for archive in archives or ("cs",)],
        Backfill(database, answers.fetch, source or ArxivOai(f"{BASE}/oai"), search, ARXIV),
        ARXIV,
        every=HOUR,
        clock=clock,
        arrivals=arrivals,
    )


def featuring(database: Database, answers: Answers) -> Polling:
    """Return a polling of Daily Papers once in an hour."""
    search = ArxivSearch(f"{BASE}/api/query")
    backfill = Backfill(database, answers.fetch, search, search, ARXIV)
    return Polling(database, answers.fetch, [HuggingFaceDaily(BASE)], backfill, ARXIV, every=HOUR)


async def feed(database: Database, name: str = "arxiv:cs") -> Feed:
    """Return a feed's row."""
    return next(row for row in await feeds.everything(database.read) if row.name == name)


async def batches(database: Database, name: str = "arxiv:cs") -> dict[date, Batch]:
    """Return a feed's batches by day."""
    return (await ledger.since(database.read, date.min)).get(name, {})


def harvest(*found: tuple[int, Paper]) -> Callable[[Request], Response]:
    """Return an OAI-PMH of pages of two records, each changed some days into November."""

    def answer(request: Request) -> Response:
        asked = dict(request.params)
        token = asked.get("resumptionToken")
        _, since, skip = oai_shapes.read_token(token) if token else ("", asked["from"], 0)
        some = [(day, it) for on, it in found if str(day := FIRST + timedelta(days=on)) >= since]
        if not some[skip : skip + 2]:
            return Response(status=200, body=oai_shapes.error("noRecordsMatch"))
        following = oai_shapes.token("cs", since, skip + 2) if skip + 2 < len(some) else None
        body = oai_shapes.records(some[skip : skip + 2], following)
        return Response(status=200, body=body)

    return answer
