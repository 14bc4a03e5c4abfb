"""What Discord answers, and what it means for a message."""

from dataclasses import dataclass, field
from typing import Any

import discord
import pytest

from bot.delivery.faults import translated
from bot.errors import (
    AlreadyDeleted,
    ConfigError,
    Gone,
    NotNow,
    OperationalError,
    Refused,
    Unanswered,
    Unreachable,
)

JSON = {"Content-Type": "application/json"}


@dataclass
class Answer:
    """An HTTP answer as discord.py's errors carry it."""

    status: int
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    reason: str = "Said so"


def error(status: int, code: int, headers: dict[str, str]) -> discord.HTTPException:
    """Make the error that discord.py raises for an answer."""
    body: dict[str, object] | str = {"code": code, "message": "text"}
    if headers != JSON and "Retry-After" not in headers:
        body = "<html>"
    answer: Any = Answer(status, headers)
    return discord.HTTPException(answer, body)


@pytest.mark.parametrize(
    ("status", "code", "headers", "kind", "text"),
    [
        pytest.param(400, 50035, JSON, Refused, "will not take", id="malformed"),
        pytest.param(413, 40005, JSON, Refused, "will not take", id="too large"),
        pytest.param(400, 40004, JSON, NotNow, "switched sending off", id="sending is off"),
        pytest.param(400, 50008, JSON, Unreachable, "#x takes no messages", id="voice channel"),
        pytest.param(400, 50083, JSON, Unreachable, "thread #x is closed", id="archived thread"),
        pytest.param(401, 0, JSON, ConfigError, "DISCORD_TOKEN", id="token"),
        pytest.param(403, 50001, JSON, Unreachable, "post in #x: give me View", id="no access"),
        pytest.param(403, 50013, JSON, Unreachable, "Send Messages", id="no permission"),
        pytest.param(403, 0, {"Content-Type": "text/html"}, NotNow, "before Discord", id="proxy"),
        pytest.param(404, 10003, JSON, Gone, "gone", id="no such channel"),
        pytest.param(404, 10004, JSON, Gone, "gone", id="no such guild"),
        pytest.param(404, 10008, JSON, AlreadyDeleted, "deleted", id="no such message"),
        pytest.param(404, 0, JSON, Unanswered, "404", id="no such route"),
        pytest.param(404, 0, {}, NotNow, "before Discord", id="not Discord's 404"),
        pytest.param(405, 0, JSON, Unanswered, "405", id="anything else"),
        pytest.param(500, 0, JSON, Unanswered, "500", id="server error"),
        pytest.param(524, 0, {}, Unanswered, "524", id="gateway timeout"),
    ],
)
def test_each_answer_has_its_meaning(
    status: int, code: int, headers: dict[str, str], kind: type[OperationalError], text: str
) -> None:
    """Only what Discord itself says of a channel pauses it, and only what it refuses is dropped."""
    meaning = translated(error(status, code, headers), "#x")
    assert type(meaning) is kind
    assert text in str(meaning)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("12.5", 12.5, id="said"),
        pytest.param("0", 1.0, id="at once"),
        pytest.param("Wed, 21 Oct", 60.0, id="a date"),
    ],
)
def test_a_429_says_when(header: str, seconds: float) -> None:
    """The pause is what the header says, at least a second, a minute where it cannot be read."""
    meaning = translated(error(429, 0, {"Retry-After": header}), "#x")
    assert isinstance(meaning, NotNow)
    assert meaning.retry_after == seconds
