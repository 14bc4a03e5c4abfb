"""The sources on loopback: arXiv's listing, API and OAI-PMH, Daily Papers, bioRxiv, over HTTP.

Serves what it is told to announce, in the recorded shapes, and fails when told to. Contains no
part of the bot but the nouns; whatever speaks to it is the unmodified bot.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.domain import Paper
from bot.sandbox.archive import Archive
from bot.sandbox.feed_faults import Fault, Order
from bot.sandbox.source_answers import Answers

LOG_LENGTH = 10_000
SLOW_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it arrived; `at` in seconds of the event loop's clock."""

    at: float
    path: str
    query: tuple[tuple[str, str], ...]
    user_agent: str
    if_none_match: str | None

    @property
    def is_arxiv(self) -> bool:
        """Whether it was for arXiv, and not for Daily Papers."""
        return self.path.startswith(("/atom/", "/api/query", "/oai"))


class SourcesSandbox:
    """Sources on 127.0.0.1, each on a free port: arXiv, Daily Papers, bioRxiv, OpenReview."""

    def __init__(self) -> None:
        self._archive = Archive()
        self._orders: list[Order] = []
        self._answers = Answers(self._archive)
        self._arrived = asyncio.Condition()
        self._closing = asyncio.Event()
        self._in_hand = 0
        self._arxiv_url = ""
        self.huggingface_url = ""
        """Address of Daily Papers."""
        self.biorxiv_url = ""
        """Address of bioRxiv's and medRxiv's API."""
        self.openreview_url = ""
        """Address of OpenReview's API."""
        self.requests: deque[SeenRequest] = deque(maxlen=LOG_LENGTH)
        """The latest requests, in the order of their arrival."""
        self.most_at_once = 0
        """How many requests to arXiv were ever in hand together."""
        self.most_connections = 0
        """How many connections to arXiv were ever open together, as requests came."""
        application = web.Application()
        application.add_routes([web.get("/{path:.+}", self._watch)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        for _ in range(4):
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._arxiv_url, self.huggingface_url, self.biorxiv_url, self.openreview_url = (
            f"http://{host}:{port}" for host, port, *_ in self._runner.addresses
        )
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    @property
    def rss_url(self) -> str:
        """Address of arXiv's listings."""
        return self._arxiv_url

    @property
    def api_url(self) -> str:
        """Address of arXiv's query API."""
        return f"{self._arxiv_url}/api/query"

    @property
    def oai_url(self) -> str:
        """Address of arXiv's OAI-PMH."""
        return f"{self._arxiv_url}/oai"

    def environment(self) -> dict[str, str]:
        """Return the settings that make a bot's process use these sources, at full speed."""
        return {
            "ARXIV_RSS_URL": self.rss_url,
            "ARXIV_API_URL": self.api_url,
            "ARXIV_OAI_URL": self.oai_url,
            "ARXIV_SECONDS_BETWEEN_REQUESTS": "0",
            "HUGGINGFACE_URL": self.huggingface_url,
            "BIORXIV_URL": self.biorxiv_url,
            "OPENREVIEW_URL": self.openreview_url,
        }

    @property
    def records_a_page(self) -> int:
        """How many records OAI-PMH gives before a resumption token."""
        return self._answers.records_a_page

    @records_a_page.setter
    def records_a_page(self, number: int) -> None:
        self._answers.records_a_page = number

    def publish(self, papers: Iterable[Paper], on: date, archive: str | None = None) -> None:
        """Announce a batch in place of the current one, in every archive or in one only.

        An archive's listing shows the papers that have a category in it. The query API knows
        every paper that was ever announced.
        """
        self._archive.announce(papers, on, archive)
        self._answers.forget_listings()

    def hold(self, papers: Iterable[Paper]) -> None:
        """Let the query API know papers that no listing announces."""
        self._archive.hold(papers)

    def touch(self, papers: Iterable[Paper], on: date) -> None:
        """Let OAI-PMH say that the records of papers changed on a day, with nothing announced."""
        papers = tuple(papers)
        self._archive.hold(papers)
        self._archive.touch((paper.id for paper in papers), on)

    def feature(self, papers: Iterable[Paper], on: date) -> None:
        """Add papers to the Daily Papers of a day, or change their counts there."""
        self._archive.feature(papers, on)

    def post(self, papers: Iterable[Paper], on: date, server: str = "biorxiv") -> None:
        """Post versions of preprints at bioRxiv or medRxiv, under a day that may be past."""
        self._answers.preprints.post(papers, on, server)

    def submit(self, papers: Iterable[Paper], venue: str, state: str = "Submission") -> None:
        """Make papers public at a venue of OpenReview, or change the state of those there."""
        self._answers.notes.submit(papers, venue, state)

    def fail(
        self,
        fault: Fault,
        path: str = "/",
        *,
        times: int = 1,
        status: int = 503,
        retry_after: str | None = None,
    ) -> None:
        """Let the next `times` requests whose path starts with `path` fail."""
        self._orders.append(Order(fault, path, times, status, retry_after))

    def mend(self) -> None:
        """Let no further request fail."""
        self._orders.clear()

    async def wait_for_requests(
        self, count: int = 1, wanted: str | Callable[[SeenRequest], bool] = "/"
    ) -> list[SeenRequest]:
        """Wait until `count` logged requests are `wanted` (start of the path, or a test)."""
        test = wanted if callable(wanted) else lambda seen: seen.path.startswith(wanted)
        async with self._arrived:
            while len(found := [seen for seen in self.requests if test(seen)]) < count:
                await self._arrived.wait()
        return found

    async def _watch(self, request: web.Request) -> web.Response:
        seen = SeenRequest(
            at=asyncio.get_running_loop().time(),
            path=request.path,
            query=tuple(request.query.items()),
            user_agent=request.headers.get("User-Agent", ""),
            if_none_match=request.headers.get("If-None-Match"),
        )
        async with self._arrived:
            self.requests.append(seen)
            self._arrived.notify_all()
        self._in_hand += seen.is_arxiv
        self.most_at_once = max(self.most_at_once, self._in_hand)
        if seen.is_arxiv:
            self.most_connections = max(self.most_connections, self._connections_beside(request))
        try:
            return await self._answer(request)
        finally:
            self._in_hand -= seen.is_arxiv

    def _connections_beside(self, request: web.Request) -> int:
        """Return how many connections are open at the address that a request came to."""
        server, own = self._runner.server, _address(request.transport)
        handlers = server.connections if server is not None else ()
        return sum(_address(each.transport) == own for each in handlers)

    async def _answer(self, request: web.Request) -> web.Response:
        order = self._order_for(request.path)
        match order:
            case Order(fault=Fault.STATUS):
                headers = {"Retry-After": order.retry_after} if order.retry_after else None
                return web.Response(status=order.status, headers=headers)
            case Order(fault=Fault.RATE_EXCEEDED):
                return web.Response(status=429, text="Rate exceeded.")
            case Order(fault=Fault.STALL):
                await self._closing.wait()
            case Order(fault=Fault.SLOW):
                with suppress(TimeoutError):
                    async with asyncio.timeout(SLOW_SECONDS):
                        await self._closing.wait()
            case Order(fault=Fault.HANG_UP) if request.transport:
                request.transport.close()
        known = frozenset(it.value for it in request.if_none_match or ())
        fault = order.fault if order else None
        answer = self._answers.answer(request.path, request.query, known, fault)
        response = web.Response(
            status=answer.status, body=answer.body, content_type=answer.content_type
        )
        response.etag = answer.etag
        return response

    def _order_for(self, path: str) -> Order | None:
        order = next((it for it in self._orders if path.startswith(it.path)), None)
        if order:
            order.times -= 1
            self._orders = [it for it in self._orders if it.times > 0]
        return order


def _address(transport: asyncio.BaseTransport | None) -> object:
    """Return where a connection that is open arrived; None of one that is closed."""
    if transport is None or transport.is_closing():
        return None
    return transport.get_extra_info("sockname")
