"""What the sources on loopback can be told to do wrong. Values, and the bodies they spoil."""

import re
from dataclasses import dataclass
from enum import StrEnum

# An entry that is well-formed, and no paper: it has neither an id nor an abstract.
_GARBAGE = b"<entry><title>\xe2\x80\xae?</title><category term='??'/></entry>\n</feed>"


_STARTS = (b"<entry>", b"<record>", b'{"paper"', b'{"title"', b'{"id"')
"""How entries begin in what the sources send."""


class Fault(StrEnum):
    """A way to fail."""

    STATUS = "status"
    """A bare HTTP status, 503 unless told otherwise, with Retry-After if given."""
    RATE_EXCEEDED = "rate exceeded"
    """429 with the words "Rate exceeded." and nothing else, as arXiv's API does."""
    STALL = "stall"
    """No answer until the sandbox closes."""
    SLOW = "slow"
    """The answer comes after some seconds."""
    HANG_UP = "hang up"
    """The connection is closed in place of an answer."""
    TRUNCATED = "truncated"
    """The body breaks off within an entry; status and headers look well."""
    ERROR_FEED = "error feed"
    """The feed that arXiv sends in place of a listing or of results."""
    GARBAGE_ENTRY = "garbage entry"
    """One more entry, which is no paper."""
    EMPTY_PAGE = "empty page"
    """Results that say how many there are and hold none."""
    STALE = "stale"
    """The listing of the batch before."""
    REPEATED = "repeated"
    """The listing of the batch before, under the day of the current one."""
    TOKEN_EXPIRED = "token expired"  # noqa: S105 - the name of a fault
    """OAI-PMH does not know the resumption token, as after midnight."""


@dataclass(slots=True)
class Order:
    """A fault to be had by the next `times` requests whose path starts with `path`."""

    fault: Fault
    path: str
    times: int
    status: int
    retry_after: str | None


def truncated(body: bytes) -> bytes:
    """Return `body` up to the middle of its last entry, or its first half without entries."""
    last = max(body.rfind(start) for start in _STARTS)
    return body[: (last + len(body)) // 2] if last > 0 else body[: len(body) // 2]


def with_garbage(body: bytes) -> bytes:
    """Return an Atom `body` with one more entry, which is no paper."""
    return body.rstrip().removesuffix(b"</feed>") + _GARBAGE


def without_entries(body: bytes) -> bytes:
    """Return an Atom `body` with its header only."""
    return re.sub(rb"<entry>.*</entry>", b"", body, flags=re.DOTALL)
