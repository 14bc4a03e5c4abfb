"""How log lines look: text for people, or JSON for machines. Secrets never reach it.

What others wrote is in messages (titles, answers of servers), so nothing in them may break a line
or steer a terminal.
"""

import json
import logging
import sys
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


class TextLines(logging.Formatter):
    """One line a record, and the lines of the traceback if there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return a record, without its traceback, as one line."""
        return _visible(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return a record, the lines of its traceback after it."""
        return "\n".join(map(_visible, super().format(record).split("\n")))


def configure(level: str, style: str) -> None:
    """Log to standard error from `level` on, as `style`: text or json."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if style == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # These tell every request at INFO.
    for chatty in ("discord", "aiosqlite"):
        logging.getLogger(chatty).setLevel(max(logging.getLevelName(level), logging.WARNING))
    # Its warnings of rate limits name the address, which for answers to commands holds the
    # interaction's token. What cannot be sent is logged by whoever sends it.
    logging.getLogger("discord.http").setLevel(logging.ERROR)


def _visible(text: str) -> str:
    """Write line ends, control characters and the like as Python's escapes."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )
