"""Votes on papers by buttons, and /top: what a server's members liked most."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import answer, defer, show
from bot.delivery.components import view_of
from bot.domain import ChannelId, GuildId, PaperId, PaperMatch, UserId
from bot.errors import NotFound
from bot.services.voting import Ballot
from cogs.named import NamedButton, turns

Interaction = discord.Interaction[PaperwireBot]

PERIODS = {"week": 7, "month": 30, "year": 365}
"""Days."""


class Votes(commands.Cog):
    """What members think of papers."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._voting = bot.services.voting

    async def up(self, interaction: Interaction, paper: PaperId) -> None:
        """Take a vote for a paper."""
        await self._vote(interaction, paper, 1)

    async def down(self, interaction: Interaction, paper: PaperId) -> None:
        """Take a vote against a paper."""
        await self._vote(interaction, paper, -1)

    async def _vote(self, interaction: Interaction, paper: PaperId, value: int) -> None:
        guild, channel = _place(interaction)
        await defer(interaction)
        user = UserId(interaction.user.id)
        ballot = await self._voting.vote(guild, channel, user, paper, value)
        await answer(interaction, ballot_text(ballot))

    @app_commands.command()
    @app_commands.describe(period="How far back votes count; a week if you name nothing.")
    @app_commands.choices(
        period=[app_commands.Choice(name=f"this {name}", value=name) for name in PERIODS]
    )
    async def top(self, interaction: Interaction, period: str = "week") -> None:
        """Show the papers that this server's members voted for most."""
        await defer(interaction)
        await show_top(interaction, period, 1)


async def show_top(interaction: Interaction, period: str, page: int) -> None:
    """Answer with a page of the papers that a server likes; raises NotFound where it has none."""
    guild, _ = _place(interaction)
    found = await interaction.client.services.voting.best(guild, PERIODS[period], page)
    if not found.entries:
        raise NotFound(
            f"Nobody here voted for a paper this {period}. The buttons 👍 and 👎 stand under each."
        )
    votes = {paper.id: f"👍 {tally.up} · 👎 {tally.down}" for paper, tally in found.entries}
    message = cards.annotated_page(
        [PaperMatch(paper) for paper, _ in found.entries],
        votes,
        heading=f"Top of the {period}",
        note=f"Page {page}" if page > 1 or found.has_more else "By this server's votes",
    )
    view = view_of(message)
    for row in turns(TopButton, f"{period}:", page, has_more=found.has_more):
        view.add_item(row)
    await show(interaction, view)


class TopButton(NamedButton, template=r"pw1:top:(?P<name>(?:week|month|year):[1-9][0-9]{0,2})"):
    """Shows another page."""

    kind = "top"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Show the page privately."""
        await defer(interaction)
        period, _, page = self.name.partition(":")
        await show_top(interaction, period, int(page))


def ballot_text(ballot: Ballot) -> str:
    """Return how a member's vote stands, and the server's with it."""
    said = {1: "👍 Noted.", -1: "👎 Noted: I show less of this kind.", None: "Taken back."}
    tally = ballot.tally
    return f"{said[ballot.mine]} In this server: {tally.up} for, {tally.down} against."


def _place(interaction: Interaction) -> tuple[GuildId, ChannelId]:
    if interaction.guild_id is None or interaction.channel_id is None:
        raise app_commands.NoPrivateMessage
    return GuildId(interaction.guild_id), ChannelId(interaction.channel_id)


async def setup(bot: PaperwireBot) -> None:
    """Add the command, the acts and the buttons."""
    cog = Votes(bot)
    bot.paper_acts |= {"up": cog.up, "down": cog.down}
    bot.add_dynamic_items(TopButton)
    await bot.add_cog(cog)
