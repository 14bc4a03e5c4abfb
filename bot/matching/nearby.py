"""Words near each other in any order. Knows neither queries nor papers.

Each word of the term takes tokens of its own; a compound counts as one of the other words.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, Optional, TypeVar

from bot.matching.finding import places
from bot.matching.lattice import Lattice
from bot.matching.patterns import Pattern

_MOST_STATES = 64
"""Ways kept at one place of the text, or as many as there are words: where each takes single
tokens, the ways take ever fewer words the later they begin, and there are no more of them."""


_Name = TypeVar("_Name", str, int)


class _Wanted(NamedTuple):
    """A word of the term: its bits, one for each time that it is wanted, and the first of them."""

    bits: int
    first: int
    is_single: bool
    """Whether it takes single tokens."""


class _Taken(NamedTuple):
    """The place of a word, and those of the words before it."""

    start: int
    end: int
    before: Optional["_Taken"]


_States = dict[int, tuple[int, _Taken | None]]
"""By the set of words taken, as bits: how many others were passed, and where the words stand."""


def places_near(
    words: Sequence[Pattern], within: int, text: Lattice, *, first_only: bool = False
) -> list[tuple[int, int]]:
    """Return the nodes between which each word stands, at most ``within`` others among them.

    The first such place and those that follow without overlap, or the first one only.
    """
    times = Counter(words)
    found = {word: places(word, text) for word in times}
    if any(len(found[word]) < count for word, count in times.items()):
        return []
    # A compound is at least one word, so that what is not near here is not near in any reading.
    units = _units(text)
    hits = sorted((units[start], n) for n, word in enumerate(times) for start, _ in found[word])
    longer = sum(word.last - 1 for word in words)
    if not any(near_ends(hits, dict(enumerate(times.values())), within + longer)):
        return []
    starts: dict[int, list[tuple[_Wanted, int]]] = {}
    first = 0
    for word, count in times.items():
        wanted = _Wanted(((1 << count) - 1) << first, 1 << first, is_single=word.last == 1)
        first += count
        for start, end in found[word]:
            starts.setdefault(start, []).append((wanted, end))
    return _Walk(len(words), starts, within, text).found(first_only=first_only)


def _units(text: Lattice) -> list[int]:
    """Return how many words stand before each token, a compound being one."""
    return list(accumulate((not token.hyphenated for token in text.tokens), initial=0))


def near_ends(
    hits: Iterable[tuple[int, _Name]], wanted: Mapping[_Name, int], within: int
) -> Iterator[int]:
    """Yield the ends of rows in which words stand as often as wanted with few others among them.

    Of each row only the shortest up to its end is looked at: linear time. ``hits`` are places and
    words in order; an end is the place after the last word.
    """
    times = dict.fromkeys(wanted, 0)
    missing = sum(wanted.values())
    longest = missing + within
    row: deque[tuple[int, _Name]] = deque()
    for place, word in hits:
        row.append((place, word))
        times[word] += 1
        missing -= times[word] <= wanted[word]
        while times[row[0][1]] > wanted[row[0][1]]:
            times[row.popleft()[1]] -= 1
        if not missing and place - row[0][0] < longest:
            yield place + 1


class _Walk:
    """One way through a text, keeping for each set of words the way with fewest others."""

    def __init__(
        self, words: int, starts: dict[int, list[tuple[_Wanted, int]]], within: int, text: Lattice
    ) -> None:
        self._starts = starts
        self._within = within
        self._text = text
        self._everything = (1 << words) - 1
        self._most_states = max(_MOST_STATES, words + 1)
        self._states: dict[int, _States] = {}

    def found(self, *, first_only: bool) -> list[tuple[int, int]]:
        """Return where the words stand, place by place."""
        result: list[tuple[int, int]] = []
        for node in range(self._text.last):
            here = _fewest(self._states.pop(node, {}), self._most_states)
            for taken, (others, path) in (*here.items(), (0, (0, None))):
                self._step(node, taken, others, path)
            done = self._states.get(node + 1, {}).get(self._everything)
            if done:
                result.extend(_all(done[1]))
                if first_only:
                    break
                self._states.clear()
        return result

    def _step(self, node: int, taken: int, others: int, path: _Taken | None) -> None:
        """Take each word that stands here, and pass the words that need not be taken."""
        need_not_pass = set()
        for word, end in self._starts.get(node, ()):
            # Of equal words the first is taken first: any other order is the same way.
            free = (word.bits & ~taken) and (taken & word.bits) + word.first
            if not free:
                continue
            self._keep(end, taken | free, others, _Taken(node, end, path))
            if word.is_single:
                # To pass one that could be taken, and to take it later, is never shorter.
                need_not_pass.add(end)
        if taken and others < self._within:
            for end in {edge.end for edge in self._text.edges[node]} - need_not_pass:
                self._keep(end, taken, others + 1, path)

    def _keep(self, node: int, taken: int, others: int, path: _Taken | None) -> None:
        states = self._states.setdefault(node, {})
        known = states.get(taken)
        if known is None or others < known[0]:
            states[taken] = (others, path)


def _all(path: _Taken | None) -> list[tuple[int, int]]:
    result = []
    while path is not None:
        result.append((path.start, path.end))
        path = path.before
    return result


def _fewest(states: _States, most: int) -> _States:
    if len(states) <= most:
        return states
    ranked = sorted(states.items(), key=lambda state: state[1][0] - state[0].bit_count())
    return dict(ranked[:most])
