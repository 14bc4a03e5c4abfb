"""Days of the week as people write them, and back. Pure."""

import re

from bot.delivery.escape import code_within
from bot.errors import UserError
from bot.schedule import EVERY_DAY, WEEKDAYS

WEEKENDS = EVERY_DAY - WEEKDAYS
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""ISO weekdays 1 to 7."""

_GROUPS = {
    "every day": EVERY_DAY,
    "everyday": EVERY_DAY,
    "daily": EVERY_DAY,
    "all": EVERY_DAY,
    "all days": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "weekday": WEEKDAYS,
    "workdays": WEEKDAYS,
    "weekends": WEEKENDS,
    "weekend": WEEKENDS,
}
_HINT = "Write every day, weekdays, weekends, or names such as Mon, Wed, Fri."
_LONGEST = 200
_SEPARATOR = re.compile(r"\s*(?:[,;/+&\n]|\band\b)\s*", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:-|–|—|\bto\b|\bthrough\b)\s*", re.IGNORECASE)  # noqa: RUF001 - dashes that people type
_DAY = re.compile(r"[a-z]{2,9}\.?")
_SHORTEST_NAME = 2
"""Letters that tell all days apart: Tu, Th, Sa, Su."""


def parse_days(text: str) -> frozenset[int]:
    """Return the ISO weekdays that `text` names, Monday is 1.

    Takes ``every day``, ``weekdays``, ``weekends``, names or their beginnings of two letters or
    more, and ranges, in any case: ``Mon, Wed, Fri``, ``mon-thu and sat``, ``Fri to Mon``. Raises
    UserError that names what was not understood.
    """
    if len(text) > _LONGEST:
        raise UserError(f"That is too long for days. {_HINT}")
    parts = [part for part in _parts(" ".join(text.lower().split())) if part]
    if not parts:
        raise UserError(f"Name at least one day. {_HINT}")
    return frozenset().union(*map(_days_of, parts))


def days_text(days: frozenset[int]) -> str:
    """Return days in words that `parse_days` reads: ``every day``, ``Mon, Wed, Fri``."""
    for name in ("every day", "weekdays", "weekends"):
        if days == _GROUPS[name]:
            return name
    return ", ".join(NAMES[day - 1][:3] for day in sorted(days))


def on_days(days: frozenset[int]) -> str:
    """Return days as a sentence has them: ``every day``, ``on Mondays and Fridays``."""
    for name in ("every day", "weekdays", "weekends"):
        if days == _GROUPS[name]:
            return name if name == "every day" else f"on {name}"
    *others, last = [f"{NAMES[day - 1]}s" for day in sorted(days)]
    return f"on {', '.join(others)} and {last}" if others else f"on {last}"


def _parts(text: str) -> list[str]:
    parts = _SEPARATOR.split(text)
    # "mon wed fri": blanks alone separate too, but not inside a range or "every day".
    return [
        word
        for part in parts
        for word in ([part] if part in _GROUPS or _RANGE.search(part) else part.split(" "))
    ]


def _days_of(part: str) -> frozenset[int]:
    if part in _GROUPS:
        return _GROUPS[part]
    ends = _RANGE.split(part)
    if len(ends) == 1:
        return frozenset({_day_of(part)})
    if len(ends) > 2:  # noqa: PLR2004 - a range has two ends
        raise _not_understood(part)
    first, last = map(_day_of, ends)
    return frozenset((first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1))


def _day_of(word: str) -> int:
    bare = word.removesuffix(".")
    singular = bare.removesuffix("s") if bare.endswith("days") else bare
    if _DAY.fullmatch(word):
        for day, name in enumerate(NAMES, start=1):
            if len(singular) >= _SHORTEST_NAME and name.lower().startswith(singular):
                return day
    raise _not_understood(word)


def _not_understood(part: str) -> UserError:
    shown = code_within(part, 30)
    return UserError(f"I do not know the day {shown}. {_HINT}" if shown else _HINT)
