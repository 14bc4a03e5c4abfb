"""Which keywords a paper matched, and where they stand in its title, abstract and summary. Pure.

Asks the one matcher; decides nothing about matching itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.delivery.marked import Marked, mark, units
from bot.domain import Field, Paper, PaperMatch, Span
from bot.errors import QueryError
from bot.matching.matcher import match
from bot.matching.parser import parse
from bot.matching.prepared import Prepared, prepare
from bot.matching.query import Query
from bot.text.summary import extract

PAPERS_KEPT = 128
"""Papers that are kept ready to be shown to the next channel, about 100 kB each."""
QUERIES_KEPT = 2048
SUMMARIES_KEPT = 2048
LONGEST_TOLD = 300
"""UTF-16 units of what a language model may say of a paper: it is shown whole, or not at all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper's texts as displayed, with the matched terms in bold; empty where there is none."""

    title: Marked
    abstract: Marked
    summary: Marked
    keywords: tuple[str, ...]
    """The terms that hit, of all queries, each once."""
    is_by_model: bool = False
    """Whether the summary is what a language model wrote."""


def shown(entry: PaperMatch, *, summary: int) -> Shown:
    """Return what is displayed of a paper, with a summary of at most `summary` characters.

    What a model wrote of it where that fits whole, for half a number is another one; else the
    authors' words.
    """
    prepared = _prepared(entry.paper)
    keywords, spans = _hits(entry.queries, prepared)
    title = [(span.start, span.end) for span in spans if span.field is Field.TITLE]
    abstract = [(span.start, span.end) for span in spans if span.field is Field.ABSTRACT]
    is_by_model = entry.summary is not None and units(entry.summary) <= summary
    told = entry.summary or ""
    if not is_by_model:
        told = _extract(entry.paper.title, entry.paper.abstract, summary) if summary else ""
    return Shown(
        mark(prepared.title, title),
        mark(prepared.abstract, abstract),
        _within(told, prepared.abstract, abstract),
        keywords,
        is_by_model,
    )


# A paper of the day is shown to many channels one after another, by the same few queries.


@lru_cache(maxsize=PAPERS_KEPT)
def _prepared(paper: Paper) -> Prepared:
    return prepare(paper)


@lru_cache(maxsize=SUMMARIES_KEPT)
def _extract(title: str, abstract: str, limit: int) -> str:
    return extract(title, abstract, limit=limit)


@lru_cache(maxsize=QUERIES_KEPT)
def _parsed(query: str) -> Query:
    return parse(query, typed=False)


def _hits(queries: Iterable[str], prepared: Prepared) -> tuple[tuple[str, ...], list[Span]]:
    keywords: dict[str, None] = {}
    spans: list[Span] = []
    for query in queries:
        try:
            found = match(_parsed(query), prepared)
        except QueryError:
            # Stored by a version with another grammar: the paper is still owed, without bold.
            found = None
        terms = [term for term, _ in found.terms] if found else [query]
        keywords.update(dict.fromkeys(terms))
        spans += found.spans if found else ()
    return tuple(keywords), spans


def _within(extract_: str, abstract: str, spans: list[tuple[int, int]]) -> Marked:
    """Carry spans of the abstract over to an extract of it.

    A verbatim piece keeps the places, its first letter may be a capital now; of one that was
    shortened, the same words are bold wherever they stand as whole words.
    """
    at = abstract.find(extract_.removesuffix("…")[1:], 1) - 1
    if at >= 0:
        return mark(extract_, [(start - at, end - at) for start, end in spans])
    words = {abstract[start:end] for start, end in spans if start < end}
    if not words:
        return mark(extract_)
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", extract_)
    return mark(extract_, [each.span() for each in found])
