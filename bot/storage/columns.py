"""How values stand in columns: times as milliseconds, dates and lists as text. Pure."""

import json
from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Return milliseconds since 1970 in UTC; `moment` has a time zone."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """Return the moment in UTC."""
    return _EPOCH + milliseconds * _MILLISECOND


def maybe_ms(moment: datetime | None) -> int | None:
    """Return milliseconds, or None for None."""
    return None if moment is None else to_ms(moment)


def maybe_moment(milliseconds: int | None) -> datetime | None:
    """Return the moment, or None for None."""
    return None if milliseconds is None else from_ms(milliseconds)


def maybe_day(text: str | None) -> date | None:
    """Return the date of an ISO text, or None for None."""
    return None if text is None else date.fromisoformat(text)


def maybe_text(day: date | None) -> str | None:
    """Return the ISO text of a date, or None for None."""
    return None if day is None else day.isoformat()


def to_list(values: tuple[str, ...]) -> str:
    """Return a JSON list."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def from_list(text: str) -> tuple[str, ...]:
    """Return the strings of a JSON list."""
    return tuple(json.loads(text))
