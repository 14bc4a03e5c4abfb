"""A query as a tree, and its canonical text. Matches nothing and reads no typed text.

Build `And`, `Or` and `Not` with `all_of`, `any_of` and `negation` only: they sort, drop doubles and
flatten, so that queries that differ in nothing that counts are equal and share one text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import Field

OPERATORS = frozenset({"AND", "OR", "NOT"})
_PLAIN_VALUE = re.compile(r"[a-z0-9][\w./-]*")


class FactName(StrEnum):
    """Facts that are compared with a value."""

    CATEGORY = "cat"
    PRIMARY = "primary"
    SOURCE = "source"
    TYPE = "type"
    HAS = "has"
    ID = "id"


class Count(StrEnum):
    """Facts that are compared with a number."""

    UPVOTES = "upvotes"
    STARS = "stars"
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed between blanks, in canonical spelling (`bot.text.tokens.spelling`)."""

    text: str
    acronym: bool = False
    """Its capitals count."""
    star: bool = False

    def __str__(self) -> str:
        return f"{self.text}*" if self.star else self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other, in this order; or, with ``within``, near each other, in any."""

    words: tuple[Word, ...]
    quoted: bool = False
    scope: Field | None = None
    within: int | None = None
    """How many other words may stand among them; quoted phrases only."""

    def __str__(self) -> str:
        if self.quoted:
            near = "" if self.within is None else f"~{self.within}"
            text = f'"{" ".join(map(str, self.words))}"{near}'
        else:
            # A full stop keeps a word in capitals from being read as an operator.
            text = " ".join(f"{w}." if str(w) in OPERATORS else str(w) for w in self.words)
        return text if self.scope is None else _scoped(self.scope, text, quoted=self.quoted)


@dataclass(frozen=True, slots=True)
class Author:
    """All of these words in one author's name, in any order."""

    words: tuple[Word, ...]

    def __str__(self) -> str:
        quoted = len(self.words) > 1 and not any(word.star for word in self.words)
        text = " ".join(map(str, self.words))
        return _scoped("author", f'"{text}"' if quoted else text, quoted=quoted)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that has this value, given in lower case."""

    name: FactName
    value: str

    def __str__(self) -> str:
        plain = _PLAIN_VALUE.fullmatch(self.value)
        return f"{self.name}:{self.value}" if plain else f'{self.name}:"{self.value}"'


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number that is known and stands in this relation to ``number``."""

    name: Count
    sign: str
    number: int

    def __str__(self) -> str:
        return f"{self.name}{self.sign}{self.number}"


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: "Node"

    def __str__(self) -> str:
        return f"NOT {_grouped(self.part)}"


@dataclass(frozen=True, slots=True)
class And:
    """Two or more parts that must all hold, by canonical text, those that must not after them."""

    parts: tuple["Node", ...]

    def __str__(self) -> str:
        return " AND ".join(
            f"({part})" if isinstance(part, Or) else str(part) for part in self.parts
        )


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more parts of which one must hold, by canonical text."""

    parts: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


Term = Phrase | Author | Fact | Comparison
Node = Term | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """What a person asked for. ``str(query)`` is its canonical text, the same for equal queries."""

    root: Node

    def __str__(self) -> str:
        return str(self.root)


def all_of(parts: Iterable[Node]) -> Node:
    """Return the part that holds where all of these do; at least one is given."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    ordered = _ordered(flat)
    return ordered[0] if len(ordered) == 1 else And(ordered)


def any_of(parts: Iterable[Node]) -> Node:
    """Return the part that holds where one of these does; at least one is given."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    ordered = _ordered(flat)
    return ordered[0] if len(ordered) == 1 else Or(ordered)


def negation(part: Node) -> Node:
    """Return the part that holds where this one does not."""
    return part.part if isinstance(part, Not) else Not(part)


def has_positive(node: Node, *, negated: bool = False) -> bool:
    """Say whether a part asks for something to be there, every NOT pushed inwards.

    A term does, AND needs one part that does, OR needs all.
    """
    if isinstance(node, Not):
        return has_positive(node.part, negated=not negated)
    if isinstance(node, And | Or):
        wants_one = isinstance(node, And) is not negated
        found = (has_positive(part, negated=negated) for part in node.parts)
        return any(found) if wants_one else all(found)
    return not negated


def asks_for(node: Node, fact: Fact, *, negated: bool = False) -> bool:
    """Say whether a fact is named in a part as something that is to hold."""
    if isinstance(node, Not):
        return asks_for(node.part, fact, negated=not negated)
    if isinstance(node, And | Or):
        return any(asks_for(part, fact, negated=negated) for part in node.parts)
    return node == fact and not negated


def _ordered(parts: Iterable[Node]) -> tuple[Node, ...]:
    by_text = {str(part): part for part in parts}
    # What is left out comes last, as people type it.
    return tuple(
        by_text[text] for text in sorted(by_text, key=lambda t: (isinstance(by_text[t], Not), t))
    )


def _grouped(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or) else str(node)


def _scoped(field: str, text: str, *, quoted: bool) -> str:
    return f"{field}:({text})" if " " in text and not quoted else f"{field}:{text}"
