"""Spaces the requests to a group of hosts, one at a time, over restarts.

Makes no request and knows no HTTP.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import SourceError

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]


class RequestLog(Protocol):
    """Remembers, beyond the life of the process, when a group of hosts was last asked."""

    async def last_request(self, group: str) -> datetime | None:
        """Return when the group was last asked, None if never."""

    async def record_request(self, group: str, at: datetime) -> None:
        """Remember that the group is asked now."""


class Pace:
    """One request at a time to a group of hosts, `spacing` seconds after the one before.

    Turns are given in the order they are asked for.
    """

    def __init__(
        self, group: str, spacing: float, requests: RequestLog, now: Clock, sleep: Sleep
    ) -> None:
        self._group = group
        self._spacing = timedelta(seconds=spacing)
        self._requests = requests
        self._now = now
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._finished: datetime | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it; the request is recorded before the body of the `with`."""
        async with self._turn:
            await self._wait()
            await self._requests.record_request(self._group, self._now())
            try:
                yield
            finally:
                # The log has when a request was sent; it may have reached the host much later.
                self._finished = self._now()

    async def _wait(self) -> None:
        logged, spacing = await self._requests.last_request(self._group), self._spacing
        if logged is not None and self._finished is None:
            # Of the process before, which may have been killed: when it reached the host, or
            # was answered, nobody wrote down.
            spacing *= 1.5
        last = max((at for at in (logged, self._finished) if at is not None), default=None)
        if last is None:
            return
        # A clock that was set back makes the last request lie in the future.
        wait = min(last + spacing - self._now(), spacing)
        if wait > timedelta():
            await self._sleep(wait.total_seconds())


class Pauses:
    """Which hosts asked to be left alone, and until when; forgotten at a restart."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._until: dict[str, tuple[datetime, datetime]] = {}

    def pause(self, group: str, seconds: float) -> None:
        """Ask the group nothing for `seconds` from now."""
        now = self._now()
        self._until[group] = (now, now + timedelta(seconds=seconds))

    def check(self, group: str, host: str) -> None:
        """Raise SourceError while the group asked to be left alone."""
        since, until = self._until.get(group, (None, None))
        now = self._now()
        if since is None or until is None or not since <= now < until:
            self._until.pop(group, None)
            return
        left = (until - now).total_seconds()
        raise SourceError(f"{host} asked for a pause of {left:.0f} s more.", retry_after=left)
