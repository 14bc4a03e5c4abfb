"""Discord's markdown as a tree of what it means. Pure; what it does not know stays as written.

Source: what Discord's client shows, and its documents ("Message Formatting"). Bounded: no text
makes it take more than a moment, however it is built.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

DEPTH = 8
"""How deep styles may nest before the rest is shown as written."""

Style = Literal["bold", "italic", "underline", "strike", "spoiler"]


@dataclass(frozen=True, slots=True)
class Plain:
    """Words as they stand; a line break is a line break."""

    text: str


@dataclass(frozen=True, slots=True)
class Styled:
    """Words in a style."""

    style: Style
    inside: tuple["Inline", ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Words in a fixed width, on the line."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link over http or https; ``inside`` is None where the address itself is shown.

    As in Discord, a label that holds an address is none: nothing can pose as another link.
    """

    url: str
    inside: tuple["Inline", ...] | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that each reader sees in a zone of their own; ``seconds`` since 1970."""

    seconds: int
    style: str


@dataclass(frozen=True, slots=True)
class Mention:
    """What stands for a channel, role, user, command or emoji: `source` is how it was written."""

    source: str
    name: str = ""
    """As it is written in a command's mention and an emoji; empty for the others."""


Inline = Plain | Styled | Code | Link | Moment | Mention


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text."""

    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """A heading of level 1 to 3; 0 is the small grey line."""

    level: int
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks behind a bar."""

    inside: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list; ``depth`` counts from 0, ``number`` is None for a bullet."""

    depth: int
    number: int | None
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Preformatted:
    """A block of code."""

    language: str
    text: str


Block = Paragraph | Title | Quote | Item | Preformatted

_FENCE = re.compile(r"```(?:(?P<language>[\w+.#-]{1,30})\n)?\n*(?P<code>[^\n].*?)\n*```", re.DOTALL)
_LINE = re.compile(
    r"(?P<heading>#{1,3})[ ]+(?=\S)"
    r"|(?P<small>-#)[ ]+(?=\S)"
    r"|(?P<rest>>>>)[ ]"
    r"|(?P<quote>>)(?:[ ]|$)"
    r"|(?P<indent>[ ]{0,20})(?:[-*]|(?P<number>\d{1,9})\.)[ ]+(?=\S)"
)
_ADDRESS = r"https?://[^\s<>()\[\]\"]+(?:\([^\s<>()]*\)[^\s<>()\[\]\"]*)*"
_INLINE = re.compile(
    r"\\(?P<escaped>[^0-9A-Za-z\s])"
    r"|``(?P<double>(?:[^`]|`(?!`))+)``(?!`)"
    r"|`(?P<code>[^`]+)`(?!`)"
    r"|\[(?P<label>(?:(?!https?://)(?:\\.|[^\[\]\\])){1,400})\]"
    rf"\((?:<(?P<angled>https?://[^\s<>]+)>|(?P<masked>{_ADDRESS}))(?:[ ]+\"[^\"\n]{{0,100}}\")?\)"
    r"|<(?P<bare>https?://[^\s<>]+)>"
    rf"|(?P<plain>{_ADDRESS})"
    r"|<t:(?P<time>-?\d{1,13})(?::(?P<how>[tTdDfFRsS]))?>"
    r"|(?P<mention><(?:@[!&]?|#)\d{1,20}>|@everyone|@here)"
    r"|<(?:/(?P<command>[-\w ]{1,100}):|a?:(?P<emoji>\w{1,32}):)\d{1,20}>"
    r"|\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*(?!\*)"
    r"|__(?P<underline>(?:\\.|[^\\])+?)__(?!_)"
    r"|~~(?P<strike>(?:\\.|[^\\])+?)~~"
    r"|\|\|(?P<spoiler>(?:\\.|[^\\])+?)\|\|"
    r"|\*(?P<italic>(?=\S)(?:\*\*|\\.|[^*\\])+?)(?<=\S)\*(?!\*)"
    r"|(?<!\w)_(?P<slanted>(?:__|\\.|[^_\\])+?)_(?!\w)",
    re.DOTALL,
)
_STYLES: dict[str, Style] = {
    "bold": "bold",
    "underline": "underline",
    "strike": "strike",
    "spoiler": "spoiler",
    "italic": "italic",
    "slanted": "italic",
}
_AFTER_ADDRESS = ".,:;\"'!?"
"""Not part of an address that ends with it."""


def read(source: str) -> tuple[Block, ...]:
    """Return the blocks of a text display, a content or an embed's description."""
    return tuple(_blocks(source, 0))


