"""The budget of requests: even, full, and within Discord's limit whatever is delayed."""

import asyncio
import random
import selectors
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

import pytest

from bot.delivery.budget import PLACES, REQUESTS_A_SECOND, Budget, Rank

LIMIT = 50
"""Requests that Discord allows in a second."""


class _Leap(selectors.DefaultSelector):
    """A selector that waits for nothing, and notes for how long it would have."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        """Let the time pass that would be waited."""
        self.now += timeout or 0.0
        return super().select(0)


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop in which waiting takes no time."""

    def __init__(self) -> None:
        self._leap = _Leap()
        super().__init__(self._leap)

    def time(self) -> float:
        """Return the seconds that have been waited."""
        return self._leap.now


def lived(story: Coroutine[Any, Any, None]) -> None:
    """Live through a story without waiting."""
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        runner.run(story)


class Judge:
    """A Discord that counts each request some time after its turn and answers later still."""

    def __init__(self, seed: int, there: float, back: float) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same each time
        self._there = there
        self._back = back
        self.counted: list[float] = []

    async def request(self, budget: Budget) -> None:
        """Make a request; the way there and back take up to twice, one in twenty ten times."""
        turn = await budget.turn()
        await asyncio.sleep(self._delay(self._there))
        self.counted.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self._delay(self._back))
        budget.answered(turn)

    def _delay(self, usual: float) -> float:
        slow = 10 if self._random.random() < 0.05 else 1
        return usual * slow * (1 + self._random.random())

    def fullest(self) -> int:
        """Return the most requests that any second held."""
        times = sorted(self.counted)
        return max(sum(t - 1 < each <= t for each in times) for t in times)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("there", "back"),
    [(0.001, 0.004), (0.004, 0.001), (0.04, 0.06)],
    ids=["slow answers", "slow ways", "far away"],
)
def test_no_second_holds_more_than_discord_allows(seed: int, there: float, back: float) -> None:
    """However long each request and each answer take, no second of Discord's holds over 50."""
    judge = Judge(seed, there, back)

    async def story() -> None:
        budget = Budget()
        await asyncio.gather(*(judge.request(budget) for _ in range(300)))

    lived(story())
    assert judge.fullest() <= LIMIT
    assert len(judge.counted) == 300


def test_the_budget_is_used() -> None:
    """Where answers take ten milliseconds, more than 47.5 of 50 requests a second are made."""
    judge = Judge(1, 0.003, 0.003)

    async def story() -> None:
        budget = Budget()
        await asyncio.gather(*(judge.request(budget) for _ in range(1_000)))

    lived(story())
    times = sorted(judge.counted)
    assert 999 / (times[-1] - times[0]) > 0.95 * LIMIT


def test_a_stop_of_discord_is_followed_by_no_crowd() -> None:
    """What Discord had not counted when it stopped counts when it goes on: no second is fuller."""
    counted: list[float] = []

    async def story() -> None:
        budget = Budget()
        goes_on = asyncio.Event()

        async def request() -> None:
            turn = await budget.turn()
            await goes_on.wait()
            counted.append(asyncio.get_running_loop().time())
            budget.answered(turn)

        requests = asyncio.gather(*(request() for _ in range(120)))
        await asyncio.sleep(5)
        goes_on.set()
        await requests

    lived(story())
    crowd = [sum(t - 1 < each <= t for each in counted) for t in counted]
    assert max(crowd) == REQUESTS_A_SECOND


def test_turns_are_spread() -> None:
    """Turns come evenly: whoever asks alone never waits for a second to begin."""
    given: list[float] = []

    async def story() -> None:
        budget = Budget()
        for _ in range(100):
            turn = await budget.turn()
            given.append(turn.given_at)
            budget.answered(turn)

    lived(story())
    gaps = [after - before for before, after in pairwise(given)]
    assert max(gaps) < 0.05


def test_a_turn_that_is_given_up_is_the_next_ones() -> None:
    """Whoever stops waiting takes neither a turn nor a place with them."""

    async def story() -> None:
        budget = Budget(places=1)
        await budget.turn()
        waiting = asyncio.create_task(budget.turn())
        await asyncio.sleep(0)
        inside = budget.place()
        entering = asyncio.create_task(inside.__aenter__())
        await asyncio.sleep(0)
        assert not entering.done()
        waiting.cancel()
        await entering
        await inside.__aexit__(None, None, None)
        async with asyncio.timeout(0.5):
            await budget.turn()

    lived(story())


def test_an_answer_that_never_comes_holds_nothing_up_for_long() -> None:
    """Requests without an answer count for ten seconds, and no longer."""

    async def story() -> None:
        budget = Budget(a_second=2)
        for _ in range(2):
            await budget.turn()
        async with asyncio.timeout(11):
            await budget.turn()

    lived(story())


def test_places_go_by_rank() -> None:
    """The lowest rank enters first, then who came first; no more enter than there are places."""
    entered: list[Rank] = []
    within = 0

    async def story() -> None:
        budget = Budget()

        async def lane(rank: Rank) -> None:
            nonlocal within
            async with budget.place(rank):
                within += 1
                assert within <= PLACES
                entered.append(rank)
                await asyncio.sleep(0.01)
                within -= 1

        ranks: list[Rank] = [(sent, 0) for sent in (*[9] * PLACES, 3, 2, 2, 1, 0)]
        await asyncio.gather(*map(lane, ranks))

    lived(story())
    assert [sent for sent, _ in entered[PLACES:]] == [0, 1, 2, 2, 3]


def test_who_waits_for_a_turn_takes_a_place() -> None:
    """While as many requests wait for a turn as there are places, nobody gets ready for one."""

    async def story() -> None:
        budget = Budget(a_second=1, places=2)
        turns = [asyncio.create_task(budget.turn()) for _ in range(3)]
        await asyncio.sleep(0.1)
        async with budget.place():
            assert [turn.done() for turn in turns] == [True, True, False]
        for turn in turns:
            turn.cancel()

    lived(story())
