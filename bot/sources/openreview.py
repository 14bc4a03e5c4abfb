"""OpenReview: the public submissions of a venue, in one list, page by page.

Pure. Only notes that everybody may read; a submission that was withdrawn or rejected at the desk
says so and is no news. Source: https://docs.openreview.net, and the API's version 2.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from bot.domain import AnnounceType, Paper, PaperId
from bot.errors import SourceError
from bot.paper_ids import OPENREVIEW, canonical_id, note_of
from bot.sources import fields
from bot.sources.lenient import Count, Lenient, clean
from bot.sources.pages import Page, Request, SkippedEntry

PAGE = 1_000
"""Notes in one answer at most."""
LONGEST_AREA = 100
_OUT = ("/withdrawn_submission", "/desk_rejected_submission")
"""How the ``venueid`` of a submission ends that is not considered any more."""
_EVERYBODY = "everyone"
_Milliseconds = Annotated[int, Field(ge=0, lt=2**43)]


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class _Note(_Foreign):
    """A note; what it is about stands in ``content``, each value in an object of its own."""

    id: Lenient[str] = None
    forum: Lenient[str] = None
    readers: Lenient[list[str]] = None
    content: Lenient[dict[str, Any]] = None
    cdate: Lenient[_Milliseconds] = None

    def text(self, name: str) -> str | None:
        """Return a value that is a text."""
        value = self._value(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> list[str]:
        """Return those of a list's values that are texts."""
        value = self._value(name)
        return [it for it in value if isinstance(it, str)] if isinstance(value, list) else []

    def _value(self, name: str) -> object:
        wrapped = (self.content or {}).get(name)
        return wrapped.get("value") if isinstance(wrapped, dict) else None


class _Answer(_Foreign):
    notes: list[Lenient[_Note]]
    count: Lenient[Count] = None


_ANSWER = TypeAdapter(_Answer)


@dataclass(frozen=True, slots=True)
class OpenReviewVenue:
    """A venue such as ``ICLR.cc/2026/Conference``, by the API at `base_url`."""

    base_url: str
    venue: str

    is_by_day: bool = False

    @property
    def name(self) -> str:
        """The name of the feed."""
        return f"{OPENREVIEW}{self.venue}"

    def request(self, day: date, start: int) -> Request:
        """Return the request for the venue's submissions from `start` on, whatever the day."""
        del day
        return Request(
            url=f"{self.base_url}/notes",
            params=(
                ("invitation", f"{self.venue}/-/Submission"),
                ("limit", str(PAGE)),
                ("offset", str(start)),
            ),
        )

    def parse(self, body: bytes) -> Page:
        """Read an answer; raises SourceError if it holds no notes."""
        return parse(body)


@dataclass(frozen=True, slots=True)
class OpenReviewNotes:
    """Single submissions, by the API at `base_url`."""

    base_url: str

    def paper_request(self, paper_id: PaperId) -> Request:
        """Return the request for one submission."""
        return Request(url=f"{self.base_url}/notes", params=(("id", note_of(paper_id)),))

    def parse_paper(self, body: bytes) -> Paper | None:
        """Read the answer, None if it holds no submission; raises SourceError."""
        return next(iter(parse(body).papers), None)


def parse(body: bytes) -> Page:
    """Read notes; raises SourceError if there are none to be read."""
    try:
        answer = _ANSWER.validate_json(clean(body))
    except (ValueError, RecursionError):
        raise SourceError("The answer is not a list of notes.") from None
    read = [_paper(note) for note in answer.notes]
    return Page(
        papers=tuple(it for it in read if isinstance(it, Paper)),
        skipped=tuple(it for it in read if isinstance(it, SkippedEntry)),
        total=answer.count,
    )


def _paper(note: _Note | None) -> Paper | SkippedEntry:
    if note is None:
        return SkippedEntry("not an object", "")
    excerpt = fields.bounded(f"{note.id} {note.text('title')}", 200)
    if note.readers is not None and _EVERYBODY not in note.readers:
        return SkippedEntry("not public", "")
    try:
        identifier, _ = canonical_id(f"{OPENREVIEW}{note.forum or note.id}")
    except ValueError:
        return SkippedEntry("not a note's id", excerpt)
    title = fields.bounded(note.text("title"), fields.LONGEST_TITLE)
    abstract = fields.bounded(note.text("abstract"), fields.LONGEST_ABSTRACT)
    if not title or not abstract:
        return SkippedEntry("no abstract" if title else "no title", excerpt)
    is_out = (note.text("venueid") or "").lower().endswith(_OUT)
    area = " ".join(fields.bounded(note.text("primary_area"), LONGEST_AREA).lower().split())
    return Paper(
        id=identifier,
        title=title,
        abstract=abstract,
        authors=fields.names(note.texts("authors")),
        categories=(area,) if area else (),
        sources=("openreview",),
        announce_type=AnnounceType.REPLACE if is_out else AnnounceType.NEW,
        published=_moment(note.cdate),
        withdrawn=is_out,
        author_comment=fields.bounded(note.text("venue"), fields.LONGEST_COMMENT) or None,
    )


def _moment(milliseconds: int | None) -> datetime | None:
    read = None if milliseconds is None else datetime.fromtimestamp(milliseconds // 1000, UTC)
    return fields.moment(read.isoformat()) if read else None
