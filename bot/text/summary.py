"""A sentence that says what a paper does, cut out of its abstract. Writes nothing of its own.

`bot.text.features` chooses it and `bot.text.compression` drops what only joins it to others.
"""

import re

from bot.text.cues import Candidate
from bot.text.features import scores
from bot.text.plain import readable
from bot.text.sentences import sentences
from bot.text.weights import WEIGHTS

_CLAUSE = re.compile(r"[,;:]\s|\s[\u2013\u2014-]\s")
_LOOSE_ENDS = " ,;:-\N{EN DASH}\N{EM DASH}"
_ELLIPSIS = "…"


def extract(title: str, abstract: str, *, limit: int = 320) -> str:
    """Return a summary of at most ``limit`` characters as readable text, "" without an abstract.

    The one sentence that scores best: on SciTLDR one well chosen is closer to what people write
    than two. One that says nothing but the title is taken only where there is no other. A long one
    is cut at the end of a clause or word.
    """
    candidates = [Candidate.of(sentence) for sentence in sentences(readable(abstract))]
    if not candidates:
        return ""
    heading = Candidate.of(readable(title))
    more = [each for each in candidates if not each.subject <= heading.subject] or candidates
    found = scores(heading, more, WEIGHTS)
    return shortened(more[found.index(max(found))].text, limit)


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
