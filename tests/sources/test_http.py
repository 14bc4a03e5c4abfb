"""The fetcher against a server on loopback: limits, manners, redirects and errors."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from itertools import pairwise

import pytest
from aiohttp import web

from bot import __version__
from bot.errors import SourceError
from bot.sources.http import ARXIV, MOST_REDIRECTS, Fetcher, Limits
from bot.sources.pages import Request
from tests.sources.clock import Clock, MemoryLog

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that serves a handler on a free port and gives its address."""
    runners: list[web.AppRunner] = []

    async def serving(handler: Handler) -> str:
        application = web.Application()
        application.router.add_get("/{path:.*}", handler)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    yield serving
    for runner in runners:
        await runner.cleanup()


def fetcher(
    *arxiv_urls: str,
    clock: Clock | None = None,
    log: MemoryLog | None = None,
    contact: str | None = None,
    limits: Limits | None = None,
) -> AbstractAsyncContextManager[Fetcher]:
    """Return a fetcher that takes the hosts of `arxiv_urls` for arXiv's."""
    clock = clock or Clock()
    return Fetcher(
        arxiv_urls=arxiv_urls,
        spacing=3.0,
        contact=contact,
        requests=log or MemoryLog(),
        now=clock.now,
        sleep=clock.sleep,
        limits=limits or Limits(),
    )


def always(response: Callable[[], web.StreamResponse]) -> Handler:
    """Return a handler that gives every request a new response."""

    async def handler(_: web.Request) -> web.StreamResponse:
        return response()

    return handler


async def test_an_answer_brings_body_and_validators(serve: Serve) -> None:
    """A good answer is returned whole, with what makes the next request conditional."""
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        headers = {"ETag": 'W/"a1"', "Last-Modified": "Thu, 19 Nov 2026 05:00:00 GMT"}
        return web.Response(body=b"<feed/>", headers=headers)

    url = await serve(handler)
    async with fetcher() as fetch:
        answer = await fetch.fetch(
            Request(url=f"{url}/api?x=1", params=(("q", "cat:cs.* AND [a TO b]"), ("start", "0")))
        )
    assert (answer.status, answer.body, answer.not_modified) == (200, b"<feed/>", False)
    assert (answer.etag, answer.last_modified) == ('W/"a1"', "Thu, 19 Nov 2026 05:00:00 GMT")
    assert dict(seen[0].query) == {"x": "1", "q": "cat:cs.* AND [a TO b]", "start": "0"}
    assert "If-None-Match" not in seen[0].headers


async def test_a_conditional_request_may_be_answered_by_304(serve: Serve) -> None:
    """The validators are sent as they came; "not modified" is an answer without a body."""

    async def handler(request: web.Request) -> web.Response:
        assert request.headers["If-None-Match"] == '"a1"'
        assert request.headers["If-Modified-Since"] == "Thu, 19 Nov 2026 05:00:00 GMT"
        return web.Response(status=304, headers={"ETag": '"a1"'})

    url = await serve(handler)
    async with fetcher() as fetch:
        answer = await fetch.fetch(
            Request(url=url, etag='"a1"', last_modified="Thu, 19 Nov 2026 05:00:00 GMT")
        )
    assert (answer.not_modified, answer.body, answer.etag) == (True, b"", '"a1"')


async def test_an_endless_validator_is_not_kept(serve: Serve) -> None:
    """A validator too long to be one is dropped, and one from elsewhere is not sent."""

    async def handler(request: web.Request) -> web.Response:
        assert "If-None-Match" not in request.headers
        return web.Response(headers={"ETag": "x" * 501})

    url = await serve(handler)
    async with fetcher() as fetch:
        answer = await fetch.fetch(Request(url=url, etag='"a"\r\nCookie: x'))
    assert answer.etag is None


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (None, f"Paperwire/{__version__}"),
        ("ada@example.org", f"Paperwire/{__version__} (+mailto:ada@example.org)"),
    ],
    ids=["nobody", "somebody"],
)
async def test_says_who_asks(serve: Serve, contact: str | None, expected: str) -> None:
    """The User-Agent names the project, its version, and whom to write to where that is set."""
    agents: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        agents.append(request.headers["User-Agent"])
        return web.Response()

    url = await serve(handler)
    async with fetcher(contact=contact) as fetch:
        await fetch.fetch(Request(url=url))
    assert agents == [expected]


async def test_arxiv_sees_one_spaced_request_at_a_time(serve: Serve) -> None:
    """Requests to all hosts of arXiv share one pace and one connection, however many ask."""
    clock, log = Clock(), MemoryLog()
    in_hand = most = 0
    ports: set[object] = set()
    times: list[float] = []

    async def handler(request: web.Request) -> web.Response:
        nonlocal in_hand, most
        in_hand += 1
        most = max(most, in_hand)
        times.append(clock.now().timestamp())
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername"))
        assert log.last[ARXIV] == clock.now()
        await asyncio.sleep(0.01)  # time enough for a second request, were one made
        in_hand -= 1
        return web.Response()

    urls = [await serve(handler), await serve(handler)]
    async with fetcher(*urls, clock=clock, log=log) as fetch:
        await asyncio.gather(*(fetch.fetch(Request(url=urls[n % 2])) for n in range(6)))
    assert most == 1
    assert len(ports) == 6  # a connection is never kept for the next request
    assert [after - before for before, after in pairwise(times)] == [3.0] * 5


