"""The page over HTTP on 127.0.0.1: the channels, what is done in them, and what changes, live.

Translates between requests and `acts`; draws nothing itself.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, tzinfo
from importlib.resources import files
from itertools import count
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import ValidationError

from bot.sandbox.discord import Channel, DiscordSandbox, Permission, Person
from bot.sandbox.web import acts, page
from bot.sandbox.web.acts import Act, Hands
from bot.sandbox.web.guard import HEADERS, Guard
from bot.sandbox.web.html import joined
from bot.sandbox.web.reader import Reader
from bot.sandbox.web.views import Controls, Part, View

HOST = "127.0.0.1"
BODY_BYTES = 10 * 1024 * 1024
"""The most that Discord takes of a file."""
TOGETHER_SECONDS = 0.03
"""Changes within so short a time are sent as one."""
STILL_SECONDS = 15.0
"""After so long without a change the page is looked at again: clocks go on."""
_ACTS: Mapping[str, type[Act]] = {
    "say": acts.Say,
    "open": acts.Open,
    "use": acts.Use,
    "complete": acts.Complete,
    "apply": acts.Apply,
    "press": acts.Press,
    "choose": acts.Choose,
    "submit": acts.Submit,
    "dismiss": acts.Dismiss,
    "control": acts.Control,
}
_ASSETS = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "zone.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_PICTURES = {
    b"\x89PNG\r\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
"""What pictures begin with."""


class Gone(Exception):  # noqa: N818 - reads as what happened
    """The channel or the person that a request names is not there, or not for them to see."""


class Page:
    """Serves a server of the loopback Discord as a page; an asynchronous context manager.

    ``person`` is whom one is at first. Without ``controls`` the page has no guide.
    """

    def __init__(
        self,
        discord: DiscordSandbox,
        person: Person,
        controls: Controls | None = None,
        port: int = 0,
    ) -> None:
        self.url = ""
        self._discord = discord
        self._person = person
        self._controls = controls
        self._port = port
        self._guard = Guard(port)
        self._reader = Reader(discord)
        self._hands = Hands()
        application = web.Application(middlewares=[self._guarding()], client_max_size=BODY_BYTES)
        application.add_routes(
            [
                web.get("/", self._first),
                web.get("/channels/{channel}", self._whole),
                web.get("/channels/{channel}/events", self._events),
                web.post("/channels/{channel}/upload", self._upload),
                web.post("/channels/{channel}/{act}", self._act),
                web.get("/files/{number}", self._file),
                *(web.get(f"/{name}", _asset(name, kind)) for name, kind in _ASSETS.items()),
            ]
        )
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        port = int(self._runner.addresses[0][1])
        self._guard = Guard(port)
        self.url = f"http://{HOST}:{port}/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    def _guarding(self) -> Middleware:
        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            refused = self._guard.refusal(request.method, request.headers)
            try:
                answer = (
                    web.Response(status=403, text=refused) if refused else await handler(request)
                )
            except web.HTTPException as other:
                other.headers.update(HEADERS)
                raise
            if not answer.prepared:
                answer.headers.update(HEADERS)
            return answer

        return guarded

    async def _first(self, _request: web.Request) -> web.Response:
        channels = self._person.guild.channels
        first = next((it for it in channels if _sees(self._person, it)), self._person.direct)
        raise web.HTTPFound(page.address(self._person, first))

    async def _whole(self, request: web.Request) -> web.Response:
        try:
            view = self._view(request)
        except Gone:
            raise web.HTTPFound("/") from None
        regions, shown = view.regions(), view.messages()
        theme = request.cookies.get("theme")
        marks = {name: part.mark for name, part in (regions | shown).items()}
        text = page.whole(
            view,
            theme=theme if theme in page.THEMES else None,
            token=self._guard.token,
            regions={name: part.html for name, part in regions.items()},
            shown=joined(part.html for part in shown.values()),
            marks=json.dumps(marks),
        )
        return web.Response(text=text, content_type="text/html")

    async def _act(self, request: web.Request) -> web.Response:
        kind = _ACTS.get(request.match_info["act"])
        if kind is None:
            raise web.HTTPNotFound
        try:
            view = self._view(request)
            answer = await self._hands.do(kind.model_validate_json(await request.read()), view)
        except Gone:
            answer = {"error": "This channel is gone. Reload the page."}
        except ValidationError:
            raise web.HTTPBadRequest from None
        return web.json_response(answer)

    async def _upload(self, request: web.Request) -> web.Response:
        try:
            view = self._view(request)
        except Gone:
            raise web.HTTPNotFound from None
        name = re.sub(r"[^\w.-]+", "_", request.query.get("name", ""))[-100:] or "file"
        return web.json_response(self._hands.take(name, await request.read(), view))

    async def _file(self, request: web.Request) -> web.Response:
        content = self._discord.upload(_number(request.match_info["number"]))
        if content is None:
            raise web.HTTPNotFound
        kind = next((it for start, it in _PICTURES.items() if content.startswith(start)), None)
        # Whatever is no picture is saved, never shown: a page of somebody else's is a file here.
        headers = {} if kind else {"Content-Disposition": "attachment"}
        kind = kind or "application/octet-stream"
        return web.Response(body=content, content_type=kind, headers=headers)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        try:
            view = self._view(request)
        except Gone:
            raise web.HTTPNotFound from None
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        known: dict[str, str] = {}
        with contextlib.suppress(ConnectionResetError):
            while True:
                if update := _update(view, known):
                    await response.write(f"data: {json.dumps(update)}\n\n".encode())
                else:
                    await self._change(response)
        return response

    async def _change(self, response: web.StreamResponse) -> None:
        """Wait for a change, or for so long that the page is looked at in any case."""
        times = count()
        try:
            await self._discord.world.changes.wait_until(lambda: next(times), STILL_SECONDS)
        except TimeoutError:
            await response.write(b":\n\n")  # finds out whether anybody still listens
            return
        await asyncio.sleep(TOGETHER_SECONDS)

    def _view(self, request: web.Request) -> View:
        person = self._person_of(request.query.get("as", ""))
        channel = self._discord.world.channels.get(_number(request.match_info["channel"]))
        if channel is None or not _sees(person, channel):
            raise Gone
        zone = _zone(request.cookies.get("zone", ""))
        return View(self._discord, self._reader, self._controls, person, channel, zone)

    def _person_of(self, wanted: str) -> Person:
        found = self._person.guild.members.get(_number(wanted))
        return found if isinstance(found, Person) else self._person


def _update(view: View, known: dict[str, str]) -> dict[str, object] | None:
    """Return what changed since what is known, and know it from now on; None for nothing."""
    regions, shown = view.regions(), view.messages()
    fresh = {name: part for name, part in (regions | shown).items() if known.get(name) != part.mark}
    gone = known.keys() - regions.keys() - shown.keys()
    if not fresh and not gone:
        return None
    for name in gone:
        del known[name]
    known.update({name: part.mark for name, part in fresh.items()})
    return {
        "regions": {name: _sent(part) for name, part in fresh.items() if name in regions},
        "messages": {name: _sent(part) for name, part in fresh.items() if name in shown},
        "order": list(shown),
    }


def _sent(part: Part) -> tuple[str, str]:
    return part.mark, part.html


def _sees(person: Person, channel: Channel) -> bool:
    if channel.guild is None:
        return channel.recipient == person.user
    return channel.guild is person.guild and Permission.VIEW_CHANNEL in channel.permissions_of(
        person
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 21 else 0


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _asset(name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    body = files("bot.sandbox.web").joinpath(name).read_bytes()

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, charset="utf-8")

    return answer
