"""What passes between a source and the fetcher: requests, responses, pages. Values only."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.gaps import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET. ``etag`` and ``last_modified`` are the validators of the last answer (RFC 9110)."""

    url: str
    params: tuple[tuple[str, str], ...] = ()
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer in the 200s, or 304 with an empty body."""

    status: int
    body: bytes = b""
    etag: str | None = None
    last_modified: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the source says that nothing changed since the validators were given."""
        return self.status == 304  # noqa: PLR2004 - HTTP status "Not Modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between two polls; all None before the first."""

    etag: str | None = None
    last_modified: str | None = None
    last_success_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """An entry that could not be read: why, its first characters for the log, and its number."""

    reason: str
    excerpt: str
    paper_id: PaperId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a source's answer held."""

    papers: tuple[Paper, ...] = ()
    skipped: tuple[SkippedEntry, ...] = ()
    total: int | None = None
    """How many entries the source says there are over all pages, where it says so."""
    truncated: bool = False
    """The document broke off: `papers` holds the whole entries before the break."""
    at_limit: bool = False
    """The answer holds as many entries as the source ever gives: some may be missing."""


class CursorLost(SourceError):  # noqa: N818 - reads as what happened
    """The source does not know the cursor any more: its list must be read from the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """A page of records, for filling a gap. ``cursor`` says where the next begins, None at the end.

    A `truncated` page holds the whole records before the break, and no cursor.
    """

    records: tuple[Record, ...] = ()
    skipped: tuple[SkippedEntry, ...] = ()
    cursor: str | None = None
    truncated: bool = False