def read_line(source: str) -> tuple[Inline, ...]:
    """Return what stands on one line, where Discord knows no blocks: an embed's title."""
    return _inline(source, 0)


def words(source: str) -> str:
    """Return only the words of a text, on one line: what a reader of all of it would say."""
    return " ".join(" ".join(_said(block) for block in read(source)).split())


def _said(what: Block | Inline) -> str:
    match what:
        case Plain(text) | Code(text) | Preformatted(text=text):
            return text
        case Moment():
            return ""
        case Mention(source, name):
            return name or source
        case Link(url, None):
            return url
        case Quote(inside):
            return " ".join(map(_said, inside))
    return "".join(map(_said, what.inside or ()))


def _blocks(source: str, depth: int) -> Iterator[Block]:
    at = 0
    for fence in _FENCE.finditer(source):
        yield from _lines(source[at : fence.start()].removesuffix("\n"), depth)
        yield Preformatted(fence["language"] or "", fence["code"])
        at = fence.end() + source.startswith("\n", fence.end())
    yield from _lines(source[at:], depth)


def _lines(source: str, depth: int) -> Iterator[Block]:
    """Yield blocks of a text without code: a line that begins none belongs to a paragraph."""
    lines = source.split("\n") if source else []
    plain: list[str] = []
    while lines:
        start = _LINE.match(lines[0])
        if start is None or (depth and (start["quote"] or start["rest"])):
            plain.append(lines.pop(0))
            continue
        yield from _paragraph(plain)
        plain = []
        yield _begun(start, lines, depth)
    yield from _paragraph(plain)


def _paragraph(lines: list[str]) -> Iterator[Paragraph]:
    if any(line.strip() for line in lines):
        yield Paragraph(_inline("\n".join(lines), 0))


def _begun(start: re.Match[str], lines: list[str], depth: int) -> Block:
    """Return the block that begins with the first line, and take its lines away."""
    if start["rest"]:
        quoted = "\n".join([lines[0][start.end() :], *lines[1:]])
        lines.clear()
        return Quote(tuple(_blocks(quoted, depth + 1)))
    if start["quote"]:
        return Quote(tuple(_blocks("\n".join(_quoted(lines)), depth + 1)))
    inside = _inline(lines.pop(0)[start.end() :], 0)
    if start["heading"]:
        return Title(len(start["heading"]), inside)
    if start["small"]:
        return Title(0, inside)
    number = int(start["number"]) if start["number"] else None
    return Item(min(len(start["indent"]) // 2, DEPTH), number, inside)


def _quoted(lines: list[str]) -> Iterator[str]:
    while lines and (start := _LINE.match(lines[0])) and start["quote"]:
        yield lines.pop(0)[start.end() :]


def _inline(source: str, depth: int) -> tuple[Inline, ...]:
    if depth > DEPTH:
        return (Plain(source),)
    found: list[Inline] = []
    at = 0
    for match in _INLINE.finditer(source):
        if source[at : match.start()]:
            found.append(Plain(source[at : match.start()]))
        found += _span(match, depth)
        at = match.end()
    return (*found, Plain(source[at:])) if source[at:] else tuple(found)


def _span(match: re.Match[str], depth: int) -> tuple[Inline, ...]:
    style = next((each for each in _STYLES if match[each] is not None), None)
    if style is not None:
        return (Styled(_STYLES[style], _inline(match[style], depth + 1)),)
    if match["label"] is not None:
        url = match["angled"] or match["masked"]
        return (Link(url, _inline(match["label"], depth + 1)),)
    if match["plain"] is not None:
        url = match["plain"].rstrip(_AFTER_ADDRESS)
        rest = match["plain"][len(url) :]
        return (Link(url), Plain(rest)) if rest else (Link(url),)
    if match["time"] is not None:
        return (Moment(int(match["time"]), match["how"] or "f"),)
    return (_word(match),)


def _word(match: re.Match[str]) -> Inline:
    if match["escaped"] is not None:
        return Plain(match["escaped"])
    if match["code"] is not None or match["double"] is not None:
        return Code(match["code"] or match["double"])
    if match["bare"] is not None:
        return Link(match["bare"])
    if match["command"] is not None:
        return Mention(match[0], f"/{match['command']}")
    return Mention(match[0], f":{match['emoji']}:" if match["emoji"] else "")
