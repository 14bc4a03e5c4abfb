"""One message to a server that takes the bot in: what it is and how to begin. Has no commands."""

import logging

import discord
from discord.ext import commands

from bot.client import CONNECTION_ERRORS, PaperwireBot
from bot.domain import GuildId
from cogs.targets import can_post

log = logging.getLogger(__name__)

WELCOME = """\
**Thank you for having me.** I post new papers that match your keywords: each once, readable, and \
`/why` says why it came.
In the channel where papers shall come, somebody with *Manage Channels* types `/setup`: field, \
keywords and hour, in a minute. Or at once: `/subscribe query: diffusion model`.
Everybody can look papers up: `/search`, `/paper`, `/daily`; more with `/help`.
-# I read no messages and mention nobody. Thank you to arXiv for use of its open access \
interoperability."""


class Welcome(commands.Cog):
    """Greets servers."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._services = bot.services

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say how to begin, once, where the bot may write."""
        channel = where_to_greet(guild)
        if channel is None:
            return
        if not await self._services.welcomes.is_first(GuildId(guild.id), self._services.clock()):
            return
        try:
            await channel.send(WELCOME, suppress_embeds=True, silent=True)
        except CONNECTION_ERRORS as error:
            log.warning("Server %d could not be welcomed: %s", guild.id, error)


def where_to_greet(guild: discord.Guild) -> discord.TextChannel | None:
    """Return the channel for news of the server, or the first one in which the bot may write."""
    first = [guild.system_channel] if guild.system_channel else []
    return next((each for each in (*first, *guild.text_channels) if can_post(each)), None)


async def setup(bot: PaperwireBot) -> None:
    """Start listening."""
    await bot.add_cog(Welcome(bot))
