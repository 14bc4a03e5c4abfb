"""A sentence that says what a paper does, cut out of its abstract. Writes nothing of its own."""

import re

from bot.text.plain import readable
from bot.text.sentences import sentences

_CUES = (
    re.compile(
        r"\b(?:we|this (?:paper|work|article|study))\b(?: \w+){0,2}?"
        r" (?:propose|introduce|present|develop|describe|design|release)",
        re.IGNORECASE,
    ),
    re.compile(r"\bin this (?:paper|work|article|study|letter|report)\b", re.IGNORECASE),
    re.compile(
        r"\bwe\b(?: \w+){0,2}? (?:show|prove|demonstrate|find|study|investigate|report|argue)",
        re.IGNORECASE,
    ),
)
_CLAUSE = re.compile(r"[,;:]\s|\s[\u2013\u2014-]\s")
_LOOSE_ENDS = " ,;:-\N{EN DASH}\N{EM DASH}"
_ELLIPSIS = "…"


def extract(title: str, abstract: str, *, limit: int = 320) -> str:
    """Return a summary of at most ``limit`` characters as readable text, "" without an abstract.

    The first sentence with "we propose" or the like, else with "in this paper", else with "we
    show", else the first one; a second sentence follows where both fit. A long one is cut at the
    end of a clause or word.
    """
    candidates = sentences(readable(abstract))
    if candidates and _same(candidates[0], readable(title)) and len(candidates) > 1:
        candidates = candidates[1:]
    if not candidates:
        return ""
    place = _best(candidates)
    summary = candidates[place]
    if place + 1 < len(candidates):
        both = f"{summary} {candidates[place + 1]}"
        if len(both) <= limit:
            summary = both
    return shortened(summary, limit)


def shortened(text: str, limit: int) -> str:
    """Return text of at most ``limit`` characters, cut at a clause or word, with an ellipsis."""
    if len(text) <= limit:
        return text
    room = text[: max(0, limit - 1)]
    clauses = [found.start() for found in _CLAUSE.finditer(room)]
    end = clauses[-1] if clauses and clauses[-1] > limit * 2 // 3 else room.rfind(" ")
    if end <= limit // 3:
        end = len(room)
    return (room[:end].rstrip(_LOOSE_ENDS) + _ELLIPSIS)[:limit]


def _best(candidates: list[str]) -> int:
    for cue in _CUES:
        for place, sentence in enumerate(candidates):
            if cue.search(sentence):
                return place
    return 0


def _same(sentence: str, title: str) -> bool:
    return sentence.rstrip(".").casefold() == title.rstrip(".").casefold()
