"""What a refusal says, and how long it asks to wait."""

import pytest

from bot.sandbox.feed_shapes import api_error
from bot.sources.refusals import LONGEST_PAUSE, PAUSE, refusal
from tests.sources.clock import Clock

NOW = Clock().now()  # Thursday, 19 November 2026, 06:00 GMT


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (503, {"Retry-After": "120"}, 120),
        (503, {"Retry-After": "Thu, 19 Nov 2026 06:05:00 GMT"}, 300),
        (503, {"Retry-After": "Thu, 19 Nov 2026 05:00:00 GMT"}, 0),
        (503, {"Retry-After": "99999999"}, LONGEST_PAUSE),
        (503, {"Retry-After": "Thu, 19 Nov 2126 06:05:00 GMT"}, LONGEST_PAUSE),
        (503, {"Retry-After": "later"}, None),
        (503, {"Retry-After": "-5"}, None),
        (503, {}, None),
        (404, {}, None),
        (429, {}, PAUSE),
        (429, {"Retry-After": "7"}, 7),
        (429, {"RateLimit": '"api";r=0;t=214'}, 214),
        (429, {"RateLimit": '"api";r=12;t=214'}, PAUSE),
    ],
)
def test_how_long_to_wait(status: int, headers: dict[str, str], seconds: float | None) -> None:
    """Retry-After in either form is believed within bounds; a bare 429 waits half a minute."""
    assert refusal("x.example", status, headers, b"", NOW).retry_after == seconds


@pytest.mark.parametrize(
    ("content_type", "body", "words"),
    [
        ("text/plain; charset=utf-8", b"Rate exceeded.\n", " The source says: Rate exceeded."),
        ("text/plain", b"two\nlines\x00" + b"x" * 999, " The source says: two lines" + "x" * 191),
        ("text/plain", b" ", ""),
        ("text/html", b"<h1>Sorry</h1>", ""),
        ("application/json", b'{"error": "Paper not found"}', " The source says: Paper not found"),
        ("application/json", b'{"error": 7}', ""),
        ("application/json", b"{", ""),
        (
            "application/atom+xml",
            api_error("incorrect id format for abc"),
            " The source says: incorrect id format for abc",
        ),
        ("application/atom+xml", b"<feed/>", ""),
        ("", b"", ""),
    ],
)
def test_what_it_says(content_type: str, body: bytes, words: str) -> None:
    """The message names host and status, and quotes the source on one line where it said why."""
    error = refusal("x.example", 400, {"Content-Type": content_type}, body, NOW)
    assert str(error) == f"x.example answered with status 400.{words}"
