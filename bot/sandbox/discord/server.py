"""HTTP on 127.0.0.1: token, faults, rate limits and the log around the routes.

Answers in Discord's shapes; ``Content-Type`` is bare ``application/json``, as clients compare it.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.discord.faults import Failure, Fault, Faults, Lost, Refused, Stalled, TooMany
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.rates import Rates, refusal_headers, too_many
from bot.sandbox.discord.refusals import Json, Refusal, broken_json, unauthorized, unknown_route
from bot.sandbox.discord.routes import Call, Route
from bot.sandbox.discord.uploads import Uploads

HOST = "127.0.0.1"
PREFIX = "/api/v10"
GATEWAY_PATH = "/gateway"
LOG = 20_000
"""Requests remembered."""
BODY_BYTES = 10 * 1024 * 1024
INVALID = frozenset({401, 403, 429})
"""What Discord counts towards 10,000 invalid requests in ten minutes."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the log keeps it. ``status`` is None where the connection was dropped."""

    method: str
    route: str
    """The template; empty for a path that Discord does not have."""
    path: str
    status: int | None
    at: float
    """Seconds since 1970, when it came."""
    seconds: float


class Log:
    """The last requests, and what they add up to since the start."""

    def __init__(self) -> None:
        self.requests: deque[Request] = deque(maxlen=LOG)
        self.total = 0
        """Requests answered or dropped."""
        self.too_many = 0
        """429s given."""
        self.invalid = 0
        """401s, 403s and 429s given, but for those whose scope is ``shared``."""

    def add(self, request: Request, *, invalid: bool) -> None:
        """Keep a request."""
        self.requests.append(request)
        self.total += 1
        self.too_many += request.status == 429
        self.invalid += invalid


