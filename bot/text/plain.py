"""Source text to readable text: TeX to Unicode, hard-wrapped lines joined, controls dropped.

Text that needs nothing comes back as it is. Never raises, never loses words; takes linear time.
"""

import re
from dataclasses import dataclass

from bot.text.symbols import SILENT
from bot.text.tex import to_unicode

_NEEDS_WORK = re.compile(r"[\\$~{}`]|''|--")
_SIGNS = ("\\", "$", "~", "{", "}", "`", "''", "--")
"""What `_NEEDS_WORK` looks for."""
_BREAK = re.compile(r"[ \t]*[\r\n\t\v\f\x85\u2028\u2029][\s]*")
# Controls (but white space), lone surrogates, and the marks that reorder text on a screen.
_UNSHOWABLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff"
    r"\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_BLANKS = re.compile(r"  +")


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
    if not (raw.isascii() and raw.isprintable()):
        return False
    return not any(sign in raw for sign in _SIGNS)


def readable(raw: str) -> str:
    """Return the text to display for a title, abstract or name as its source wrote it."""
    return read(raw).text


def read(raw: str) -> Readable:
    """Return the text to display together with what in it is not compared."""
    text = _BREAK.sub(" ", _UNSHOWABLE.sub("", raw)).strip()
    if not _NEEDS_WORK.search(text):
        return Readable(text)
    return _without_marks(_BLANKS.sub(" ", to_unicode(text)).strip())


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
