"""Writes papers as arXiv's listing, arXiv's query API and Daily Papers do. Pure.

The shapes are those of recorded answers of 2025 and 2026; only what they hold is ours.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from bot.domain import AnnounceType, Paper
from bot.sources import fields
from bot.sources.arxiv_archives import archive_of

_EASTERN = ZoneInfo("America/New_York")
_HEAD = "<?xml version='1.0' encoding='UTF-8'?>\n"
_LISTING = (
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">'
)
_SCHEME = ' scheme="http://arxiv.org/schemas/atom"'
_RESULTS = (
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
)


def atom_feed(papers: Iterable[Paper], query: str, on: date) -> bytes:
    """Return the listing that announces `papers` on a day, as ``/atom/<query>`` gives it.

    A paper without an announce type is new if its primary category is in the query, else a
    cross-list; one without a version is version 1.
    """
    wanted = frozenset(query.split("+"))
    midnight = datetime.combine(on, time(), _EASTERN).isoformat()
    updated = f"{on.isoformat()}T04:00:19.866337+00:00"
    address = f"http://rss.arxiv.org/atom/{query}"
    entries = "".join(_announced(paper, wanted, midnight, updated) for paper in papers)
    return (
        f"{_HEAD}{_LISTING}\n  <id>{_xml(address)}</id>\n"
        f"  <title>{_xml(query)} updates on arXiv.org</title>\n  <updated>{updated}</updated>\n"
        f'  <link href={quoteattr(address)} rel="self" type="application/atom+xml"/>\n'
        f"  <subtitle>{_xml(query)} updates on the arXiv.org e-print archive.</subtitle>\n"
        f"{entries}</feed>\n"
    ).encode()


def feed_error(query: str) -> bytes:
    """Return what the listing answers, with status 400, to a query that it does not know."""
    title = f"Feed error for query: {_xml(query)}"
    reason = f"Bad archive '{_xml(query)}'. Valid archives are: astro-ph, cond-mat, cs, econ."
    return (
        f"{_HEAD}{_LISTING}\n  <id>http://rss.arxiv.org/atom/{_xml(query)}</id>\n"
        f"  <title>{title}</title>\n  <subtitle>{reason}</subtitle>\n</feed>\n"
    ).encode()


def is_in(category: str, wanted: frozenset[str]) -> bool:
    """Tell whether a query for `wanted` archives and categories covers a category."""
    return category in wanted or archive_of(category) in wanted


def _announced(paper: Paper, wanted: frozenset[str], midnight: str, updated: str) -> str:
    is_new = is_in(paper.primary_category or "", wanted)
    kind = paper.announce_type or (AnnounceType.NEW if is_new else AnnounceType.CROSS)
    guid = f"{paper.id}v{paper.version or 1}"
    return (
        f"  <entry>\n    <id>oai:arXiv.org:{guid}</id>\n    <title>{_xml(paper.title)}</title>\n"
        f"    <updated>{updated}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{paper.id}" rel="alternate" type="text/html"/>\n'
        f"    <summary>arXiv:{guid} Announce Type: {kind} \nAbstract: {_xml(paper.abstract)}"
        "</summary>\n"
        f"{_categories(paper, '')}"
        f"    <published>{midnight}</published>\n"
        f"    <arxiv:announce_type>{kind}</arxiv:announce_type>\n"
        "    <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>\n"
        f"    <dc:creator>{_xml(', '.join(paper.authors))}</dc:creator>\n"
        f"{_published(paper, 'journal_reference', 'DOI')}  </entry>\n"
    )


def _published(paper: Paper, journal: str, doi: str) -> str:
    """Return where it was published, under the names that a format has for that."""
    facts = ((doi, paper.doi), (journal, paper.journal_ref))
    return "".join(f"    <arxiv:{name}>{_xml(it)}</arxiv:{name}>\n" for name, it in facts if it)


def api_feed(papers: Sequence[Paper], *, total: int, start: int, page: int, query: str) -> bytes:
    """Return one page of the query API's results, of `total`, from `start`.

    `page` is how many were asked for. A paper without a submission time gets its announcement's.
    """
    entries = "".join(map(_result, papers))
    return (
        f"{_HEAD}{_RESULTS}\n  <id>https://arxiv.org/api/oqaUC9OB2SccftmJHZqrxySXrao</id>\n"
        f"  <title>arXiv Query: {_xml(query)}</title>\n"
        "  <updated>2026-11-20T00:00:00Z</updated>\n"
        f"  <opensearch:itemsPerPage>{page}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n"
        f"{entries}</feed>\n"
    ).encode()


def api_error(message: str) -> bytes:
    """Return what the query API answers, with status 400, to a request that is wrong."""
    address = f"https://arxiv.org/api/errors#{_xml(message).replace(' ', '_')}"
    return (
        f"{_HEAD}{_RESULTS}\n  <id>https://arxiv.org/</id>\n  <title>arXiv Search Results</title>\n"
        "  <updated>2026-11-20T00:00:00Z</updated>\n"
        "  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>\n"
        "  <opensearch:totalResults>1</opensearch:totalResults>\n"
        "  <opensearch:startIndex>0</opensearch:startIndex>\n"
        f"  <entry>\n    <id>{address}</id>\n    <title>Error</title>\n"
        "    <updated>2026-11-20T00:00:00Z</updated>\n"
        f"    <summary>{_xml(message)}</summary>\n"
        "    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n</feed>\n"
    ).encode()


def submitted_at(paper: Paper) -> datetime:
    """Return when version 1 was submitted, at a guess where the paper does not say."""
    if paper.published:
        return paper.published
    return datetime.combine(paper.announced_on or date(2026, 11, 1), time(), UTC)


def _result(paper: Paper) -> str:
    guid = f"{paper.id}v{paper.version or 1}"
    submitted = submitted_at(paper).astimezone(UTC).isoformat().replace("+00:00", "Z")
    authors = "".join(
        f"    <author>\n      <name>{_xml(name)}</name>\n    </author>\n" for name in paper.authors
    )
    note = paper.author_comment
    comment = f"    <arxiv:comment>{_xml(note)}</arxiv:comment>\n" if note else ""
    primary = paper.primary_category
    term = f"    <arxiv:primary_category term={quoteattr(primary)}/>\n" if primary else ""
    return (
        f"  <entry>\n    <id>http://arxiv.org/abs/{guid}</id>\n"
        f"    <title>{_xml(paper.title)}</title>\n    <updated>{submitted}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{guid}" rel="alternate" type="text/html"/>\n'
        f'    <link href="https://arxiv.org/pdf/{guid}" rel="related" type="application/pdf" '
        'title="pdf"/>\n'
        f"    <summary>{_xml(paper.abstract)}</summary>\n"
        f"{_categories(paper, _SCHEME)}"
        f"    <published>{submitted}</published>\n{comment}{term}"
        f"{_published(paper, 'journal_ref', 'doi')}{authors}  </entry>\n"
    )


def _categories(paper: Paper, scheme: str) -> str:
    terms = (f"    <category term={quoteattr(it)}{scheme}/>\n" for it in paper.categories)
    return "".join(terms)


def _xml(text: str) -> str:
    return escape(fields.bounded(text, len(text)))


def daily_papers(featured: Iterable[tuple[date, Paper]]) -> bytes:
    """Return Daily Papers' list of papers and the days on which they were featured."""
    return json.dumps([_featured(on, paper) for on, paper in featured]).encode()


def daily_paper(paper: Paper) -> bytes:
    """Return what ``/api/papers/<id>`` says of one paper."""
    return json.dumps(_daily_facts(paper)).encode()


def _featured(on: date, paper: Paper) -> dict[str, Any]:
    return {
        "paper": _daily_facts(paper),
        "publishedAt": f"{on.isoformat()}T01:36:44.468Z",
        "title": paper.title,
        "summary": paper.abstract,
        "thumbnail": f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper.id}.png",
        "numComments": paper.comments,
        "submittedBy": {"fullname": "A. Reader", "name": "areader", "type": "user"},
        "isAuthorParticipating": False,
    }


def _daily_facts(paper: Paper) -> dict[str, Any]:
    submitted = submitted_at(paper).astimezone(UTC)
    facts = {
        "id": paper.id,
        "authors": [{"name": name, "hidden": False} for name in paper.authors],
        "publishedAt": f"{submitted:%Y-%m-%dT%H:%M:%S}.{submitted.microsecond // 1000:03}Z",
        "title": paper.title,
        "summary": paper.abstract,
        "upvotes": paper.upvotes or 0,
        "numComments": paper.comments,
        "githubRepo": paper.code_url,
        "githubStars": paper.stars,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}
