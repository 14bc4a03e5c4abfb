"""Quiet hours, by the wall clock: whether anything came in them that has no hour. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.simulation.messages import Posted
from bot.sandbox.simulation.troubles import Troubles

UNDER_WAY = timedelta(minutes=5)
"""After a night begins: what was being sent, and when it was set."""


@dataclass(slots=True)
class Night:
    """A channel's quiet hours, from ``start`` until ``end`` o'clock, while they are set."""

    channel: int
    start: int
    end: int
    zone: str
    since: datetime
    until: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Tell whether they are set, and it is night."""
        if moment < self.since or (self.until is not None and moment > self.until):
            return False
        hour = moment.astimezone(ZoneInfo(self.zone)).hour
        is_over_midnight = self.start > self.end
        after, before = hour >= self.start, hour < self.end
        return (after or before) if is_over_midnight else (after and before)


def woken(
    nights: Sequence[Night], messages: Iterable[Posted], wrong_clock: Troubles
) -> Iterator[str]:
    """Yield what was posted one by one in quiet hours that the bot could know of."""
    for message in messages:
        for night in nights if message.is_single else ():
            is_in_it = night.channel == message.channel and night.holds(message.at)
            was_before = night.holds(message.at - UNDER_WAY)
            known = wrong_clock.none(night.channel, message.at - UNDER_WAY, message.at)
            if is_in_it and was_before and known:
                yield f"not quiet: channel {message.channel} at {message.at:%Y-%m-%d %H:%M} UTC"