async def test_other_hosts_do_not_wait_for_arxiv(serve: Serve) -> None:
    """A slow answer of arXiv does not hold up a request to another source."""
    go_on = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        await go_on.wait()
        return web.Response()

    arxiv, other = await serve(slow), await serve(always(web.Response))
    async with fetcher(arxiv) as fetch:
        waiting = asyncio.create_task(fetch.fetch(Request(url=arxiv)))
        assert (await fetch.fetch(Request(url=other))).status == 200
        assert not waiting.done()
        go_on.set()
        await waiting


async def test_a_host_without_limits_is_asked_gently(serve: Serve) -> None:
    """One request at a time, with the seconds between them that it was given, beside others."""
    at_once = most = 0

    async def handler(_: web.Request) -> web.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return web.Response(body=b"{}")

    url, other = await serve(handler), await serve(always(lambda: web.Response(body=b"{}")))
    clock = Clock()
    manners = Fetcher(
        arxiv_urls=(),
        spacing=3.0,
        contact=None,
        requests=MemoryLog(),
        now=clock.now,
        sleep=clock.sleep,
        gentle={url: 1.0, f"{other.replace('127.0.0.1', 'localhost')}/x": 0.0},
    )
    async with manners as fetch:
        await asyncio.gather(*(fetch.fetch(Request(url=f"{url}/{n}")) for n in range(4)))
        assert clock.slept == [1.0] * 3
        assert most == 1
        await fetch.fetch(Request(url=other.replace("127.0.0.1", "localhost")))
        assert clock.slept == [1.0] * 3


async def test_a_cancelled_request_frees_its_turn(serve: Serve) -> None:
    """Who gives up on arXiv does not keep the next from asking."""
    arrived = asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        if request.path == "/slow":
            arrived.set()
            await asyncio.Event().wait()
        return web.Response()

    url = await serve(handler)
    async with fetcher(url) as fetch:
        waiting = asyncio.create_task(fetch.fetch(Request(url=f"{url}/slow")))
        await arrived.wait()
        waiting.cancel()
        assert (await fetch.fetch(Request(url=url))).status == 200


async def test_a_host_that_asks_for_a_pause_gets_it(serve: Serve) -> None:
    """After a 429 nothing more is asked until the time it named, then it is."""
    clock = Clock()
    asked = 0

    async def handler(_: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=429, headers={"Retry-After": "90"}, text="Rate exceeded.")

    url = await serve(handler)
    async with fetcher(url, clock=clock) as fetch:
        with pytest.raises(SourceError, match=r"status 429.*Rate exceeded") as first:
            await fetch.fetch(Request(url=url))
        clock.move(30)
        with pytest.raises(SourceError, match="asked for a pause of 60 s") as second:
            await fetch.fetch(Request(url=url))
        assert (first.value.retry_after, second.value.retry_after, asked) == (90, 60, 1)
        clock.move(60)
        with pytest.raises(SourceError, match="status 429"):
            await fetch.fetch(Request(url=url))
    assert asked == 2


@pytest.mark.parametrize("status", [400, 403, 404, 410, 500, 503, 305])
async def test_only_good_statuses_are_answers(serve: Serve, status: int) -> None:
    """Client errors, server errors and odd redirects are errors that name host and status."""
    url = await serve(always(lambda: web.Response(status=status)))
    async with fetcher() as fetch:
        with pytest.raises(SourceError, match=f"^127.0.0.1 answered with status {status}"):
            await fetch.fetch(Request(url=url))


