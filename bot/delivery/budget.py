"""The requests that a bot may make to Discord, in all: who makes one waits for a turn here.

Knows no HTTP and no route: what each route allows, discord.py learns from the answers. Nobody
asks for a turn before their route is free, so that none is wasted.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

REQUESTS_A_SECOND = 49
"""Discord allows all of a bot's requests 50 (Rate Limits, Global Rate Limit); one is left for
what does not ask here, such as `doctor` beside a running bot."""
PLACES = 8
"""Messages that get ready for a turn or wait for one: enough to use each as it comes."""
SECOND = 1.0
_LONGEST_IN_DOUBT = 10.0
"""Seconds that a request without an answer counts: then Discord has counted it long since."""
_CATCH_UP = 5
"""Turns that come at once where they came late, by the machine's doing."""
_REMEMBERED = 500
"""Answers among which the fastest tells how long a request travels at least."""

Rank = tuple[float, ...]


@dataclass(slots=True, eq=False)
class Turn:
    """A request under way. ``counts_until`` is when Discord surely no longer counts it."""

    given_at: float
    counts_until: float


class Budget:
    """Gives turns in the order in which they are asked for, spread evenly.

    No second holds more than `a_second` of them, as Discord counts. When it counts a request,
    nobody here knows: between the turn and the answer. So a request counts until a second after
    its answer, less the time that the fastest of the last answers took, which is the way to Discord
    and back; what delays a request or its answer on this machine, in the network or there makes
    no second too full.
    """

    def __init__(self, a_second: float = REQUESTS_A_SECOND, places: int = PLACES) -> None:
        self._a_second = a_second
        self._spacing = SECOND / a_second
        self._next = 0.0
        self._turns: list[Turn] = []
        self._took: deque[float] = deque(maxlen=_REMEMBERED)
        self._line = asyncio.Lock()
        self._answered = asyncio.Event()
        self._places = places
        self._taken = 0
        self._arrivals = count()
        self._outside: list[tuple[Rank, int, asyncio.Future[None]]] = []

    async def turn(self) -> Turn:
        """Wait for a turn to make a request; say `answered` at its end, whatever that is."""
        self._taken += 1
        try:
            async with self._line:
                while (wait := self._wait()) > 0:
                    self._answered.clear()
                    await _set_within(self._answered, wait)
                return self._give()
        finally:
            self._leave()

    def answered(self, turn: Turn) -> None:
        """Note that a request has been answered, or has failed."""
        now = _now()
        self._took.append(now - turn.given_at)
        # Of fewer than can be under way at once, all may have been slow.
        fastest = min(self._took) if len(self._took) > self._a_second else 0.0
        turn.counts_until = max(turn.given_at, now - fastest) + SECOND
        self._answered.set()

    @asynccontextmanager
    async def place(self, rank: Rank = ()) -> AsyncIterator[None]:
        """Wait for a place to get ready for a turn in, the lowest rank first, then who came first.

        There are so many places, less the requests that wait for a turn: nothing piles up before
        them, and what comes last is not behind more than that.
        """
        await self._enter(rank)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, rank: Rank) -> None:
        entered = asyncio.get_running_loop().create_future()
        heapq.heappush(self._outside, (rank, next(self._arrivals), entered))
        self._admit()
        try:
            await entered
        except asyncio.CancelledError:
            if not entered.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        self._taken -= 1
        self._admit()

    def _admit(self) -> None:
        while self._outside and self._taken < self._places:
            *_, entered = heapq.heappop(self._outside)
            if not entered.done():
                entered.set_result(None)
                self._taken += 1

    def _wait(self) -> float:
        """Return the seconds until there may be a turn, if no answer comes before."""
        now = _now()
        self._turns = [turn for turn in self._turns if turn.counts_until > now]
        if len(self._turns) < self._a_second:
            return self._next - now
        return max(self._next, min(turn.counts_until for turn in self._turns)) - now

    def _give(self) -> Turn:
        now = _now()
        self._next = max(self._next, now - _CATCH_UP * self._spacing) + self._spacing
        turn = Turn(now, now + _LONGEST_IN_DOUBT)
        self._turns.append(turn)
        return turn


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
