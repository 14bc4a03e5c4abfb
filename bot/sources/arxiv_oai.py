"""arXiv's OAI-PMH: every record of an archive that changed since a day, page by page.

Pure. It is complete, but tells neither a day nor a kind of announcement: `bot.gaps` decides them.
Source: https://info.arxiv.org/help/oa/index.html and the OAI-PMH specification, version 2.0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from bot.announcements import Outlet
from bot.domain import Paper
from bot.gaps import Record
from bot.sources import fields
from bot.sources.arxiv_archives import ARCHIVES
from bot.sources.arxiv_listing import (
    abstract_of,
    journal_of,
    paper_id,
    split_authors,
    title_of,
)
from bot.sources.entries import Entry, ReportedError, UnusableEntry, read_feed
from bot.sources.pages import CursorLost, Harvest, Request
from bot.sources.withdrawals import is_withdrawn

_OF_PHYSICS = frozenset(ARCHIVES) - {"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"}
"""The archives of the group "physics"; each of the others is a group by itself."""
_AND = re.compile(r"(?:,\s*|\s+)and\s+")
_VERSION = re.compile(r"v([1-9][0-9]{0,2})")
_IGNORE = "I"
"""Among the letters of a version's source type: "withdrawn, no paper available" (arXiv's code)."""


class _Version(NamedTuple):
    number: int
    submitted: datetime | None
    is_empty: bool


@dataclass(frozen=True, slots=True)
class ArxivOai:
    """The OAI-PMH interface at `url`."""

    url: str

    @property
    def name(self) -> str:
        """How the ledger calls it."""
        return "oai"

    @property
    def outlet(self) -> Outlet:
        """Where in arXiv's calendar it stands."""
        return Outlet.OAI

    def request(self, archive: str, since: date, now: datetime, cursor: str | None) -> Request:
        """Return the request for what changed since a day (UTC), or for the page at a cursor.

        Without an end: what changes meanwhile would be missed (arXiv's notes for harvesters).
        """
        del now
        if cursor is not None:
            return Request(
                url=self.url, params=(("verb", "ListRecords"), ("resumptionToken", cursor))
            )
        if archive not in ARCHIVES:
            raise ValueError(f"not an archive of arXiv: {archive!r}")
        return Request(
            url=self.url,
            params=(
                ("verb", "ListRecords"),
                ("metadataPrefix", "arXivRaw"),
                ("set", set_of(archive)),
                ("from", since.isoformat()),
            ),
        )

    def parse(self, body: bytes) -> Harvest:
        """Read an answer; raises SourceError, CursorLost for a token that has expired."""
        feed = read_feed(body, _record)
        for error in feed.header.all("error"):
            return _refused(error.get("code") or "", error.text)
        token = feed.header.text("resumptionToken")
        return Harvest(
            records=tuple(feed.papers),
            skipped=tuple(feed.skipped),
            # A page that broke off has lost its token: it is not the last one.
            cursor=None if feed.truncated else token,
            truncated=feed.truncated,
        )


def set_of(archive: str) -> str:
    """Return the set of an archive: ``cs``, ``physics:hep-th``."""
    return f"physics:{archive}" if archive in _OF_PHYSICS else archive


def _refused(code: str, message: str | None) -> Harvest:
    if code == "noRecordsMatch":
        return Harvest()
    if code == "badResumptionToken":
        raise CursorLost("The source no longer knows where its list was left off.")
    raise ReportedError(message or code)


def _record(entry: Entry) -> Record:
    header = next((Entry(it) for it in entry.all("header")), None)
    inner = next((Entry(it) for each in entry.all("metadata") for it in each), None)
    if header is None or inner is None:
        raise UnusableEntry("no metadata")
    versions = {version.number: version for version in _versions(inner)}
    newest = versions[max(versions)] if versions else None
    return Record(
        paper=_paper(inner, newest, versions[1].submitted if 1 in versions else None),
        revised=None if newest is None else newest.submitted,
        changed_on=_day(header.text("datestamp")),
    )


def _paper(entry: Entry, newest: _Version | None, submitted: datetime | None) -> Paper:
    identifier, _ = paper_id(entry)
    title, abstract = title_of(entry), abstract_of(entry)
    comment = fields.bounded(entry.text("comments"), fields.LONGEST_COMMENT)
    is_empty = newest is not None and newest.is_empty
    return Paper(
        id=identifier,
        title=title,
        abstract=abstract,
        authors=fields.names(split_authors(_AND.sub(", ", entry.text("authors") or ""))),
        categories=fields.categories((entry.text("categories") or "").split()),
        sources=("arxiv",),
        version=None if newest is None else newest.number,
        published=submitted,
        author_comment=comment or None,
        journal_ref=journal_of(entry),
        doi=fields.doi(entry.text("doi")),
        withdrawn=is_empty or is_withdrawn(title, abstract, comment),
    )


def _versions(entry: Entry) -> Iterator[_Version]:
    for version in entry.all("version"):
        number = _VERSION.fullmatch(version.get("version") or "")
        if number:
            said = Entry(version)
            yield _Version(
                number=int(number[1]),
                submitted=fields.mail_moment(said.text("date")),
                is_empty=_IGNORE in (said.text("source_type") or ""),
            )


def _day(text: str | None) -> date | None:
    # The protocol allows seconds too (2.7.1, granularity).
    moment = fields.moment(text)
    return moment.date() if moment else None
