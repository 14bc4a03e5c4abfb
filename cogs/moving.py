"""Copies and moves subscriptions to other channels, chosen in a menu. Contains no command."""

import re
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.client import PaperwireBot
from bot.delivery import answers
from bot.delivery.answers import AnsweringMenu
from bot.domain import Subscription, UserId
from cogs.orders import subscription_of
from cogs.targets import CHANNEL_TYPES, Target, target_of
from cogs.wording import code

Interaction = discord.Interaction[PaperwireBot]


class _ChannelMenu(AnsweringMenu, template=r"(?!)"):
    """Chooses a channel for a subscription."""

    kind: ClassVar[str]
    placeholder: ClassVar[str]

    def __init__(self, name: str) -> None:
        self.name = name
        menu = ui.ChannelSelect[Any](
            custom_id=f"pw1:sub-{self.kind}:{name}",
            placeholder=self.placeholder,
            channel_types=CHANNEL_TYPES,
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the menu in which a channel was chosen, also one from before a restart."""
        return cls(match["name"])

    async def copied(self, interaction: Interaction) -> tuple[Subscription, Target]:
        """Subscribe the channel that was chosen as well; return the first one, and where."""
        kept = await subscription_of(interaction, self.name)
        target = target_of(interaction, discord.Object(int(self.chosen(interaction))))
        target.must_be_changeable()
        target.must_take_posts()
        await interaction.response.defer()
        services = interaction.client.services
        await services.subscriptions.subscribe(
            target.id,
            target.guild_id,
            kept.query,
            kept.mode,
            UserId(interaction.user.id),
            now=services.clock(),
            kind=target.holds,
        )
        services.wake_outbox()
        return kept, target


class CopyMenu(_ChannelMenu, template=r"pw1:sub-copy:(?P<name>[0-9]+:[0-9]+)"):
    """Copies a subscription to another channel."""

    kind, placeholder = "copy", "Copy it to…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Subscribe the other channel as well."""
        kept, target = await self.copied(interaction)
        text = f"{target.mention} gets papers for {code(kept.query)} too."
        await answers.replace(interaction, text)


class MoveMenu(_ChannelMenu, template=r"pw1:sub-move:(?P<name>[0-9]+:[0-9]+)"):
    """Moves a subscription to another channel."""

    kind, placeholder = "move", "Move it to…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Subscribe the other channel, and end it here."""
        kept, target = await self.copied(interaction)
        if target.id != kept.channel_id:
            services = interaction.client.services
            await services.subscriptions.unsubscribe(kept.channel_id, kept.query)
        text = f"{target.mention} gets papers for {code(kept.query)} in place of this channel."
        await answers.replace(interaction, text)
