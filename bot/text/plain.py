"""Source text to readable text: TeX to Unicode, hard-wrapped lines joined, controls dropped.

Text that needs nothing comes back as it is. Never raises, never loses words; takes linear time.
"""

import re
from dataclasses import dataclass

from bot.text.markup import without_markup
from bot.text.spacing import SILENT
from bot.text.stripped import is_stripped, restored
from bot.text.tex import to_unicode
from bot.text.wraps import is_one_line, one_line

_NEEDS_TEX = re.compile(r"[\\$~{}`]|''|--")
_MARKS = re.compile(r"[\\$~{}`&<]|''|--|  ")
# Controls (but white space), lone surrogates, what shows nothing, and the marks that reorder text.
_UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Readable:
    """Displayed text, and the offsets in it of signs that are shown but not compared.

    Those are ``_`` and ``^`` of TeX math where Unicode has no such script: ``$x_{max,t}$``.
    """

    text: str
    silent: frozenset[int] = frozenset()

    @property
    def compared(self) -> str:
        """What is displayed without what is not compared."""
        if not self.silent:
            return self.text
        return "".join(letter for place, letter in enumerate(self.text) if place not in self.silent)


def is_plain(raw: str) -> bool:
    """Say, quickly, whether a text surely displays as it is, blanks at its ends aside."""
    if not (raw.isascii() and raw.isprintable()) or _MARKS.search(raw):
        return False
    return is_one_line(raw) and not is_stripped(raw)


def readable(raw: str) -> str:
    """Return the text to display for a title, abstract or name as its source wrote it."""
    return read(raw).text


def read(raw: str, *, is_typed: bool = False) -> Readable:
    """Return the text to display together with what in it is not compared.

    In what a person typed no backslash was lost: a word such as "rightarrow" is that word.
    """
    text = one_line(_UNSHOWABLE.sub("", without_markup(raw)))
    text = text if is_typed else restored(text)
    if not _NEEDS_TEX.search(text):
        return Readable(text)
    return _without_marks(one_line(to_unicode(text)))


def _without_marks(marked: str) -> Readable:
    pieces = marked.split(SILENT)
    if len(pieces) == 1:
        return Readable(marked)
    silent: list[int] = []
    length = len(pieces[0])
    for piece in pieces[1:]:
        silent.append(length)
        length += len(piece)
    return Readable("".join(pieces), frozenset(silent))
