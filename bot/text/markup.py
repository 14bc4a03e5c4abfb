"""HTML that a source left in a text: entities become letters, tags that only format go.

Anything else in angle brackets is text: <think>, <image>, x < y.
"""

import re
from html.entities import html5

_ENTITY = re.compile(r"\\?&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z][A-Za-z0-9]{1,31});")
_PAIRED = "i|b|em|strong|u|tt|span|sup|sub|small|italic|bold|scp|sc|inf|jats:[a-z-]{1,20}"
_TAG = re.compile(
    rf"<(?P<open>{_PAIRED})(?: [^<>]{{0,200}})?>|</(?P<close>{_PAIRED})>"
    r"|<a (?:[^<>]{0,200} )?href=[\"']?(?P<target>[^\s\"'<>]{1,500})[\"']?[^<>]{0,200}>"
    r"|(?P<end></a>)"
    r"|<(?P<blank>br|/?p|/?div|hr)(?: [^<>]{0,200})? ?/?>",
    re.IGNORECASE,
)
_SCRIPTS = {"sup": "^", "sub": "_", "inf": "_"}
_OF_TEX = frozenset("${}")
_PARAGRAPHS = re.compile(r"<br ?/?>|</?p>|</div>", re.IGNORECASE)


def without_markup(text: str) -> str:
    """Return the text without HTML; what only TeX can say, as scripts, is left to it."""
    if "<" in text and ("</" in text or _PARAGRAPHS.search(text)):
        text = _without_tags(text)
    return _ENTITY.sub(_letter, text) if "&" in text else text


def _letter(found: re.Match[str]) -> str:
    entity = found.group().removeprefix("\\").removeprefix("&").removesuffix(";")
    if entity[0] != "#":
        letters = html5.get(entity + ";", found.group())
    else:
        code = int(entity[1:]) if entity[1].isdigit() else int(f"0{entity[1:]}", 16)
        usable = 0x20 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - Unicode's
        letters = chr(code) if usable else found.group()
    return f"\\{letters}" if letters in _OF_TEX else letters


def _without_tags(text: str) -> str:
    """Drop tags that format, each with its other half; one that stands alone is text."""
    pieces: list[str] = []
    opened: list[tuple[str, int]] = []
    links: list[tuple[str, int]] = []
    done = 0
    for found in _TAG.finditer(text):
        pieces.append(text[done : found.start()])
        done = found.end()
        pieces.append(found.group())
        place = len(pieces) - 1
        if found["blank"]:
            pieces[place] = " "
        elif found["open"]:
            opened.append((found["open"].lower(), place))
        elif found["target"]:
            links.append((found["target"], place))
        elif found["end"] and links:
            target, start = links.pop()
            pieces[start], pieces[place] = f"\\href{{{target}}}{{", "}"
        elif found["close"] and opened and opened[-1][0] == found["close"].lower():
            name, start = opened.pop()
            mark = _SCRIPTS.get(name)
            pieces[start], pieces[place] = (f"\\({mark}{{", "}\\)") if mark else ("", "")
    return "".join([*pieces, text[done:]])