class Server:
    """Serves routes and the gateway; ``announce`` is called after each request."""

    def __init__(
        self,
        routes: Iterable[Route],
        gateway: Gateway,
        *,
        token: str,
        rates: Rates,
        faults: Faults,
        clock: Callable[[], float],
    ) -> None:
        self.log = Log()
        self._gateway = gateway
        self.uploads = Uploads(gateway.world.snowflakes.next)
        self._authorization = f"Bot {token}"
        self._rates = rates
        self._faults = faults
        self._clock = clock
        self._app = web.Application(client_max_size=BODY_BYTES)
        for route in routes:
            self._app.router.add_route(
                route.method, PREFIX + route.path, partial(self._serve, route)
            )
        self._app.router.add_get("/attachments/{number}/{name}", self._attachment)
        self._app.router.add_get(GATEWAY_PATH, gateway.serve)
        self._app.router.add_get(f"{GATEWAY_PATH}/", gateway.serve)
        self._app.router.add_route("*", "/{rest:.*}", partial(self._serve, None))
        # Whoever still waits for an answer when the server stops, waits in vain.
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.1)

    async def start(self, port: int) -> str:
        """Listen on a port (0: any free one); return the API's address."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, port)
        await site.start()
        taken = int(self._runner.addresses[0][1])
        self._gateway.url = f"ws://{HOST}:{taken}{GATEWAY_PATH}/"
        return f"http://{HOST}:{taken}{PREFIX}"

    async def stop(self) -> None:
        """Let go of all answers kept back, close every connection, stop listening."""
        self._faults.release_all()
        await self._gateway.close(1001)
        await self._runner.cleanup()

    async def _serve(self, route: Route | None, request: web.Request) -> web.StreamResponse:
        at, started = self._clock(), asyncio.get_running_loop().time()
        path = request.path.removeprefix(PREFIX)
        rule = self._faults.striking(request.method, path)
        answer = _instead(rule.fault) if rule else None
        if answer is None:
            answer = await self._decide(route, request)
        dropped = rule is not None and isinstance(rule.fault, Lost | Refused)
        if rule is not None and isinstance(rule.fault, Stalled):
            self._gateway.world.changes.announce()
            await _hold(rule.released, rule.fault.seconds)
        took = asyncio.get_running_loop().time() - started
        invalid = _is_invalid(answer)
        if invalid:
            self._rates.count_invalid()
        status = None if dropped else answer.status
        template = route.path if route else ""
        self.log.add(Request(request.method, template, path, status, at, took), invalid=invalid)
        self._gateway.world.changes.announce()
        if rule is not None and dropped:
            _drop(request, reset=isinstance(rule.fault, Lost) and rule.fault.reset)
        return answer

    async def _attachment(self, request: web.Request) -> web.Response:
        """Serve a file that somebody sent, as the CDN does: without a token."""
        number = request.match_info["number"]
        content = self.uploads.content(int(number)) if number.isdecimal() else None
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _decide(self, route: Route | None, request: web.Request) -> web.Response:
        try:
            if route is None:
                raise unknown_route()
            if not route.open and request.headers.get("Authorization") != self._authorization:
                raise unauthorized()
            verdict = self._rates.judge(request.method, route.path, _major(request))
            if not verdict.passes:
                return answered(429, verdict.body, verdict.headers)
            return await self._act(route, request, verdict.headers)
        except Refusal as refusal:
            return answered(refusal.status, refusal.body)

    async def _act(self, route: Route, request: web.Request, headers: Any) -> web.Response:  # noqa: ANN401 - a mapping, passed on
        try:
            call = Call(request.match_info, request.query, await _body(request, self.uploads))
            done = route.act(call)
        except Refusal as refusal:
            return answered(refusal.status, refusal.body, headers)
        return answered(done.status, done.body, headers)


def _is_invalid(answer: web.Response) -> bool:
    return answer.status in INVALID and answer.headers.get("X-RateLimit-Scope") != "shared"


def answered(status: int, body: Any, headers: Any = None) -> web.Response:  # noqa: ANN401 - any JSON
    """Return a response in JSON with exactly the content type that clients look for."""
    if status == 204:
        return web.Response(status=status, headers=headers)
    text = json.dumps(body).encode()
    return web.Response(status=status, body=text, content_type="application/json", headers=headers)


def _instead(fault: Fault) -> web.Response | None:
    """Return the answer that a fault gives in place of the true one, if it does."""
    if isinstance(fault, TooMany):
        body = too_many(fault.retry_after, is_global=fault.is_global)
        scope = "global" if fault.is_global else "user"
        headers = refusal_headers(fault.retry_after, scope, via=fault.via)
        return answered(429, body, headers)
    if isinstance(fault, Failure):
        return answered(fault.status, {"message": f"{fault.status}: Server Error", "code": 0})
    if isinstance(fault, Refused):
        return web.Response(status=503)
    return None


async def _hold(released: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await released.wait()
    except TimeoutError:
        return


def _drop(request: web.Request, *, reset: bool) -> None:
    transport = request.transport
    if transport is None:
        return
    if reset:
        transport.abort()
    else:
        transport.close()


def _major(request: web.Request) -> str:
    ids = request.match_info
    return ids.get("channel_id") or ids.get("guild_id") or ids.get("token") or ""


async def _body(request: web.Request, uploads: Uploads) -> Any:  # noqa: ANN401 - any JSON
    if request.content_type == "multipart/form-data":
        return await _multipart(request, uploads)
    raw = await request.read()
    return _parsed(raw) if raw else None


def _parsed(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(raw)
    except ValueError:
        raise broken_json() from None


async def _multipart(request: web.Request, uploads: Uploads) -> Any:  # noqa: ANN401 - any JSON
    """Return ``payload_json``, with each uploaded file among its attachments."""
    payload: Any = {}
    files: list[tuple[str | None, Json]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise broken_json()
        raw = bytes(await part.read())
        if part.name == "payload_json":
            payload = _parsed(raw)
        else:
            files.append((part.name, uploads.keep(part.filename or "file", raw)))
    if isinstance(payload, dict) and files:
        form = payload.get("data", payload) if "type" in payload else payload
        described = {f"files[{it.get('id')}]": it for it in form.get("attachments") or ()}
        form["attachments"] = [
            {**kept, "description": described.get(str(name), {}).get("description")}
            for name, kept in files
        ]
    return payload
