"""/updates: what becomes of a post when something happens to a paper on it."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.domain import Updates as Choice
from cogs.targets import ChannelOption, target_of

Interaction = discord.Interaction[PaperwireBot]

_CHOICES = {
    "edit the post": Choice.EDIT,
    "leave posts as they are": Choice.OFF,
}


class Updates(commands.Cog):
    """The life of papers after their posts."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._services = bot.services

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(
        how="New version, withdrawal, publication, Daily Papers, code, many upvotes.",
        channel="The channel; this one if you name none.",
    )
    @app_commands.choices(
        how=[app_commands.Choice(name=name, value=each.value) for name, each in _CHOICES.items()]
    )
    async def updates(
        self, interaction: Interaction, how: str, channel: ChannelOption | None = None
    ) -> None:
        """Choose what becomes of posts when something happens to their papers."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        await defer(interaction)
        chosen = Choice(how)
        await self._services.updates.choose(target.id, target.guild_id, chosen)
        await answer(interaction, chosen_text(target.mention, chosen))


def chosen_text(where: str, chosen: Choice) -> str:
    """Return what becomes of a channel's posts."""
    if chosen is Choice.OFF:
        return (
            f"Posts in {where} stay as they are from now on, whatever happens to their papers. "
            "`/paper` always shows what is known now."
        )
    return (
        f"When a paper that was posted in {where} gets a new version, is withdrawn or published, "
        "is featured in Daily Papers, gets code or many upvotes, its post is edited. Nobody is "
        "notified, and nothing is posted again."
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    await bot.add_cog(Updates(bot))
