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
    start, end = max(0, span.start - _AROUND), min(len(text), span.end + _AROUND)
    if start:
        start = text.find(" ", start, span.start) + 1 or start
    if end < len(text):
        blank = text.rfind(" ", span.end, end)
        end = end if blank < 0 else blank
    whole = mark(text, [(span.start, span.end)])
    piece = whole.cut(start, end)
    shown = Marked(
        f"{'…' * (start > 0)}{piece.text}{'…' * (end < len(text))}",
        bytes(start > 0) + piece.bold + bytes(end < len(text)),
    )
    return inert_within(shown, _LONGEST)
