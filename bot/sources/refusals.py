"""Reads why and for how long a source refuses: status, Retry-After, and its own words. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ValidationError

from bot.errors import SourceError
from bot.retry_after import seconds_asked
from bot.sources.arxiv_listing import reported_error
from bot.sources.fields import bounded

MOST_BYTES = 64 * 1024
"""Of a refusal's body that are worth reading."""
LONGEST_PAUSE = 6 * 3600.0
"""Seconds that a source is believed when it asks for a pause."""
PAUSE = 30.0
"""Seconds to wait after a 429 that says nothing: arXiv's does not."""
_TOO_MANY_REQUESTS = 429

# Hugging Face: RateLimit: "api";r=0;t=120 (requests left, seconds until the window ends).
_WINDOW_SPENT = re.compile(r"r=0;\s*t=([0-9]{1,9})")


def refusal(
    host: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> SourceError:
    """Return the error for an answer that is neither in the 200s nor 304 nor a redirect."""
    words = _words(headers.get("Content-Type", ""), body)
    return SourceError(
        f"{host} answered with status {status}.{f' {words}' if words else ''}",
        retry_after=_pause(status, headers, now),
    )


def _pause(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    asked = seconds_asked(headers.get("Retry-After", ""), now)
    if asked is None and status == _TOO_MANY_REQUESTS:
        window = _WINDOW_SPENT.search(headers.get("RateLimit", ""))
        asked = float(window[1]) if window else PAUSE
    return None if asked is None else min(max(asked, 0.0), LONGEST_PAUSE)


class _Json(BaseModel):
    error: str


def _words(content_type: str, body: bytes) -> str | None:
    """Return the source's own words, None where they are a page for browsers."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith("xml"):
        return reported_error(body)
    said = body.decode(errors="replace") if kind == "text/plain" else _error_in_json(body)
    words = " ".join(bounded(said, 200).split())
    return f"The source says: {words}" if words else None


def _error_in_json(body: bytes) -> str:
    try:
        return _Json.model_validate_json(body).error
    except ValidationError:
        return ""
