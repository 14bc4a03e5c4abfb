"""Quotation marks as TeX writes them: ``…'' and `…' become “…” and ‘…’.

A mark without its other half, and `code` between two grave accents, stay readable as written.
"""

import re

_PAIRED = re.compile(
    r"(?<![\w\\`.,)])(?P<marks>`{1,2})(?![`\s])"
    r"(?:(?P<double>(?<=``)[^`]{1,600}?)(?:''|\"|``(?!\w))"
    r"|(?P<single>(?<!``)[^`]{1,300}?)(?<!\s)'(?!\w))"
)
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])`(?=(?:s|t|re|ve|ll|d|m)\b)")
_LEFT = re.compile(r"(?<!\\)``")
_RIGHT = re.compile(r"(?<=[^\s\d\\$'])''(?!\w)")


def quoted(text: str) -> str:
    """Return the text with its quotation marks as printers set them."""
    if "`" in text:
        text = _APOSTROPHE.sub("'", _PAIRED.sub(_printed, text))
        text = _LEFT.sub("“", text)
    return text


def _printed(found: re.Match[str]) -> str:
    if found["double"] is not None:
        return f"“{found['double']}”"
    return f"‘{found['single']}’"
