"""Buttons and menus under papers, which outlive restarts: they name an act and a paper.

What an act does is the client's to know (`Acting`); nothing is decided here.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, Self, cast

import discord
from discord import ui

from bot.delivery.answers import AnsweringButton, AnsweringMenu
from bot.delivery.message import Choices, PaperButton
from bot.domain import PaperId
from bot.errors import NotFound

Act = Callable[[Any, PaperId], Awaitable[None]]
"""Answers an interaction about a paper."""


class Acting(Protocol):
    """A client that knows what buttons do."""

    @property
    def paper_acts(self) -> Mapping[str, Act]:
        """What each act does."""


class LastingButton(
    AnsweringButton, template=r"pw1:paper:(?P<act>[a-z]{1,10}):(?P<paper>\S{1,80})"
):
    """A button under a paper, as discord.py sends it and knows it again."""

    def __init__(self, button: PaperButton) -> None:
        self._button = button
        super().__init__(ui.Button(label=button.label, custom_id=button.custom_id))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed, also one from before a restart."""
        label = str(getattr(item, "label", "") or match["act"])
        return cls(PaperButton(label, match["act"], PaperId(match["paper"])))

    async def pressed(self, interaction: discord.Interaction[Any], /) -> None:
        """Do what the act does; raises NotFound for a button of another version."""
        await _do(interaction, self._button.act, self._button.paper)


class LastingMenu(AnsweringMenu, template=Choices.custom_id):
    """A menu of papers, of which one is chosen to be shown whole."""

    def __init__(self, choices: Choices) -> None:
        options = [
            discord.SelectOption(label=label, value=paper) for label, paper in choices.papers
        ]
        placeholder = choices.placeholder
        super().__init__(
            ui.Select[Any](custom_id=choices.custom_id, placeholder=placeholder, options=options)
        )

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Return the menu in which something was chosen, also one from before a restart."""
        return cls(Choices("", ()))

    async def pressed(self, interaction: discord.Interaction[Any], /) -> None:
        """Show the paper privately, with all its buttons."""
        await _do(interaction, "abstract", PaperId(self.chosen(interaction)))


async def _do(interaction: discord.Interaction[Any], act: str, paper: PaperId) -> None:
    """Do what an act does; raises NotFound for one of another version."""
    known = cast("Acting", interaction.client).paper_acts.get(act)
    if known is None:
        raise NotFound("This button is of another version. Use the commands: see `/help`.")
    await known(interaction, paper)
