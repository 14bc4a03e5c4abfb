"""Papers' identifiers over all sources: reads them out of what people write, and makes links.

Knows the grammars only; never asks whether such a paper exists. arXiv's are in `bot.arxiv_ids`.
A preprint of bioRxiv or medRxiv has its DOI, without the version; one at OpenReview its note's id.
"""

import re
from datetime import date

from bot import arxiv_ids
from bot.domain import Paper, PaperId

_LONGEST_TEXT = 2_000
_LONGEST_MESSAGE = 4_000
OPENREVIEW = "openreview:"
"""What stands before a note's id in a paper's id."""
PREPRINT_SERVERS = {"biorxiv": "www.biorxiv.org", "medrxiv": "www.medrxiv.org"}
"""Sources whose papers have DOIs, and their sites."""

# Since December 2019 a date and six to eight digits, before that six digits. The prefix was that of
# Cold Spring Harbor, whose journals' DOIs have letters: 10.1101; since December 2025 10.64898.
_DATE = r"20[0-9]{2}\.(?:0[1-9]|1[0-2])\.(?:0[1-9]|[12][0-9]|3[01])"
_DOI = (
    rf"(?P<doi>10\.[0-9]{{4,5}}/{_DATE}\.[0-9]{{6,8}}|10\.1101/[0-9]{{6}})"
    r"(?:v(?P<version>[1-9][0-9]{0,2}))?(?![a-z0-9_])"
)
_DOI_PREFIX = (
    r"(?:(?:https?://)?(?:(?:dx\.)?doi\.org/"
    r"|(?:www\.)?(?:bio|med)rxiv\.org/(?:content/|cgi/doi/))|doi:\s?)"
)
_REST_OF_LINK = r"(?:\.[a-z.+-]{1,40})?/?(?:[?#]\S*)?"
_NOTE = r"(?P<note>[A-Za-z0-9_-]{6,40})(?![A-Za-z0-9_-])"
_NOTE_PREFIX = (
    r"(?:openreview:|(?:https?://)?(?:www\.)?openreview\.net/(?:forum|pdf)\?(?:[\w=%.-]*&)?id=)"
)
_FLAGS = re.ASCII | re.IGNORECASE
_APART = r"(?<![\w./@-])"
_WHOLE = (
    re.compile(rf"{_DOI_PREFIX}?{_DOI}{_REST_OF_LINK}", _FLAGS),
    re.compile(rf"{_NOTE_PREFIX}{_NOTE}(?:[&#]\S*)?", _FLAGS),
)
_ANYWHERE = (
    re.compile(rf"{_APART}(?:{_DOI_PREFIX})?{_DOI}", _FLAGS),
    re.compile(rf"{_APART}{_NOTE_PREFIX}{_NOTE}", _FLAGS),
)
_DATED = re.compile(r"10\.[0-9]+/([0-9]{4})\.([0-9]{2})\.([0-9]{2})\.[0-9]+")


def canonical_id(text: str) -> tuple[PaperId, int | None]:
    """Return the canonical id that `text` is, and the version if it names one.

    Takes what `bot.arxiv_ids.canonical_id` takes, DOIs of bioRxiv and medRxiv and addresses at
    doi.org, biorxiv.org and medrxiv.org, `openreview:…` and addresses at openreview.net. Raises
    ValueError for anything else.
    """
    stripped = text.strip()
    for pattern in _WHOLE if len(text) <= _LONGEST_TEXT else ():
        if match := pattern.fullmatch(stripped):
            return _canonical(match)
    return arxiv_ids.canonical_id(text)


def find_id(text: str) -> tuple[PaperId, int | None] | None:
    """Return the first id anywhere in `text`, as `canonical_id` would; None without one."""
    matches = (pattern.search(text[:_LONGEST_TEXT]) for pattern in _ANYWHERE)
    first = min(filter(None, matches), key=re.Match.start, default=None)
    if first is None:
        return arxiv_ids.find_id(text)
    return arxiv_ids.find_id(text[: first.start()]) or _canonical(first)


def find_ids(text: str) -> tuple[PaperId, ...]:
    """Return every id in `text` once, in the order in which they stand there.

    Reads the first 4,000 characters, which is the longest message that Discord has.
    """
    read = text[:_LONGEST_MESSAGE]
    found = [
        (match.start(), _canonical(match)[0])
        for pattern in _ANYWHERE
        for match in pattern.finditer(read)
    ]
    found += arxiv_ids.find_each(read)
    return tuple(dict.fromkeys(id_ for _, id_ in sorted(found)))


def is_doi(paper_id: PaperId) -> bool:
    """Tell whether an id is the DOI of a preprint at bioRxiv or medRxiv."""
    return paper_id.startswith("10.") and "/" in paper_id


def is_note(paper_id: PaperId) -> bool:
    """Tell whether an id is that of a note at OpenReview."""
    return paper_id.startswith(OPENREVIEW)


def note_of(paper_id: PaperId) -> str:
    """Return the id that OpenReview knows a paper by."""
    return paper_id.removeprefix(OPENREVIEW)


def day_in(paper_id: PaperId) -> date | None:
    """Return the day of submission that a DOI names; None for one of before December 2019."""
    match = _DATED.fullmatch(paper_id)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def abstract_url(paper_id: PaperId) -> str:
    """Return the address of the abstract's page, newest version; it never changes."""
    if is_doi(paper_id):
        return f"https://doi.org/{paper_id}"
    if is_note(paper_id):
        return f"https://openreview.net/forum?id={note_of(paper_id)}"
    return arxiv_ids.abstract_url(paper_id)


def pdf_url(paper: Paper) -> str:
    """Return the address of the PDF, of the newest version known; "" where it cannot be told."""
    if is_note(paper.id):
        return f"https://openreview.net/pdf?id={note_of(paper.id)}"
    if not is_doi(paper.id):
        return arxiv_ids.pdf_url(paper.id)
    site = next((PREPRINT_SERVERS[it] for it in paper.sources if it in PREPRINT_SERVERS), None)
    if site is None or paper.version is None:
        return ""
    return f"https://{site}/content/{paper.id}v{paper.version}.full.pdf"


def _canonical(match: re.Match[str]) -> tuple[PaperId, int | None]:
    groups = match.groupdict()
    if note := groups.get("note"):
        return PaperId(f"{OPENREVIEW}{note}"), None
    return PaperId(groups["doi"]), int(groups["version"]) if groups["version"] else None
