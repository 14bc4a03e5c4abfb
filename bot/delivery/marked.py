"""Text with the letters that are to be bold: cleaned, clipped and changed without losing them.

Knows nothing of Discord's markdown; that is `bot.delivery.escape`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_MARKS_IN_A_ROW = 2
"""Vietnamese, Thai and Hebrew need two combining marks on a letter; more is zalgo."""

# Letters and marks that show nothing, although Unicode does not class them as format characters.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Me"})


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, and for each of its code points whether it is bold (one byte, 0 or 1)."""

    text: str
    bold: bytes

    def __len__(self) -> int:
        return len(self.text)

    def cut(self, start: int, end: int) -> "Marked":
        """Return code points `start` up to `end`."""
        return Marked(self.text[start:end], self.bold[start:end])


def mark(text: str, spans: Iterable[tuple[int, int]] = ()) -> Marked:
    """Return `text` with the code points in `spans` (start, end) bold; spans may overlap."""
    bold = bytearray(len(text))
    for start, end in spans:
        low, high = max(start, 0), min(end, len(text))
        if low < high:
            bold[low:high] = b"\x01" * (high - low)
    return Marked(text, bytes(bold))


def clean(marked: Marked) -> Marked:
    """Drop what is not seen (controls, bidi, zero width, lone surrogates) and piled-up marks.

    Runs of white space become one blank; there is none at either end, and no line break.
    """
    if _is_clean(marked.text):
        return marked
    letters: list[str] = []
    bold = bytearray()
    marks = 0
    for letter, flag in zip(marked.text, marked.bold, strict=True):
        category = unicodedata.category(letter)
        blank = letter.isspace() or category[0] == "Z"
        if blank and (not letters or letters[-1] == " "):
            continue
        if not blank and (category in _DROPPED or letter in _INVISIBLE):
            continue
        marks = marks + 1 if category == "Mn" else 0
        if marks > _MARKS_IN_A_ROW:
            continue
        letters.append(" " if blank else letter)
        bold.append(flag)
    if letters and letters[-1] == " ":
        letters.pop()
        bold.pop()
    return Marked("".join(letters), bytes(bold))


def _is_clean(text: str) -> bool:
    """Whether nothing is to be done to a text, seen without looking at each of its letters."""
    is_plain = text.isascii() and text.isprintable()
    return is_plain and "  " not in text and not text.startswith(" ") and not text.endswith(" ")


def substitute(
    pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], marked: Marked
) -> Marked:
    """Replace each match; what comes in its place is as bold as the match's first letter."""
    pieces: list[str] = []
    bold = bytearray()
    last = 0
    for match in pattern.finditer(marked.text):
        new = replacement(match)
        start, end = match.span()
        flag = marked.bold[start : start + 1] or b"\x00"
        pieces += (marked.text[last:start], new)
        bold += marked.bold[last:start] + flag * len(new)
        last = end
    if not pieces:
        return marked
    pieces.append(marked.text[last:])
    bold += marked.bold[last:]
    return Marked("".join(pieces), bytes(bold))


def units(text: str) -> int:
    """Return the length in UTF-16 code units: never less than in code points.

    Discord does not document which of the two its limits count.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(marked: Marked, limit: int) -> Marked:
    """Shorten to `limit` UTF-16 units at most, at a blank where there is one, with an ellipsis."""
    if units(marked.text) <= limit:
        return marked
    end = 0
    room = limit - 2
    while end < len(marked) and (room := room - units(marked.text[end])) >= 0:
        end += 1
    blank = marked.text.rfind(" ", end // 2, end + 1)
    kept = marked.cut(0, end if blank < 0 else blank)
    text = kept.text.rstrip(" ,;:.-\u2013\u2014")
    # A URL would take the ellipsis for a part of itself.
    dots = " …" if "://" in text.rpartition(" ")[2] else "…"
    return Marked(text + dots, kept.bold[: len(text)] + bytes(len(dots)))
