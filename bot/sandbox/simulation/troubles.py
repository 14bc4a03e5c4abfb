"""When something was wrong, and for which channel: what excuses a delay. Values only."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

AFTERMATH = timedelta(minutes=20)
"""In which what failed is tried again."""


@dataclass(slots=True)
class _Trouble:
    """Something wrong from `start` to `end`; of one channel, or of all (None)."""

    channel: int | None
    start: datetime
    end: datetime | None = None


@dataclass(slots=True)
class Troubles:
    """All that was wrong."""

    _all: list[_Trouble] = field(default_factory=list)
    _open: dict[str, _Trouble] = field(default_factory=dict)

    def begin(self, name: str, now: datetime, channel: int | None = None) -> None:
        """Note that something of a name is wrong from now on, if it is not already."""
        if name not in self._open:
            self._open[name] = _Trouble(channel, now)
            self._all.append(self._open[name])

    def end(self, name: str, now: datetime) -> None:
        """Note that it is over, if it was."""
        trouble = self._open.pop(name, None)
        if trouble is not None:
            trouble.end = now + AFTERMATH

    def end_all(self, now: datetime) -> None:
        """Note that all is well."""
        for name in list(self._open):
            self.end(name, now)

    def span(self, start: datetime, end: datetime, channel: int | None = None) -> None:
        """Note something that was wrong for a time that is known."""
        self._all.append(_Trouble(channel, start, end))

    def none(self, channel: int, start: datetime, end: datetime) -> bool:
        """Tell whether nothing was wrong for a channel between two moments."""
        return self._last(channel, start, end) is None

    def calm_after(self, channel: int, moment: datetime, lasting: timedelta) -> datetime:
        """Return when, from a moment on, nothing was wrong for so long; that is its end."""
        while (end := self._last(channel, moment, moment + lasting)) is not None:
            moment = end
        return moment + lasting

    def _last(self, channel: int, start: datetime, end: datetime) -> datetime | None:
        """Return until when something lasted that was wrong between two moments."""
        return max(
            (
                it.end or datetime.max.replace(tzinfo=start.tzinfo) - timedelta(days=9)
                for it in self._all
                if it.channel in {None, channel}
                and it.start <= end
                and (it.end is None or it.end > start)
            ),
            default=None,
        )
