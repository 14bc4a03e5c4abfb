"""A paper made ready for matching, once for all queries: displayed texts, readings, facts, grams.

Judges no query.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain import Field, Paper, SearchText
from bot.matching.facts import facts, number
from bot.matching.lattice import Edge, Lattice, lattice
from bot.matching.query import Count
from bot.matching.tagged import EVERY, fact_tokens, name_tokens, text_tokens, words_as_they_stand
from bot.text.letters import lower
from bot.text.plain import read
from bot.text.tokens import tokens

LONGEST = 5
"""Tokens of the longest gram that anchors use."""
PREFIXES = (3, 5)
"""Lengths of the prefixes that are grams, shortest first."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A paper with the texts in which spans are counted, and all their readings."""

    paper: Paper
    title: str
    abstract: str
    fields: tuple[tuple[Field, Lattice], ...]
    """Title, then abstract."""
    authors: tuple[Lattice, ...]
    facts: frozenset[str]


def prepare(paper: Paper) -> Prepared:
    """Return a paper ready to be matched, displayed and indexed."""
    title, abstract = read(paper.title), read(paper.abstract)
    return Prepared(
        paper=paper,
        title=title.text,
        abstract=abstract.text,
        fields=(
            (Field.TITLE, lattice(tokens(title.text, title.silent))),
            (Field.ABSTRACT, lattice(tokens(abstract.text, abstract.silent))),
        ),
        authors=tuple(map(name_lattice, paper.authors)),
        facts=facts(paper),
    )


def name_lattice(name: str) -> Lattice:
    """Return the readings of an author's name."""
    view = read(name)
    return lattice(tokens(view.text, view.silent))


def grams(prepared: Prepared, longest: int = LONGEST) -> set[str]:
    """Return everything by which a query's anchors can find a paper.

    - n-grams of up to ``longest`` folded tokens, joined by a blank, of the title and of the
      abstract, over all readings;
    - ``spl*``, ``splat*``…: beginnings of words, of the lengths `PREFIXES`;
    - facts (``cat:cs.cl``, ``cat:cs``, ``has:code``…), ``upvotes:`` where that is known;
    - ``author:lecun``, and beginnings ``author:l*``, ``author:lec*``.

    Tokens hold neither colon nor star, so the kinds cannot be taken for each other.
    """
    found = set(prepared.facts)
    for _, text in prepared.fields:
        _add_ngrams(found, text, longest)
        words = {lower(edge.word) for row in text.edges for edge in row}
        for length in PREFIXES:
            found.update(word[:length] + "*" for word in words)
    for name in prepared.authors:
        for row in name.edges:
            for edge in row:
                found.update(_name_grams(edge))
    found.update(f"{name}:" for name in Count if number(name, prepared.paper) is not None)
    return found


def _name_grams(edge: Edge) -> Iterator[str]:
    word = lower(edge.word)
    yield f"author:{word}"
    for length in (1, *PREFIXES):
        yield f"author:{word[:length]}*"


def _add_ngrams(found: set[str], text: Lattice, longest: int) -> None:
    """Add the n-grams with every hyphen read as a blank, then those near other readings."""
    keys = [row[0].key for row in text.edges]
    ngrams = keys
    found.update(ngrams)
    for length in range(1, longest):
        ngrams = [f"{gram} {key}" for gram, key in zip(ngrams, keys[length:], strict=False)]
        found.update(ngrams)
    branching = {place for place, row in enumerate(text.edges) if len(row) > 1}
    starts = {start for place in branching for start in range(place - longest + 1, place + 1)}
    for start in starts:
        if start >= 0:
            _add_readings(found, text, start, longest)


def _add_readings(found: set[str], text: Lattice, start: int, longest: int) -> None:
    """Add the n-grams from one node on, over all readings."""
    paths = [(edge.end, edge.key) for edge in text.edges[start]]
    for _ in range(longest - 1):
        found.update([gram for _, gram in paths])
        paths = [
            (edge.end, f"{gram} {edge.key}")
            for node, gram in paths
            if node < text.last
            for edge in text.edges[node]
        ]
    found.update([gram for _, gram in paths])


def search_text(prepared: Prepared) -> SearchText:
    """Return what the full-text index keeps of a paper; `bot.matching.tagged` says what that is."""
    title, abstract = (text for _, text in prepared.fields)
    known = [f"{name}:" for name in Count if number(name, prepared.paper) is not None]
    facts_ = fact_tokens((*prepared.facts, *known))
    return SearchText(
        f"{text_tokens(title)} {name_tokens(prepared.authors)} {facts_} {EVERY}",
        text_tokens(abstract),
        words_as_they_stand(title),
        words_as_they_stand(abstract),
    )
