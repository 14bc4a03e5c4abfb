"""The only fetcher: conditional GETs, bounded in time, size and redirects, polite to arXiv.

Reads no feed and keeps no state but the pace; whatever goes wrong is a SourceError.
"""

import asyncio
import zlib
from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from bot import __version__
from bot.errors import SourceError
from bot.sources import refusals
from bot.sources.pacing import Clock, Pace, Pauses, RequestLog, Sleep
from bot.sources.pages import Request, Response

ARXIV = "arxiv"
"""The group of all arXiv hosts, in the log of requests."""
MOST_REDIRECTS = 3
MOST_CONNECTIONS = 4
LONGEST_VALIDATOR = 500
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED = 304
_HTTP_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one answer may take: seconds, and bytes after decompression.

    2,000 entries, the most that arXiv lists, are about 5 MB.
    """

    total_seconds: float = 120.0
    connect_seconds: float = 15.0
    most_bytes: int = 30_000_000


class Fetcher:
    """Makes the requests of all sources, and owns the connections; an async context manager.

    All hosts of `arxiv_urls`, and every host of arxiv.org, share one connection and are asked
    once in `spacing` seconds, counted from the end of the last answer and over restarts
    (arXiv's API terms of use). The host of each address in `gentle` is asked one thing at a time as
    well, once in so many seconds. `contact` is an e-mail address for the User-Agent.
    """

    def __init__(  # noqa: PLR0913 - all by name, and most of them only for tests
        self,
        *,
        arxiv_urls: Iterable[str],
        spacing: float,
        contact: str | None,
        requests: RequestLog,
        now: Clock,
        sleep: Sleep = asyncio.sleep,
        limits: Limits = Limits(),
        gentle: Mapping[str, float] | None = None,
    ) -> None:
        self._arxiv_hosts = {(url.host, url.port) for url in map(URL, arxiv_urls)}
        self._paces = {ARXIV: Pace(ARXIV, spacing, requests, now, sleep)}
        for url, seconds in (gentle or {}).items():
            group = self._group(URL(url))
            self._paces.setdefault(group, Pace(group, seconds, requests, now, sleep))
        self._pauses = Pauses(now)
        self._now = now
        self._limits = limits
        about = f"Paperwire/{__version__}"
        self._user_agent = f"{about} (+mailto:{contact})" if contact else about
        self._open = AsyncExitStack()
        self._arxiv: aiohttp.ClientSession | None = None
        self._others: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=1, force_close=True)
        self._arxiv = await self._open.enter_async_context(self._session(connector, _no_retry))
        connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
        self._others = await self._open.enter_async_context(self._session(connector))
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    async def fetch(self, request: Request) -> Response:
        """Make a request and return its answer: a status in the 200s, or 304.

        Raises SourceError, with `retry_after` where the source says it, for every other status,
        for no answer in time, for a body over the limit and for a redirect to another site.
        """
        url = _web_url(request.url).update_query(request.params)
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask(url, request)
            if isinstance(answer, Response):
                return answer
            url = self._followed(url, answer)
        raise SourceError(f"{url.host} redirects too often.")

    def _session(
        self, connector: aiohttp.TCPConnector, *middlewares: aiohttp.ClientMiddlewareType
    ) -> aiohttp.ClientSession:
        limits = self._limits
        return aiohttp.ClientSession(
            connector=connector,
            middlewares=middlewares,
            timeout=aiohttp.ClientTimeout(
                total=limits.total_seconds, sock_connect=limits.connect_seconds
            ),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def _ask(self, url: URL, request: Request) -> Response | str:
        """Make one request; return its answer, or where it redirects to."""
        group = self._group(url)
        self._pauses.check(group, url.host or "")
        async with self._turn(group):
            # The request whose turn came before may have been told to wait.
            self._pauses.check(group, url.host or "")
            try:
                return await self._get(url, request)
            except TimeoutError:
                raise SourceError(f"{url.host} did not answer in time.") from None
            except (aiohttp.ClientError, OSError) as error:
                reason = str(error)[:200] or type(error).__name__
                raise SourceError(f"{url.host} cannot be reached: {reason}") from None

    def _turn(self, group: str) -> AbstractAsyncContextManager[None]:
        pace = self._paces.get(group)
        return pace.turn() if pace else nullcontext()

    async def _get(self, url: URL, request: Request) -> Response | str:
        session = self._arxiv if self._group(url) == ARXIV else self._others
        if session is None:
            raise SourceError("The fetcher is not open.")
        async with session.get(url, headers=_conditions(request), allow_redirects=False) as answer:
            if answer.status in _REDIRECTS:
                return answer.headers.get("Location", "")
            if answer.status in _HTTP_OK:
                return _response(answer, await _body(answer, self._limits.most_bytes))
            if answer.status == _NOT_MODIFIED:
                return _response(answer, b"")
            raise await self._refusal(answer)

    async def _refusal(self, answer: aiohttp.ClientResponse) -> SourceError:
        try:
            body = await _body(answer, refusals.MOST_BYTES)
        except (SourceError, aiohttp.ClientError, TimeoutError):
            body = b""
        refusal = refusals.refusal(
            answer.url.host or "", answer.status, answer.headers, body, self._now()
        )
        if refusal.retry_after:
            self._pauses.pause(self._group(answer.url), refusal.retry_after)
        return refusal

    def _group(self, url: URL) -> str:
        host = url.host or ""
        is_arxiv = (host, url.port) in self._arxiv_hosts or f".{host}".endswith(".arxiv.org")
        return ARXIV if is_arxiv else host

    def _followed(self, url: URL, location: str) -> URL:
        try:
            target = url.join(URL(location))
        except ValueError:
            target = URL()
        is_web = target.scheme in {"https", url.scheme}
        if not location or not is_web or self._group(target) != self._group(url):
            raise SourceError(
                f"{url.host} redirects to another site: {location[:200]!r}. "
                "Check its address in the settings."
            )
        return target


async def _no_retry(
    request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a GET at once, and so out of turn, when the connection breaks."""
    try:
        return await send(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientConnectionError(str(error)) from None


def _web_url(text: str) -> URL:
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise SourceError(f"{text[:200]!r} is not an http:// or https:// address.")
    return url


def _conditions(request: Request) -> dict[str, str]:
    validators = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
    return {name: value for name, value in validators.items() if value and _validator(value)}


def _response(answer: aiohttp.ClientResponse, body: bytes) -> Response:
    return Response(
        status=answer.status,
        body=body,
        etag=_validator(answer.headers.get("ETag")),
        last_modified=_validator(answer.headers.get("Last-Modified")),
    )


def _validator(value: str | None) -> str | None:
    """Return a validator that may be sent back as it is, else None."""
    usable = value and len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable()
    return value if usable else None


async def _body(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """Return the body, decompressed here so that the limit holds before memory is taken."""
    encoding = answer.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise SourceError(f"{answer.url.host} answers in an encoding that was not asked for.")
    inflater = None if encoding == "identity" else zlib.decompressobj(16 + zlib.MAX_WBITS)
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        try:
            body += inflater.decompress(chunk, most_bytes + 1 - len(body)) if inflater else chunk
        except zlib.error:
            raise SourceError(f"{answer.url.host} sent a damaged answer.") from None
        if len(body) > most_bytes:
            raise SourceError(f"{answer.url.host} answers with more than {most_bytes:,} bytes.")
    return bytes(body)
