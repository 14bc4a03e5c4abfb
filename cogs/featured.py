"""/daily and /trending: what readers made of papers, page by page."""

from collections.abc import Mapping
from datetime import date

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import defer, show
from bot.delivery.components import view_of
from bot.domain import PaperMatch
from bot.errors import UserError
from bot.services.featured import Featured, FeaturedPapers
from cogs.named import NamedButton, turns
from cogs.wording import plural

Interaction = discord.Interaction[PaperwireBot]

PERIODS: Mapping[str, int] = {"day": 1, "week": 7, "month": 30}
"""Days."""
_IN_WORDS = {"day": "today", "week": "this week", "month": "this month"}


class FeaturedCog(commands.Cog, name="Featured"):
    """What readers upvoted."""

    @app_commands.command()
    @app_commands.describe(date="A day, such as 2025-11-28; today if you name none.")
    async def daily(self, interaction: Interaction, date: str | None = None) -> None:
        """Show the Hugging Face Daily Papers of a day, the most upvoted first."""
        day = None if date is None else day_of(date)
        await defer(interaction)
        await show(interaction, await view_for(_featured(interaction), _key(day), 1))

    @app_commands.command()
    @app_commands.describe(period="How far back; a week if you name nothing.")
    @app_commands.choices(
        period=[app_commands.Choice(name=told, value=name) for name, told in _IN_WORDS.items()]
    )
    async def trending(self, interaction: Interaction, period: str = "week") -> None:
        """Show the papers of the last day, week or month that have most upvotes."""
        await defer(interaction)
        await show(interaction, await view_for(_featured(interaction), period, 1))


def day_of(typed: str) -> date:
    """Return the day that is typed; raises UserError, which shows how to write one."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise UserError("I do not understand the day. Write it as 2025-11-28.") from None


async def view_for(featured: FeaturedPapers, which: str, page: int) -> ui.LayoutView:
    """Return a page of what a key names: a period, a day, or ``latest``; raises UserError."""
    if which in PERIODS:
        found = await featured.trending(PERIODS[which], page)
        heading = f"Most upvoted {_IN_WORDS[which]}"
    else:
        day = None if which == "latest" else day_of(which)
        found = await featured.of_day(day, page)
        heading = "Daily Papers of today" if day is None else f"Daily Papers of {day:%A} {day}"
    entries = [PaperMatch(paper) for paper in found.papers]
    view = view_of(cards.page_of_results(entries, heading=heading, note=_note(found)))
    for row in turns(FeaturedButton, f"{which}:", page, has_more=found.has_more):
        view.add_item(row)
    return view


def _note(found: Featured) -> str:
    known = "" if found.total is None else plural(found.total, "paper")
    page = f"Page {found.page}" if found.page > 1 or found.has_more else ""
    return " · ".join(filter(None, (known, page))) or "By upvotes on Hugging Face"


def _key(day: date | None) -> str:
    return "latest" if day is None else day.isoformat()


def _featured(interaction: Interaction) -> FeaturedPapers:
    return interaction.client.services.featured


class FeaturedButton(
    NamedButton,
    template=r"pw1:featured:(?P<name>(?:day|week|month|latest|[0-9-]{10}):[1-9][0-9]{0,3})",
):
    """Shows another page."""

    kind = "featured"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Put the other page in the place of this one."""
        await interaction.response.defer()
        which, _, page = self.name.partition(":")
        view = await view_for(_featured(interaction), which, int(page))
        await interaction.edit_original_response(view=view)


async def setup(bot: PaperwireBot) -> None:
    """Add the commands and the button."""
    bot.add_dynamic_items(FeaturedButton)
    await bot.add_cog(FeaturedCog())
