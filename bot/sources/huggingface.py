"""Hugging Face Daily Papers: which papers were featured, and what readers made of them.

Pure. Featuring is not an announcement: a paper from here carries no version, no categories and no
day of announcement. Source: https://huggingface.co/docs/hub/api and huggingface_hub's client.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.alias_generators import to_camel

from bot.arxiv_ids import canonical_id
from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.sources import fields
from bot.sources.lenient import Count, Lenient, clean
from bot.sources.pages import FeedState, Page, Request, SkippedEntry

MOST_PER_PAGE = 100
MOST_DAYS_MISSED = 14


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class _Author(_Foreign):
    name: Lenient[str] = None
    hidden: Lenient[bool] = None


class _Level(_Foreign):
    """What either level of a list's item may say; the inner one is the paper's own."""

    id: Lenient[str] = None
    title: Lenient[str] = None
    summary: Lenient[str] = None
    authors: Lenient[list[Lenient[_Author]]] = None
    published_at: Lenient[str] = None
    upvotes: Lenient[Count] = None
    num_comments: Lenient[Count] = None
    github_repo: Lenient[str] = None
    github_stars: Lenient[Count] = None


class _Item(_Level):
    paper: Lenient[_Level] = None


_ITEMS = TypeAdapter(list[Lenient[_Item]])
_ITEM = TypeAdapter(_Item)


@dataclass(frozen=True, slots=True)
class HuggingFaceDaily:
    """The Daily Papers at `base_url` (such as ``https://huggingface.co``)."""

    base_url: str

    @property
    def name(self) -> str:
        """The name of the feed."""
        return "huggingface"

    @property
    def archive(self) -> None:
        """None: it features papers, and announces none."""

    def requests(self, state: FeedState, now: datetime) -> tuple[Request, ...]:
        """Return the request for the latest list, and one for each day that ended since.

        A day that ended after the last success may have been added to unseen; the newest 14 such
        days are asked for (days in UTC). Only the request for the latest list is conditional.
        """
        url = f"{self.base_url}/api/daily_papers"
        limit = ("limit", str(MOST_PER_PAGE))
        latest = Request(
            url=url, params=(limit,), etag=state.etag, last_modified=state.last_modified
        )
        if state.last_success_at is None:
            return (latest,)
        today = now.astimezone(UTC).date()
        ended = min((today - state.last_success_at.astimezone(UTC).date()).days, MOST_DAYS_MISSED)
        days = (today - timedelta(days=ago) for ago in range(ended, 0, -1))
        missed = (day_request(self.base_url, day) for day in days)
        return (latest, *missed)

    def narrower(self) -> tuple[Request, ...]:
        """Return (): a day's list cannot be asked for in parts."""
        return ()

    def parse(self, body: bytes) -> Page:
        """Read a list of featured papers; raises SourceError if it is none."""
        try:
            items = _ITEMS.validate_json(clean(body))
        except (ValueError, RecursionError):
            raise SourceError("The answer is not a list of papers.") from None
        papers: list[Paper] = []
        skipped: list[SkippedEntry] = []
        for item in items:
            read = _paper(item)
            if isinstance(read, Paper):
                papers.append(read)
            else:
                skipped.append(read)
        return Page(papers=tuple(papers), skipped=tuple(skipped))


def day_request(base_url: str, day: date) -> Request:
    """Return the request for the papers featured on a day (UTC)."""
    params = (("date", day.isoformat()), ("limit", str(MOST_PER_PAGE)))
    return Request(url=f"{base_url}/api/daily_papers", params=params)


def paper_request(base_url: str, paper_id: PaperId) -> Request:
    """Return the request for what Hugging Face knows of one paper; it answers 404 to most."""
    return Request(url=f"{base_url}/api/papers/{paper_id}")


def parse_paper(body: bytes) -> Paper:
    """Read the answer for one paper; raises SourceError if it is unusable."""
    try:
        read = _paper(_ITEM.validate_json(clean(body)))
    except (ValueError, RecursionError):
        raise SourceError("The answer is not a paper.") from None
    if isinstance(read, SkippedEntry):
        raise SourceError(f"The answer is not a paper: {read.reason}.")
    return read


def _paper(item: _Item | None) -> Paper | SkippedEntry:
    if item is None:
        return SkippedEntry("not an object", "")
    # The outer "publishedAt" of a list is the day on Daily Papers, not the paper's.
    levels = (item.paper, item) if item.paper else (item,)
    said = {
        name: next((v for level in levels if (v := getattr(level, name)) is not None), None)
        for name in _Level.model_fields
    }
    excerpt = fields.bounded(f"{said['id']} {said['title']}", 200)
    try:
        identifier, _ = canonical_id(said["id"] or "")
    except ValueError:
        return SkippedEntry("not an arXiv id" if said["id"] else "no id", excerpt)
    title = fields.bounded(said["title"], fields.LONGEST_TITLE)
    abstract = fields.bounded(said["summary"], fields.LONGEST_ABSTRACT)
    if not title or not abstract:
        return SkippedEntry("no abstract" if title else "no title", excerpt)
    authors = (author for author in said["authors"] or () if author and not author.hidden)
    return Paper(
        id=identifier,
        title=title,
        abstract=abstract,
        authors=fields.names(author.name for author in authors),
        sources=("huggingface",),
        published=fields.moment(levels[0].published_at),
        upvotes=said["upvotes"],
        stars=said["github_stars"],
        comments=said["num_comments"],
        code_url=fields.web_address(said["github_repo"]),
    )
