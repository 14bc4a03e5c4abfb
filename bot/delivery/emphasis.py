"""Which keywords a paper matched, and where they stand in its title, abstract and summary. Pure.

Asks the one matcher; decides nothing about matching itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.delivery.marked import Marked, mark
from bot.domain import Field, PaperMatch, Span
from bot.errors import QueryError
from bot.matching.matcher import match
from bot.matching.parser import parse
from bot.matching.prepared import Prepared, prepare
from bot.text.summary import extract


@dataclass(frozen=True, slots=True)
class Shown:
    """A paper's texts as displayed, with the matched terms in bold; empty where there is none."""

    title: Marked
    abstract: Marked
    summary: Marked
    keywords: tuple[str, ...]
    """The terms that hit, of all queries, each once."""


def shown(entry: PaperMatch, *, summary: int) -> Shown:
    """Return what is displayed of a paper, with a summary of at most `summary` characters."""
    prepared = prepare(entry.paper)
    keywords, spans = _hits(entry.queries, prepared)
    title = [(span.start, span.end) for span in spans if span.field is Field.TITLE]
    abstract = [(span.start, span.end) for span in spans if span.field is Field.ABSTRACT]
    extracted = extract(entry.paper.title, entry.paper.abstract, limit=summary) if summary else ""
    return Shown(
        mark(prepared.title, title),
        mark(prepared.abstract, abstract),
        _within(extracted, prepared.abstract, abstract),
        keywords,
    )


def _hits(queries: Iterable[str], prepared: Prepared) -> tuple[tuple[str, ...], list[Span]]:
    keywords: dict[str, None] = {}
    spans: list[Span] = []
    for query in queries:
        try:
            found = match(parse(query, typed=False), prepared)
        except QueryError:
            # Stored by a version with another grammar: the paper is still owed, without bold.
            found = None
        terms = [term for term, _ in found.terms] if found else [query]
        keywords.update(dict.fromkeys(terms))
        spans += found.spans if found else ()
    return tuple(keywords), spans


def _within(extract_: str, abstract: str, spans: list[tuple[int, int]]) -> Marked:
    """Carry spans of the abstract over to an extract of it.

    A verbatim piece keeps the places; of one that was shortened, the same words are bold wherever
    they stand as whole words.
    """
    at = abstract.find(extract_.removesuffix("…"))
    if at >= 0:
        return mark(extract_, [(start - at, end - at) for start, end in spans])
    words = {abstract[start:end] for start, end in spans if start < end}
    if not words:
        return mark(extract_)
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", extract_)
    return mark(extract_, [each.span() for each in found])
