"""HTML put together so that text cannot become markup. Pure.

Whatever is not `Html` already is escaped, in texts and in attributes; there is no way around it.
"""

import html
import re
from collections.abc import Iterable


class Html(str):
    """Text that is markup already; only this module makes it out of text."""

    __slots__ = ()


NOTHING = Html("")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, what turns the direction of writing, and what UTF-8 cannot hold."""
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

Child = str | None
Attribute = str | int | bool | None


def escaped(text: str) -> Html:
    """Return a text as HTML that shows it; `Html` is returned as it is."""
    return text if isinstance(text, Html) else Html(html.escape(_UNSEEN.sub("\ufffd", text)))


def joined(parts: Iterable[Child]) -> Html:
    """Return parts one after another; None is left out."""
    return Html("".join(escaped(part) for part in parts if part is not None))


def element(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return an element; attributes that are None or False are left out.

    ``class_`` is the attribute ``class``, ``data_press`` is ``data-press``.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.strip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'


def web_address(url: object) -> str | None:
    """Return an address that a link may lead to: over http or https; None for any other."""
    text = str(url)
    return text if re.match(r"https?://[^\s/]", text, re.IGNORECASE) else None
