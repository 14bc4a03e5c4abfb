"""Under which grams a query is filed, so that a paper's grams find every query that can match.

Sound: a paper that a query selects has at least one of its anchors among its grams
(`bot.matching.prepared.grams`). Judges no paper.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice

from bot.matching.names import wanted_readings
from bot.matching.patterns import Fit, Pattern, Want, name_pattern, pattern, words_of
from bot.matching.prepared import LONGEST, PREFIXES
from bot.matching.query import And, Author, Comparison, Fact, Node, Not, Or, Phrase, Query

Frequency = Callable[[str], int]
"""How many papers have a gram."""

_MOST_READINGS = 32


@dataclass(frozen=True, slots=True)
class Anchor:
    """A gram; ``exact`` says that a paper that has it is selected, with nothing to verify."""

    term: str
    exact: bool


def anchors(query: Query, frequency: Frequency | None = None) -> tuple[Anchor, ...]:
    """Return the grams of which every paper that a query selects has at least one.

    One for each reading of each alternative: the whole phrase up to `LONGEST` tokens, else its
    rarest part; of things joined by AND, the rarest. ``frequency`` gives the number of papers
    with a gram; without it more tokens count as rarer, text as rarer than authors, those as rarer
    than beginnings of words, facts and numbers.
    """
    chosen: dict[str, bool] = {}
    for anchor in _anchors(query.root, frequency or guessed_frequency, negated=False) or ():
        chosen[anchor.term] = anchor.exact or chosen.get(anchor.term, False)
    return tuple(Anchor(term, exact) for term, exact in chosen.items())


def term_anchors(
    term: Phrase | Author | Fact | Comparison, frequency: Frequency | None = None
) -> tuple[Anchor, ...]:
    """Return the grams of which every paper that has a term has at least one."""
    return _of_term(term, frequency or guessed_frequency)


def guessed_frequency(gram: str) -> int:
    """Guess how common a gram is from its form alone."""
    name, colon, value = gram.partition(":")
    if colon and name == "author":
        return 10_000 if value.endswith("*") else 100
    if colon:
        return 1 if name == "id" else 50_000
    if gram.endswith("*"):
        return 20_000 if len(gram) > PREFIXES[0] + 1 else 40_000
    return max(1, 10_000 // int(10 ** gram.count(" ")) - len(gram))


def _anchors(node: Node, frequency: Frequency, *, negated: bool) -> tuple[Anchor, ...] | None:
    """Return a part's anchors, None where nothing positive is in it."""
    if isinstance(node, Not):
        return _anchors(node.part, frequency, negated=not negated)
    if isinstance(node, And | Or):
        parts = [_anchors(part, frequency, negated=negated) for part in node.parts]
        if isinstance(node, Or) is not negated:
            return _of_all(parts)
        return _of_rarest(parts, frequency)
    return None if negated else _of_term(node, frequency)


def _of_all(parts: Iterable[tuple[Anchor, ...] | None]) -> tuple[Anchor, ...] | None:
    found: list[Anchor] = []
    for part in parts:
        if part is None:
            return None
        found.extend(part)
    return tuple(found)


def _of_rarest(
    parts: Iterable[tuple[Anchor, ...] | None], frequency: Frequency
) -> tuple[Anchor, ...] | None:
    """Return the anchors of the part that fewest papers have; they prove that part alone."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    if len(known) == 1:
        rarest = known[0]
    else:
        rarest = min(known, key=lambda part: _cost((anchor.term for anchor in part), frequency))
    return tuple(replace(anchor, exact=False) for anchor in rarest)


def _cost(grams: Iterable[str], frequency: Frequency) -> int:
    return sum(frequency(gram) for gram in grams)


def _of_term(term: Phrase | Author | Fact | Comparison, frequency: Frequency) -> tuple[Anchor, ...]:
    if isinstance(term, Fact):
        return (Anchor(f"{term.name}:{term.value}", exact=True),)
    if isinstance(term, Comparison):
        return (Anchor(f"{term.name}:", exact=False),)
    if isinstance(term, Author):
        return _of_author(term, frequency)
    return _of_phrase(term, frequency)


def _of_author(author: Author, frequency: Frequency) -> tuple[Anchor, ...]:
    wanted = name_pattern(author)
    readings = list(islice(wanted_readings(wanted), _MOST_READINGS + 1))
    if len(readings) > _MOST_READINGS:
        readings = [[want] for want in wanted.wants[0]]
    found: dict[str, None] = {}
    for reading in readings:
        grams = sorted(_of_name(want) for want in reading)
        found[min(grams, key=frequency) if len(grams) > 1 else grams[0]] = None
    exact = len(readings) == 1 and len(readings[0]) == 1
    return tuple(Anchor(gram, exact and not gram.endswith("*")) for gram in found)


def _of_name(want: Want) -> str:
    return f"author:{_beginning(want.text) if want.begins else want.text}"


def _beginning(text: str) -> str:
    """Return the longest prefix gram that every word beginning with ``text`` has."""
    known = [length for length in (1, *PREFIXES) if length <= len(text)]
    return text[: known[-1]] + "*"


@dataclass(frozen=True, slots=True)
class _Part:
    """Grams of which every text with the phrase has one."""

    grams: tuple[str, ...]
    whole: bool
    """Each gram is the phrase in one of its readings."""


def _of_phrase(phrase: Phrase, frequency: Frequency) -> tuple[Anchor, ...]:
    wanted = pattern(phrase)
    words = words_of(wanted)
    if phrase.within is not None:
        parts = [_part(wanted, start, end) for start, end in words]
    else:
        whole = _part(wanted, 0, wanted.last)
        parts = [_part(wanted, start, wanted.last) for start, _ in words]
        parts = [whole] if whole.whole else parts
    rarest = parts[0]
    if len(parts) > 1:
        rarest = min(parts, key=lambda part: _cost(part.grams, frequency))
    exact = rarest.whole and _says_all(phrase, wanted)
    return tuple(Anchor(gram, exact) for gram in rarest.grams)


def _says_all(phrase: Phrase, wanted: Pattern) -> bool:
    """Say whether folded tokens decide: no capitals, quotes, stars or fields."""
    folded = all(want.fit is Fit.FOLDED for wants in wanted.wants for want in wants)
    return folded and phrase.scope is None and phrase.within is None


def _part(wanted: Pattern, start: int, stop: int) -> _Part:
    """Return the longest grams from a word's first node on, shorter ones where they are many."""
    for longest in range(LONGEST, 1, -1):
        part = _grams(wanted, start, stop, longest)
        if len(part.grams) <= _MOST_READINGS:
            return part
    return _grams(wanted, start, stop, 1)


def _grams(wanted: Pattern, start: int, stop: int, longest: int) -> _Part:
    found: dict[str, None] = {}
    whole = start == 0 and stop == wanted.last
    open_paths: list[tuple[int, tuple[str, ...]]] = [(start, ())]
    while open_paths:
        node, path = open_paths.pop()
        if node == stop or len(path) == longest:
            whole = whole and node == stop
            found[" ".join(path)] = None
            continue
        for want in wanted.wants[node]:
            if want.fit is not Fit.PREFIX:
                open_paths.append((want.end, (*path, want.key)))
                continue
            whole = False
            found[" ".join(path) if path else _beginning(want.text)] = None
        if len(found) > _MOST_READINGS and longest > 1:
            break
    return _Part(tuple(sorted(found)), whole)
