"""Where a phrase stands in a text, over all readings of both. Knows neither queries nor papers."""

from collections.abc import Iterable

from bot.matching.lattice import Edge, Lattice
from bot.matching.patterns import Fit, Pattern


def places(pattern: Pattern, text: Lattice, *, first_only: bool = False) -> list[tuple[int, int]]:
    """Return the nodes between which a pattern stands, the longest for each start, by start.

    With ``first_only`` one place is enough, whichever it is.
    """
    found: dict[int, int] = {}
    for want in pattern.wants[0]:
        for edge in _candidates(want.fit, want.text, want.key, text):
            if not want.fits(edge):
                continue
            end = _end(pattern, want.end, text, edge.end)
            if end is not None:
                if first_only:
                    return [(edge.start, end)]
                found[edge.start] = max(end, found.get(edge.start, 0))
    return sorted(found.items())


def _candidates(fit: Fit, word: str, key: str, text: Lattice) -> Iterable[Edge]:
    return text.starting_with(word) if fit is Fit.PREFIX else text.by_key.get(key, ())


def _end(pattern: Pattern, want_node: int, text: Lattice, text_node: int) -> int | None:
    """Return the farthest node of the text at which the rest of the pattern ends, if it does."""
    best: int | None = None
    open_states = [(want_node, text_node)]
    seen = set(open_states)
    while open_states:
        want_node, text_node = open_states.pop()
        if want_node == pattern.last:
            best = text_node if best is None else max(best, text_node)
            continue
        if text_node == text.last:
            continue
        for want in pattern.wants[want_node]:
            for edge in text.edges[text_node]:
                state = (want.end, edge.end)
                if state not in seen and want.fits(edge):
                    seen.add(state)
                    open_states.append(state)
    return best
