"""What the sources on loopback answer to a request, as values. Knows no HTTP server.

The same answers serve the servers of `bot.sandbox.feeds` and the simulation, which has none.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256

from bot.arxiv_ids import canonical_id
from bot.domain import Paper
from bot.sandbox import feed_faults, feed_shapes, oai_shapes
from bot.sandbox.archive import Archive, UnknownQuery
from bot.sandbox.feed_faults import Fault
from bot.sandbox.note_answers import NoteAnswers
from bot.sandbox.preprint_answers import PreprintAnswers

ATOM = "application/atom+xml"
JSON = "application/json"
XML = "text/xml"
_API_ID = re.compile(r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source says; ``etag`` without its quotes, where it gives one."""

    status: int = 200
    body: bytes = b""
    content_type: str = ATOM
    etag: str | None = None


class Answers:
    """Answers as arXiv's listing, query API and OAI-PMH, Daily Papers, bioRxiv, OpenReview."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._listings: dict[tuple[str, Fault | None], bytes] = {}
        self.preprints = PreprintAnswers()
        """bioRxiv and medRxiv."""
        self.notes = NoteAnswers()
        """OpenReview."""
        self.records_a_page = 1_300
        """How many records OAI-PMH gives before a resumption token."""

    def forget_listings(self) -> None:
        """Make the listings again, of what the archive holds now."""
        self._listings.clear()

    def answer(
        self, path: str, query: Query, known: frozenset[str], fault: Fault | None = None
    ) -> Answer:
        """Return the answer to a GET, spoilt by a fault; `known` are the ETags that it names."""
        place, _, rest = path.removeprefix("/").partition("/")
        match place, rest:
            case "atom", _:
                return self._listing(rest, known, fault)
            case "api", "query":
                return self._results(query, fault)
            case "oai", "":
                return self._records(query, fault)
            case "api", _:
                return self._daily(rest, query, known, fault)
        return self._elsewhere(place, rest, query, fault)

    def _elsewhere(self, place: str, rest: str, query: Query, fault: Fault | None) -> Answer:
        body = None
        if (place, rest) == ("notes", ""):
            body = self.notes.answer(query, fault)
        elif place == "details":
            body = self.preprints.answer(rest, fault)
        return Answer(status=404) if body is None else Answer(body=body, content_type=JSON)

    def _listing(self, query: str, known: frozenset[str], fault: Fault | None) -> Answer:
        try:
            body = self._listing_body(query, fault)
        except UnknownQuery:
            fault = Fault.ERROR_FEED
            body = b""
        if fault is Fault.ERROR_FEED:
            return Answer(status=400, body=feed_shapes.feed_error(query))
        etag = sha256(body).hexdigest()[:32]
        if etag in known:
            return Answer(status=304, etag=etag)
        return Answer(body=_spoilt(body, fault), etag=etag)

    def _listing_body(self, query: str, fault: Fault | None) -> bytes:
        old = fault if fault in {Fault.STALE, Fault.REPEATED} else None
        if (query, old) not in self._listings:
            on, papers = self._archive.listed(
                query, stale=old is Fault.STALE, repeated=old is Fault.REPEATED
            )
            self._listings[query, old] = feed_shapes.atom_feed(papers, query, on)
        return self._listings[query, old]

    def _records(self, query: Query, fault: Fault | None) -> Answer:
        try:
            if fault is Fault.TOKEN_EXPIRED:
                raise UnknownQuery("badResumptionToken")  # noqa: TRY301 - told to
            body = self._records_body(query)
        except (UnknownQuery, ValueError) as error:
            code = str(error) if isinstance(error, UnknownQuery) else "badArgument"
            body = oai_shapes.error(code)
        return Answer(body=_spoilt(body, fault), content_type=XML)

    def _records_body(self, asked: Query) -> bytes:
        token = asked.get("resumptionToken")
        wanted, since, skip = oai_shapes.read_token(token) if token else _of_first_page(asked)
        found = self._archive.changed(wanted, date.fromisoformat(since))
        page = found[skip : skip + self.records_a_page]
        if not page:
            raise UnknownQuery("noRecordsMatch")
        end = skip + len(page)
        following = oai_shapes.token(wanted, since, end) if end < len(found) else None
        return oai_shapes.records(page, following)

    def _results(self, query: Query, fault: Fault | None) -> Answer:
        try:
            if fault is Fault.ERROR_FEED:
                raise UnknownQuery("incorrect request")  # noqa: TRY301 - told to
            body = self._results_body(query)
        except UnknownQuery as error:
            return Answer(status=400, body=feed_shapes.api_error(str(error)))
        return Answer(body=_spoilt(body, fault))

    def _results_body(self, asked: Query) -> bytes:
        start, page = _number(asked, "start", 0), _number(asked, "max_results", 10)
        if page > 2_000 or start + page > 30_000:
            raise UnknownQuery("max_results must not exceed 30000 in all and 2000 in a request")
        ids, query = asked.get("id_list", ""), asked.get("search_query", "")
        if ids:
            found = [it for name in ids.split(",") if (it := self._named(name))]
        else:
            ascending = asked.get("sortOrder") == "ascending"
            found = self._archive.search(query, ascending=ascending)
        return feed_shapes.api_feed(
            found[start : start + page],
            total=len(found),
            start=start,
            page=page,
            query="&".join(f"{name}={value}" for name, value in asked.items()),
        )

    def _named(self, name: str) -> Paper | None:
        if not _API_ID.fullmatch(name):
            raise UnknownQuery(f"incorrect id format for {name}")
        # The API answers an impossible month with no result.
        with suppress(ValueError):
            return self._archive.paper(canonical_id(name)[0])
        return None

    def _daily(
        self, place: str, query: Query, known: frozenset[str], fault: Fault | None
    ) -> Answer:
        if place == "daily_papers":
            return self._daily_papers(query, known, fault)
        name = place.removeprefix("papers/")
        return Answer(status=404) if name == place else self._daily_paper(name, fault)

    def _daily_papers(self, query: Query, known: frozenset[str], fault: Fault | None) -> Answer:
        day = query.get("date")
        try:
            on = date.fromisoformat(day) if day else None
            limit, page = _number(query, "limit", 50), _number(query, "p", 0)
        except ValueError:
            return _no_json(400, "Invalid query parameters")
        limit = min(limit, 100)
        found = tuple(self._archive.featured(on)[page * limit : (page + 1) * limit])
        body = _daily_papers_body(found)
        etag = sha256(body).hexdigest()[:32]
        if etag in known and fault is None:
            return Answer(status=304, etag=etag, content_type=JSON)
        return Answer(body=_spoilt(body, fault), content_type=JSON, etag=etag)

    def _daily_paper(self, name: str, fault: Fault | None) -> Answer:
        try:
            paper = self._archive.featured_paper(canonical_id(name)[0])
        except ValueError:
            paper = None
        if paper is None:
            return _no_json(404, "Paper not found")
        return Answer(body=_spoilt(feed_shapes.daily_paper(paper), fault), content_type=JSON)


@lru_cache(maxsize=16)
def _daily_papers_body(found: tuple[tuple[date, Paper], ...]) -> bytes:
    return feed_shapes.daily_papers(found)


def _no_json(status: int, error: str) -> Answer:
    return Answer(status=status, body=json.dumps({"error": error}).encode(), content_type=JSON)


def _spoilt(body: bytes, fault: Fault | None) -> bytes:
    match fault:
        case Fault.TRUNCATED:
            return feed_faults.truncated(body)
        case Fault.GARBAGE_ENTRY:
            return feed_faults.with_garbage(body)
        case Fault.EMPTY_PAGE:
            return feed_faults.without_entries(body)
    return body


def _of_first_page(asked: Query) -> tuple[str, str, int]:
    if asked.get("verb") != "ListRecords":
        raise UnknownQuery("badVerb")
    if asked.get("metadataPrefix") != "arXivRaw":
        raise UnknownQuery("cannotDisseminateFormat")
    return asked.get("set", ""), asked.get("from", "2005-09-16"), 0


def _number(query: Query, name: str, default: int) -> int:
    text = query.get(name, "")
    if not re.fullmatch(r"\d{1,6}|", text):
        raise UnknownQuery(f"{name} must be a non-negative integer")
    return int(text) if text else default
