"""A query as expressions for the full-text index: which papers it surely and which it may select.

Pure; speaks of the tokens of `bot.matching.tagged`. Whatever lies between the two expressions is
for the matcher to decide.
"""

from itertools import combinations, islice

from bot.matching.expressions import (
    ALL,
    Proposal,
    all_but,
    any_of,
    any_proposal,
    every,
    exactly,
    near,
    quoted,
)
from bot.matching.full_text_phrases import phrase_proposal
from bot.matching.names import wanted_readings
from bot.matching.patterns import Want, name_pattern
from bot.matching.query import And, Author, Comparison, Fact, Node, Not, Or, Phrase, Query
from bot.matching.tagged import AUTHOR, FACT, LONGEST_NAME, MANY, encoded, encoded_fact

_MOST_READINGS = 32


def proposal(query: Query) -> Proposal:
    """Return what the full-text index can say about a query."""
    return _node(query.root)


def full_text(query: Query) -> str:
    """Return an SQLite FTS5 expression that every paper the query selects satisfies."""
    return proposal(query).possible or f"{ALL} NOT {ALL}"


def _node(node: Node) -> Proposal:
    if isinstance(node, Not):
        part = _node(node.part)
        return Proposal(all_but([], [part.possible]), all_but([], [part.certain]))
    if isinstance(node, And):
        return _conjunction(node)
    if isinstance(node, Or):
        return any_proposal(map(_node, node.parts))
    if isinstance(node, Phrase):
        return phrase_proposal(node)
    return _fact(node)


def _conjunction(node: And) -> Proposal:
    """Join by AND, and by one NOT for all parts that must not hold."""
    wanted = [_node(part) for part in node.parts if not isinstance(part, Not)]
    unwanted = [_node(part.part) for part in node.parts if isinstance(part, Not)]
    return Proposal(
        all_but([part.certain for part in wanted], [part.possible for part in unwanted]),
        all_but([part.possible for part in wanted], [part.certain for part in unwanted]),
    )


def _fact(term: Author | Fact | Comparison) -> Proposal:
    if isinstance(term, Fact):
        return exactly(quoted(FACT + encoded_fact(f"{term.name}:{term.value}")))
    if isinstance(term, Comparison):
        return Proposal(None, quoted(FACT + encoded_fact(f"{term.name}:")))
    return _author(term)


def _author(author: Author) -> Proposal:
    wanted = name_pattern(author)
    readings = list(islice(wanted_readings(wanted), _MOST_READINGS + 1))
    if len(readings) > _MOST_READINGS:
        return Proposal(None, any_of(_of_name(want) for want in wanted.wants[0]))
    return any_proposal(map(_name, readings))


def _name(wants: list[Want]) -> Proposal:
    """Return what can be said of one reading of a name: words between two separators."""
    words = list(dict.fromkeys(map(_of_name, wants)))
    if len(wants) == 1:
        return exactly(words[0])
    if any(_may_be_one(*pair) for pair in combinations(wants, 2)):
        return Proposal(None, every(words))
    # Between as many words there is no place for a separator; in no name there are more.
    apart = near(words, LONGEST_NAME - 2)
    return Proposal(near(words, len(words) - 2), any_of([apart, every([*words, quoted(MANY)])]))


def _may_be_one(one: Want, other: Want) -> bool:
    """Say whether one word of a name may be what both want."""
    return (
        one.text == other.text
        or (one.begins and other.text.startswith(one.text))
        or (other.begins and one.text.startswith(other.text))
    )


def _of_name(want: Want) -> str:
    return quoted(AUTHOR + encoded(want.text), starts=want.begins)
