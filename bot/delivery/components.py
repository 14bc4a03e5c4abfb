"""A message value as discord.py's Components V2 view. Decides nothing.

No container around the cards: the list of a channel's messages, which the outbox reads back to
find what it sent, has answered 500 where one holds a container (discord-api-docs issue 8611).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import discord
from discord import ui

from bot.delivery.buttons import LastingButton, LastingMenu
from bot.delivery.message import Button, Choices, LinkButton, Message, Part, Row, Rule, Text


def view_of(message: Message) -> ui.LayoutView:
    """Return the view to send; it needs a running loop and holds nothing that times out.

    Raises ValueError for more than 40 components.
    """
    view = ui.LayoutView(timeout=None)
    for part in message.parts():
        view.add_item(_item(part))
    return view


def _item(part: Part) -> ui.Item[ui.LayoutView]:
    match part:
        case Text(content):
            return ui.TextDisplay(content)
        case Rule():
            return ui.Separator()
        case Row(buttons):
            return ui.ActionRow(*map(_button, buttons))
        case Choices():
            return ui.ActionRow(_menu(part))


def _menu(choices: Choices) -> ui.Item[Any]:
    return LastingMenu(choices)


def _button(button: Button) -> ui.Item[Any]:
    if isinstance(button, LinkButton):
        return ui.Button(label=button.label, url=button.url)
    return LastingButton(button)


def texts_in(components: Sequence[discord.Component]) -> Iterator[str]:
    """Yield what a stored message displays and links to: texts and the addresses of buttons."""
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        elif isinstance(component, discord.Button):
            yield component.url or ""
        elif isinstance(
            component, discord.ActionRow | discord.Container | discord.SectionComponent
        ):
            yield from texts_in(component.children)
