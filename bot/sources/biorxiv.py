"""bioRxiv and medRxiv: what was posted on a day, page by page, new preprints and new versions.

Pure. Answers have 30 or 100 entries, in no order, and say how many there are in all. Abstracts
only, never PDFs. Source: https://api.biorxiv.org, and what its users report of it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.domain import AnnounceType, Paper, PaperId
from bot.errors import SourceError
from bot.paper_ids import PREPRINT_SERVERS, canonical_id, day_in
from bot.planning import combined
from bot.sources import fields
from bot.sources.entries import ReportedError
from bot.sources.lenient import Count, Lenient, clean
from bot.sources.pages import Page, Request, SkippedEntry
from bot.sources.preprint_marks import without_marks
from bot.sources.withdrawals import is_withdrawn

LONGEST_CATEGORY = 100


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Message(_Foreign):
    """What an answer says of itself; the counts only of an interval, as numbers or as texts."""

    status: Lenient[str] = None
    total: Lenient[Count] = None


class _Entry(_Foreign):
    doi: Lenient[str] = None
    title: Lenient[str] = None
    authors: Lenient[str] = None
    date: Lenient[str] = None
    version: Lenient[Count] = None
    category: Lenient[str] = None
    abstract: Lenient[str] = None
    published: Lenient[str] = None
    """The DOI of the article that it became, "NA" without one."""


class _Answer(_Foreign):
    messages: list[_Message]
    collection: Lenient[list[Lenient[_Entry]]] = None


_ANSWER = TypeAdapter(_Answer)


@dataclass(frozen=True, slots=True)
class PreprintServer:
    """One of the two servers, ``biorxiv`` or ``medrxiv``, by the API at `base_url`."""

    base_url: str
    name: str
    """Also the name of the feed."""

    is_by_day: bool = True

    def __post_init__(self) -> None:
        if self.name not in PREPRINT_SERVERS:
            raise ValueError(f"not a preprint server: {self.name!r}")

    def request(self, day: date, start: int) -> Request:
        """Return the request for what was posted on a day, from entry `start` on."""
        return Request(url=f"{self.base_url}/details/{self.name}/{day}/{day}/{start}/json")

    def paper_request(self, paper_id: PaperId) -> Request:
        """Return the request for all versions of one preprint."""
        return Request(url=f"{self.base_url}/details/{self.name}/{paper_id}/na/json")

    def parse(self, body: bytes) -> Page:
        """Read an answer; raises SourceError for an error and for what is no list of preprints."""
        try:
            answer = _ANSWER.validate_json(clean(body))
        except (ValueError, RecursionError):
            raise SourceError("The answer is not a list of preprints.") from None
        if not answer.messages:
            raise SourceError("The answer does not say what it holds.")
        message, entries = answer.messages[0], answer.collection or []
        status = (message.status or "").strip().lower()
        if not entries and status.startswith("no ") and status.endswith(" found"):
            return Page(total=0)
        if status != "ok":
            raise ReportedError(message.status)
        read = [self._paper(entry) for entry in entries]
        return Page(
            papers=tuple(it for it in read if isinstance(it, Paper)),
            skipped=tuple(it for it in read if isinstance(it, SkippedEntry)),
            total=message.total,
        )

    def parse_paper(self, body: bytes) -> Paper | None:
        """Read the answer for one preprint, None if the server has none; raises SourceError."""
        return next(iter(combined(self.parse(body).papers)), None)

    def _paper(self, entry: _Entry | None) -> Paper | SkippedEntry:
        if entry is None:
            return SkippedEntry("not an object", "")
        excerpt = fields.bounded(f"{entry.doi} {entry.title}", 200)
        try:
            identifier, _ = canonical_id(entry.doi or "")
        except ValueError:
            return SkippedEntry("not a preprint's DOI" if entry.doi else "no DOI", excerpt)
        title = fields.bounded(entry.title, fields.LONGEST_TITLE)
        abstract = without_marks(fields.bounded(entry.abstract, fields.LONGEST_ABSTRACT))
        if not title or not abstract:
            return SkippedEntry("no abstract" if title else "no title", excerpt, identifier)
        version, posted = entry.version or 1, fields.moment(entry.date)
        return Paper(
            id=identifier,
            title=title,
            abstract=abstract,
            authors=fields.names(map(_name, (entry.authors or "").split(";"))),
            categories=_categories(entry.category),
            sources=(self.name,),
            version=version,
            announce_type=AnnounceType.NEW if version == 1 else AnnounceType.REPLACE,
            announced_on=posted.date() if posted else None,
            doi=fields.doi(entry.published),
            withdrawn=is_withdrawn(title, abstract),
            published=_submitted(identifier, posted if version == 1 else None),
        )


def _name(written: str) -> str:
    """Return ``A. B. Surname`` of ``Surname, A. B.``, and what has no comma as it is."""
    family, comma, rest = written.strip().partition(",")
    given, _, suffix = rest.strip().partition(",")
    name = f"{given.strip()} {family.strip()}".strip() if comma else family
    return f"{name}, {suffix.strip()}" if suffix.strip() else name


def _categories(written: str | None) -> tuple[str, ...]:
    """Return the category in the server's own words, which are small letters and blanks."""
    words = fields.bounded(written, LONGEST_CATEGORY).replace("_", " ").lower().split()
    return (" ".join(words),) if words else ()


def _submitted(paper_id: PaperId, posted: datetime | None) -> datetime | None:
    day = day_in(paper_id)
    return posted if day is None else datetime.combine(day, time(), UTC)
