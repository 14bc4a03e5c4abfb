"""An extension whose command Discord does not take: its description is too long."""

import discord
from discord import app_commands

from bot.client import PaperwireBot


@app_commands.command(description="x" * 101)
async def long(interaction: discord.Interaction[PaperwireBot]) -> None:
    """Do nothing."""
    await interaction.response.defer()


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    bot.tree.add_command(long)
