"""/preview: what a query would have posted, without subscribing to it."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.services.previews import MOST_DAYS, PREVIEW_DAYS
from cogs.preview_text import fitting, preview_lines
from cogs.wording import code, reading

Interaction = discord.Interaction[PaperwireBot]


class Previews(commands.Cog):
    """Looking back."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._previews = bot.services.previews

    @app_commands.command()
    @app_commands.describe(
        query="Keywords, as for /subscribe: diffusion model AND 3d",
        days=f"How far to look back; {PREVIEW_DAYS} days if you name none.",
    )
    async def preview(
        self,
        interaction: Interaction,
        query: str,
        days: app_commands.Range[int, 1, MOST_DAYS] = PREVIEW_DAYS,
    ) -> None:
        """Show what a query would have posted, without subscribing to it."""
        await defer(interaction)
        preview = await self._previews.of(query, days)
        lines = [
            f"Looking back for {code(query)}:",
            *filter(None, [reading(query, preview.query)]),
            *preview.advice,
            *preview_lines(preview),
        ]
        await answer(interaction, fitting(lines))


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    await bot.add_cog(Previews(bot))
