"""The lines of a paper's card, each one inert markdown or empty. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.delivery.escape import code_within, inert_within, label_within, url_in_link
from bot.delivery.marked import Marked
from bot.delivery.message import (
    LONGEST_LABEL,
    LONGEST_URL,
    LinkButton,
    PaperButton,
)
from bot.domain import AnnounceType, Paper, PaperId
from bot.paper_ids import abstract_url, pdf_url
from bot.text import categories
from bot.text.plain import readable

SOURCES = {
    "arxiv": "arXiv",
    "huggingface": "Hugging Face Daily Papers",
    "biorxiv": "bioRxiv",
    "medrxiv": "medRxiv",
    "openreview": "OpenReview",
}
"""Sources by the names that people know."""
_LONGEST_NAME = 60
_LONGEST_KEYWORD = 60
_LONGEST_CATEGORY = 40
_LONGEST_COMMENT = 200
_MANY_AUTHORS = 20
"""From so many hidden names on, their number is news."""

# Only what needs no quoting and cannot end a masked link: Discord refuses a malformed address.
_SAFE_URL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?(?:[/?#][\w.~/?#@!$&+,;=%:-]*)?",
    re.ASCII | re.IGNORECASE,
)
_ELSEWHERE = frozenset({"biorxiv", "medrxiv", "openreview"})
"""Where other papers are than on arXiv, which Daily Papers features."""
_BUTTON_ID = re.compile(r"[!-~]{1,80}")
"""An id for which a button's own, of at most 100 characters, has room (Component Reference)."""
_LONGEST_OPTION = 100
"""Characters of an option's label (Select Option Structure)."""
_REPLACEMENTS = frozenset({AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS})
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "huggingface.co", "bitbucket.org"})


def title_link(paper: Paper, title: Marked, limit: int) -> str:
    """Return the title as a masked link to the abstract, or plain without a good address."""
    url = address(paper)
    if not url:
        return inert_within(title, limit) or inert_within(paper.id, limit) or "Untitled"
    label = label_within(title, limit) or label_within(paper.id, limit)
    return f"[{label}]({url})"


def address(paper: Paper) -> str:
    """Return the address of the abstract; empty if the id does not make a good one."""
    return safe_url(abstract_url(paper.id))


def author_line(paper: Paper, most: int) -> str:
    """Return the first authors, *et al.*, and how many more where they are very many."""
    names = [name for name in map(_name, paper.authors[:most]) if name]
    hidden = len(paper.authors) - most
    if hidden <= 0 or not names:
        return ", ".join(names)
    more = f" ({hidden:,} more)" if hidden >= _MANY_AUTHORS else ""
    return f"{', '.join(names)}, *et al.*{more}"


def fact_line(paper: Paper, most_categories: int = 6, *, in_words: bool = True) -> str:
    """Return categories, primary first, then what kind of news this is and how it is received.

    Before them stands where the paper is from, unless that is arXiv. With `in_words` the primary
    category has its name beside it, and the others follow as codes.
    """
    servers = [SOURCES[each] for each in paper.sources if each in _ELSEWHERE]
    return " · ".join(
        filter(
            None,
            (
                *servers,
                _filed_under(paper, most_categories, in_words),
                *_news(paper),
                _reception(paper),
            ),
        )
    )


def _filed_under(paper: Paper, most: int, in_words: bool) -> str:  # noqa: FBT001 - a style
    shown = [inert_within(each, _LONGEST_CATEGORY) for each in paper.categories[:most]]
    hidden = len(paper.categories) - most
    shown += [f"{hidden} more"] if hidden > 0 else []
    shown = [each for each in shown if each]
    if not in_words or not shown or paper.categories[0] not in categories.NAMES:
        return " · ".join(shown)
    primary = categories.in_words(paper.categories[0])
    return f"{primary} · also {', '.join(shown[1:])}" if shown[1:] else primary


