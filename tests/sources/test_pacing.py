"""How requests to one group of hosts are spaced."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import SourceError
from bot.sources.pacing import Pace, Pauses
from tests.sources.clock import Clock, MemoryLog


def pace(clock: Clock, log: MemoryLog) -> Pace:
    """Return a pace of three seconds."""
    return Pace("arxiv", 3.0, log, clock.now, clock.sleep)


async def test_the_first_request_does_not_wait() -> None:
    """Nothing is known of earlier requests, so the first goes at once."""
    clock = Clock()
    async with pace(clock, MemoryLog()).turn():
        pass
    assert clock.slept == []


async def test_spacing_counts_from_the_end_of_the_last() -> None:
    """The next request goes three seconds after the last answer was read, not after its start."""
    clock = Clock()
    paced = pace(clock, MemoryLog())
    async with paced.turn():
        clock.move(2)
    clock.move(1)
    async with paced.turn():
        pass
    assert clock.slept == [2]


async def test_spacing_holds_over_a_restart() -> None:
    """Another process waits half as long again: when the last request arrived, it cannot know."""
    clock, log = Clock(), MemoryLog()
    async with pace(clock, log).turn():
        pass
    clock.move(1.25)
    async with pace(clock, log).turn():
        pass
    assert clock.slept == [3.25]


async def test_a_request_is_recorded_before_it_is_made() -> None:
    """A crash in the middle of a request leaves it in the log."""
    clock, log = Clock(), MemoryLog()
    async with pace(clock, log).turn():
        assert log.last == {"arxiv": clock.time}


async def test_a_clock_set_back_waits_for_one_spacing_only() -> None:
    """A last request that lies in the future delays the next by no more than one just now."""
    clock, log = Clock(), MemoryLog()
    log.last["arxiv"] = clock.time + timedelta(days=400)
    async with pace(clock, log).turn():
        pass
    assert clock.slept == [4.5]


async def test_turns_are_given_in_order() -> None:
    """Whoever asks first goes first, one at a time, also after one gave up waiting."""
    clock = Clock()
    paced = pace(clock, MemoryLog())
    order: list[int] = []

    async def take(number: int) -> None:
        async with paced.turn():
            order.append(number)
            await asyncio.sleep(0)
            assert order[-1] == number

    tasks = [asyncio.create_task(take(number)) for number in range(5)]
    await asyncio.sleep(0)
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == [0, 1, 3, 4]


async def test_a_failed_request_counts() -> None:
    """A request that failed is spaced from the next like any other, and frees its turn."""
    clock = Clock()
    paced = pace(clock, MemoryLog())
    with pytest.raises(SourceError):
        async with paced.turn():
            raise SourceError("no")
    async with paced.turn():
        pass
    assert clock.slept == [3]


def test_a_pause_ends() -> None:
    """A host that asked for a pause is not asked until it is over."""
    clock = Clock()
    pauses = Pauses(clock.now)
    pauses.pause("arxiv", 60)
    clock.move(20)
    pauses.check("other", "other.example")
    with pytest.raises(SourceError, match=r"rss\.arxiv\.org asked for a pause of 40 s") as caught:
        pauses.check("arxiv", "rss.arxiv.org")
    assert caught.value.retry_after == 40
    clock.move(40)
    pauses.check("arxiv", "rss.arxiv.org")


def test_a_pause_ends_when_the_clock_is_set_back() -> None:
    """A clock that was set back does not make a pause longer than was asked for."""
    clock = Clock()
    pauses = Pauses(clock.now)
    pauses.pause("arxiv", 60)
    clock.move(-3_600)
    pauses.check("arxiv", "rss.arxiv.org")
