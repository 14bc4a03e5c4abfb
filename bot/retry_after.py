"""Reads Retry-After, as servers of all kinds send it. Pure."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_asked(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for: a number or a date (RFC 9110).

    None for anything else; negative for a date that is past.
    """
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        return ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
