"""/setup: a channel's first subscription in a minute: field, keywords, when, and what it brings."""

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.domain import Mode, UserId
from cogs.guided_choices import LASTING, Draft, step_view, steps
from cogs.kept import Kept
from cogs.preview_text import fitting, preview_lines
from cogs.targets import ChannelOption, Target, target_of
from cogs.wording import code, timestamp

Interaction = discord.Interaction[PaperwireBot]

_SECONDS_TO_LOOK = 1.5


class Guided(commands.Cog):
    """Setting a channel up."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._services = bot.services
        self.drafts: Kept[Draft] = Kept()

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(channel="The channel to set up; this one if you name none.")
    async def setup(self, interaction: Interaction, channel: ChannelOption | None = None) -> None:
        """Set a channel up in a minute: field, keywords, and when papers come."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        target.must_take_posts()
        await defer(interaction)
        text, view = await self.step(Draft(target.id))
        await answer(interaction, text, view)

    async def step(self, draft: Draft) -> tuple[str, ui.View]:
        """Return what is chosen so far, what it would have posted, and the next choices."""
        name = self.drafts.put(draft)
        lines = [f"**Setting up <#{draft.channel}>**", *steps(draft)]
        if draft.query:
            preview = await self._services.previews.of(draft.query, seconds=_SECONDS_TO_LOOK)
            lines += preview_lines(preview)
        return fitting(lines), step_view(name, draft)

    async def finish(self, interaction: Interaction, draft: Draft, target: Target) -> str:
        """Subscribe the channel, and give it its digest; return what was done."""
        mode = Mode.NOW if draft.hour is None else Mode.DAILY
        now = self._services.clock()
        when = "Each paper is posted as it comes."
        if draft.hour is not None:
            stored = await self._services.digests.set(
                target.id, target.guild_id, draft.hour, draft.zone, now=now
            )
            when = (
                f"They come in a daily digest at {draft.hour:02}:00 ({draft.zone}); the first one "
                f"{timestamp(stored.next_at)}."
            )
        user = UserId(interaction.user.id)
        done = await self._services.subscriptions.subscribe(
            target.id, target.guild_id, draft.query, mode, user, now=now, kind=target.holds
        )
        self._services.wake_outbox()
        return (
            f"**Done.** {target.mention} gets papers for {code(done.subscription.query)}. {when}\n"
            "`/subscribe` adds more, `/subscriptions` shows what there is, `/status` says why "
            "nothing comes, and `/help` has the rest."
        )


async def setup(bot: PaperwireBot) -> None:
    """Add the command, and what is under its answers."""
    bot.add_dynamic_items(*LASTING)
    await bot.add_cog(Guided(bot))
