"""A life of the bot's process, which may end at any step. Knows nothing of what the steps are."""

import asyncio
import random
from enum import StrEnum


class Crash(BaseException):
    """The process is killed: nobody in it may catch this and go on."""


class Step(StrEnum):
    """What a process does, as the outside sees it."""

    STATEMENT = "statement"
    FETCH = "fetch"
    MESSAGE = "message"


Fuse = tuple[Step, int]
"""After how many more steps of a kind a process is killed."""

_OTHERS_FIRST = 0.4
"""How often a step lets others go first."""


class Life:
    """Counts the steps of a process, and ends it after so many of a kind.

    Once ended, every further step fails too, so that tasks side by side end where they are.
    """

    def __init__(self, chance: random.Random, fuse: Fuse | None = None) -> None:
        self._chance = chance
        self._fuse = fuse
        self.ended = asyncio.Event()

    async def step(self, kind: Step) -> None:
        """Let others go first, or not, then go on, or raise Crash."""
        if self._chance.random() < _OTHERS_FIRST:
            await asyncio.sleep(0)
        if self._fuse is not None and self._fuse[0] is kind:
            self._fuse = (kind, self._fuse[1] - 1)
            if self._fuse[1] <= 0:
                self.end()
        if self.ended.is_set():
            raise Crash

    def end_after(self, fuse: Fuse | None) -> None:
        """End after so many more steps; None for never."""
        self._fuse = fuse

    def end(self) -> None:
        """End at the next step."""
        self.ended.set()
