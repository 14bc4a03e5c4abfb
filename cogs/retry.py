"""/retry: send what Discord refused once more."""

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from cogs.targets import ChannelOption, target_of
from cogs.wording import plural, timestamp

Interaction = discord.Interaction[PaperwireBot]


class Retry(commands.Cog):
    """Messages that Discord refused."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._services = bot.services

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(channel="The channel; this one if you name none.")
    async def retry(self, interaction: Interaction, channel: ChannelOption | None = None) -> None:
        """Send the messages again that Discord refused; `/status` says why it did."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        target.must_take_posts()
        await defer(interaction)
        due = await self._services.retries.of_channel(target.id, self._services.clock())
        if due:
            self._services.wake_outbox()
        until = await self._services.quiet.until(target.id, self._services.clock())
        await answer(interaction, retry_text(target.mention, due, until))


def retry_text(where: str, due: int, quiet_until: datetime | None) -> str:
    """Return how many messages are sent again, and where to see what becomes of them."""
    if not due:
        return f"No message to {where} is parked. `/status` shows what waits there, and why."
    when = f" when its quiet hours end, {timestamp(quiet_until)}" if quiet_until else ""
    return (
        f"I am trying {plural(due, 'message')} to {where} again{when}. What arrived after all is "
        "not posted twice. `/status` shows what becomes of it."
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    await bot.add_cog(Retry(bot))
