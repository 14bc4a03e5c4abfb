"""Narrower queries for a broad one, each with how many papers it selects: exactly, by the judge.

Proposals come from `bot.matching.narrowing`; here they are counted and chosen, within a deadline.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from bot.domain import Paper
from bot.errors import QueryError
from bot.matching.narrowing import (
    Run,
    Sample,
    common_categories,
    in_title,
    longer_phrases,
    phrases_of,
    said_in,
    with_instead,
    words_beside,
)
from bot.matching.parser import parse
from bot.matching.query import Node, all_of, any_of
from bot.services.windows import Parts, Turns, Window, selected, together
from bot.storage.papers import PaperKey

MOST = 5
"""Narrower queries told: a list that people read."""
_MOST_WORDED = 4
"""Of those, with other words; the rest looks in titles or in one category."""
_SAMPLE = 600
"""Papers whose titles are read for it, of those selected and of the others."""
_MOST_TRIED = 16
_MOST_CATEGORIES = 6
_LEAST_A_DAY = 1 / 7
"""What a narrower query brings at least, to be good advice."""
_ALIKE = 0.6
"""Share of the papers of two queries that both select, from which on one of them is enough."""

_Keys = frozenset[PaperKey]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A query, and how many papers it selects."""

    query: str
    selected: int


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A query that selects of some papers those that ``added`` selects, and all of others."""

    node: Node
    added: Node
    of: _Keys
    others: _Keys = frozenset()


async def narrower(root: Node, parts: Parts, window: Window, limit: int) -> tuple[Alternative, ...]:
    """Return at most MOST queries that select some of what a broad one does, and nothing else.

    Each selects at most `limit` papers, and others than those before it; where there is none, the
    narrowest one found. Fewer where time runs out.
    """
    whole = together(parts)
    if not whole.is_complete:
        return ()
    choice = _Choice(whole.keys, limit, window.days * _LEAST_A_DAY)
    if len(parts) > 1:
        choice.consider(*_without_biggest(parts))
    papers = await window.papers(_spread(whole.keys))
    others = await window.papers(_spread(window.announced.keys() - whole.keys))
    sample = Sample(await _read(papers.values()), await _read(others.values()))
    worded = islice(_worded(root, parts, sample, limit), _MOST_TRIED)
    await _try(choice, worded, window, _MOST_WORDED)
    await _try(choice, _plainer(root, whole.keys, papers.values()), window, MOST)
    return choice.made()


class _Choice:
    """Chooses among proposals, in the order in which they come."""

    def __init__(self, whole: _Keys, limit: int, least: float) -> None:
        self._whole, self._limit, self._least = whole, limit, least
        self._chosen: list[tuple[Node, _Keys]] = []
        self._narrowest: tuple[Node, _Keys] | None = None

    def __len__(self) -> int:
        return len(self._chosen)

    def consider(self, node: Node, keys: _Keys) -> None:
        """Choose a query that selects these papers, if it is useful."""
        if not (keys < self._whole and len(keys) >= self._least and _can_be_typed(node)):
            return
        if self._narrowest is None or len(keys) < len(self._narrowest[1]):
            self._narrowest = node, keys
        if len(keys) <= self._limit and not any(_alike(keys, other) for _, other in self._chosen):
            self._chosen.append((node, keys))

    def made(self) -> tuple[Alternative, ...]:
        """Return what was chosen, those that select most first."""
        best = self._chosen or ([self._narrowest] if self._narrowest else [])
        found = (Alternative(str(node), len(keys)) for node, keys in best)
        return tuple(sorted(found, key=lambda each: (-each.selected, each.query)))


def _can_be_typed(node: Node) -> bool:
    """Say whether people may type a query: it keeps to the limits and is read as it is meant."""
    try:
        return parse(str(node)).root == node
    except QueryError:
        return False


def _alike(one: _Keys, other: _Keys) -> bool:
    return len(one & other) > _ALIKE * len(one | other)


async def _try(choice: _Choice, proposals: Iterable[_Proposal], window: Window, most: int) -> None:
    """Count proposals until so many are chosen or time runs out."""
    for each in proposals:
        if len(choice) >= most:
            return
        found = await selected(each.added, window, among=each.of)
        if not found.is_complete:
            return
        choice.consider(each.node, (each.of & found.keys) | each.others)


def _without_biggest(parts: Parts) -> tuple[Node, _Keys]:
    _, rest = _biggest_and_rest(parts)
    return any_of(node for node, _ in rest), together(rest).keys


def _biggest_and_rest(parts: Parts) -> tuple[Parts, Parts]:
    at = max(range(len(parts)), key=lambda place: len(parts[place][1].keys))
    return parts[at : at + 1], parts[:at] + parts[at + 1 :]


def _worded(root: Node, parts: Parts, sample: Sample, limit: int) -> Iterator[_Proposal]:
    """Yield longer phrases and words to add, in turns."""
    mixed = zip_longest(_with_longer(parts, sample, limit), _with_word(root, parts, sample))
    return (each for each in chain.from_iterable(mixed) if each is not None)


def _with_longer(parts: Parts, sample: Sample, limit: int) -> Iterator[_Proposal]:
    """Yield the query with a longer phrase in the alternative that selects most.

    Without the other alternatives where they are too broad by themselves.
    """
    [(biggest, found)], rest = _biggest_and_rest(parts)
    if len(together(rest).keys) > limit:
        rest = []
    for phrase in phrases_of(biggest):
        for longer in longer_phrases(phrase, biggest, sample):
            node = with_instead(biggest, phrase, longer)
            whole = any_of([node, *(other for other, _ in rest)])
            yield _Proposal(whole, longer, found.keys, together(rest).keys)


def _with_word(root: Node, parts: Parts, sample: Sample) -> Iterator[_Proposal]:
    whole = together(parts).keys
    for word in words_beside(root, sample):
        yield _Proposal(all_of([root, word]), word, whole)


def _plainer(root: Node, whole: _Keys, some: Iterable[Paper]) -> Iterator[_Proposal]:
    """Yield the query in titles only, and in the common categories of what it selects."""
    titled = in_title(root)
    if titled != root:
        yield _Proposal(titled, titled, whole)
    for fact in common_categories(some)[:_MOST_CATEGORIES]:
        yield _Proposal(all_of([root, fact]), fact, whole)
        if titled != root:
            yield _Proposal(all_of([titled, fact]), all_of([titled, fact]), whole)


def _spread(keys: Collection[PaperKey]) -> Sequence[PaperKey]:
    """Return some of the keys, evenly spread over all days."""
    step = max(1, len(keys) // _SAMPLE)
    return sorted(keys)[::step][:_SAMPLE]


async def _read(papers: Iterable[Paper]) -> list[list[Run]]:
    turns = Turns()
    found = []
    for paper in papers:
        found.append(said_in(paper.title))
        await turns.pass_on()
    return found
