"""An event loop whose time is a value: when nothing is left to do, it is the next timer's moment.

Knows no sockets and no threads. What is started in a thread is done at once, so that the order of
all steps is the same in each run.
"""

import asyncio
import selectors
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class Loop(asyncio.SelectorEventLoop):
    """Begins at 0 seconds."""

    def __init__(self) -> None:
        self._seconds = 0.0
        super().__init__(_Waits(self))
        # A timer that a rounding error puts behind its moment is due.
        self._clock_resolution = 1e-6
        self.set_default_executor(_AtOnce())
        self.set_exception_handler(lambda *_: None)

    def time(self) -> float:
        """Return the seconds since the beginning."""
        return self._seconds

    def skip(self, seconds: float) -> None:
        """Let time pass in which nothing is to do."""
        self._seconds += seconds

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as the base has it
        """Do nothing: no thread was started."""

    def _write_to_self(self) -> None:
        """Do nothing: no thread sleeps that has to be woken."""


class _Waits(selectors.BaseSelector):
    """Waits for the next timer in no time, and for nothing else."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:  # noqa: ANN401 - as the base has it
        key = selectors.SelectorKey(fileobj, 0, events, data)
        return self._keys.setdefault(fileobj, key)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:  # noqa: ANN401 - as the base has it
        return self._keys.pop(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        if timeout > 0:
            self._loop.skip(timeout)
        return []


class _AtOnce(ThreadPoolExecutor):
    """Does in the caller's thread what it is given."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:  # noqa: ANN401 - as the base has it
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is the caller's, as from a thread
            done.set_exception(error)
        return done
