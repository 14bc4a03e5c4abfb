"""A ticker calls its tick when something is due, and nothing stops it but cancelling."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.errors import SourceError
from bot.services import ticking
from bot.services.ticking import Ticker
from tests.services.parts import Clock


def ticker(
    tick: Callable[[datetime], Awaitable[object]],
    due: datetime | None = None,
    woken: asyncio.Event | None = None,
) -> Ticker:
    """Return a ticker that is next due at `due`, in an hour at the latest."""

    async def next_at() -> datetime | None:
        return due

    return Ticker("Test", tick, next_at, Clock(), timedelta(hours=1), woken)


async def test_waking_brings_the_next_tick() -> None:
    """A woken ticker ticks at once, though nothing is due for an hour."""
    ticks: asyncio.Queue[datetime] = asyncio.Queue()
    woken = asyncio.Event()
    asleep = ticker(ticks.put, woken=woken)
    running = asyncio.create_task(asleep.run())
    await ticks.get()
    woken.set()
    await ticks.get()
    asleep.wake()
    await ticks.get()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_what_is_due_brings_the_next_tick() -> None:
    """A ticker ticks again when its next due time has come."""
    ticks: asyncio.Queue[datetime] = asyncio.Queue()
    running = asyncio.create_task(ticker(ticks.put, due=Clock()()).run())
    await ticks.get()
    await ticks.get()
    running.cancel()


@pytest.mark.parametrize("error", [SourceError("down"), ValueError("unforeseen")], ids=repr)
async def test_an_error_does_not_end_the_loop(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an error the ticker goes on."""
    monkeypatch.setattr(ticking, "AFTER_AN_ERROR", timedelta(0))
    ticks: asyncio.Queue[datetime] = asyncio.Queue()

    async def tick(now: datetime) -> None:
        await ticks.put(now)
        raise error

    running = asyncio.create_task(ticker(tick).run())
    async with asyncio.timeout(5):
        await ticks.get()
        await ticks.get()
    running.cancel()
