"""Writes papers as arXiv's OAI-PMH does, in its format arXivRaw. Pure.

The shapes are those of its public code of 2025 (arXiv/oaipmh) and of a recorded answer.
"""

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from urllib.parse import parse_qs, urlencode
from xml.sax.saxutils import escape

from bot.announcements import closed_at
from bot.domain import Paper
from bot.sandbox.feed_shapes import submitted_at
from bot.sources import fields
from bot.sources.arxiv_archives import archive_of
from bot.sources.arxiv_oai import set_of

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/'
    ' http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
    "<responseDate>2026-11-20T03:30:00Z</responseDate>\n"
    "<request>http://oaipmh.arxiv.org/oai</request>\n"
)
_RAW = '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">'


def records(found: Iterable[tuple[date, Paper]], following: str | None) -> bytes:
    """Return a page of records, with the days on which they changed, and the next page's token."""
    body = "".join(_record(on, paper) for on, paper in found)
    token = "" if following is None else f"<resumptionToken>{escape(following)}</resumptionToken>\n"
    return f"{_HEAD}<ListRecords>\n{body}{token}</ListRecords>\n</OAI-PMH>\n".encode()


def error(code: str) -> bytes:
    """Return an error, which comes with status 200."""
    return f"{_HEAD}<error code='{escape(code)}'>{escape(code)}</error>\n</OAI-PMH>\n".encode()


def token(wanted: str, since: str, skip: int) -> str:
    """Return the resumption token of a page from record `skip` of a set's changes since a day."""
    return urlencode(
        {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "set": wanted, "from": since}
        | {"skip": skip}
    )


def read_token(text: str) -> tuple[str, str, int]:
    """Return set, day and first record of a resumption token; raises ValueError."""
    said = parse_qs(text)
    try:
        return said["set"][0], said["from"][0], int(said["skip"][0])
    except KeyError:
        raise ValueError(text) from None


def _record(on: date, paper: Paper) -> str:
    sets = "".join(
        f"<setSpec>{_set(category)}</setSpec>\n" for category in dict.fromkeys(paper.categories)
    )
    notes = (
        ("comments", paper.author_comment),
        ("journal-ref", paper.journal_ref),
        ("doi", paper.doi),
    )
    return (
        f"<record>\n<header>\n<identifier>oai:arXiv.org:{paper.id}</identifier>\n"
        f"<datestamp>{on.isoformat()}</datestamp>\n{sets}</header>\n<metadata>\n{_RAW}\n"
        f"<id>{paper.id}</id><submitter>A. Submitter</submitter>\n{_versions(paper, on)}"
        f"<title>{_xml(paper.title)}</title>\n<authors>{_xml(_names(paper.authors))}</authors>\n"
        f"<categories>{_xml(' '.join(paper.categories))}</categories>\n"
        f"{''.join(f'<{name}>{_xml(fact)}</{name}>' for name, fact in notes if fact)}"
        "<license>http://creativecommons.org/licenses/by/4.0/</license>\n"
        f"<abstract>  {_xml(paper.abstract)}\n</abstract>\n</arXivRaw>\n</metadata>\n</record>\n"
    )


def _versions(paper: Paper, on: date) -> str:
    """Return the versions: the first when it was submitted, later ones in time for `on`."""
    newest = closed_at(on) - timedelta(hours=1)
    moments = [submitted_at(paper)] + [newest] * ((paper.version or 1) - 1)
    sources = ["<size>731kb</size><source_type>D</source_type>"] * len(moments)
    if paper.withdrawn:
        sources[-1] = "<size>0kb</size><source_type>I</source_type>"
    return "".join(
        f'<version version="v{number}"><date>{moment.astimezone(UTC):%a, %d %b %Y %H:%M:%S} GMT'
        f"</date>{source}</version>\n"
        for number, (moment, source) in enumerate(zip(moments, sources, strict=True), start=1)
    )


def _set(category: str) -> str:
    archive, _, subject = category.partition(".")
    group = set_of(archive_of(category)).partition(":")[0]
    return ":".join(filter(None, (group, archive, subject)))


def _names(authors: tuple[str, ...]) -> str:
    *others, last = authors or ("",)
    return f"{', '.join(others)} and {last}" if others else last


def _xml(text: str) -> str:
    return escape(fields.bounded(text, len(text)))
