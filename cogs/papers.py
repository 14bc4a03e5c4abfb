"""/paper and /search: single papers, and those that a query finds."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import answer, defer, show
from bot.delivery.components import view_of
from bot.services.lookups import Results
from cogs.wording import code

Interaction = discord.Interaction[PaperwireBot]

MOST_RESULTS = 10


class Papers(commands.Cog):
    """Looking papers up."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._lookups = bot.services.lookups

    @app_commands.command()
    @app_commands.describe(reference="An arXiv number, a link to the paper, or words.")
    async def paper(self, interaction: Interaction, reference: str) -> None:
        """Show one paper: its abstract, authors and links."""
        await defer(interaction)
        await _show(interaction, await self._lookups.paper(reference))

    @app_commands.command()
    @app_commands.describe(query="Keywords, as for /subscribe: diffusion model AND 3d")
    async def search(self, interaction: Interaction, query: str) -> None:
        """Show the newest papers that a query finds, before you subscribe to it."""
        await defer(interaction)
        await _show(interaction, await self._lookups.search(query, limit=MOST_RESULTS))


async def _show(interaction: Interaction, found: Results) -> None:
    if not found.entries:
        await answer(interaction, nothing_text(found.query))
    elif len(found.entries) == 1:
        await show(interaction, view_of(cards.paper(found.entries[0])))
    else:
        heading = f"Newest papers for {found.query}"
        await show(interaction, view_of(cards.results(found.entries, heading=heading)))


def nothing_text(query: str) -> str:
    """Return what to do when a query finds nothing."""
    return (
        f"I have seen no paper for {code(query)} yet. Try fewer or other words, or give the "
        "paper's arXiv number or link to /paper. /subscribe tells you when one comes."
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the commands."""
    await bot.add_cog(Papers(bot))
