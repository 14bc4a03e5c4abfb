"""Stored messages as a terminal shows them: one panel per card, buttons in brackets.

Pure: values in, `rich` renderables out; prints nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bot.sandbox.discord.markdown import linked, safe, styled
from bot.sandbox.discord.messages import SELECTS, Kind, Message
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.world import Channel

_PLAIN_BORDER = "bright_black"


def rendered_channel(channel: Channel) -> RenderableType:
    """Return all that stands in a channel under its name, oldest first."""
    name = Rule(Text(f"#{safe(channel.name)}", Style(bold=True)), align="left")
    messages = channel.messages
    if not messages:
        return Group(name, Text("no messages", Style(dim=True)))
    return Group(name, *(rendered_message(message) for message in messages))


def rendered_message(message: Message) -> RenderableType:
    """Return one message under the name of its author."""
    parts: list[RenderableType] = [_header(message)]
    if message.loading:
        parts.append(Text("is thinking…", Style(dim=True)))
    if message.content:
        parts.append(styled(message.content))
    parts += [_embed(embed) for embed in message.embeds]
    parts += _components(message.components)
    parts += [_file(str(each["filename"])) for each in message.attachments]
    return Group(*parts)


def with_names(message: Message, channels: Iterable[Channel]) -> Message:
    """Return the message with mentions of these channels as Discord shows them: by name."""
    body = json.dumps([message.content, message.components])
    for channel in channels:
        body = body.replace(channel.mention, f"#{channel.name}")
    content, components = json.loads(body)
    return replace(message, content=content, components=tuple(components))


def _header(message: Message) -> Text:
    header = Text(safe(message.author.name), Style(bold=True, color="cyan"))
    notes = [f"{message.created_at:%H:%M} UTC"]
    notes += ["edited"] if message.edited else []
    notes += ["only you can see this"] if message.ephemeral else []
    return header.append(f"  {' · '.join(notes)}", Style(dim=True, bold=False, color=None))


def _components(components: Iterable[Json]) -> list[RenderableType]:
    return [_component(each) for each in components]


def _component(component: Json) -> RenderableType:
    kind = component["type"]
    if kind == Kind.TEXT_DISPLAY:
        return styled(str(component["content"]))
    if kind == Kind.ACTION_ROW:
        return Text("  ").join(_pressable(each) for each in component["components"])
    if kind == Kind.CONTAINER:
        inside = Group(*_components(component["components"]))
        return Panel(inside, border_style=_border(component.get("accent_color")))
    if kind == Kind.SECTION:
        return _section(component)
    if kind == Kind.SEPARATOR:
        return Rule(style=_PLAIN_BORDER) if component.get("divider", True) else Text()
    return Group(*(_file(name) for name in _media_names(component)))


def _section(section: Json) -> RenderableType:
    accessory = section["accessory"]
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(ratio=1)
    grid.add_column(justify="right")
    beside = _pressable(accessory) if accessory["type"] == Kind.BUTTON else _component(accessory)
    grid.add_row(Group(*_components(section["components"])), beside)
    return grid


def _pressable(part: Json) -> Text:
    if part["type"] in SELECTS:
        return Text(f"[ {safe(part.get('placeholder') or 'Choose')} ▾ ]")
    emoji = safe(str((part.get("emoji") or {}).get("name") or ""))
    label = " ".join(word for word in (emoji, safe(str(part.get("label") or ""))) if word)
    text = linked(label, str(part["url"])) if part.get("url") else Text(label, Style(bold=True))
    if part.get("disabled"):
        text.stylize(Style(dim=True))
    return Text.assemble("[ ", text, " ]")


def _media_names(component: Json) -> list[str]:
    items = component.get("items") or [component]
    holders = [item.get("media") or item.get("file") or {} for item in items]
    described = [item.get("description") for item in items]
    return [
        str(text or holder.get("url", "")) for text, holder in zip(described, holders, strict=True)
    ]


def _file(name: str) -> Text:
    return Text(f"[file: {safe(name)}]", Style(dim=True))


def _border(colour: int | None) -> str:
    return _PLAIN_BORDER if colour is None else f"#{colour:06x}"


def _embed(embed: Json) -> RenderableType:
    parts: list[RenderableType] = []
    title, url = embed.get("title"), embed.get("url")
    if embed.get("author"):
        parts.append(Text(safe(str(embed["author"]["name"])), Style(bold=True)))
    if title:
        heading = linked(title, url) if url else styled(title)
        heading.stylize(Style(bold=True))
        parts.append(heading)
    if embed.get("description"):
        parts.append(styled(str(embed["description"])))
    for field in embed.get("fields") or ():
        name = styled(str(field["name"]))
        name.stylize(Style(bold=True))
        parts += [name, styled(str(field["value"]))]
    if embed.get("footer"):
        parts.append(Text(safe(str(embed["footer"]["text"])), Style(dim=True)))
    return Panel(Group(*parts), border_style=_border(embed.get("color")))
