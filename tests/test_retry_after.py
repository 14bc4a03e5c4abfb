"""Retry-After is read as seconds or as a date."""

import pytest

from bot.retry_after import seconds_asked
from tests.samples import NOON


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        (" 120 ", 120),
        ("Mon, 02 Jun 2025 12:01:00 GMT", 60),
        ("Mon, 02 Jun 2025 11:59:00 GMT", -60),
        ("Mon, 02 Jun 2025 12:01:00", 60),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 40, None),
        ("Mon, 99 Jun 2025 12:01:00 GMT", None),
    ],
)
def test_seconds_and_dates_are_read(value: str, seconds: float | None) -> None:
    """What is neither is no wish at all."""
    assert seconds_asked(value, NOON) == seconds
