"""/preview: what a query would have posted, without subscribing to it."""

from typing import cast

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import AnsweringView, answer, defer, replace
from bot.services.previews import MOST_DAYS, PREVIEW_DAYS
from cogs.kept import Kept
from cogs.narrower import NarrowerMenu, options_of, query_of
from cogs.preview_text import fitting, preview_lines
from cogs.wording import code, reading

Interaction = discord.Interaction[PaperwireBot]


class Previews(commands.Cog):
    """Looking back."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._previews = bot.services.previews
        self.kept: Kept[str] = Kept()
        """Queries too long for an option."""

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
        text, view = await self.look_back(query, days)
        await answer(interaction, text, view or discord.utils.MISSING)

    async def look_back(self, query: str, days: int) -> tuple[str, ui.View | None]:
        """Return what a query would have posted, with a menu of narrower ones for a broad one."""
        preview = await self._previews.of(query, days)
        lines = [
            f"Looking back for {code(query)}:",
            *filter(None, [reading(query, preview.query)]),
            *preview.advice,
            *preview_lines(preview),
        ]
        if not preview.narrower:
            return fitting(lines), None
        view = AnsweringView(timeout=None)
        view.add_item(LookMenu(str(days), options_of(preview, self.kept)))
        return fitting(lines), view


class LookMenu(NarrowerMenu, template=r"pw1:look:(?P<name>[0-9]{1,3})"):
    """Looks back for another query over as many days."""

    kind, placeholder = "look", "Look back for a narrower one…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Put the other look back in the place of this one."""
        cog = cast("Previews", interaction.client.get_cog("Previews"))
        query = query_of(self.chosen(interaction), cog.kept)
        await interaction.response.defer()
        text, view = await cog.look_back(query, int(self.name))
        await replace(interaction, text, view)


async def setup(bot: PaperwireBot) -> None:
    """Add the command and the menu."""
    bot.add_dynamic_items(LookMenu)
    await bot.add_cog(Previews(bot))
