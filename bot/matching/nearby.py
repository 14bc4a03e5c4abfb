"""Words near each other in any order. Knows neither queries nor papers.

Each word of the term takes tokens of its own; a compound counts as one of the other words.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Optional

from bot.matching.finding import places
from bot.matching.lattice import Lattice
from bot.matching.patterns import Pattern

_MOST_STATES = 64
"""Ways kept at one place of the text: as many as words of which each takes single tokens need."""


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
    starts: dict[int, list[tuple[int, int]]] = {}
    found = {}
    for word, times in Counter(words).items():
        found[word] = places(word, text)
        if len(found[word]) < times:
            return []
    for number, word in enumerate(words):
        for start, end in found[word]:
            starts.setdefault(start, []).append((number, end))
    return _Walk(words, starts, within, text).found(first_only=first_only)


class _Walk:
    """One way through a text, keeping for each set of words the way with fewest others."""

    def __init__(
        self,
        words: Sequence[Pattern],
        starts: dict[int, list[tuple[int, int]]],
        within: int,
        text: Lattice,
    ) -> None:
        self._starts = starts
        self._within = within
        self._text = text
        self._everything = (1 << len(words)) - 1
        self._single = [word.last == 1 for word in words]
        latest: dict[Pattern, int] = {}
        self._twin_before: list[int] = []
        for number, word in enumerate(words):
            self._twin_before.append(latest.get(word, -1))
            latest[word] = number
        self._states: dict[int, _States] = {}

    def found(self, *, first_only: bool) -> list[tuple[int, int]]:
        """Return where the words stand, place by place."""
        result: list[tuple[int, int]] = []
        for node in range(self._text.last):
            here = _fewest(self._states.pop(node, {}))
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
        for number, end in self._starts.get(node, ()):
            bit, twin = 1 << number, self._twin_before[number]
            # Of two equal words the first is taken first: the other order is the same way.
            if taken & bit or (twin >= 0 and not taken & (1 << twin)):
                continue
            self._keep(end, taken | bit, others, _Taken(node, end, path))
            if self._single[number]:
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


def _fewest(states: _States) -> _States:
    if len(states) <= _MOST_STATES:
        return states
    ranked = sorted(states.items(), key=lambda state: state[1][0] - state[0].bit_count())
    return dict(ranked[:_MOST_STATES])
