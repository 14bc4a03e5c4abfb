"""How log lines look."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot import logs

NASTY = "Lanterns\n2025-06-02 INFO forged\x1b[2J\r\x9b1m\u2028é"


def break_off() -> None:
    """Raise an error that quotes what others wrote."""
    raise LookupError(NASTY)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Put handlers and levels back after a test, those of pytest among them."""
    root = logging.getLogger()
    loggers = (root, logging.getLogger("discord"), logging.getLogger("aiosqlite"))
    levels = [logger.level for logger in loggers]
    handlers, root.handlers = root.handlers, []
    yield
    root.handlers = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_a_json_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """Machines read time with zone, level, logger and message from each line."""
    logs.configure("INFO", "json")
    logging.getLogger("bot.some").warning("%d papers, %s", 3, NASTY)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.isascii()
    told = json.loads(line)
    assert datetime.fromisoformat(told.pop("time")).tzinfo is not None
    assert told == {"level": "WARNING", "logger": "bot.some", "message": f"3 papers, {NASTY}"}


def test_a_json_line_holds_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception does not spread over further lines."""
    logs.configure("INFO", "json")
    try:
        break_off()
    except LookupError:
        logging.getLogger("bot.some").exception("broke")
    (line,) = capsys.readouterr().err.splitlines()
    assert "LookupError" in json.loads(line)["exception"]


def test_a_text_line_is_one_line_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    """Line ends and control characters in a message show as escapes; letters stay."""
    logs.configure("INFO", "text")
    logging.getLogger("bot.some").info("Skipped: %s", NASTY)
    written = capsys.readouterr().err
    assert written.endswith(
        "INFO    bot.some: Skipped: "
        r"Lanterns\n2025-06-02 INFO forged\x1b[2J\r\x9b1m\u2028é" + "\n"
    )
    assert written.count("\n") == 1


def test_a_traceback_has_lines_but_no_control_characters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A traceback stays readable, and what an exception quotes is harmless too."""
    logs.configure("INFO", "text")
    try:
        break_off()
    except LookupError:
        logging.getLogger("bot.some").exception("broke")
    lines = capsys.readouterr().err.removesuffix("\n").split("\n")
    assert lines[0].endswith("ERROR   bot.some: broke")
    assert lines[1] == "Traceback (most recent call last):"
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize(
    ("level", "logger", "at", "shows"),
    [
        ("INFO", "bot", logging.INFO, True),
        ("INFO", "bot", logging.DEBUG, False),
        ("DEBUG", "bot", logging.DEBUG, True),
        ("DEBUG", "discord.http", logging.INFO, False),
        ("DEBUG", "aiosqlite", logging.DEBUG, False),
        ("INFO", "discord.gateway", logging.WARNING, True),
        ("ERROR", "discord.gateway", logging.WARNING, False),
        ("DEBUG", "discord.http", logging.WARNING, False),
    ],
)
def test_the_level_counts_and_libraries_are_quiet(
    capsys: pytest.CaptureFixture[str],
    level: str,
    logger: str,
    at: int,
    shows: bool,  # noqa: FBT001 - a table
) -> None:
    """Libraries that tell every request, with its contents, speak from WARNING on."""
    logs.configure(level, "text")
    logging.getLogger(logger).log(at, "hello")
    assert ("hello" in capsys.readouterr().err) is shows


def test_configuring_again_does_not_double_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """There is one handler, however often the logs are configured."""
    logs.configure("INFO", "text")
    logs.configure("INFO", "text")
    logging.getLogger("bot").info("once")
    assert capsys.readouterr().err.count("once") == 1
