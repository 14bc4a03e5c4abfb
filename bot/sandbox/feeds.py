"""The sources on loopback: arXiv's listing, query API and OAI-PMH, and Daily Papers, over HTTP.

Serves what it is told to announce, in the recorded shapes, and fails when told to. Contains no
part of the bot but the nouns; whatever speaks to it is the unmodified bot.
"""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.arxiv_ids import canonical_id
from bot.domain import Paper
from bot.sandbox import feed_faults, feed_shapes, oai_shapes
from bot.sandbox.archive import Archive, UnknownQuery
from bot.sandbox.feed_faults import Fault, Order

LOG_LENGTH = 10_000
_ATOM = "application/atom+xml"
_API_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")

Answer = Callable[[web.Request, Fault | None], web.Response]
"""Makes a route's answer, spoilt by a fault."""


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
    """Sources on 127.0.0.1: arXiv on one free port, Daily Papers on another."""

    def __init__(self) -> None:
        self._archive = Archive()
        self._orders: list[Order] = []
        self._listings: dict[tuple[str, Fault | None], bytes] = {}
        self._arrived = asyncio.Condition()
        self._closing = asyncio.Event()
        self._in_hand = 0
        self._arxiv_url = ""
        self.huggingface_url = ""
        """Address of Daily Papers."""
        self.requests: deque[SeenRequest] = deque(maxlen=LOG_LENGTH)
        """The latest requests, in the order of their arrival."""
        self.records_a_page = 1_300
        """How many records OAI-PMH gives before a resumption token."""
        self.most_at_once = 0
        """How many requests to arXiv were ever in hand together."""
        application = web.Application()
        routes = {
            "/atom/{query:.+}": self._listing,
            "/api/query": self._results,
            "/oai": self._records,
            "/api/daily_papers": self._daily_papers,
            "/api/papers/{id:.+}": self._daily_paper,
        }
        application.add_routes([web.get(path, self._watched(it)) for path, it in routes.items()])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        for _ in range(2):
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._arxiv_url, self.huggingface_url = (
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
        }

    def publish(self, papers: Iterable[Paper], on: date, archive: str | None = None) -> None:
        """Announce a batch in place of the current one, in every archive or in one only.

        An archive's listing shows the papers that have a category in it. The query API knows
        every paper that was ever announced.
        """
        self._archive.announce(papers, on, archive)
        self._listings.clear()

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

    async def wait_for_requests(
        self, count: int = 1, wanted: str | Callable[[SeenRequest], bool] = "/"
    ) -> list[SeenRequest]:
        """Wait until `count` logged requests are `wanted` (start of the path, or a test)."""
        test = wanted if callable(wanted) else lambda seen: seen.path.startswith(wanted)
        async with self._arrived:
            while len(found := [seen for seen in self.requests if test(seen)]) < count:
                await self._arrived.wait()
        return found

    def _watched(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def watched(request: web.Request) -> web.Response:
            return await self._watch(request, answer)

        return watched

    async def _watch(self, request: web.Request, answer: Answer) -> web.Response:
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
        try:
            return await self._answer(request, answer)
        finally:
            self._in_hand -= seen.is_arxiv

    async def _answer(self, request: web.Request, answer: Answer) -> web.Response:
        order = self._order_for(request.path)
        match order:
            case Order(fault=Fault.STATUS):
                headers = {"Retry-After": order.retry_after} if order.retry_after else None
                return web.Response(status=order.status, headers=headers)
            case Order(fault=Fault.RATE_EXCEEDED):
                return web.Response(status=429, text="Rate exceeded.")
            case Order(fault=Fault.STALL):
                await self._closing.wait()
            case Order(fault=Fault.HANG_UP) if request.transport:
                request.transport.close()
        return answer(request, order.fault if order else None)

    def _order_for(self, path: str) -> Order | None:
        order = next((it for it in self._orders if path.startswith(it.path)), None)
        if order:
            order.times -= 1
            self._orders = [it for it in self._orders if it.times > 0]
        return order

    def _listing(self, request: web.Request, fault: Fault | None) -> web.Response:
        query = request.match_info["query"]
        try:
            body = self._listing_body(query, fault)
        except UnknownQuery:
            fault = Fault.ERROR_FEED
            body = b""
        if fault is Fault.ERROR_FEED:
            body = feed_shapes.feed_error(query)
            return web.Response(status=400, body=body, content_type=_ATOM)
        etag = sha256(body).hexdigest()[:32]
        if request.if_none_match and any(it.value == etag for it in request.if_none_match):
            return web.Response(status=304, headers={"ETag": f'"{etag}"'})
        response = web.Response(body=_spoilt(body, fault), content_type=_ATOM)
        response.etag = etag
        return response

    def _listing_body(self, query: str, fault: Fault | None) -> bytes:
        old = fault if fault in {Fault.STALE, Fault.REPEATED} else None
        if (query, old) not in self._listings:
            on, papers = self._archive.listed(
                query, stale=old is Fault.STALE, repeated=old is Fault.REPEATED
            )
            self._listings[query, old] = feed_shapes.atom_feed(papers, query, on)
        return self._listings[query, old]

    def _records(self, request: web.Request, fault: Fault | None) -> web.Response:
        try:
            if fault is Fault.TOKEN_EXPIRED:
                raise UnknownQuery("badResumptionToken")  # noqa: TRY301 - told to
            body = self._records_body(request.query)
        except (UnknownQuery, ValueError) as error:
            code = str(error) if isinstance(error, UnknownQuery) else "badArgument"
            body = oai_shapes.error(code)
        return web.Response(body=_spoilt(body, fault), content_type="text/xml")

    def _records_body(self, asked: Mapping[str, str]) -> bytes:
        token = asked.get("resumptionToken")
        wanted, since, skip = oai_shapes.read_token(token) if token else _of_first_page(asked)
        found = self._archive.changed(wanted, date.fromisoformat(since))
        page = found[skip : skip + self.records_a_page]
        if not page:
            raise UnknownQuery("noRecordsMatch")
        end = skip + len(page)
        following = oai_shapes.token(wanted, since, end) if end < len(found) else None
        return oai_shapes.records(page, following)

    def _results(self, request: web.Request, fault: Fault | None) -> web.Response:
        try:
            if fault is Fault.ERROR_FEED:
                raise UnknownQuery("incorrect request")  # noqa: TRY301 - told to
            body = self._results_body(request)
        except UnknownQuery as error:
            body = feed_shapes.api_error(str(error))
            return web.Response(status=400, body=body, content_type=_ATOM)
        return web.Response(body=_spoilt(body, fault), content_type=_ATOM)

    def _results_body(self, request: web.Request) -> bytes:
        start, page = _number(request, "start", 0), _number(request, "max_results", 10)
        if page > 2_000 or start + page > 30_000:
            raise UnknownQuery("max_results must not exceed 30000 in all and 2000 in a request")
        ids, query = request.query.get("id_list", ""), request.query.get("search_query", "")
        if ids:
            found = [it for name in ids.split(",") if (it := self._named(name))]
        else:
            ascending = request.query.get("sortOrder") == "ascending"
            found = self._archive.search(query, ascending=ascending)
        return feed_shapes.api_feed(
            found[start : start + page],
            total=len(found),
            start=start,
            page=page,
            query=request.query_string,
        )

    def _named(self, name: str) -> Paper | None:
        if not _API_ID.fullmatch(name):
            raise UnknownQuery(f"incorrect id format for {name}")
        # The API answers an impossible month with no result.
        with suppress(ValueError):
            return self._archive.paper(canonical_id(name)[0])
        return None

    def _daily_papers(self, request: web.Request, fault: Fault | None) -> web.Response:
        day = request.query.get("date")
        try:
            on = date.fromisoformat(day) if day else None
            limit, page = _number(request, "limit", 50), _number(request, "p", 0)
        except ValueError:
            return web.json_response({"error": "Invalid query parameters"}, status=400)
        limit = min(limit, 100)
        found = self._archive.featured(on)[page * limit : (page + 1) * limit]
        body = feed_shapes.daily_papers(found)
        return web.Response(body=_spoilt(body, fault), content_type="application/json")

    def _daily_paper(self, request: web.Request, fault: Fault | None) -> web.Response:
        try:
            paper = self._archive.featured_paper(canonical_id(request.match_info["id"])[0])
        except ValueError:
            paper = None
        if paper is None:
            return web.json_response({"error": "Paper not found"}, status=404)
        body = feed_shapes.daily_paper(paper)
        return web.Response(body=_spoilt(body, fault), content_type="application/json")


def _spoilt(body: bytes, fault: Fault | None) -> bytes:
    match fault:
        case Fault.TRUNCATED:
            return feed_faults.truncated(body)
        case Fault.GARBAGE_ENTRY:
            return feed_faults.with_garbage(body)
        case Fault.EMPTY_PAGE:
            return feed_faults.without_entries(body)
    return body


def _of_first_page(asked: Mapping[str, str]) -> tuple[str, str, int]:
    if asked.get("verb") != "ListRecords":
        raise UnknownQuery("badVerb")
    if asked.get("metadataPrefix") != "arXivRaw":
        raise UnknownQuery("cannotDisseminateFormat")
    return asked.get("set", ""), asked.get("from", "2005-09-16"), 0


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    if not re.fullmatch(r"\d{1,6}|", text):
        raise UnknownQuery(f"{name} must be a non-negative integer")
    return int(text) if text else default
