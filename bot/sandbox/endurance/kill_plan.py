"""When a bot's process is killed, over and over. Pure and seeded.

Half of the moments come from the clock, the others from what the bot has in hand, where a crash
can cost most.
"""

import random
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

NIGHTS = 0.08
"""Share of the kills after which so much time passes that Discord forgets all nonces."""


class Moment(StrEnum):
    """What a kill waits for."""

    CLOCK = "by the clock, from the start of the process on"
    SENT = "a message was answered"
    HELD = "a message was stored, its answer was held back"
    DROPPED = "a message was on its way, and not stored"
    SOUGHT = "a channel's history was being read"


_SHARES = {Moment.CLOCK: 0.45, Moment.SENT: 0.3, Moment.HELD: 0.15, Moment.DROPPED: 0.1}
_SOUGHT = 0.6
"""Share of the kills after a night that come while history is read."""
_PAUSE = 0.02
"""Seconds, on average, from what a kill waits for to the kill."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill.

    ``share`` is from 0 to 2: of what a life usually sends, or for the clock of the time that a
    start takes. ``seconds`` pass after that; ``night`` says that much more pass after the kill.
    """

    moment: Moment
    share: float
    seconds: float
    night: bool


def kills(count: int, seed: int) -> list[Kill]:
    """Return so many kills; the same for the same arguments."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    nights = [False, *(chance.random() < NIGHTS for _ in range(count))]
    return [_kill(chance, after_night=before, night=night) for before, night in pairwise(nights)]


def _kill(chance: random.Random, *, after_night: bool, night: bool) -> Kill:
    (moment,) = chance.choices(tuple(_SHARES), tuple(_SHARES.values()))
    if after_night and chance.random() < _SOUGHT:
        moment = Moment.SOUGHT
    pause = 0.0 if moment is Moment.CLOCK else chance.expovariate(1 / _PAUSE)
    return Kill(moment, chance.uniform(0, 2), pause, night)
