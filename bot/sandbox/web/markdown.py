"""Discord's markdown as HTML. Pure; the tree comes from `discord.markup`.

Mentions are inert: they are drawn, and lead nowhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial

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
from bot.sandbox.web.html import Child, Html, element, joined, web_address

_ELEMENTS = {"bold": "strong", "italic": "em", "underline": "u", "strike": "s"}
_STEPS = (("year", 31_536_000), ("month", 2_592_000), ("day", 86_400), ("hour", 3_600))


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, and when: what mentions and times are drawn by."""

    now: datetime
    zone: tzinfo = UTC
    names: Mapping[str, str] = field(default_factory=dict)
    """What mentions such as ``<#1>`` are shown as, by how they are written."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Where the page has the files that were sent along with the message, by their names."""
    pinged: frozenset[str] = frozenset()
    """Those mentions that notified somebody; the others of everyone are only words."""


def blocks(source: str, reading: Reading) -> Html:
    """Return a text display, a content or an embed's description."""
    return _blocks(markup.read(source), reading)


def line(source: str, reading: Reading) -> Html:
    """Return a text of which Discord draws no blocks, such as an embed's title."""
    return _inline(markup.read_line(source), reading)


def _blocks(found: Sequence[Block], reading: Reading) -> Html:
    parts: list[Html] = []
    items: list[Item] = []
    for block in found:
        if isinstance(block, Item):
            if items and _begins_another(block, items[0]):
                parts.append(_list(items, reading))
                items = []
            items.append(block)
            continue
        parts += [_list(items, reading)] if items else []
        items = []
        parts.append(_block(block, reading))
    parts += [_list(items, reading)] if items else []
    return joined(parts)


def _begins_another(item: Item, first: Item) -> bool:
    """Return whether bullets follow numbers, or numbers bullets, on the list's own depth."""
    return item.depth <= first.depth and (item.number is None) is not (first.number is None)


def _block(block: Paragraph | Title | Quote | Preformatted, reading: Reading) -> Html:
    if isinstance(block, Quote):
        return element("blockquote", _blocks(block.inside, reading))
    if isinstance(block, Preformatted):
        return element("pre", element("code", block.text))
    inside = _inline(block.inside, reading)
    if isinstance(block, Paragraph):
        return element("p", inside)
    if block.level == 0:
        return element("p", inside, class_="small")
    # One and two are the page's own headings.
    return element(f"h{block.level + 2}", inside)


def _list(items: Sequence[Item], reading: Reading) -> Html:
    """Return lines of a list: what is deeper than the first is inside the line before it."""
    depth, number = items[0].depth, items[0].number
    lines: list[Html] = []
    at = 0
    while at < len(items):
        below = next(
            (end for end in range(at + 1, len(items)) if items[end].depth <= depth), len(items)
        )
        nested = _list(items[at + 1 : below], reading) if below > at + 1 else None
        lines.append(element("li", _inline(items[at].inside, reading), nested))
        at = below
    if number is None:
        return element("ul", *lines)
    return element("ol", *lines, start=number)


def _inline(found: Sequence[Inline], reading: Reading) -> Html:
    return joined(_span(each, reading) for each in found)


def _span(what: Inline, reading: Reading) -> Html:
    if isinstance(what, Plain):
        return _words(what.text)
    if isinstance(what, Styled):
        inside = _inline(what.inside, reading)
        return _spoiler(inside) if what.style == "spoiler" else _styled(what, inside)
    if isinstance(what, Code):
        return element("code", what.text)
    if isinstance(what, Link):
        shown = _words(what.url) if what.inside is None else _inline(what.inside, reading)
        return link(what.url, shown, title=what.url)
    if isinstance(what, Moment):
        return moment(what.seconds, what.style, reading)
    return _mention(what, reading)


def _words(text: str) -> Html:
    first, *rest = text.split("\n")
    broken: list[Child] = [first]
    for each in rest:
        broken += [element("br"), each]
    return joined(broken)


def _styled(what: Styled, inside: Html) -> Html:
    return element(_ELEMENTS[what.style], inside)


def _spoiler(inside: Html) -> Html:
    hidden = element("span", inside, aria_hidden="true")
    return element(
        "span", hidden, class_="spoiler", role="button", tabindex=0, aria_label="Spoiler: show it"
    )


def link(url: object, *shown: Child, class_: str | None = None, title: str | None = None) -> Html:
    """Return a link that opens beside the page; bare words where the address is none to follow."""
    address = web_address(url)
    if address is None:
        return element("span", *shown)
    return element(
        "a",
        *shown,
        class_=class_,
        href=address,
        title=title,
        target="_blank",
        rel="noopener noreferrer nofollow",
    )


def _mention(mention: Mention, reading: Reading) -> Html:
    if mention.source in {"@everyone", "@here"} and mention.source not in reading.pinged:
        return joined([mention.source])
    name = mention.name or reading.names.get(mention.source) or _unknown(mention.source)
    return element("span", name, class_="emoji" if name.startswith(":") else "mention")


def _unknown(source: str) -> str:
    if source.startswith("@"):
        return source
    return "#unknown" if source.startswith("<#") else "@unknown"


def moment(seconds: int, style: str, reading: Reading) -> Html:
    """Return a time as the reader's own, in one of Discord's styles (`t`, `D`, `R`, …)."""
    try:
        then = datetime.fromtimestamp(seconds, reading.zone)
    except (OverflowError, ValueError, OSError):
        return joined(["Invalid Date"])
    text = _SHOWN[style](then) if style != "R" else relative(then, reading.now)
    return element("time", text, datetime=then.isoformat(), title=_SHOWN["F"](then))


def _as(form: str, then: datetime) -> str:
    return then.strftime(form).replace("DAY", str(then.day))


_SHOWN: Mapping[str, Callable[[datetime], str]] = {
    "t": partial(_as, "%H:%M"),
    "T": partial(_as, "%H:%M:%S"),
    "d": partial(_as, "%d/%m/%Y"),
    "D": partial(_as, "DAY %B %Y"),
    "f": partial(_as, "DAY %B %Y %H:%M"),
    "F": partial(_as, "%A, DAY %B %Y %H:%M"),
    "s": partial(_as, "%d/%m/%Y %H:%M"),
    "S": partial(_as, "%d/%m/%Y %H:%M:%S"),
}


def relative(then: datetime, now: datetime) -> str:
    """Return how long ago a time was, or how long it still is, in the largest fitting unit."""
    seconds = (then - now).total_seconds()
    away = abs(seconds)
    unit, length = next(((unit, length) for unit, length in _STEPS if away >= length), ("", 0))
    if not unit and away < 45:
        return "in a few seconds" if seconds > 0 else "a few seconds ago"
    count = round(away / length) if unit else max(1, round(away / 60))
    unit = unit or "minute"
    text = f"{count} {unit}{'s' * (count != 1)}"
    return f"in {text}" if seconds > 0 else f"{text} ago"
