"""A clock that moves only when told to, and a log of requests in memory."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Time as a value: `now` reads it, `sleep` moves it and notes for how long."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 19, 6, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        """Return the time."""
        return self.time

    def move(self, seconds: float) -> None:
        """Move the time, back if negative."""
        self.time += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Move the time forward at once."""
        self.slept.append(round(seconds, 3))
        self.move(seconds)


class MemoryLog:
    """Remembers the last request as long as it lives; outlives a fetcher."""

    def __init__(self) -> None:
        self.last: dict[str, datetime] = {}

    async def last_request(self, group: str) -> datetime | None:
        """Return when the group was last asked."""
        return self.last.get(group)

    async def record_request(self, group: str, at: datetime) -> None:
        """Remember that the group is asked."""
        self.last[group] = at
