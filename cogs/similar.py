"""/similar: what is near to a paper, or to what somebody describes, whatever words it uses."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from cogs import near

Interaction = discord.Interaction[PaperwireBot]


class Similar(commands.Cog):
    """Looking papers up by what they are about."""

    @app_commands.command()
    @app_commands.describe(
        paper="Its number, link or title; or say in a sentence what it is about."
    )
    async def similar(self, interaction: Interaction, paper: str) -> None:
        """Show the stored papers that are nearest to a paper, or to a description."""
        await near.show_similar(interaction, paper)

    @similar.autocomplete("paper")
    async def _titles(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await near.titles(interaction, typed)


async def setup(bot: PaperwireBot) -> None:
    """Add the command and the act."""
    bot.paper_acts["similar"] = near.show_similar
    await bot.add_cog(Similar())
