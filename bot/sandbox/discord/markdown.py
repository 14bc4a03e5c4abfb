"""Discord's markdown as styled terminal text. Pure; what it does not know stays as it was written.

Control characters never reach the terminal: paper text is hostile, and an escape sequence in it
would be obeyed.
"""

import re
import unicodedata
from datetime import UTC, datetime

from rich.style import Style
from rich.text import Text

_BLOCK = re.compile(r"(?P<heading>#{1,3}) |(?P<small>-#) |(?P<quote>>) |(?P<item>[-*]) ")
_INLINE = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>(?:\\.|[^\]\\])+)\]\(<?(?P<url>https?://[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)"
    r"|<(?P<bare>https?://[^\s<>]+)>"
    r"|(?P<plain>https?://[^\s<>]+)"
    r"|\*\*(?P<bold>(?:\\.|[^\\\n])+?)\*\*"
    r"|__(?P<underline>(?:\\.|[^\\\n])+?)__"
    r"|~~(?P<strike>(?:\\.|[^\\\n])+?)~~"
    r"|\*(?P<italic>(?:\\.|[^\\*\s])(?:\\.|[^\\*\n])*)\*"
    r"|(?<!\w)_(?P<italic2>(?:\\.|[^\\_\s])(?:\\.|[^\\_\n])*)_(?!\w)"
    r"|<t:(?P<time>\d{1,11})(?::[tTdDfFR])?>"
)
_STYLES = {
    "bold": Style(bold=True),
    "underline": Style(underline=True),
    "strike": Style(strike=True),
    "italic": Style(italic=True),
    "italic2": Style(italic=True),
}
_LINE_STYLES = {"heading": Style(bold=True), "small": Style(dim=True), "quote": Style(italic=True)}
_LINE_MARKS = {"quote": "│ ", "item": "• "}
DEPTH = 8
"""How deep styles may nest before the rest is shown as written."""


def safe(text: str) -> str:
    """Return ``text`` without control and direction-changing characters, line breaks kept."""
    return "".join(
        letter
        for letter in text
        if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf"} or letter == "\u200d"
    )


def styled(source: str) -> Text:
    """Return a text display, content or embed description as Discord would show it."""
    return Text("\n").join(_line(line) for line in safe(source).split("\n"))


def linked(label: str, url: str) -> Text:
    """Return a label that a terminal opens as a link."""
    return Text(safe(label), Style(underline=True, color="blue", link=safe(url)))


def _line(line: str) -> Text:
    block = _BLOCK.match(line)
    if block is None or block.lastgroup is None:
        return _inline(line, 0)
    text = Text(_LINE_MARKS.get(block.lastgroup, ""))
    text.append_text(_inline(line[block.end() :], 0))
    text.stylize(_LINE_STYLES.get(block.lastgroup, Style.null()))
    return text


def _inline(source: str, depth: int) -> Text:
    text, at = Text(), 0
    if depth > DEPTH:
        return Text(source)
    for match in _INLINE.finditer(source):
        text.append(source[at : match.start()])
        text.append_text(_span(match, depth))
        at = match.end()
    return text.append(source[at:])


def _span(match: re.Match[str], depth: int) -> Text:
    kind = str(match.lastgroup)
    inner = match[kind]
    if kind == "url":
        return _link(match["label"], inner, depth)
    if kind in {"bare", "plain"}:
        return linked(inner, inner)
    if kind == "code":
        return Text(inner, Style(reverse=True))
    if kind == "time":
        return Text(f"{datetime.fromtimestamp(int(inner), UTC):%d %B %Y %H:%M} UTC")
    if kind == "escaped":
        return Text(inner)
    text = _inline(inner, depth + 1)
    text.stylize(_STYLES[kind])
    return text


def _link(label: str, url: str, depth: int) -> Text:
    text = _inline(label, depth + 1)
    text.stylize(Style(underline=True, color="blue", link=url))
    return text.append(f" {url}", Style(dim=True, underline=False, link=None))
