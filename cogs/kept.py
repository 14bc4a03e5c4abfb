"""What buttons stand for where it is too long for them: kept in memory, a bounded number of it.

A restart forgets it; then a button says so. Contains no command.
"""

import secrets
from collections import OrderedDict
from typing import Generic, TypeVar

from bot.errors import NotFound

Value = TypeVar("Value")

_MOST = 2_000
_FORGOTTEN = "I was restarted since, or this is long ago. Type the command again."


class Kept(Generic[Value]):
    """Values by short random names; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, Value] = OrderedDict()

    def put(self, value: Value) -> str:
        """Keep a value and return its name, of 11 letters, digits and ``-_``."""
        name = secrets.token_urlsafe(8)
        self._values[name] = value
        if len(self._values) > _MOST:
            self._values.popitem(last=False)
        return name

    def get(self, name: str) -> Value:
        """Return a value; raises NotFound, which says what to do, for one that is forgotten."""
        try:
            return self._values[name]
        except KeyError:
            raise NotFound(_FORGOTTEN) from None
