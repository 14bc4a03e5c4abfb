"""What is near a paper, and how to get there: lists, and titles as they are typed.

Contains no command.
"""

import discord
from discord import app_commands, ui

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import defer, show
from bot.delivery.components import view_of
from bot.errors import NotFound
from bot.services.similar import Neighbours

Interaction = discord.Interaction[PaperwireBot]

_MOST_CHOICES = 25
_LONGEST_CHOICE = 100
"""Choices of an option, and letters of each (Application Command Object)."""
_FEWEST_LETTERS = 3
_LONGEST_SHOWN = 120
"""Letters of a title in a heading."""


async def show_similar(interaction: Interaction, reference: str) -> None:
    """Answer with the papers similar to one, or to a description."""
    await defer(interaction)
    found = await interaction.client.services.similar.to(reference)
    if not found.entries:
        raise NotFound(
            "Nothing stored is near to it yet. Papers come in as they are announced; try again "
            "when there are more."
        )
    await show(interaction, _view(found, f"Similar to “{_shortened(found.of)}”"))


async def show_instead(interaction: Interaction, query: str) -> None:
    """Add what is near to a query that nothing matches, where something is."""
    found = await interaction.client.services.similar.instead_of(query)
    if found is not None and found.entries:
        await show(interaction, _view(found, "Not matches, but near to it"))


async def titles(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Return the papers whose titles have the words typed so far."""
    if len(typed.strip()) < _FEWEST_LETTERS:
        return []
    found = await interaction.client.services.similar.titles(typed, _MOST_CHOICES)
    return [
        app_commands.Choice(name=_shortened(title, _LONGEST_CHOICE), value=id_)
        for id_, title in found
        if len(id_) <= _LONGEST_CHOICE
    ]


def _view(found: Neighbours, heading: str) -> ui.LayoutView:
    how = "words and meaning" if found.by_meaning else "words"
    note = f"The nearest of the stored papers, by {how}."
    return view_of(cards.page_of_results(found.entries, heading=heading, note=note, keywords=False))


def _shortened(text: str, most: int = _LONGEST_SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
