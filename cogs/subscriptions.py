"""/subscribe, /unsubscribe and /subscriptions: what a channel follows."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.domain import SUBSCRIBABLE, ChannelId, Mode, Subscription, UserId
from bot.services.subscriptions import MOST_LOOK_BACK_DAYS, MOST_LOOKED_BACK, Subscribed
from cogs import panel
from cogs.kept import Kept
from cogs.narrower import options_of
from cogs.orders import LASTING, Offer, Order, asking_view, done_view
from cogs.panel import DAYS, panel_view
from cogs.preview_text import fitting, preview_lines
from cogs.targets import ChannelOption, Target, target_of
from cogs.wording import ask_note, code, hour_text, pages, plural, reading, timestamp

Interaction = discord.Interaction[PaperwireBot]

_MOST_CHOICES = 25
_LONGEST_CHOICE = 100
"""Characters of a choice's name and of its value (Application Command Option Choice)."""
_MOST_PAGES = 5
_SECONDS_TO_LOOK = 1.5
"""For the look back of /subscribe; the rest of the answer does not wait for more."""
_BY_NUMBER = re.compile(r"#([0-9]{1,18})")
"""A choice's value for a query that is too long to be one; `#` is not part of any query."""


class Subscriptions(commands.Cog):
    """What a channel follows."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._services = bot.services
        self.kept: Kept[Order] = Kept()
        """What waits for somebody to press Subscribe."""
        self.queries: Kept[str] = Kept()
        """Queries too long for an option."""

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(
        query="Keywords, for example: diffusion model, gaussian splatting. More: /help",
        channel="Where to post; this channel if you name none.",
        when="now: each paper as it comes. daily: in the channel's digest.",
        look_back="Also post papers of the last so many days.",
    )
    @app_commands.choices(
        when=[app_commands.Choice(name=mode, value=mode) for mode in SUBSCRIBABLE]
    )
    async def subscribe(
        self,
        interaction: Interaction,
        query: str,
        channel: ChannelOption | None = None,
        when: str = Mode.NOW,
        look_back: app_commands.Range[int, 0, MOST_LOOK_BACK_DAYS] = 0,
    ) -> None:
        """Post new papers that match your keywords to a channel."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        target.must_take_posts()
        await defer(interaction)
        order = Order(target.id, query, Mode(when), look_back)
        offer = await self.take(interaction, order, target, may_ask=True)
        await answer(interaction, offer.text, offer.view)

    async def take(
        self, interaction: Interaction, order: Order, target: Target, *, may_ask: bool
    ) -> Offer:
        """Subscribe and say what that came to; first ask, if allowed to, about a broad query."""
        preview = await self._services.previews.of(order.query, seconds=_SECONDS_TO_LOOK)
        known = await self._services.subscriptions.followed(target.id, order.query)
        narrower = options_of(preview, self.queries)
        about = [*filter(None, [reading(order.query, preview.query)]), *preview.advice]
        if may_ask and preview.is_broad and known is None:
            first = f"**Not subscribed yet:** {code(order.query)}"
            lines = [first, *about, *preview_lines(preview)]
            return Offer(fitting(lines), asking_view(self.kept.put(order), narrower))
        done = await self._services.subscriptions.subscribe(
            target.id,
            target.guild_id,
            order.query,
            order.mode,
            UserId(interaction.user.id),
            now=self._services.clock(),
            look_back_days=order.look_back,
            kind=target.holds,
        )
        ended = ""
        if order.replaces is not None and order.replaces != done.subscription.query:
            query = await self._services.subscriptions.unsubscribe(
                target.id, order.replaces, instead=done.subscription.query
            )
            ended = _ended_text(query, target.mention)
        self._services.wake_outbox()
        until = await self._services.quiet.until(target.id, self._services.clock())
        return Offer(
            fitting(
                [
                    *filter(None, [subscribed_text(done, target.mention, order), ended]),
                    *(about if known is None else []),
                    *([_quiet_note(until)] if until and order.mode is Mode.NOW else []),
                    *([_HISTORY_NOTE] if target.lacks_history else []),
                    *(preview_lines(preview) if preview.stored and known is None else []),
                ]
            ),
            done_view(target.id, done.subscription.id, narrower)
            if done.is_new
            else discord.utils.MISSING,
        )

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(
        query="Pick one, or type it whole.",
        channel="The channel that follows it; this one if you name none.",
    )
    async def unsubscribe(
        self, interaction: Interaction, query: str, channel: ChannelOption | None = None
    ) -> None:
        """End one of a channel's subscriptions."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        await defer(interaction)
        typed = await self._meant(target.id, query)
        ended = await self._services.subscriptions.unsubscribe(target.id, typed)
        await answer(interaction, _ended_text(ended, target.mention))

    @unsubscribe.autocomplete("query")
    async def _subscribed_queries(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        target = target_of(interaction, interaction.namespace.channel)
        if not target.may_be_changed:
            return []
        return choices(await self._services.subscriptions.of_channel(target.id), typed)

    @app_commands.command()
    @app_commands.describe(channel="The channel; this one if you name none.")
    async def subscriptions(
        self, interaction: Interaction, channel: ChannelOption | None = None
    ) -> None:
        """Show what a channel is subscribed to; whoever may, changes it there."""
        target = target_of(interaction, channel)
        target.must_be_visible()
        await defer(interaction)
        kept = await self._services.subscriptions.of_channel(target.id)
        now = self._services.clock()
        texts = listing(kept, target.mention, now)
        note = ask_note(texts, may_change=target.may_be_changed)
        for text in [*texts, *([note] if note else [])][:-1]:
            await answer(interaction, text)
        view = discord.utils.MISSING
        if kept and target.may_be_changed:
            since = now - timedelta(days=DAYS)
            counts = await self._services.subscriptions.counts(target.id, since)
            view = panel_view(target.id, kept, counts, now)
        await answer(interaction, note or texts[-1], view)

    async def _meant(self, channel: ChannelId, typed: str) -> str:
        """Return the query that a choice stands for, or what was typed."""
        number = _BY_NUMBER.fullmatch(typed.strip())
        if number is None:
            return typed
        kept = await self._services.subscriptions.of_channel(channel)
        return next((each.query for each in kept if each.id == int(number[1])), typed)


def subscribed_text(done: Subscribed, where: str, order: Order) -> str:
    """Return what a subscription came to: what, where, when it posts, from when on."""
    query = code(done.subscription.query)
    if done.is_new:
        typed = code(order.query)
        first = f"{where} now gets papers for {typed}, starting with those announced from now on."
    elif done.is_changed:
        first = f"{where} follows {query} already; this is how it posts now."
    else:
        first = f"{where} follows {query} already; nothing changed."
    lines = (first, _when_text(done), _look_back_text(done, order.look_back))
    return "\n".join(filter(None, lines))


def _ended_text(query: str, where: str) -> str:
    return f"{where} no longer gets papers for {code(query)}."


def _when_text(done: Subscribed) -> str:
    if done.subscription.mode is Mode.NOW:
        return "Each is posted as it comes."
    if done.digest is None:
        return "They wait for the channel's digest: set one with `/digest set`."
    return (
        f"They come in its daily digest, {hour_text(done.digest.schedule)}; the next one "
        f"{timestamp(done.digest.next_at)}. Change the hour or the time zone with "
        "`/digest set`."
    )


def _look_back_text(done: Subscribed, look_back: int) -> str:
    if not look_back:
        return ""
    since = f"the last {plural(look_back, 'day')}" if look_back > 1 else "the last day"
    if not done.looked_back:
        return f"From {since} there is nothing more to post."
    newest = "the newest " if done.looked_back >= MOST_LOOKED_BACK else ""
    papers = f"{newest}{plural(done.looked_back, 'paper')} of {since}"
    verb = "is" if done.looked_back == 1 else "are"
    if done.subscription.mode is Mode.NOW:
        return f"Also, {papers} {verb} on the way."
    return f"Also, {papers} will be in the next digest."


def choices(kept: Sequence[Subscription], typed: str) -> list[app_commands.Choice[str]]:
    """Return at most 25 subscriptions whose query contains what was typed, in any case."""
    wanted = typed.casefold().strip()
    fitting = [each for each in kept if wanted in each.query.casefold()]
    return [_choice(each) for each in fitting[:_MOST_CHOICES]]


def _choice(kept: Subscription) -> app_commands.Choice[str]:
    if len(kept.query) <= _LONGEST_CHOICE:
        return app_commands.Choice(name=kept.query, value=kept.query)
    name = f"{kept.query[: _LONGEST_CHOICE - 1]}…"
    return app_commands.Choice(name=name, value=f"#{kept.id}")


def listing(kept: Sequence[Subscription], where: str, now: datetime) -> list[str]:
    """Return the texts that list a channel's subscriptions."""
    if not kept:
        return [f"{where} has no subscriptions. Add one: `/subscribe query: diffusion model`."]
    heading = f"{where} has {plural(len(kept), 'subscription')}:"
    return pages([heading, *(_line(each, now) for each in kept)], _MOST_PAGES)


def _line(kept: Subscription, now: datetime) -> str:
    in_digest = " (daily digest)" if kept.mode is Mode.DAILY else ""
    muted = " (muted)" if kept.is_muted(now) else ""
    return f"- {code(kept.query, 150)}{in_digest}{muted}"


def _quiet_note(until: datetime) -> str:
    return f"It is quiet there now: nothing is posted before {timestamp(until, 't')}."


_HISTORY_NOTE = (
    "Give me Read Message History there too: after a broken connection I read back what I "
    "posted, so that nothing comes twice."
)


async def setup(bot: PaperwireBot) -> None:
    """Add the commands, and what is under their answers."""
    bot.add_dynamic_items(*LASTING, *panel.LASTING)
    await bot.add_cog(Subscriptions(bot))
