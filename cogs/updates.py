"""/updates: what becomes of a post when something happens to a paper on it."""

import discord
from discord import ChannelType, app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.domain import Updates as Choice
from bot.errors import NotAllowed, UserError
from cogs.targets import ChannelOption, Target, target_of

Interaction = discord.Interaction[PaperwireBot]

_CHOICES = {
    "edit the post": Choice.EDIT,
    "edit the post, and answer in its thread": Choice.THREAD,
    "leave posts as they are": Choice.OFF,
}
_WITH_THREADS = frozenset({ChannelType.text, ChannelType.news, ChannelType.forum})


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
        chosen = Choice(how)
        if chosen is Choice.THREAD:
            must_take_threads(target)
        await defer(interaction)
        await self._services.updates.choose(target.id, target.guild_id, chosen)
        await answer(interaction, chosen_text(target.mention, chosen))


def must_take_threads(target: Target) -> None:
    """Raise UserError for a channel without threads, NotAllowed where the bot may not use them."""
    if target.kind not in _WITH_THREADS:
        raise UserError(
            f"{target.mention} has no threads of its own. Choose to edit the post, or name a text "
            "channel or a forum."
        )
    needed = {"send_messages_in_threads": "Send Messages in Threads"}
    if target.kind is not ChannelType.forum:
        needed["create_public_threads"] = "Create Public Threads"
    lacking = [words for name, words in needed.items() if not getattr(target.bots, name)]
    if lacking and not target.bots.administrator:
        raise NotAllowed(
            f"I cannot answer in threads of {target.mention} yet: give me {' and '.join(lacking)} "
            "there (Edit Channel → Permissions), then try again."
        )


def chosen_text(where: str, chosen: Choice) -> str:
    """Return what becomes of a channel's posts."""
    if chosen is Choice.OFF:
        return (
            f"Posts in {where} stay as they are from now on, whatever happens to their papers. "
            "`/paper` always shows what is known now."
        )
    answered = " and answered in its thread" if chosen is Choice.THREAD else ""
    return (
        f"When a paper that was posted in {where} gets a new version, is withdrawn or published, "
        f"is featured in Daily Papers, gets code or many upvotes, its post is edited{answered}. "
        "Nothing is posted again."
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    await bot.add_cog(Updates(bot))
