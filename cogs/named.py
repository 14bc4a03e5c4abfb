"""Buttons and menus whose custom ids end in a name: of what is kept, of a paper, a subscription.

Contains no command.
"""

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import discord
from discord import ButtonStyle, ui

from bot.delivery.answers import AnsweringButton


class NamedButton(AnsweringButton, template=r"(?!)"):
    """A button known by its kind and a name; subclasses say both with a template of ``name``."""

    kind: ClassVar[str]
    label: ClassVar[str] = "…"
    style: ClassVar[ButtonStyle] = ButtonStyle.secondary

    def __init__(self, name: str, label: str | None = None) -> None:
        self.name = name
        custom_id = f"pw1:{self.kind}:{name}"
        super().__init__(
            ui.Button(label=label or self.label, style=self.style, custom_id=custom_id)
        )

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed, also one from before a restart."""
        return cls(match["name"])


def turns(
    kind: type[NamedButton], prefix: str, page: int, *, has_more: bool
) -> Sequence[ui.ActionRow[Any]]:
    """Return a row with the buttons to the pages beside one, or nothing if there are none.

    Their names are the prefix and the number of a page, from 1.
    """
    row: ui.ActionRow[Any] = ui.ActionRow()
    if page > 1:
        row.add_item(kind(f"{prefix}{page - 1}", "Previous"))
    if has_more:
        row.add_item(kind(f"{prefix}{page + 1}", "Next"))
    return [row] if row.children else []
