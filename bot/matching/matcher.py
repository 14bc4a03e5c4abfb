"""Whether a query selects a paper, where it hit, and if not, which condition failed.

The one judge: delivery, preview, search and the command line all ask here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain import Field, Span
from bot.matching.facts import category_name, holds, is_fact, number
from bot.matching.finding import places
from bot.matching.lattice import Lattice
from bot.matching.names import is_author
from bot.matching.nearby import places_near
from bot.matching.patterns import name_pattern, pattern, word_patterns
from bot.matching.prepared import Prepared
from bot.matching.query import (
    And,
    Author,
    Comparison,
    Fact,
    FactName,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Term,
)


@dataclass(frozen=True, slots=True)
class Match:
    """Why a query selects a paper: its positive terms that hit, in the query's order."""

    terms: tuple[tuple[str, tuple[Span, ...]], ...]
    """Canonical text of each term, and where it hit: nowhere for authors, facts and numbers."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where any term hit, in order, touching and overlapping ones as one."""
        merged: list[Span] = []
        fields = list(Field)
        spans = {span for _, found in self.terms for span in found}
        for span in sorted(spans, key=lambda s: (fields.index(s.field), s.start, s.end)):
            if merged and merged[-1].field is span.field and span.start <= merged[-1].end:
                last = merged.pop()
                merged.append(Span(last.field, last.start, max(last.end, span.end)))
            else:
                merged.append(span)
        return tuple(merged)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a query does not select a paper: the first condition that failed."""

    term: str
    """Canonical text of the part of the query that failed."""
    reason: str
    """One sentence about it, for people."""

    def __str__(self) -> str:
        return self.reason


def match(query: Query, prepared: Prepared) -> Match | None:
    """Return where a query hits a paper, or None where it does not select it."""
    if not _holds(query.root, prepared):
        return None
    terms = {str(term): term for term in _hit(query.root, prepared, wanted=True)}
    return Match(tuple((text, _spans(term, prepared)) for text, term in terms.items()))


def selects(query: Query, prepared: Prepared) -> bool:
    """Say whether a query selects a paper."""
    return _holds(query.root, prepared)


def explain(query: Query, prepared: Prepared) -> Match | Failure:
    """Return where a query hits a paper, or the first condition that failed."""
    return match(query, prepared) or _failure(query.root, prepared, wanted=True)


def _holds(node: Node, prepared: Prepared) -> bool:
    if isinstance(node, Phrase):
        return any(_places(node, text, first_only=True) for _, text in _texts(node, prepared))
    if isinstance(node, Not):
        return not _holds(node.part, prepared)
    if isinstance(node, And):
        return all(_holds(part, prepared) for part in node.parts)
    if isinstance(node, Or):
        return any(_holds(part, prepared) for part in node.parts)
    return _holds_fact(node, prepared)


def _holds_fact(term: Author | Fact | Comparison, prepared: Prepared) -> bool:
    if isinstance(term, Fact):
        return is_fact(term, prepared.facts)
    if isinstance(term, Comparison):
        return holds(term, prepared.paper)
    return is_author(name_pattern(term), prepared.authors)


def _texts(phrase: Phrase, prepared: Prepared) -> Iterator[tuple[Field, Lattice]]:
    for field, text in prepared.fields:
        if phrase.scope is None or phrase.scope is field:
            yield field, text


def _places(phrase: Phrase, text: Lattice, *, first_only: bool = False) -> list[tuple[int, int]]:
    if phrase.within is not None:
        return places_near(word_patterns(phrase), phrase.within, text, first_only=first_only)
    return places(pattern(phrase), text, first_only=first_only)


def _spans(term: Term, prepared: Prepared) -> tuple[Span, ...]:
    if not isinstance(term, Phrase):
        return ()
    return tuple(
        Span(field, text.tokens[start].start, text.tokens[end - 1].end)
        for field, text in _texts(term, prepared)
        for start, end in sorted(_places(term, text))
    )


def _hit(node: Node, prepared: Prepared, *, wanted: bool) -> Iterator[Term]:
    """Yield the terms that made a part come out as wanted, but those that are wanted absent."""
    if isinstance(node, Not):
        yield from _hit(node.part, prepared, wanted=not wanted)
    elif isinstance(node, And | Or):
        for part in node.parts:
            if _holds(part, prepared) is wanted:
                yield from _hit(part, prepared, wanted=wanted)
    elif wanted:
        yield node


def _failure(node: Node, prepared: Prepared, *, wanted: bool) -> Failure:
    """Describe why a part does not come out as wanted."""
    if isinstance(node, Not):
        return _failure(node.part, prepared, wanted=not wanted)
    if isinstance(node, And | Or):
        failed = [part for part in node.parts if _holds(part, prepared) is not wanted]
        if isinstance(node, And) is wanted:
            return _failure(failed[0], prepared, wanted=wanted)
        first = _failure(failed[0], prepared, wanted=wanted)
        return Failure(str(node), f"None of {len(failed)} alternatives fits; the first: {first}")
    return Failure(str(node), _reason(node, prepared, wanted=wanted))


def _reason(term: Term, prepared: Prepared, *, wanted: bool) -> str:
    if isinstance(term, Comparison):
        known = number(term.name, prepared.paper)
        shown = "not known" if known is None else str(known)
        return f"{term} {'does not hold' if wanted else 'holds'}: {term.name} is {shown}."
    left_out = "" if wanted else ", which the query leaves out"
    if isinstance(term, Phrase):
        where = f"the {term.scope}" if term.scope else "the title or the abstract"
        return f"{_bare(term)} is {'not ' if wanted else ''}in {where}{left_out}."
    if isinstance(term, Author):
        name = " ".join(map(str, term.words))
        return f"{'no' if wanted else 'an'} author is called “{name}”{left_out}."
    return f"{_fact_reason(term, wanted=wanted)}{left_out}."


def _fact_reason(fact: Fact, *, wanted: bool) -> str:
    is_ = "is not" if wanted else "is"
    match fact.name:
        case FactName.HAS:
            return f"the paper has {'no' if wanted else 'a'} {fact.value} link"
        case FactName.CATEGORY:
            return f"it {is_} in {category_name(fact.value)}"
        case FactName.PRIMARY:
            return f"its primary category {is_} {category_name(fact.value)}"
        case FactName.SOURCE:
            return f"it {is_} from the source {fact.value}"
        case FactName.TYPE:
            return f"it {is_} announced as {fact.value}"
        case FactName.ID:
            return f"its number {is_} {fact.value}"


def _bare(phrase: Phrase) -> str:
    return str(phrase) if phrase.quoted or phrase.scope else f"“{phrase}”"
