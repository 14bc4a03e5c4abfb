"""Papers as JSON Lines, as people bring them: one object a line. Pure; opens no file.

Fields: ``id``, ``title``, ``abstract``, and optionally ``authors`` (list of names),
``categories`` (list, primary first), ``published``, ``version``, ``source``, ``announce_type``,
``upvotes``, ``stars``, ``comments``, ``code_url``. Others are ignored.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from bot.domain import AnnounceType, Paper, PaperId
from bot.paper_ids import canonical_id


class LineError(ValueError):
    """A line is no paper; the message is one line that names the field."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper, and its id as it was given: a text or a number."""

    given_id: str | int
    paper: Paper


def _or_empty(value: object) -> object:
    return () if value is None else value


def _small(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_or_empty)]
Whole = Annotated[int, Field(ge=0, lt=2**63)]


class _Line(BaseModel):
    id: str | int
    title: str
    abstract: str
    authors: Names = ()
    categories: Names = ()
    published: datetime | None = None
    version: Whole | None = None
    source: str | None = None
    announce_type: Annotated[AnnounceType | None, BeforeValidator(_small)] = None
    upvotes: Whole | None = None
    stars: Whole | None = None
    comments: Whole | None = None
    code_url: str | None = None


def read_line(line: bytes) -> PaperLine:
    """Return the paper of a line; raises LineError.

    An id of a source becomes canonical, its version is kept; any other id stays as it is.
    """
    try:
        # Half of a surrogate pair is no character; what stands there is only a question mark.
        text = json.dumps(json.loads(line), ensure_ascii=False).encode(errors="replace")
        read = _Line.model_validate_json(text)
        if read.published:
            read.published.astimezone(UTC)  # refused here if out of range
    except ValidationError as error:
        raise LineError(_first_problem(error)) from None
    except (ValueError, RecursionError, OverflowError):
        raise LineError("not a JSON object in UTF-8") from None
    return PaperLine(read.id, _paper(read))


def _paper(read: _Line) -> Paper:
    id_, version = _known(str(read.id))
    return Paper(
        id=id_,
        title=read.title,
        abstract=read.abstract,
        authors=read.authors,
        categories=read.categories,
        sources=(read.source,) if read.source else (),
        version=version if read.version is None else read.version,
        announce_type=read.announce_type,
        published=_moment(read.published),
        upvotes=read.upvotes,
        stars=read.stars,
        comments=read.comments,
        code_url=read.code_url,
    )


def _known(given: str) -> tuple[PaperId, int | None]:
    try:
        return canonical_id(given)
    except ValueError:
        return PaperId(given), None


def _moment(published: datetime | None) -> datetime | None:
    if published is None:
        return None
    return published.replace(tzinfo=UTC) if published.tzinfo is None else published.astimezone(UTC)


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    field = str(problem["loc"][0]) if problem["loc"] else "the line"
    return f"{field}: {problem['msg'].lower()}"