def history_line(paper: Paper) -> str:
    """Return when it was first submitted, the stars of its code, and what the authors remark."""
    day, comment = paper.published, paper.author_comment or ""
    is_told = paper.announce_type in _REPLACEMENTS  # The line above says it then.
    known = (
        f"Submitted {day.day} {day:%B %Y}" if day else "",
        f"version {paper.version}" if paper.version and not is_told else "",
        f"{paper.stars:,} star{'s' * (paper.stars != 1)}" if paper.stars else "",
        # Of a withdrawn one, another line has it.
        "" if paper.withdrawn else inert_within(readable(comment[:800]), _LONGEST_COMMENT),
    )
    line = " · ".join(filter(None, known))
    return "" if line == "version 1" else line


def matched_line(keywords: tuple[str, ...], limit: int) -> str:
    """Return which keywords selected the paper, as many as stand in `limit` characters, or one."""
    shown: list[str] = []
    room = limit
    for keyword in keywords if limit else ():
        code = code_within(keyword, _LONGEST_KEYWORD)
        room -= len(code) + 3
        if shown and room < 0:
            break
        if code:
            shown.append(code)
    hidden = len(keywords) - len(shown)
    if not shown:
        return ""
    more = f" and {hidden} more" if hidden else ""
    return f"Matched: {' · '.join(shown)}{more}"


def actions(paper: Paper, labels: Mapping[str, str]) -> tuple[PaperButton, ...]:
    """Return buttons that do something with a paper, from acts and their labels.

    None for a paper whose id does not fit in a button.
    """
    if not _BUTTON_ID.fullmatch(paper.id):
        return ()
    return tuple(PaperButton(label, act, paper.id) for act, label in labels.items())


def choice(paper: Paper) -> tuple[str, PaperId] | None:
    """Return a paper as an option of a menu: its title, and its id; None for an odd id."""
    if not _BUTTON_ID.fullmatch(paper.id):
        return None
    title = " ".join(readable(paper.title[: _LONGEST_OPTION * 4]).split()) or paper.id
    return (
        title if len(title) <= _LONGEST_OPTION else f"{title[: _LONGEST_OPTION - 1]}…",
        paper.id,
    )


def links(paper: Paper) -> tuple[LinkButton, ...]:
    """Return the buttons to the abstract, the PDF and the code, those that have good addresses."""
    wanted = (
        ("Abstract", abstract_url(paper.id)),
        ("PDF", pdf_url(paper)),
        (_code_label(paper.code_url or ""), paper.code_url or ""),
    )
    return tuple(LinkButton(label, url) for label, address in wanted if (url := safe_url(address)))


def inline_links(paper: Paper) -> str:
    """Return the PDF and the code as masked links, for lists without buttons."""
    return " · ".join(f"[{button.label}]({url_in_link(button.url)})" for button in links(paper)[1:])


def safe_url(address: str) -> str:
    """Return the address if it is plain http(s) that Discord takes in a button, else nothing."""
    address = address.strip()
    if len(address) > LONGEST_URL or not _SAFE_URL.fullmatch(address):
        return ""
    return address


def _name(raw: str) -> str:
    return inert_within(readable(raw[: _LONGEST_NAME * 4]), _LONGEST_NAME)


def _news(paper: Paper) -> list[str]:
    kind = paper.announce_type
    news = []
    if kind in _REPLACEMENTS:
        news.append(f"updated to v{paper.version}" if paper.version else "updated")
    if kind in {AnnounceType.CROSS, AnnounceType.REPLACE_CROSS}:
        news.append("cross-list")
    return news


def _reception(paper: Paper) -> str:
    if "huggingface" not in paper.sources:
        return ""
    votes = paper.upvotes
    count = f", {votes:,} upvote{'s' * (votes != 1)}" if votes else ""
    return f"Hugging Face Daily Papers{count}"


def _code_label(address: str) -> str:
    """Name the host where it is not one that everybody knows: the address is the authors' word."""
    host = (urlsplit(address).hostname or "") if safe_url(address) else ""
    return "Code" if host in _CODE_HOSTS else f"Code ({host})"[:LONGEST_LABEL]
