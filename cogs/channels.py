"""Listens for channels that are gone or open again, and pauses or resumes what is owed to them.

Has no commands.
"""

import logging

import discord
from discord.ext import commands

from bot.client import PaperwireBot
from bot.domain import ChannelId, GuildId
from cogs.targets import can_post

log = logging.getLogger(__name__)

DELETED = "the channel was deleted"
THREAD_DELETED = "the thread was deleted"
REMOVED = "the bot was removed from the server"


class Channels(commands.Cog):
    """Which channels can be posted to."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._bot = bot
        self._services = bot.services

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Pause a channel that was deleted."""
        await self._pause(channel.id, DELETED)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Pause a thread that was deleted."""
        await self._pause(thread.thread_id, THREAD_DELETED)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pause all channels of a server that threw the bot out."""
        await self._services.subscriptions.pause_guild(
            GuildId(guild.id), REMOVED, now=self._services.clock()
        )

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Resume what opened while the bot was away."""
        for guild in self._bot.guilds:
            await self._resume_open(guild)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Resume the channels of a server that took the bot back."""
        await self._resume_open(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Resume what opened while Discord had the server down."""
        await self._resume_open(guild)

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Resume a channel, and its threads, whose permissions were given back."""
        await self._resume_open(after.guild)

    @commands.Cog.listener()
    async def on_thread_update(self, _before: discord.Thread, after: discord.Thread) -> None:
        """Resume a thread that was unlocked."""
        await self._resume_open(after.guild)

    @commands.Cog.listener()
    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Resume a thread to which the bot was added."""
        await self._resume_open(thread.guild)

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Resume what a role of the bot opens."""
        if before.permissions != after.permissions and after in after.guild.me.roles:
            await self._resume_open(after.guild)

    @commands.Cog.listener()
    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Resume what a new role of the bot opens."""
        if after.id == after.guild.me.id:
            await self._resume_open(after.guild)

    async def _pause(self, channel_id: int, because: str) -> None:
        await self._services.subscriptions.pause(
            ChannelId(channel_id), because, now=self._services.clock()
        )

    async def _resume_open(self, guild: discord.Guild) -> None:
        """Resume the server's paused channels to which the bot may post."""
        resumed = False
        for paused in await self._services.subscriptions.paused(GuildId(guild.id)):
            channel = guild.get_channel_or_thread(paused.id)
            if channel is not None and can_post(channel):
                log.info("Channel %d can be posted to again", paused.id)
                resumed |= await self._services.subscriptions.resume(paused.id)
        if resumed:
            self._services.wake_outbox()


async def setup(bot: PaperwireBot) -> None:
    """Start listening."""
    await bot.add_cog(Channels(bot))
