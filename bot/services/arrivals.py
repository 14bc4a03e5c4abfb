"""Whether a batch of papers is being taken in: what delivery must know of it, and no more.

Papers of a batch share messages. While it comes in, only a message that is full already may go.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Arrivals:
    """Batches that are being taken in; ``due`` is set when more of one is there, and at its end."""

    def __init__(self, due: asyncio.Event) -> None:
        self._due = due
        self._open = 0

    @property
    def are_open(self) -> bool:
        """Whether more papers are on their way, which may belong into the next message."""
        return self._open > 0

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Take a batch in within the block."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            self._due.set()

    def more(self) -> None:
        """Say that a part of the batch is stored, and may be owed."""
        self._due.set()
