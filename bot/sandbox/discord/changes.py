"""Waiting until the loopback Discord looks as somebody wants: by its events, never by sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Wakes those who wait, each time anything changed."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def announce(self) -> None:
        """Say that something changed."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def wait_until(
        self, found: Callable[[], T], seconds: float, what: Callable[[], str] = lambda: "such state"
    ) -> T:
        """Return the first true value of ``found``, asked again after each change.

        Raises TimeoutError, saying ``what`` is missing, after so many seconds.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (value := found()):
            waiter: asyncio.Future[None] = loop.create_future()
            self._waiting.add(waiter)
            try:
                async with asyncio.timeout_at(deadline):
                    await waiter
            except TimeoutError:
                raise TimeoutError(f"after {seconds:g} s still no {what()}") from None
            finally:
                self._waiting.discard(waiter)
        return value
