"""Runs a service's tick for ever: when something is due, and at once when woken.

The only loop around services; an error is logged and the loop goes on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.errors import ConfigError, OperationalError

log = logging.getLogger(__name__)

AFTER_AN_ERROR = timedelta(seconds=5)
SHORTEST_WAIT = timedelta(milliseconds=50)
"""So that rows which stay due, whatever the tick does, cannot keep a core busy."""


class Ticker:
    """Calls ``tick(now)``, then waits until ``next_at()``, at most `longest`, or to be woken.

    `woken` is an event that others may hold in place of this ticker.
    """

    def __init__(
        self,
        name: str,
        tick: Callable[[datetime], Awaitable[object]],
        next_at: Callable[[], Awaitable[datetime | None]],
        clock: Callable[[], datetime],
        longest: timedelta,
        woken: asyncio.Event | None = None,
    ) -> None:
        self._name = name
        self._tick = tick
        self._next_at = next_at
        self._clock = clock
        self._longest = longest
        self._woken = woken or asyncio.Event()

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            self._woken.clear()
            wait = await self.once()
            try:
                async with asyncio.timeout(wait.total_seconds()):
                    await self._woken.wait()
            except TimeoutError:
                pass

    def wake(self) -> None:
        """Let it tick now, whatever is due."""
        self._woken.set()

    async def once(self) -> timedelta:
        """Tick, and return how long to wait for the next."""
        try:
            await self._tick(self._clock())
            next_at = await self._next_at()
        except ConfigError:
            raise  # waiting does not mend it
        except OperationalError as error:
            log.warning("%s: %s It goes on.", self._name, error)
            return min(AFTER_AN_ERROR, self._longest)
        except Exception:  # a named border: the tick
            log.exception("%s broke in this tick; it goes on", self._name)
            return min(AFTER_AN_ERROR, self._longest)
        wait = self._longest if next_at is None else next_at - self._clock()
        return max(SHORTEST_WAIT, min(wait, self._longest))
