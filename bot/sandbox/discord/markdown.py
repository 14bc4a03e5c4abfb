"""Discord's markdown as styled terminal text. Pure; the tree comes from `markup`.

Control characters never reach the terminal: paper text is hostile, and an escape sequence in it
would be obeyed.
"""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from rich.style import Style
from rich.text import Text

from bot.sandbox.discord import markup
from bot.sandbox.discord.markup import (
    Block,
    Code,
    Inline,
    Item,
    Link,
    Mention,
    Moment,
    Paragraph,
    Plain,
    Preformatted,
    Quote,
    Styled,
    Title,
)

_STYLES: dict[markup.Style, Style] = {
    "bold": Style(bold=True),
    "underline": Style(underline=True),
    "strike": Style(strike=True),
    "italic": Style(italic=True),
    "spoiler": Style(dim=True),
}
_CODE = Style(reverse=True)


def safe(text: str) -> str:
    """Return ``text`` without control and direction-changing characters, line breaks kept."""
    return "".join(
        letter
        for letter in text
        if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf"} or letter == "\u200d"
    )


def styled(source: str) -> Text:
    """Return a text display, content or embed description as Discord would show it."""
    return _below_each_other(markup.read(safe(source)))


def linked(label: str, url: str) -> Text:
    """Return a label that a terminal opens as a link."""
    return Text(safe(label), Style(underline=True, color="blue", link=safe(url)))


def _below_each_other(found: Iterable[Block]) -> Text:
    return Text("\n").join(_block(each) for each in found)


def _block(block: Block) -> Text:
    match block:
        case Paragraph(inside):
            return _inline(inside)
        case Preformatted(text=text):
            return Text(text, _CODE)
        case Quote(inside):
            lines = _below_each_other(inside).split("\n", allow_blank=True)
            quoted = Text("\n").join(Text("│ ").append_text(line) for line in lines)
            quoted.stylize(Style(italic=True))
            return quoted
        case Item(depth, number, inside):
            mark = "•" if number is None else f"{number}."
            return Text(f"{'  ' * depth}{mark} ").append_text(_inline(inside))
        case Title(level, inside):
            title = _inline(inside)
            title.stylize(Style(bold=True) if level else Style(dim=True))
            return title


def _inline(found: Iterable[Inline]) -> Text:
    text = Text()
    for each in found:
        text.append_text(_span(each))
    return text


def _span(what: Inline) -> Text:
    match what:
        case Plain(text):
            return Text(text)
        case Code(text):
            return Text(text, _CODE)
        case Moment(seconds):
            return Text(_moment(seconds))
        case Mention(source):
            return Text(source)
        case Link(url, inside):
            return linked(url, url) if inside is None else _masked(url, inside)
        case Styled(style, inside):
            styled = _inline(inside)
            styled.stylize(_STYLES[style])
            return styled


def _masked(url: str, inside: Iterable[Inline]) -> Text:
    text = _inline(inside)
    text.stylize(Style(underline=True, color="blue", link=url))
    return text.append(f" {url}", Style(dim=True, underline=False, link=None))


def _moment(seconds: int) -> str:
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%d %B %Y %H:%M} UTC"
    except (OverflowError, ValueError, OSError):
        return "Invalid Date"
