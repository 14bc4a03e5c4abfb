"""/export and /import: a server's set-up in a file, and keywords from other tools."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import CONNECTION_ERRORS, PaperwireBot
from bot.delivery.answers import answer, attach, defer
from bot.domain import SUBSCRIBABLE, ChannelId, Mode, UserId
from bot.errors import NotAllowed, NotFound, UserError
from bot.services.setups import Brought, Place
from bot.setups import MOST_BYTES, ChannelSetup, ServerSetup, keywords_table, read, written
from cogs.targets import ChannelOption, Target, changeable, target_of
from cogs.wording import code, pages, plural

Interaction = discord.Interaction[PaperwireBot]

_MOST_REFUSED = 8
_LONGEST_REASON = 150


class Carrying(commands.Cog):
    """Set-ups in and out."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._setups = bot.services.setups
        self._wake_outbox = bot.services.wake_outbox

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(format="json: all of it, for /import. csv: the keywords alone.")
    @app_commands.choices(
        format=[app_commands.Choice(name=name, value=name) for name in ("json", "csv")]
    )
    async def export(self, interaction: Interaction, format: str = "json") -> None:  # noqa: A002 - an option of the command
        """Give you a file with the set-up of the channels that you may change."""
        await defer(interaction)
        setup = await self._setups.of_server(_own_channels(interaction))
        if not setup.channels:
            raise NotFound("No channel that you may change has subscriptions or a digest.")
        text = written(setup) if format == "json" else keywords_table(setup)
        file = discord.File(io.BytesIO(text.encode()), f"paperwire.{format}")
        told = plural(len(setup.channels), "channel")
        await attach(interaction, f"The set-up of {told}; `/import` takes it back.", file)

    @app_commands.command(name="import")
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(
        file="What /export wrote, or keywords: a line each, CSV, YAML, arXiv's mail orders.",
        channel="Where keywords go; this channel if you name none.",
        when="When papers for keywords come: daily unless you say now.",
    )
    @app_commands.choices(
        when=[app_commands.Choice(name=mode, value=mode) for mode in SUBSCRIBABLE]
    )
    async def import_(
        self,
        interaction: Interaction,
        file: discord.Attachment,
        channel: ChannelOption | None = None,
        when: str = Mode.DAILY,
    ) -> None:
        """Subscribe to what a file holds: a set-up, or keywords from elsewhere."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        await defer(interaction)
        found = read(await _content(file), file.filename)
        if isinstance(found, ServerSetup):
            lines = await self._bring_in(interaction, found)
        else:
            target.must_take_posts()
            by = UserId(interaction.user.id)
            brought = await self._setups.bring_queries(
                _place(target), found.queries, Mode(when), by
            )
            lines = brought_lines(target.mention, brought)
        self._wake_outbox()
        for text in pages(lines, most=3):
            await answer(interaction, text)

    async def _bring_in(self, interaction: Interaction, setup: ServerSetup) -> list[str]:
        lines: list[str] = []
        for each in setup.channels:
            try:
                target = _target_for(interaction, each)
                target.must_take_posts()
                by = UserId(interaction.user.id)
                brought = await self._setups.bring_in(_place(target), each, by)
            except UserError as error:
                lines.append(f"✗ {code(each.name or each.id, 100)}: {error}")
            else:
                lines += brought_lines(target.mention, brought)
        return lines


def brought_lines(where: str, brought: Brought) -> list[str]:
    """Return what became of what was brought into a channel."""
    had = f", {brought.known:,} there already" if brought.known else ""
    lines = [f"{where}: {plural(brought.new, 'new subscription')}{had}."]
    lines += [
        f"✗ {code(query, 100)}: {reason[:_LONGEST_REASON]}"
        for query, reason in brought.refused[:_MOST_REFUSED]
    ]
    if (more := len(brought.refused) - _MOST_REFUSED) > 0:
        lines.append(f"✗ … and {more:,} more that could not be read.")
    return lines


def _own_channels(interaction: Interaction) -> dict[ChannelId, str]:
    """Return the channels and threads that the person may change, with their names."""
    guild, user = interaction.guild, interaction.user
    if guild is None or not isinstance(user, discord.Member):
        raise app_commands.NoPrivateMessage
    return {
        ChannelId(each.id): each.name
        for each in (*guild.channels, *guild.threads)
        if each.permissions_for(user).manage_channels
    }


def _target_for(interaction: Interaction, setup: ChannelSetup) -> Target:
    """Return the channel of a set-up: by its id, or in another server by its name."""
    guild = interaction.guild
    if guild is None:
        raise app_commands.NoPrivateMessage
    known = guild.get_channel_or_thread(int(setup.id)) if setup.id.isdecimal() else None
    named = [each for each in guild.channels if each.name == setup.name]
    found = known or (named[0] if len(named) == 1 else None)
    if found is None:
        raise NotFound("This server has no such channel. Make one with this name.")
    try:
        return changeable(interaction, ChannelId(found.id))
    except NotAllowed:
        raise NotAllowed("You may not change this channel.") from None


def _place(target: Target) -> Place:
    return Place(target.id, target.guild_id, target.holds)


async def _content(file: discord.Attachment) -> bytes:
    """Return a file's bytes; raises UserError for one that is too large or cannot be had."""
    if file.size > MOST_BYTES:
        raise UserError(f"The file is larger than {MOST_BYTES // 1024} KB: split it.")
    try:
        return await file.read()
    except CONNECTION_ERRORS as error:
        raise UserError("Discord did not give me the file. Try again.") from error


async def setup(bot: PaperwireBot) -> None:
    """Add the commands."""
    await bot.add_cog(Carrying(bot))
