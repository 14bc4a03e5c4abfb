"""The sources of the simulation: what the ones on loopback answer, with no network between.

Everything above is the bot's own fetcher: its pace, its pauses, its reading of refusals.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from bot.domain import Paper
from bot.sandbox.archive import Archive
from bot.sandbox.feed_faults import Fault
from bot.sandbox.simulation.life import Life, Step
from bot.sandbox.source_answers import Answers
from bot.sources.http import Fetcher

ADDRESS = "http://127.0.0.1"
_NOT_MODIFIED = 304
_STALLS = 121.0
"""Seconds; the fetcher waits no longer than 120."""


class Sources:
    """arXiv and Daily Papers. They outlive the bot's process."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._archive = Archive()
        self._answers = Answers(self._archive)
        self._answers.records_a_page = 40
        self.faults: dict[str, Fault] = {}
        """What goes wrong now, by the start of a path."""

    def publish(self, papers: Iterable[Paper], on: date) -> None:
        """Announce a batch."""
        self._archive.announce(papers, on, None)
        self._answers.forget_listings()

    def feature(self, papers: Iterable[Paper], on: date) -> None:
        """Show papers in the Daily Papers of a day."""
        self._archive.feature(papers, on)

    async def answer(self, url: URL, headers: Mapping[str, str]) -> "Answered":
        """Answer a request; raises aiohttp.ClientError and TimeoutError."""
        await asyncio.sleep(self._chance.uniform(0.1, 2.0))
        path = url.path
        fault = next((it for start, it in self.faults.items() if path.startswith(start)), None)
        match fault:
            case Fault.STALL:
                await asyncio.sleep(_STALLS)
                raise TimeoutError
            case Fault.HANG_UP:
                raise aiohttp.ServerDisconnectedError
            case Fault.STATUS:
                return Answered(url, 503, {"Retry-After": "90"}, b"")
            case Fault.RATE_EXCEEDED:
                return Answered(url, 429, {"Content-Type": "text/plain"}, b"Rate exceeded.")
        known = headers.get("If-None-Match", "").strip('"')
        answer = self._answers.answer(path, url.query, frozenset([known]), fault)
        said = {"Content-Type": answer.content_type}
        if answer.etag is not None:
            said["ETag"] = f'"{answer.etag}"'
        body = b"" if answer.status == _NOT_MODIFIED else answer.body
        return Answered(url, answer.status, said, body)


@dataclass(frozen=True, slots=True)
class Answered:
    """As much of an HTTP answer as the fetcher looks at."""

    url: URL
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Self:
        """Itself, which can be read piece by piece."""
        return self

    async def iter_chunked(self, size: int) -> AsyncIterator[bytes]:
        """Yield the body in pieces."""
        for start in range(0, len(self.body), size):
            yield self.body[start : start + size]


class Sessions:
    """A process's way to the sources; stands in for an `aiohttp.ClientSession`."""

    def __init__(self, sources: Sources, life: Life) -> None:
        self._sources = sources
        self._life = life

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def get(
        self,
        url: URL,
        *,
        headers: Mapping[str, str],
        allow_redirects: bool,  # noqa: ARG002 - as aiohttp has it
    ) -> AbstractAsyncContextManager[Answered]:
        """Make a request."""
        return self._exchange(url, headers)

    @asynccontextmanager
    async def _exchange(self, url: URL, headers: Mapping[str, str]) -> AsyncIterator[Answered]:
        await self._life.step(Step.FETCH)
        answer = await self._sources.answer(url, headers)
        await self._life.step(Step.FETCH)
        yield answer


def fetcher_of(sources: Sources, life: Life) -> type[Fetcher]:
    """Return the bot's fetcher with a process's sessions in place of aiohttp's."""

    class Simulated(Fetcher):
        def _session(self, *_: object) -> Sessions:  # type: ignore[override]
            return Sessions(sources, life)

    return Simulated
