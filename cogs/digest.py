"""/digest set, now, catch-up and off: a channel's daily digest."""

from datetime import datetime

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import answer, defer, show
from bot.delivery.components import view_of
from bot.domain import DigestSchedule, Mode
from bot.errors import UserError
from bot.schedule import EVERY_DAY
from bot.services.catching_up import MOST_DAYS
from bot.services.digests import timezones
from cogs.days import days_text, parse_days
from cogs.silence_text import arxiv_text
from cogs.targets import ChannelOption, target_of
from cogs.wording import ask_note, hour_text, plural, timestamp
from cogs.zones import choices, meant

Interaction = discord.Interaction[PaperwireBot]

_MOST_PREVIEW_PAGES = 3
_OFFERED_DAYS = ("every day", "weekdays", "weekends", "Mon, Wed, Fri", "Tue, Thu")


class Digest(commands.GroupCog, group_name="digest", group_description="A channel's daily digest"):
    """A channel's daily digest."""

    def __init__(self, bot: PaperwireBot) -> None:
        super().__init__()
        self._services = bot.services
        # Reads a folder: once, not at each letter that somebody types.
        self._zones = tuple(timezones())

    @app_commands.command(name="set")
    @app_commands.describe(
        hour="0 to 23, in that time zone.",
        timezone="Type a city: Berlin, New York, Tokyo.",
        days="every day, weekdays, weekends, or names: Mon, Wed, Fri. Every day if you name none.",
        empty="Post it without papers too, and say why: weekend, late, nothing matched.",
        channel="The channel; this one if you name none.",
    )
    async def set_(
        self,
        interaction: Interaction,
        hour: app_commands.Range[int, 0, 23],
        timezone: str,
        days: str | None = None,
        empty: bool = False,  # noqa: FBT001, FBT002 - an option of the command
        channel: ChannelOption | None = None,
    ) -> None:
        """Give a channel a digest at an hour of its own, or change it."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        target.must_take_posts()
        wanted = EVERY_DAY if days is None else parse_days(days)
        await defer(interaction)
        now = self._services.clock()
        stored = await self._services.digests.set(
            target.id,
            target.guild_id,
            hour,
            meant(timezone, self._zones),
            wanted,
            tells_empty=empty,
            now=now,
            kind=target.holds,
        )
        kept = await self._services.subscriptions.of_channel(target.id)
        daily = sum(each.mode is Mode.DAILY for each in kept)
        self._services.wake_outbox()
        await answer(interaction, set_text(target.mention, stored.schedule, stored.next_at, daily))

    @set_.autocomplete("timezone")
    async def _timezones(
        self, _interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return choices(typed, self._zones, self._services.clock())

    @set_.autocomplete("days")
    async def _days(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=days, value=days) for days in offered_days(typed)]

    @app_commands.command()
    @app_commands.describe(channel="The channel; this one if you name none.")
    async def now(self, interaction: Interaction, channel: ChannelOption | None = None) -> None:
        """Show only you what the next digest holds so far; nothing is posted."""
        target = target_of(interaction, channel)
        target.must_be_visible()
        await defer(interaction)
        preview = await self._services.digests.preview(target.id, self._services.clock())
        if not preview.entries:
            text = empty_text(target.mention, preview.next_at)
            arxiv = arxiv_text(preview.arxiv)
            text = f"{text}\narXiv: {arxiv}" if arxiv else text
            note = ask_note([text], may_change=target.may_be_changed)
            await answer(interaction, f"{text}\n{note}" if note else text)
            return
        pages = cards.digest(preview.entries, preview.day)
        for page in pages[:_MOST_PREVIEW_PAGES]:
            await show(interaction, view_of(page))
        if text := preview_note(preview.next_at, len(pages)):
            note = ask_note([text], may_change=target.may_be_changed)
            await answer(interaction, f"{text}\n{note}" if note else text)

    @app_commands.command(name="catch-up")
    @app_commands.describe(
        days="After an outage, older papers come in one list, younger ones each by itself.",
        channel="The channel; this one if you name none.",
    )
    async def catch_up(
        self,
        interaction: Interaction,
        days: app_commands.Range[int, 1, MOST_DAYS],
        channel: ChannelOption | None = None,
    ) -> None:
        """Set how old papers may be that are posted one by one after an outage (usually 7 days)."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        await defer(interaction)
        await self._services.catch_ups.set(target.id, target.guild_id, days)
        await answer(interaction, catch_up_text(target.mention, days))

    @app_commands.command()
    @app_commands.describe(channel="The channel; this one if you name none.")
    async def off(self, interaction: Interaction, channel: ChannelOption | None = None) -> None:
        """Switch a channel's digest off."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        await defer(interaction)
        waiting = await self._services.digests.off(target.id)
        await answer(interaction, off_text(target.mention, waiting))


def offered_days(typed: str) -> list[str]:
    """Return the choices for days while somebody types: what was meant, then what fits."""
    fitting = [days for days in _OFFERED_DAYS if typed.lower().strip() in days.lower()]
    try:
        meant = [days_text(parse_days(typed))]
    except UserError:
        meant = []
    return list(dict.fromkeys([*meant, *fitting])) or list(_OFFERED_DAYS)


def set_text(where: str, schedule: DigestSchedule, next_at: datetime, daily: int) -> str:
    """Return when a channel's digest comes, and what it will hold."""
    lines = [
        f"{where} gets its digest {hour_text(schedule)}.",
        f"The next one: {timestamp(next_at, 'F')}, {timestamp(next_at)}.",
    ]
    if daily:
        selecting = "daily subscription" if daily == 1 else f"{daily:,} daily subscriptions"
        lines.append(f"It holds the papers of its {selecting}.")
    else:
        lines.append(
            "No subscription of the channel is daily yet, so it would be empty: "
            "add one with `/subscribe` and `when: daily`."
        )
    return "\n".join(lines)


def empty_text(where: str, next_at: datetime | None) -> str:
    """Return what to say when nothing waits for a digest."""
    if next_at is None:
        return (
            f"{where} has no digest, and nothing waits for one. Set one with `/digest set`, and "
            "subscribe with `when: daily`."
        )
    return (
        f"Nothing waits for the digest of {where} yet. It is next due {timestamp(next_at)}; "
        "a day without papers is not posted."
    )


def preview_note(next_at: datetime | None, pages: int) -> str:
    """Return what a preview does not show: when it is due, and pages left out."""
    parts = []
    if pages > _MOST_PREVIEW_PAGES:
        parts.append(f"These are the first {_MOST_PREVIEW_PAGES} of {pages} pages.")
    if next_at is None:
        parts.append("The channel has no digest, so this waits. Set one with `/digest set`.")
    else:
        parts.append(f"Due {timestamp(next_at)}. Only you see this.")
    return " ".join(parts)


def off_text(where: str, waiting: int) -> str:
    """Return what becomes of a channel without its digest."""
    kept = f" {plural(waiting, 'paper')} waiting for it stay." if waiting > 1 else ""
    kept = " The paper waiting for it stays." if waiting == 1 else kept
    return (
        f"The digest of {where} is off.{kept} Daily subscriptions go on collecting; "
        "`/digest set` brings it back, `/unsubscribe` ends them."
    )


def catch_up_text(where: str, days: int) -> str:
    """Return what a channel gets after an outage."""
    return (
        f"After an outage, {where} gets each paper up to {plural(days, 'day')} old by itself, and "
        "the older ones in one list. Its daily subscriptions wait for the digest, as always."
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the commands."""
    await bot.add_cog(Digest(bot))
