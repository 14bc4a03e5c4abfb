"""Bounds what sources say before it becomes a paper: length, characters, shape.

Does not make it readable (`bot.text`) or safe to show (`bot.delivery`).
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

LONGEST_TITLE = 1_000
LONGEST_ABSTRACT = 20_000
LONGEST_NAME = 300
LONGEST_COMMENT = 2_000
LONGEST_JOURNAL = 500
LONGEST_DOI = 200
LONGEST_URL = 500
MOST_AUTHORS = 5_000
"""The longest list on arXiv has some 3,300 names."""
MOST_CATEGORIES = 50
FIRST_YEAR = 1900
LAST_YEAR = 2199

# Neither XML 1.0 nor Discord takes these; lone surrogates cannot be stored at all.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Entries also name ACM and MSC classes (I.2.7, 68T05): those are not arXiv's.
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2,}(?:-[a-z]+)?)?")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"<>\\\\^`{|}]+")
"""What may stand in a DOI is hardly limited (ISO 26324); these characters are never seen."""
_PREPRINTS = "10.48550/arxiv."
_AROUND_URL = re.compile(r"[\s<>\"\\^`{|}]")


def bounded(text: str | None, longest: int) -> str:
    """Return `text` without unusable characters and outer blanks, cut to `longest`; "" for None."""
    return _UNWANTED.sub("", text or "").strip()[:longest].rstrip()


def names(found: Iterable[str | None]) -> tuple[str, ...]:
    """Return the names that are not empty, in order, as many as are ever needed."""
    return tuple(filter(None, (bounded(name, LONGEST_NAME) for name in found)))[:MOST_AUTHORS]


def categories(found: Iterable[str | None], primary: str | None = None) -> tuple[str, ...]:
    """Return the arXiv categories among `found`, each once, `primary` first."""
    every = (primary, *found) if primary else found
    unique = dict.fromkeys(term for term in every if term and _CATEGORY.fullmatch(term[:40]))
    return tuple(unique)[:MOST_CATEGORIES]


def moment(text: str | None) -> datetime | None:
    """Return the time that ISO 8601 `text` names, UTC where it names no zone; None if it is bad.

    A year in which there were no preprints is bad: it could not be moved between time zones.
    """
    try:
        read = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def mail_moment(text: str | None) -> datetime | None:
    """Return the time that `text` names as mail and HTTP write it (RFC 5322); None if it is bad."""
    try:
        return moment(parsedate_to_datetime(text or "").isoformat())
    except (ValueError, OverflowError):
        return None


def doi(text: str | None) -> str | None:
    """Return the first DOI in `text` that is not of the preprint itself; None without one."""
    for found in _DOI.findall(bounded(text, LONGEST_URL)):
        name = found.rstrip(".,;")
        if len(name) <= LONGEST_DOI and not name.lower().startswith(_PREPRINTS):
            return str(name)
    return None


def web_address(text: str | None) -> str | None:
    """Return `text` if it is an http(s) address without blanks, brackets or a user; else None."""
    url = bounded(text, LONGEST_URL + 1)
    if len(url) > LONGEST_URL or _AROUND_URL.search(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return None
    return url if usable else None