async def test_compressed_answers_are_read(serve: Serve) -> None:
    """A gzipped body is asked for, and read as if it were plain."""

    async def handler(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "gzip"
        return web.Response(body=gzip.compress(b"x" * 9_999), headers={"Content-Encoding": "gzip"})

    url = await serve(handler)
    async with fetcher() as fetch:
        assert (await fetch.fetch(Request(url=url))).body == b"x" * 9_999


@pytest.mark.parametrize(
    ("body", "encoding", "message"),
    [
        (b"x" * 1_001, "identity", "more than 1,000 bytes"),
        (gzip.compress(bytes(50_000_000)), "gzip", "more than 1,000 bytes"),
        (b"no gzip at all", "gzip", "damaged"),
        (b"x", "br", "encoding that was not asked for"),
    ],
    ids=["long", "bomb", "damaged", "odd"],
)
async def test_a_body_is_bounded(serve: Serve, body: bytes, encoding: str, message: str) -> None:
    """A body over the limit, also once unpacked, or one that cannot be unpacked is an error."""
    headers = {"Content-Encoding": encoding}
    url = await serve(always(lambda: web.Response(body=body, headers=headers)))
    async with fetcher(limits=Limits(most_bytes=1_000)) as fetch:
        with pytest.raises(SourceError, match=message):
            await fetch.fetch(Request(url=url))
    url = await serve(always(lambda: web.Response(body=body, headers=headers, status=500)))
    async with fetcher() as fetch:
        with pytest.raises(SourceError, match="status 500"):
            await fetch.fetch(Request(url=url))


async def test_a_body_at_the_limit_is_read(serve: Serve) -> None:
    """The limit itself is allowed."""
    url = await serve(always(lambda: web.Response(body=b"x" * 1_000)))
    async with fetcher(limits=Limits(most_bytes=1_000)) as fetch:
        assert len((await fetch.fetch(Request(url=url))).body) == 1_000


async def test_a_source_that_never_answers_is_given_up(serve: Serve) -> None:
    """A stalled answer ends in an error, and the next request is made."""
    stalled = asyncio.Event()

    async def handler(request: web.Request) -> web.Response:
        if request.path == "/slow":
            await stalled.wait()
        return web.Response()

    url = await serve(handler)
    async with fetcher(url, limits=Limits(total_seconds=0.2)) as fetch:
        with pytest.raises(SourceError, match=r"127\.0\.0\.1 did not answer in time"):
            await fetch.fetch(Request(url=f"{url}/slow"))
        assert (await fetch.fetch(Request(url=url))).status == 200
    stalled.set()


async def test_a_connection_cut_in_the_body_is_an_error(serve: Serve) -> None:
    """A body shorter than announced is an error and no answer."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<feed>")
        assert request.transport is not None
        request.transport.close()
        return response

    url = await serve(handler)
    async with fetcher() as fetch:
        with pytest.raises(SourceError, match="cannot be reached"):
            await fetch.fetch(Request(url=url))


async def test_arxiv_is_not_asked_again_out_of_turn(serve: Serve) -> None:
    """A request to arXiv whose connection breaks fails; it is not repeated at once."""
    asked = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    url = await serve(handler)
    async with fetcher(url) as fetch:
        with pytest.raises(SourceError, match="cannot be reached"):
            await fetch.fetch(Request(url=url))
    assert asked == 1


async def test_nobody_there_is_an_error() -> None:
    """A refused connection is an error that names the host."""
    async with fetcher() as fetch:
        with pytest.raises(SourceError, match=r"^127\.0\.0\.1 cannot be reached"):
            await fetch.fetch(Request(url="http://127.0.0.1:1/"))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/", "x", "", "http://", "http://[::1"]
)
async def test_only_the_web_is_asked(url: str) -> None:
    """An address that is not http(s) is refused before anything is sent."""
    async with fetcher() as fetch:
        with pytest.raises(SourceError, match="not an http:// or https:// address"):
            await fetch.fetch(Request(url=url))


async def test_a_closed_fetcher_says_so() -> None:
    """A fetcher that was not entered makes no request."""
    unopened = fetcher()
    assert isinstance(unopened, Fetcher)
    with pytest.raises(SourceError, match="not open"):
        await unopened.fetch(Request(url="http://127.0.0.1:1/"))


def redirect(location: str, status: int = 302) -> Handler:
    """Return a handler that redirects once, from "/"; what else is asked is answered."""

    async def handler(request: web.Request) -> web.Response:
        if request.path != "/":
            return web.Response(text=request.path)
        return web.Response(status=status, headers={"Location": location} if location else {})

    return handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_within_the_site_is_followed(serve: Serve, status: int) -> None:
    """A redirect to the same host is followed, at arXiv with the pace of any request."""
    clock = Clock()
    url = await serve(redirect("/moved", status))
    async with fetcher(url, clock=clock) as fetch:
        assert (await fetch.fetch(Request(url=url))).body == b"/moved"
    assert clock.slept == [3]


async def test_arxivs_hosts_may_redirect_to_each_other(serve: Serve) -> None:
    """A redirect from one host of arXiv to another is followed."""
    other = await serve(always(lambda: web.Response(text="other")))
    url = await serve(redirect(f"{other}/x"))
    async with fetcher(url, other) as fetch:
        assert (await fetch.fetch(Request(url=url))).body == b"other"


@pytest.mark.parametrize(
    "location",
    [
        *("http://evil.example/", "//evil.example/x", "file:///etc/passwd", "http://[::1", ""),
        "http://169.254.169.254/latest/meta-data",
    ],
)
async def test_a_redirect_elsewhere_is_refused(serve: Serve, location: str) -> None:
    """A redirect to another site, to a file or to nowhere is an error, and is not followed."""
    url = await serve(redirect(location))
    async with fetcher() as fetch:
        with pytest.raises(SourceError, match=r"127\.0\.0\.1 redirects to another site"):
            await fetch.fetch(Request(url=url))


async def test_redirects_in_circles_end(serve: Serve) -> None:
    """A source that redirects for ever is given up."""
    asked = 0

    async def handler(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=302, headers={"Location": f"{request.path}x"})

    url = await serve(handler)
    async with fetcher() as fetch:
        with pytest.raises(SourceError, match="redirects too often"):
            await fetch.fetch(Request(url=url))
    assert asked == MOST_REDIRECTS + 1
