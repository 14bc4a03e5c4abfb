"""Words that several answers share: queries, numbers, times. Pure; contains no command."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.delivery.escape import code_within
from bot.domain import DigestSchedule, QuietHours
from bot.matching.facts import category_name
from bot.matching.parser import parse
from bot.matching.query import And, Or
from cogs.days import on_days

LONGEST_TEXT = 2_000
"""Characters of a message's content (Create Message)."""
_LONGEST_QUERY = 300
_CATEGORY = re.compile(r"\b((?:cat|primary):\(?)([a-z-]+\.[a-z-]+)\b")
_FOR_MANAGERS = ("/subscribe", "/unsubscribe", "/digest set", "/digest catch-up", "/retry")
_ROOM_FOR_MORE = 50


def code(query: str, limit: int = _LONGEST_QUERY) -> str:
    """Return a query as inline code that it cannot break out of, on one line."""
    return code_within(on_a_line(query), limit) or "`…`"


def on_a_line(query: str) -> str:
    """Return a query on one line, its categories as arXiv writes them."""
    lines = filter(None, map(str.strip, query.splitlines()))
    return _CATEGORY.sub(_in_its_case, ", ".join(lines))


def _in_its_case(found: re.Match[str]) -> str:
    return found[1] + category_name(found[2])


def reading(typed: str, canonical: str) -> str:
    """Return how a query is read, where the way it is grouped is not what was typed; else ""."""
    is_mixed = " AND " in canonical and " OR " in canonical
    if is_mixed or (" AND " in canonical and "AND" not in typed):
        return f"I read it as {code(_grouped(canonical))}."
    return ""


def _grouped(canonical: str) -> str:
    """Return a query with parentheses also where AND binds what stands among alternatives."""
    root = parse(canonical, typed=False).root
    if not isinstance(root, Or):
        return canonical
    return " OR ".join(f"({part})" if isinstance(part, And) else str(part) for part in root.parts)


def ask_note(texts: Iterable[str], *, may_change: bool) -> str:
    """Return whom to ask, where texts name commands that the person may not use; else ""."""
    text = "\n".join(texts)
    named = [each for each in _FOR_MANAGERS if f"`{each}" in text]
    if may_change or not named:
        return ""
    commands = " and ".join(f"`{each}`" for each in named)
    return f"For {commands}, ask somebody with Manage Channels."


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 paper``, ``1,200 papers``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def timestamp(moment: datetime, style: str = "R") -> str:
    """Return a moment that Discord shows in each reader's own time; R is "in 3 hours"."""
    return f"<t:{int(moment.timestamp())}:{style}>"


def hour_text(schedule: DigestSchedule) -> str:
    """Return when a digest comes: ``at 09:00 (Europe/Berlin), on Mondays``."""
    return f"at {schedule.hour:02}:00 ({schedule.timezone}), {on_days(schedule.days)}"


def quiet_hours_text(hours: QuietHours) -> str:
    """Return when a channel is quiet: ``from 22:00 until 07:00 (Europe/Berlin), every day``."""
    return f"from {hours.start:02}:00 until {hours.end:02}:00 ({hours.timezone}), every day"


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
