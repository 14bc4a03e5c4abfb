"""What discord.py's HTTP client and gateway speak through, in place of sockets.

Everything above is discord.py's own: its requests, retries and rate limits, its events and cache.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from bot.client import PaperwireBot
from bot.sandbox.discord.gateway import DISPATCH, IDENTIFY, INVALID_SESSION, RESUME
from bot.sandbox.discord.refusals import Json
from bot.sandbox.simulation.discord import TOKEN, Discord, Trouble
from bot.sandbox.simulation.life import Life, Step

_JSON = {"Content-Type": "application/json", "content-type": "application/json"}
_INTENTS = 1
"""Guilds."""
_STALLS = 200.0
"""Seconds."""


class Answer:
    """As much of an HTTP answer as discord.py looks at."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        self.status = status
        self.reason = ""
        self.headers = headers
        self._text = text

    async def text(self, encoding: str = "utf-8") -> str:  # noqa: ARG002 - as aiohttp has it
        """Return the body."""
        return self._text


class Wire:
    """A process's way to Discord's API; stands in for discord.py's `aiohttp.ClientSession`."""

    def __init__(self, discord: Discord, life: Life, chance: random.Random) -> None:
        self.trace: aiohttp.TraceConfig | None = None
        """What waits for a turn before each request, as aiohttp's own session would ask it."""
        self._discord = discord
        self._life = life
        self._chance = chance

    def request(
        self,
        method: str,
        url: str,
        **options: Any,  # noqa: ANN401 - discord.py's own options
    ) -> AbstractAsyncContextManager[Answer]:
        """Make a request."""
        return self._in_turn(method, url, options)

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    @asynccontextmanager
    async def _in_turn(self, method: str, url: str, options: Json) -> AsyncIterator[Answer]:
        started = aiohttp.TraceRequestStartParams(method, URL(url), CIMultiDict())
        context = SimpleNamespace()
        session: Any = self
        trace = self.trace or aiohttp.TraceConfig()
        for start in trace.on_request_start:
            await start(session, context, started)
        asked: Any = {"method": method, "url": started.url, "headers": started.headers}
        try:
            answer: Any = await self._exchange(method, url, options)
        except (Exception, asyncio.CancelledError) as error:
            for end in trace.on_request_exception:
                await end(
                    session, context, aiohttp.TraceRequestExceptionParams(**asked, exception=error)
                )
            raise
        for over in trace.on_request_end:
            await over(session, context, aiohttp.TraceRequestEndParams(**asked, response=answer))
        yield answer

    async def _exchange(self, method: str, url: str, options: Json) -> Answer:
        await self._life.step(Step.MESSAGE)
        await asyncio.sleep(self._chance.uniform(0.03, 0.5))
        trouble = self._discord.drawn()
        if trouble is Trouble.AWAY:
            raise aiohttp.ClientConnectionError("no connection")
        answer = _instead(trouble)
        if answer is None:
            query = {name: str(value) for name, value in (options.get("params") or {}).items()}
            body = json.loads(options["data"]) if options.get("data") else None
            status, said = self._discord.answer(method, unquote(urlsplit(url).path), query, body)
            answer = Answer(status, "" if said is None else json.dumps(said), _JSON)
        await self._life.step(Step.MESSAGE)
        if trouble is Trouble.STALLED:
            await asyncio.sleep(_STALLS)
        if trouble in {Trouble.STALLED, Trouble.LOST}:
            raise aiohttp.ServerDisconnectedError
        await asyncio.sleep(self._chance.uniform(0.03, 0.2))
        return answer


def _instead(trouble: Trouble | None) -> Answer | None:
    """Return the answer of a Discord that does not do what is asked."""
    match trouble:
        case Trouble.BROKEN:
            return Answer(503, "upstream connect error", {"content-type": "text/plain"})
        case Trouble.FAILED:
            return Answer(500, '{"message": "500: Internal Server Error", "code": 0}', _JSON)
        case Trouble.LIMITED | Trouble.BLOCKED:
            wait = 2.5 if trouble is Trouble.LIMITED else 600.0
            said = {"message": "You are being rate limited.", "retry_after": wait, "global": False}
            headers = {**_JSON, "Via": "1.1 google", "Retry-After": str(wait)}
            return Answer(429, json.dumps(said), headers)
        case Trouble.BANNED:
            return Answer(429, "error code: 1015", {"content-type": "text/html"})
    return None


def connect(client: PaperwireBot, wire: Wire) -> None:
    """Let a client that is not logged in make its requests through a wire."""
    http = client.http
    wire.trace = http.http_trace

    async def static_login(token: str) -> Any:  # noqa: ANN401 - Discord's user object
        http.token = token
        http._HTTPClient__session = wire  # type: ignore[attr-defined]  # noqa: SLF001 - where discord.py would open a session of aiohttp's
        http._global_over = asyncio.Event()  # noqa: SLF001 - as discord.py's own does
        http._global_over.set()  # noqa: SLF001 - as discord.py's own does
        return await http.get_user("@me")

    http.static_login = static_login  # type: ignore[method-assign]


async def stay_connected(client: PaperwireBot, discord: Discord, chance: random.Random) -> None:
    """Hand the gateway's events to a client, and resume or identify anew after each cut."""
    state = client._connection  # noqa: SLF001 - what discord.py's socket hands events to
    state.shard_count, state.shard_ids = 1, [0]
    session, last = "", 0
    while True:
        await discord.is_open.wait()
        line = discord.connection()
        discord.gateway.take(line, _hello(session, last))
        while (frame := await line.next_frame())["op"] == DISPATCH:
            last, body = frame["s"], {**frame["d"], "__shard_id__": 0}
            session = body.get("session_id", session) if frame["t"] == "READY" else session
            state.parsers[frame["t"]](body)
        line.leave()
        if frame["op"] == INVALID_SESSION:
            session = ""
        await asyncio.sleep(chance.uniform(1, 5))


def _hello(session: str, last: int) -> str:
    if session:
        body: Json = {"token": TOKEN, "session_id": session, "seq": last}
        return json.dumps({"op": RESUME, "d": body})
    return json.dumps({"op": IDENTIFY, "d": {"token": TOKEN, "intents": _INTENTS, "shard": [0, 1]}})
