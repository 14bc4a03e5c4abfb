"""Marks that TeX leaves while it is read: what is not compared, and where a blank may be needed.

No text that is read holds one of them, and none is left in what is displayed.
"""

import re
import unicodedata

SILENT = "\x00"
"""Stands before a sign that is shown but not compared."""
APART = "\x01"
"""Where a blank is needed if letters or digits stand on both sides."""
APART_WIDE = "\x02"
"""The same, before a parenthesis too: 1/2 (a + b)."""
APART_SILENT = SILENT + APART
"""The same, where the two are one word to those who compare: N_eff x."""
MARKS = SILENT + APART + APART_WIDE

_FULL_SIZE = frozenset(["Lu", "Ll", "Lt", "Lo", "Nd"])
"""Letters and digits that are no scripts: those close up."""
_APART = re.compile(f"(?:{SILENT}?[{APART}{APART_WIDE}])+")
_INSIDE = re.compile(r"(?<=[⟨⌊⌈]) | (?=[⟩⌋⌉])")


def spaced(text: str) -> str:
    """Return the text with blanks where marks ask for one; `SILENT` is left."""
    text = _APART.sub(_blank, text)
    return _INSIDE.sub("", text) if "⟨" in text or "⌊" in text or "⌈" in text else text


def _blank(found: re.Match[str]) -> str:
    text, marks = found.string, found.group()
    start, end = found.span()
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if APART_WIDE in marks and after and after in "(√∂∇∫∑":
        return " "
    if not (_is_of_word(before) and unicodedata.category(after or " ") in _FULL_SIZE):
        return ""
    return SILENT + " " if marks.count(SILENT) == len(marks) - marks.count(SILENT) else " "


def _is_of_word(letter: str) -> bool:
    return bool(letter) and (letter.isalnum() or unicodedata.category(letter) == "Mn")
