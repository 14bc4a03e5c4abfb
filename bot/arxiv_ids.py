"""arXiv identifiers: reads them out of what people and sources write, and makes links of them.

Knows the grammar only; never asks whether such a paper exists.
Source: https://info.arxiv.org/help/arxiv_identifier.html.
"""

import re
from collections.abc import Iterator

from bot.domain import PaperId

_LONGEST_TEXT = 2_000
"""Characters that are searched: what people paste; the rest is not an identifier."""

# The archives that had identifiers of their own before April 2007, dead ones included.
_ARCHIVE = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|"
    "nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)

# Four digits until December 2014, five since (YYMM.NNNN, YYMM.NNNNN).
_MONTH = r"(?:0[1-9]|1[0-2])"
_NEW = (
    rf"(?:(?:0[89]|1[0-3]){_MONTH}|070[4-9]|071[0-2]|14{_MONTH})\.[0-9]{{4}}"
    rf"|(?:1[5-9]|[2-8][0-9]){_MONTH}\.[0-9]{{5}}"
)
_OLD = (
    rf"(?P<archive>{_ARCHIVE})(?:\.[a-z-]{{2,20}})?"
    rf"/(?P<number>(?:9[1-9]|0[0-7]){_MONTH}[0-9]{{3}})"
)
_IDENTIFIER = rf"(?:(?P<new>{_NEW})|{_OLD})(?:v(?P<version>[1-9][0-9]{{0,2}}))?(?![a-z0-9_])"

_SITES = (
    r"(?:[a-z]{1,10}\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print|ps)/"
    r"|(?:www\.)?alphaxiv\.org/(?:[a-z]{2}/)?(?:abs|pdf|overview)/"
    r"|(?:www\.)?ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)/"
    r"|(?:huggingface\.co|hf\.co)/papers/"
    r"|(?:dx\.)?doi\.org/10\.48550/arxiv\."
)
_SCHEMES = r"oai:arxiv\.org:|10\.48550/arxiv\.|arxiv:\s?"
_PREFIX = rf"(?:(?:https?://)?(?:{_SITES})|{_SCHEMES})"

_FLAGS = re.ASCII | re.IGNORECASE
_WHOLE = re.compile(rf"{_PREFIX}?{_IDENTIFIER}(?:\.pdf)?/?(?:[?#]\S*)?", _FLAGS)
# Bare identifiers stand alone: inside a foreign URL or DOI such digits mean something else.
_ANYWHERE = re.compile(rf"(?<![\w./@-])(?:{_PREFIX})?{_IDENTIFIER}", _FLAGS)


def canonical_id(text: str) -> tuple[PaperId, int | None]:
    """Return the canonical id that `text` is, and the version if it names one.

    Takes `2508.13167v2`, `arXiv:2508.13167`, `math.CA/0611800v1` (gives `math/0611800`),
    `oai:arXiv.org:…`, DOIs of arXiv, and addresses of papers at arxiv.org, alphaxiv.org, ar5iv
    and huggingface.co. Raises ValueError for anything else.
    """
    match = _WHOLE.fullmatch(text.strip()) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise ValueError(f"not an arXiv identifier: {text[:80]!r}")
    return _canonical(match)


def find_id(text: str) -> tuple[PaperId, int | None] | None:
    """Return the first arXiv id anywhere in `text`, as `canonical_id` would; None without one."""
    match = _ANYWHERE.search(text[:_LONGEST_TEXT])
    return None if match is None else _canonical(match)


def find_each(text: str) -> Iterator[tuple[int, PaperId]]:
    """Yield every arXiv id in `text` with where it begins, in order; doubles too."""
    for match in _ANYWHERE.finditer(text):
        yield match.start(), _canonical(match)[0]


def abstract_url(paper_id: PaperId) -> str:
    """Return the address of the abstract's page, newest version."""
    return f"https://arxiv.org/abs/{paper_id}"


def pdf_url(paper_id: PaperId) -> str:
    """Return the address of the PDF, newest version."""
    return f"https://arxiv.org/pdf/{paper_id}"


def _canonical(match: re.Match[str]) -> tuple[PaperId, int | None]:
    version = match["version"]
    canonical = match["new"] or f"{match['archive'].lower()}/{match['number']}"
    return PaperId(canonical), int(version) if version else None
