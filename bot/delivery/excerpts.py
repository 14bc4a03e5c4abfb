"""Where terms hit a paper: the words around, the hit in bold, as inert markdown. Pure."""

from collections.abc import Iterator

from bot.delivery.escape import inert_within
from bot.delivery.marked import Marked, mark
from bot.domain import Field, Span
from bot.matching.matcher import Match
from bot.matching.prepared import Prepared

_AROUND = 45
"""Letters shown on either side."""
_LONGEST = 180


def hits(found: Match, prepared: Prepared) -> Iterator[tuple[str, str]]:
    """Yield each term that hit, and the text around its first place, "" where it has none."""
    for term, spans in found.terms:
        yield term, excerpt(spans[0], prepared) if spans else ""


def excerpt(span: Span, prepared: Prepared) -> str:
    """Return the words around a span, the span in bold."""
    text = prepared.title if span.field is Field.TITLE else prepared.abstract
    whole = mark(text, [(span.start, span.end)])
    return inert_within(_cut(whole, span.start, span.end, _AROUND), _LONGEST)


def around(whole: Marked, limit: int) -> Marked | None:
    """Return the words around the first bold ones, about `limit` letters; None without any."""
    start = whole.bold.find(1)
    if start < 0:
        return None
    end = whole.bold.find(0, start)
    end = len(whole) if end < 0 else end
    return _cut(whole, start, end, max(0, limit - (end - start) - len("……")) // 2)


def _cut(whole: Marked, start: int, end: int, more: int) -> Marked:
    """Return a piece with so many letters more on either side, at blanks, an ellipsis for each."""
    text = whole.text
    first, last = max(0, start - more), min(len(text), end + more)
    if first:
        first = text.find(" ", first, start) + 1 or first
    if last < len(text):
        blank = text.rfind(" ", end, last)
        last = last if blank < 0 else blank
    piece = whole.cut(first, last)
    return Marked(
        f"{'…' * (first > 0)}{piece.text}{'…' * (last < len(text))}",
        bytes(first > 0) + piece.bold + bytes(last < len(text)),
    )
