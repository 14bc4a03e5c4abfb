"""What is under /subscriptions: choose one, then change, mute, copy, move or end it.

Each step reads the permissions again. Contains no command.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import discord
from discord import ButtonStyle, ui

from bot.client import PaperwireBot
from bot.delivery import answers
from bot.delivery.answers import AnsweringMenu, AnsweringView, answer, defer
from bot.domain import ChannelId, Mode, Subscription, SubscriptionId, UserId
from cogs.moving import CopyMenu, MoveMenu
from cogs.named import NamedButton
from cogs.orders import ChangeButton, UndoButton, subscription_of
from cogs.targets import changeable
from cogs.wording import code, on_a_line, plural, timestamp

Interaction = discord.Interaction[PaperwireBot]

MOST_OPTIONS = 25
_LONGEST_LABEL = 100
"""Characters of an option's label (Select Option Structure)."""
DAYS = 30
"""That the numbers look back over."""
WEEK = timedelta(days=7)
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""Until somebody resumes it."""


def panel_view(
    channel: ChannelId,
    kept: Sequence[Subscription],
    counts: Mapping[SubscriptionId, int],
    now: datetime,
) -> ui.View:
    """Return menus from which to choose a subscription."""
    view = AnsweringView(timeout=None)
    # As many menus as a message may have rows: 125 subscriptions; /unsubscribe finds the others.
    for start in range(0, min(len(kept), 5 * MOST_OPTIONS), MOST_OPTIONS):
        some = kept[start : start + MOST_OPTIONS]
        options = [_option(each, counts.get(each.id, 0), now) for each in some]
        view.add_item(PanelMenu(f"{channel}:{start}", options))
    return view


def _option(kept: Subscription, count: int, now: datetime) -> discord.SelectOption:
    label = on_a_line(kept.query)
    facts = (
        "muted" if kept.is_muted(now) else "",
        "daily digest" if kept.mode is Mode.DAILY else "as they come",
        f"{plural(count, 'paper')} in {DAYS} days",
    )
    return discord.SelectOption(
        label=label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…",
        value=str(kept.id),
        description=" · ".join(filter(None, facts)),
    )


def detail_text(kept: Subscription, count: int, now: datetime) -> str:
    """Return what there is to know of a subscription."""
    if kept.muted_until is None or not kept.is_muted(now):
        heard = ""
    elif kept.muted_until == FOR_GOOD:
        heard = "\n**Paused**: what it selects is not posted for it."
    else:
        heard = f"\n**Muted** until {timestamp(kept.muted_until, 'f')}."
    when = "in the daily digest" if kept.mode is Mode.DAILY else "as papers come"
    return (
        f"{code(kept.query)}\nPosts to <#{kept.channel_id}> {when}, since "
        f"{timestamp(kept.created_at, 'd')}; it selected {plural(count, 'paper')} in the last "
        f"{DAYS} days.{heard}"
    )


def detail_view(kept: Subscription, now: datetime) -> ui.View:
    """Return what can be done with a subscription."""
    name = f"{kept.channel_id}:{kept.id}"
    view = AnsweringView(timeout=None)
    view.add_item(ChangeButton(name))
    view.add_item(ModeButton(name, "At once" if kept.mode is Mode.DAILY else "In the digest"))
    if kept.is_muted(now):
        view.add_item(ResumeButton(name))
    else:
        view.add_item(MuteButton(name))
        view.add_item(PauseButton(name))
    view.add_item(EndButton(name))
    view.add_item(CopyMenu(name))
    view.add_item(MoveMenu(name))
    return view


async def _details(interaction: Interaction, kept: Subscription) -> tuple[str, ui.View]:
    services = interaction.client.services
    now = services.clock()
    counts = await services.subscriptions.counts(kept.channel_id, now - timedelta(days=DAYS))
    return detail_text(kept, counts.get(kept.id, 0), now), detail_view(kept, now)


async def _show_again(interaction: Interaction, name: str) -> None:
    """Put a subscription as it is now in the place of what was shown."""
    text, view = await _details(interaction, await subscription_of(interaction, name))
    await answers.replace(interaction, text, view)


class PanelMenu(AnsweringMenu, template=r"pw1:panel:(?P<name>[0-9]+:[0-9]+)"):
    """Chooses a subscription."""

    def __init__(self, name: str, options: list[discord.SelectOption]) -> None:
        self.name = name
        menu = ui.Select[Any](
            custom_id=f"pw1:panel:{name}", placeholder="Choose one to change it…", options=options
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the menu in which something was chosen, also one from before a restart."""
        return cls(match["name"], [])

    async def pressed(self, interaction: Interaction, /) -> None:
        """Show the subscription and what can be done with it."""
        await defer(interaction)
        channel = self.name.partition(":")[0]
        kept = await subscription_of(interaction, f"{channel}:{self.chosen(interaction)}")
        text, view = await _details(interaction, kept)
        await answer(interaction, text, view)


class ModeButton(NamedButton, template=r"pw1:sub-mode:(?P<name>[0-9]+:[0-9]+)"):
    """Lets papers come at once in place of in the digest, or the other way round."""

    kind = "sub-mode"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Change it and show it again."""
        kept = await subscription_of(interaction, self.name)
        await interaction.response.defer()
        services = interaction.client.services
        target = changeable(interaction, kept.channel_id)
        mode = Mode.NOW if kept.mode is Mode.DAILY else Mode.DAILY
        user = UserId(interaction.user.id)
        await services.subscriptions.subscribe(
            kept.channel_id, target.guild_id, kept.query, mode, user, now=services.clock()
        )
        services.wake_outbox()
        await _show_again(interaction, self.name)


class _MutingButton(NamedButton, template=r"(?!)"):
    """A button that says until when a subscription is not heard."""

    def until(self, now: datetime) -> datetime | None:
        """Return until when; None for no longer."""
        raise NotImplementedError

    async def pressed(self, interaction: Interaction, /) -> None:
        """Change it and show it again."""
        kept = await subscription_of(interaction, self.name)
        await interaction.response.defer()
        services = interaction.client.services
        until = self.until(services.clock())
        await services.subscriptions.mute(kept.channel_id, kept.id, until)
        await _show_again(interaction, self.name)


class MuteButton(_MutingButton, template=r"pw1:sub-mute:(?P<name>[0-9]+:[0-9]+)"):
    """Mutes for a week."""

    kind, label = "sub-mute", "Mute for a week"

    def until(self, now: datetime) -> datetime:
        """Return the moment a week from now."""
        return now + WEEK


class PauseButton(_MutingButton, template=r"pw1:sub-pause:(?P<name>[0-9]+:[0-9]+)"):
    """Mutes until somebody resumes it."""

    kind, label = "sub-pause", "Pause"

    def until(self, now: datetime) -> datetime:
        """Return a moment that does not come."""
        return max(now, FOR_GOOD)


class ResumeButton(_MutingButton, template=r"pw1:sub-resume:(?P<name>[0-9]+:[0-9]+)"):
    """Ends that."""

    kind, label, style = "sub-resume", "Resume", ButtonStyle.primary

    def until(self, now: datetime) -> None:
        """Return None."""
        del now


class EndButton(UndoButton, template=r"pw1:sub-end:(?P<name>[0-9]+:[0-9]+)"):
    """Ends a subscription."""

    kind, label, style = "sub-end", "End it", ButtonStyle.danger


LASTING = (
    PanelMenu,
    ModeButton,
    MuteButton,
    PauseButton,
    ResumeButton,
    EndButton,
    CopyMenu,
    MoveMenu,
)
"""For the client to know again after a restart."""
