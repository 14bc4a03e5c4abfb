"""Words near each other in any order. Knows neither queries nor papers.

Each word of the term takes tokens of its own; a compound counts as one of the other words.
"""

from collections.abc import Sequence

from bot.matching.finding import places
from bot.matching.lattice import Lattice
from bot.matching.patterns import Pattern

_MOST_STATES = 256
"""Ways kept at one place of the text; only words that overlap in what they match need several."""

_Places = tuple[tuple[int, int], ...]
_States = dict[int, tuple[int, _Places]]


def places_near(words: Sequence[Pattern], within: int, text: Lattice) -> list[tuple[int, int]]:
    """Return the nodes between which each word stands, at most ``within`` others among them.

    The first such place and those that follow without overlap.
    """
    starts: dict[int, list[tuple[int, int]]] = {}
    for number, word in enumerate(words):
        found = places(word, text)
        if not found:
            return []
        for start, end in found:
            starts.setdefault(start, []).append((number, end))
    doubles = [
        next((i for i in range(number - 1, -1, -1) if words[i] == word), -1)
        for number, word in enumerate(words)
    ]
    return _walk(starts, doubles, within, text)


def _walk(
    starts: dict[int, list[tuple[int, int]]], doubles: list[int], within: int, text: Lattice
) -> list[tuple[int, int]]:
    """Go through the text once, keeping for each set of words taken the way with fewest others."""
    everything = (1 << len(doubles)) - 1
    found: list[tuple[int, int]] = []
    states: dict[int, _States] = {}
    for node in range(text.last):
        here = _best(states.pop(node, {}))
        here.append((0, 0, ()))
        for taken, others, path in here:
            for number, end in starts.get(node, ()):
                bit, double = 1 << number, doubles[number]
                if taken & bit or (double >= 0 and not taken & (1 << double)):
                    continue
                _keep(states.setdefault(end, {}), taken | bit, others, (*path, (node, end)))
            if taken and others < within:
                for end in {edge.end for edge in text.edges[node]}:
                    _keep(states.setdefault(end, {}), taken, others + 1, path)
        done = states.get(node + 1, {}).get(everything)
        if done:
            found.extend(done[1])
            states.clear()
    return found


def _keep(states: _States, taken: int, others: int, path: _Places) -> None:
    known = states.get(taken)
    if known is None or others < known[0]:
        states[taken] = (others, path)


def _best(states: _States) -> list[tuple[int, int, _Places]]:
    """Return the states that no other one beats, at most `_MOST_STATES`."""
    ranked = sorted(
        ((taken, others, path) for taken, (others, path) in states.items()),
        key=lambda state: (-state[0].bit_count(), state[1]),
    )
    kept: list[tuple[int, int, _Places]] = []
    for state in ranked:
        if len(kept) == _MOST_STATES:
            break
        taken, others, _ = state
        if not any(taken & other == taken and cost <= others for other, cost, _ in kept):
            kept.append(state)
    return kept
