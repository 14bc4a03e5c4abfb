"""Stops asking an endpoint that keeps failing, and tries later whether it is back. Pure.

A circuit breaker (Nygard, Release It!): the well-known libraries either keep no asyncio or know no
Retry-After.
"""

from datetime import datetime, timedelta

FAILURES = 3
"""In a row, after which an endpoint is left alone."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)
LONGEST_ASKED = timedelta(hours=6)
"""For which an endpoint is believed when it asks for a pause."""


class Breaker:
    """Knows whether an endpoint may be asked; told how each request went."""

    def __init__(self) -> None:
        self._failures = 0
        self._paused: tuple[datetime, datetime] | None = None
        self._is_trying = False

    def paused_until(self, now: datetime) -> datetime | None:
        """Return until when nothing is asked, None if it may be. A clock set back ends a pause."""
        if self._paused is None or not self._paused[0] <= now < self._paused[1]:
            return None
        return self._paused[1]

    def may_ask(self, now: datetime) -> bool:
        """Return whether to ask now; after a pause, only one request at a time tries.

        Who asks then must tell how it went, or `gave_up`.
        """
        if self.paused_until(now) is not None or self._is_trying:
            return False
        self._is_trying = self._paused is not None
        return True

    def succeeded(self) -> None:
        """Take note of an answer."""
        self._failures, self._paused, self._is_trying = 0, None, False

    def failed(self, now: datetime, asked: float | None) -> None:
        """Take note of a failure; `asked` are the seconds that the endpoint asked to wait."""
        self._failures += 1
        was_trying, self._is_trying = self._is_trying, False
        if asked is not None:
            self._pause(now, min(timedelta(seconds=max(asked, 1)), LONGEST_ASKED))
        elif was_trying or self._failures >= FAILURES:
            doublings = min(max(self._failures - FAILURES, 0), 10)
            self._pause(now, min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE))

    def gave_up(self) -> None:
        """Take note that a request came to no end."""
        self._is_trying = False

    def _pause(self, now: datetime, length: timedelta) -> None:
        self._paused = (now, now + length)
