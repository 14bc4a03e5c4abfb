"""What bioRxiv and medRxiv on loopback hold and answer, as values. Knows no HTTP server.

The shapes are those that users of https://api.biorxiv.org report: 30 entries a page or 100, in no
order, counts as texts, and none in the answer for one preprint.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from bot.domain import Paper, PaperId
from bot.sandbox import feed_faults
from bot.sandbox.feed_faults import Fault

_INTERVAL = re.compile(
    r"(?P<server>\w+)/(?P<since>\d{4}-\d\d-\d\d)/(?P<until>\d{4}-\d\d-\d\d)/(?P<start>\d{1,6})(?:/json)?"
)
_ONE = re.compile(r"(?P<server>\w+)/(?P<doi>10\.\d+/[\w.]+)/na(?:/json)?")
_SERVERS = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}
_GARBAGE = {"doi": "10.1101/nothing", "title": "\N{RIGHT-TO-LEFT OVERRIDE}?", "version": "x"}


@dataclass(frozen=True, slots=True)
class Posted:
    """A version of a preprint that a server posted on a day; ``journal_doi`` where it came out."""

    paper: Paper
    server: str
    on: date
    journal_doi: str | None = None


class PreprintAnswers:
    """The preprints of both servers, and what they say to a path behind ``/details/``."""

    def __init__(self) -> None:
        self._posted: list[Posted] = []
        self._before: list[Posted] = []
        self.page = 30
        """Entries a page."""
        self.counts_are_texts = True

    def post(
        self,
        papers: Iterable[Paper],
        on: date,
        server: str = "biorxiv",
        journal_doi: str | None = None,
    ) -> None:
        """Post versions of preprints under a day, which may be past; a version is there once."""
        self._before = list(self._posted)
        for paper in papers:
            same = (server, paper.id, paper.version)
            self._posted = [
                it for it in self._posted if (it.server, it.paper.id, it.paper.version) != same
            ]
            self._posted.append(Posted(paper, server, on, journal_doi))

    def take_away(self, paper_id: PaperId) -> None:
        """Hold no version of a preprint any more."""
        self._posted = [it for it in self._posted if it.paper.id != paper_id]

    def answer(self, path: str, fault: Fault | None = None) -> bytes | None:
        """Return the answer, spoilt by a fault; None to a path that the API does not know."""
        held = self._before if fault is Fault.STALE else self._posted
        if interval := _INTERVAL.fullmatch(path):
            since, until = (date.fromisoformat(interval[it]) for it in ("since", "until"))
            found = [
                it for it in held if it.server == interval["server"] and since <= it.on <= until
            ]
            start = 0 if fault is Fault.REPEATED else int(interval["start"])
            return _spoilt(self._interval(found, f"{since}:{until}", start, fault), fault)
        if one := _ONE.fullmatch(path):
            found = [it for it in held if (it.server, it.paper.id) == (one["server"], one["doi"])]
            return _spoilt(_body({"status": "ok", "category": "all"}, found), fault)
        return None

    def _interval(
        self, found: Sequence[Posted], interval: str, start: int, fault: Fault | None
    ) -> bytes:
        ordered = sorted(found, key=_order)
        some = [] if fault is Fault.EMPTY_PAGE else ordered[start : start + self.page]
        new = sum((it.paper.version or 1) == 1 for it in found)
        counts: dict[str, int] = {"count_new_papers": new, "total": len(found)}
        message = {
            "status": "ok",
            "category": "all",
            "interval": interval,
            "funder": "all",
            "cursor": start,
            "count": len(some),
            **({name: str(it) for name, it in counts.items()} if self.counts_are_texts else counts),
        }
        if fault is Fault.ERROR_FEED:
            message = {"status": "error: the database is busy"}
            some = []
        extra = [_GARBAGE] if fault is Fault.GARBAGE_ENTRY else []
        return _body(message, some, extra)


def _order(posted: Posted) -> str:
    """Return a key in whose order neither days nor numbers come."""
    return sha256(f"{posted.paper.id}v{posted.paper.version}".encode()).hexdigest()


def _body(
    message: dict[str, Any], some: Sequence[Posted], extra: Sequence[dict[str, Any]] = ()
) -> bytes:
    entries = [*map(_entry, some), *extra]
    if not entries and message["status"] == "ok" and int(message.get("total", 0)) == 0:
        message = {"status": "no posts found"}
    return json.dumps({"messages": [message], "collection": entries}).encode()


def _entry(posted: Posted) -> dict[str, Any]:
    paper = posted.paper
    server = _SERVERS[posted.server]
    return {
        "title": paper.title,
        "authors": "; ".join(map(_turned, paper.authors)),
        "author_corresponding": paper.authors[0] if paper.authors else "",
        "author_corresponding_institution": "An Institute",
        "doi": paper.id,
        "date": posted.on.isoformat(),
        "version": str(paper.version or 1),
        "type": "new results",
        "license": "cc_by",
        "category": paper.primary_category or "",
        "jatsxml": f"https://www.{posted.server}.org/content/early/{posted.on:%Y/%m/%d}/x.source.xml",
        "abstract": paper.abstract,
        "published": posted.journal_doi or "NA",
        "server": server,
    }


def _turned(name: str) -> str:
    """Return ``Surname, A.`` of ``A. Surname``."""
    given, _, family = name.rpartition(" ")
    return f"{family}, {given}" if given else family


def _spoilt(body: bytes, fault: Fault | None) -> bytes:
    return feed_faults.truncated(body) if fault is Fault.TRUNCATED else body
