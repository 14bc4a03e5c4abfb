"""The menu of narrower queries under a look back at a broad one. Contains no command."""

import re
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.client import PaperwireBot
from bot.delivery.answers import AnsweringMenu
from bot.services.previews import Preview
from cogs.kept import Kept
from cogs.preview_text import rate
from cogs.wording import on_a_line

Interaction = discord.Interaction[PaperwireBot]

_LONGEST = 100
"""Characters of an option's label and of its value (Select Option Structure)."""


Options = list[discord.SelectOption]


class NarrowerMenu(AnsweringMenu, template=r"(?!)"):
    """Offers narrower queries; each stands in its option, or is kept where it is too long.

    Subclasses say with `kind` and `placeholder` what comes of a choice.
    """

    kind: ClassVar[str]
    placeholder: ClassVar[str]

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        menu = ui.Select[Any](
            custom_id=f"pw1:{self.kind}:{name}", placeholder=self.placeholder, options=options
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the menu in which something was chosen, also one from before a restart."""
        return cls(match["name"], [])


def options_of(preview: Preview, kept: Kept[str]) -> Options:
    """Return the narrower queries that a look back found, with how often each would post."""
    return [
        discord.SelectOption(
            label=_clipped(on_a_line(each.query)),
            value=each.query if len(each.query) < _LONGEST else f"#{kept.put(each.query)}",
            description=f"about {rate(each.selected / preview.days)}",
        )
        for each in preview.narrower
    ]


def query_of(value: str, kept: Kept[str]) -> str:
    """Return the query of an option; raises NotFound for one that is forgotten."""
    # Canonical text never begins with a number sign.
    return kept.get(value[1:]) if value.startswith("#") else value


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
