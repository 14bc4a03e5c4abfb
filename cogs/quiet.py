"""/quiet set and off: hours in which nothing is posted to a channel by itself."""

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.domain import QuietPeriod
from bot.services.digests import timezones
from cogs.targets import ChannelOption, target_of
from cogs.wording import quiet_hours_text, timestamp
from cogs.zones import choices, meant

Interaction = discord.Interaction[PaperwireBot]


class Quiet(commands.GroupCog, group_name="quiet", group_description="A channel's quiet hours"):
    """A channel's quiet hours."""

    def __init__(self, bot: PaperwireBot) -> None:
        super().__init__()
        self._services = bot.services
        # Reads a folder: once, not at each letter that somebody types.
        self._zones = tuple(timezones())

    @app_commands.command(name="set")
    @app_commands.rename(start="from", end="until")
    @app_commands.describe(
        start="The hour from which nothing is posted, 0 to 23, in that time zone.",
        end="The hour from which it is posted again; on the next day if it is the smaller one.",
        timezone="Type a city: Berlin, New York, Tokyo.",
        channel="The channel; this one if you name none.",
    )
    async def set_(
        self,
        interaction: Interaction,
        start: app_commands.Range[int, 0, 23],
        end: app_commands.Range[int, 0, 23],
        timezone: str,
        channel: ChannelOption | None = None,
    ) -> None:
        """Post nothing to a channel by itself in some hours; it comes together after them."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        target.must_take_posts()
        await defer(interaction)
        now = self._services.clock()
        zone = meant(timezone, self._zones)
        period = await self._services.quiet.set(
            target.id, target.guild_id, start, end, zone, now=now
        )
        self._services.wake_outbox()
        await answer(interaction, set_text(target.mention, period, now))

    @set_.autocomplete("timezone")
    async def _timezones(
        self, _interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return choices(typed, self._zones, self._services.clock())

    @app_commands.command()
    @app_commands.describe(channel="The channel; this one if you name none.")
    async def off(self, interaction: Interaction, channel: ChannelOption | None = None) -> None:
        """End a channel's quiet hours; what waits is posted now."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        await defer(interaction)
        await self._services.quiet.off(target.id)
        self._services.wake_outbox()
        await answer(
            interaction,
            f"{target.mention} has no quiet hours any more. What waited is posted now.",
        )


def set_text(where: str, period: QuietPeriod, now: datetime) -> str:
    """Return when a channel is quiet, and what that means."""
    is_on = period.holds(now)
    next_change = period.ends_at if is_on else period.starts_at
    next_text = "It is quiet now, until" if is_on else "The next time:"
    meaning = (
        "What comes then waits and is posted together after it. A digest comes at its own hour "
        "all the same, and commands are answered."
    )
    return (
        f"{where} is quiet {quiet_hours_text(period.hours)}.\n"
        f"{next_text} {timestamp(next_change, 'F')}, {timestamp(next_change)}.\n{meaning}"
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the commands."""
    await bot.add_cog(Quiet(bot))
