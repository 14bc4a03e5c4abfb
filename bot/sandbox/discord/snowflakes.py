"""Discord's ids: 42 bits of milliseconds since 2015, then 22 bits that keep them apart.

Contains no state of Discord; the bot reads times out of these ids, so they must be real ones.
"""

from collections.abc import Callable
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000
"""The first second of 2015 (Discord's reference, "Snowflakes")."""
SEQUENCE_BITS = 22


class Snowflakes:
    """Gives ids that rise strictly, even when the clock stands still or is turned back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """Return an id of the present moment, greater than every id before it."""
        self._last = max(at_second(self._clock()), self._last + 1)
        return self._last


def at_second(seconds: float) -> int:
    """Return the smallest id of a moment, given in seconds since 1970."""
    return max(0, int(seconds * 1000) - EPOCH_MS) << SEQUENCE_BITS


def created_at(snowflake: int) -> datetime:
    """Return the moment that an id carries, in UTC."""
    return datetime.fromtimestamp(((snowflake >> SEQUENCE_BITS) + EPOCH_MS) / 1000, UTC)
