"""`python -m bot.sandbox.clocked`: the bot as `run` starts it, on a clock that can be put forward.

A line on standard input is the number of seconds by which the clock is ahead; the bot then looks
at once for what is due. For the sandbox in a browser, where a morning comes at the press of a key.
"""

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot import logs
from bot.app import App, open_app, run
from bot.config import load_settings


class Clock:
    """A clock that runs as fast as any other, but may be ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        """Return what time it is there."""
        return datetime.now(UTC) + self.ahead


def _obey(app: App, clock: Clock, line: str) -> None:
    clock.ahead = timedelta(seconds=float(line))
    for ticker in app.tickers:
        ticker.wake()


def _listen(app: App, clock: Clock, stop: Callable[[], object]) -> None:
    """Read lines in a thread that dies with the process; without whoever writes them, stop."""
    loop = asyncio.get_running_loop()

    def lines() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(_obey, app, clock, line)
        with contextlib.suppress(RuntimeError):  # the loop is closed: it stops already
            loop.call_soon_threadsafe(stop)

    threading.Thread(target=lines, daemon=True).start()


async def _main() -> None:
    settings = load_settings()
    logs.configure(settings.log_level, settings.log_format)
    clock = Clock()
    async with open_app(settings, clock) as app:
        work = asyncio.ensure_future(run(app))
        _listen(app, clock, work.cancel)
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in loops
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
