"""A query as expressions for the full-text index: which papers it surely and which it may select.

Pure; speaks of the tokens of `bot.matching.tagged`. Whatever lies between the two expressions is
for the matcher to decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from bot.domain import Field
from bot.matching.names import wanted_readings
from bot.matching.patterns import Fit, Pattern, Want, name_pattern, pattern, word_patterns
from bot.matching.query import And, Author, Comparison, Fact, Node, Not, Or, Phrase, Query
from bot.matching.tagged import (
    AUTHOR,
    CAPITALS,
    EVERY,
    FACT,
    FOLDED,
    READING,
    SMALL,
    SURFACE,
    UNFOLDED,
    encoded,
    encoded_fact,
)
from bot.text.plurals import IRREGULAR, is_capitals

_MOST_READINGS = 32
_ALL = f'"{EVERY}"'


@dataclass(frozen=True, slots=True)
class Proposal:
    """SQLite FTS5 expressions; None finds nothing.

    Every paper that ``certain`` finds is selected, every selected paper is found by ``possible``.
    """

    certain: str | None
    possible: str | None

    @property
    def is_exact(self) -> bool:
        """Whether the index alone decides."""
        return self.certain == self.possible


def proposal(query: Query) -> Proposal:
    """Return what the full-text index can say about a query."""
    return _node(query.root)


def full_text(query: Query) -> str:
    """Return an SQLite FTS5 expression that every paper the query selects satisfies."""
    return proposal(query).possible or f"{_ALL} NOT {_ALL}"


def _node(node: Node) -> Proposal:
    if isinstance(node, Not):
        part = _node(node.part)
        return Proposal(_without(part.possible), _without(part.certain))
    if isinstance(node, And):
        return _conjunction(node)
    if isinstance(node, Or):
        parts = [_node(part) for part in node.parts]
        return Proposal(_any(part.certain for part in parts), _any(part.possible for part in parts))
    if isinstance(node, Phrase):
        return _phrase(node)
    return _fact(node)


def _conjunction(node: And) -> Proposal:
    """Join by AND, and by one NOT for all parts that must not hold."""
    wanted = [_node(part) for part in node.parts if not isinstance(part, Not)]
    unwanted = [_node(part.part) for part in node.parts if isinstance(part, Not)]
    return Proposal(
        _all_but([part.certain for part in wanted], [part.possible for part in unwanted]),
        _all_but([part.possible for part in wanted], [part.certain for part in unwanted]),
    )


def _all_but(wanted: list[str | None], unwanted: list[str | None]) -> str | None:
    known = [part for part in wanted if part is not None]
    if len(known) < len(wanted):
        return None
    found = _every(part for part in known if part != _ALL)
    excluded = _any(unwanted)
    if excluded is None:
        return found
    return None if excluded == _ALL else f"({found} NOT {excluded})"


def _without(part: str | None) -> str | None:
    return _all_but([], [part])


def _any(parts: Iterable[str | None]) -> str | None:
    known = list(dict.fromkeys(part for part in parts if part is not None))
    if not known:
        return None
    return _ALL if _ALL in known else known[0] if len(known) == 1 else f"({' OR '.join(known)})"


def _every(parts: Iterable[str]) -> str:
    known = list(dict.fromkeys(parts))
    if not known:
        return _ALL
    return known[0] if len(known) == 1 else f"({' AND '.join(known)})"


def _fact(term: Author | Fact | Comparison) -> Proposal:
    if isinstance(term, Fact):
        fact = _quoted(FACT + encoded_fact(f"{term.name}:{term.value}"))
        return Proposal(fact, fact)
    if isinstance(term, Comparison):
        return Proposal(None, _quoted(FACT + encoded_fact(f"{term.name}:")))
    return _author(term)


def _author(author: Author) -> Proposal:
    wanted = name_pattern(author)
    readings = list(islice(wanted_readings(wanted), _MOST_READINGS + 1))
    if len(readings) > _MOST_READINGS:
        return Proposal(None, _any(_of_name(want) for want in wanted.wants[0]))
    single = [_of_name(reading[0]) for reading in readings if len(reading) == 1]
    found = [_every(_of_name(want) for want in reading) for reading in readings]
    return Proposal(_any(single), _any(found))


def _of_name(want: Want) -> str:
    return _quoted(AUTHOR + encoded(want.text), starts=want.begins)


def _phrase(phrase: Phrase) -> Proposal:
    if phrase.within is not None:
        return _nearby(phrase)
    wanted = pattern(phrase)
    fields = [phrase.scope] if phrase.scope else list(Field) if _needs_column(wanted) else [None]
    parts = [_any_reading(wanted, field) for field in fields]
    return Proposal(_any(part.certain for part in parts), _any(part.possible for part in parts))


def _nearby(phrase: Phrase) -> Proposal:
    """Return what can be said of words near each other: in one column, all of them."""
    parts = [
        _all_but([_any_reading(word, field).possible for word in word_patterns(phrase)], [])
        for field in ([phrase.scope] if phrase.scope else Field)
    ]
    return Proposal(None, _any(parts))


def _needs_column(wanted: Pattern) -> bool:
    """Say whether marks decide, which must stand in the same column as the words."""
    fits = {want.fit for wants in wanted.wants for want in wants}
    return bool(fits & {Fit.SAME, Fit.LETTERS}) or (Fit.ACRONYM in fits and wanted.last > 1)


def _any_reading(wanted: Pattern, field: Field | None) -> Proposal:
    readings = list(islice(wanted_readings(wanted), _MOST_READINGS + 1))
    if len(readings) > _MOST_READINGS:
        parts = [_reading([want]) for want in wanted.wants[0]]
        return Proposal(None, _in(_any(part.possible for part in parts), field))
    parts = [_reading(reading) for reading in readings]
    return Proposal(
        _in(_any(part.certain for part in parts), field),
        _in(_any(part.possible for part in parts), field),
    )


def _in(expression: str | None, field: Field | None) -> str | None:
    if expression is None or field is None:
        return expression
    return f"({{{field}}} : ({expression}))"


def _reading(wants: list[Want]) -> Proposal:
    """Return what can be said of one reading of a phrase in one column."""
    if len(wants) == 1:
        return _word(wants[0])
    *before, last = wants
    if any(want.fit is Fit.PREFIX for want in before):
        # The index takes a star only at the end of a row of words.
        return Proposal(None, _all_but([_word(want).possible for want in wants], []))
    starts = last.fit is Fit.PREFIX
    keys = [encoded(want.key) for want in wants]
    if starts:
        keys[-1] = encoded(last.text)
    row = _quoted(" ".join(keys), starts=starts)
    required = _every(mark for want in wants for mark in _required(want))
    joined = _every([*_somewhere(keys, starts=starts), _joined(keys, starts=starts)])
    possible = _every([_any([row, joined]) or _ALL, *([] if required == _ALL else [required])])
    unsure = [mark for want in wants for mark in _unsure(want)]
    if any(mark is None for mark in unsure):
        return Proposal(None, possible)
    found = [row, *([] if required == _ALL else [required])]
    return Proposal(_all_but(list(found), unsure), possible)


def _somewhere(keys: list[str], *, starts: bool) -> list[str]:
    whole = keys[:-1] if starts else keys
    return [_quoted(key) for key in whole]


def _joined(keys: list[str], *, starts: bool) -> str:
    """Return that some word of the phrase comes of another reading of a hyphen or a plural."""
    *rest, last = keys
    parts = [_quoted(READING + key) for key in rest]
    parts.append(_quoted(READING + last, starts=starts))
    if starts:
        parts.append(_quoted(SURFACE + last, starts=True))
    return _any(parts) or _ALL


def _word(want: Want) -> Proposal:
    """Return what can be said of one word in one column."""
    key = _quoted(encoded(want.key))
    if want.fit is Fit.FOLDED:
        return Proposal(key, key)
    if want.fit is Fit.ACRONYM:
        capitals = _every(_required(want) or [key])
        return Proposal(capitals, capitals)
    if want.fit is Fit.SAME:
        surface = _surface(want)
        return Proposal(surface, surface)
    if want.fit is Fit.LETTERS:
        return Proposal(None, _every([key, *_required(want)]))
    text = encoded(want.text)
    found = _any([_quoted(text, starts=True), _quoted(SURFACE + text, starts=True)])
    return Proposal(found if _keeps_beginning(want.text) else None, found)


def _surface(want: Want) -> str:
    if want.text != want.key:
        return _quoted(SURFACE + encoded(want.text))
    key = encoded(want.key)
    return f"(({_quoted(key)} NOT {_quoted(FOLDED + key)}) OR {_quoted(UNFOLDED + key)})"


def _required(want: Want) -> list[str]:
    """Return the marks without which a word cannot be what is wanted."""
    key = encoded(want.key)
    in_capitals = want.fit is Fit.ACRONYM or (want.fit is Fit.LETTERS and is_capitals(want.text))
    if in_capitals and any(map(str.isalpha, want.text)):
        return [_quoted(CAPITALS + key)]
    return [_surface(want)] if want.fit is Fit.SAME else []


def _unsure(want: Want) -> list[str | None]:
    """Return the marks with which a word in its place may be another; None: it always may."""
    key = encoded(want.key)
    if want.fit is Fit.ACRONYM:
        return [_quoted(SMALL + key)]
    if want.fit is Fit.LETTERS or (want.fit is Fit.SAME and want.text != want.key):
        return [None]
    if want.fit is Fit.SAME:
        return [_quoted(FOLDED + key)]
    if want.fit is Fit.PREFIX and not _keeps_beginning(want.text):
        return [None]
    return []


def _keeps_beginning(prefix: str) -> bool:
    """Say whether every word whose folded form begins so begins so itself.

    Folding takes letters off the end, but for -ies and the irregular pairs.
    """
    if prefix.endswith("y"):
        return False
    return not any(
        first.startswith(prefix) and not word.startswith(prefix)
        for word, first in IRREGULAR.items()
    )


def _quoted(token: str, *, starts: bool = False) -> str:
    # Quoted, so that no token is an operator; none holds a quote itself.
    return f'"{token}"{"*" if starts else ""}'
