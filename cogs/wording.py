"""Words that several answers share: queries, numbers, times. Pure; contains no command."""

from collections.abc import Sequence
from datetime import datetime

from bot.delivery.escape import code_within
from bot.domain import DigestSchedule
from cogs.days import days_text

LONGEST_TEXT = 2_000
"""Characters of a message's content (Create Message)."""
_LONGEST_QUERY = 300
_ROOM_FOR_MORE = 50


def code(query: str, limit: int = _LONGEST_QUERY) -> str:
    """Return a query as inline code that it cannot break out of."""
    return code_within(query, limit) or "`…`"


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 paper``, ``1,200 papers``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def timestamp(moment: datetime, style: str = "R") -> str:
    """Return a moment that Discord shows in each reader's own time; R is "in 3 hours"."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def hour_text(schedule: DigestSchedule) -> str:
    """Return when a digest comes: ``at 09:00 (Europe/Berlin), weekdays``."""
    return f"at {schedule.hour:02}:00 ({schedule.timezone}), {days_text(schedule.days)}"


def pages(lines: Sequence[str], most: int) -> list[str]:
    """Join lines to at most `most` texts that Discord takes; the last says how many are left."""
    texts: list[str] = []
    for at, line in enumerate(lines):
        if texts and len(texts[-1]) + len(line) < LONGEST_TEXT - _ROOM_FOR_MORE:
            texts[-1] += f"\n{line}"
        elif len(texts) < most:
            texts.append(line)
        else:
            texts[-1] += f"\n… and {len(lines) - at:,} more."
            break
    return texts
