"""Which channel a command is about, and who may do what there. Contains no command.

Permissions are read at run time, for the channel that is named: what a server's admins make of a
command's default permissions is theirs, and protects nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
from discord import ChannelType, app_commands
from discord.abc import GuildChannel

from bot.domain import ChannelId, ChannelKind, GuildId
from bot.errors import NotAllowed, NotFound, UserError

Interaction = discord.Interaction[Any]

_THREADS = frozenset(
    {ChannelType.public_thread, ChannelType.private_thread, ChannelType.news_thread}
)
_TAKES_POSTS = _THREADS | {
    ChannelType.text,
    ChannelType.news,
    ChannelType.voice,
    ChannelType.stage_voice,
    ChannelType.forum,
}
CHANNEL_TYPES = sorted(_TAKES_POSTS, key=lambda kind: int(kind.value))
"""Kinds of channels that take posts, to choose from."""
_WORDS: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
}
"""As Discord's own settings call them."""


class _ChannelOption(app_commands.Transformer):
    """Offers channels that take posts."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[ChannelType]:
        return CHANNEL_TYPES

    async def transform(self, _interaction: Interaction, value: Any, /) -> discord.abc.Snowflake:  # noqa: ANN401 - what discord.py's base class says
        channel: discord.abc.Snowflake = value
        return channel


ChannelOption = app_commands.Transform[discord.abc.Snowflake, _ChannelOption]
"""An option that names a channel of this server; `target_of` reads it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A channel of this server, and what the person and the bot may do in it."""

    id: ChannelId
    guild_id: GuildId
    kind: ChannelType
    persons: discord.Permissions
    bots: discord.Permissions

    @property
    def mention(self) -> str:
        """The text that links to the channel."""
        return f"<#{self.id}>"

    @property
    def holds(self) -> ChannelKind:
        """What is posted there: messages, or a forum's posts."""
        return ChannelKind.FORUM if self.kind is ChannelType.forum else ChannelKind.MESSAGES

    @property
    def may_be_changed(self) -> bool:
        """Whether the person has Manage Channels there."""
        return self.persons.manage_channels or self.persons.administrator

    def must_be_visible(self) -> None:
        """Raise NotAllowed unless the person sees the channel."""
        if not (self.persons.view_channel or self.persons.administrator):
            raise NotAllowed(f"You cannot see {self.mention}. Name a channel that you can see.")

    def must_be_changeable(self) -> None:
        """Raise NotAllowed unless the person has Manage Channels there."""
        if not self.may_be_changed:
            raise NotAllowed(
                f"You need the permission Manage Channels in {self.mention} for this. "
                "Ask somebody who has it."
            )

    def must_take_posts(self) -> None:
        """Raise UserError for a channel that takes none, NotAllowed if the bot is shut out."""
        if self.kind not in _TAKES_POSTS:
            raise UserError(
                f"{self.mention} takes no messages. Name a text channel, a forum or a thread."
            )
        if lacking := missing(self.bots, self.kind):
            raise NotAllowed(
                f"I cannot post in {self.mention} yet: give me {' and '.join(lacking)} there "
                "(Edit Channel → Permissions), then try again."
            )

    @property
    def lacks_history(self) -> bool:
        """Whether the bot may not read back what it posted, which it does after a broken send."""
        return not (self.bots.read_message_history or self.bots.administrator)


def target_of(interaction: Interaction, named: discord.abc.Snowflake | None) -> Target:
    """Return the channel that an option names, or the one in which the command is typed.

    Raises NotFound for a channel that this server does not have, as far as the bot knows.
    """
    if named is None:
        return _current(interaction)
    guild = _guild_of(interaction)
    known = guild.get_channel_or_thread(named.id)
    holder = known or guild.get_channel(getattr(named, "parent_id", 0))
    if holder is None:
        raise NotFound("I do not know this channel. Name one of this server that I can see.")
    kind = getattr(known or named, "type", holder.type)
    persons = getattr(named, "permissions", None)
    return Target(
        id=ChannelId(named.id),
        guild_id=GuildId(guild.id),
        kind=kind,
        persons=persons if persons is not None else _persons_in(holder, interaction),
        bots=_bots_in(holder, kind, is_known=known is not None),
    )


def changeable(interaction: Interaction, channel: ChannelId) -> Target:
    """Return a channel that a button or menu is about, if the person may still change it.

    Raises NotAllowed and NotFound.
    """
    named = None if channel == interaction.channel_id else discord.Object(channel)
    target = target_of(interaction, named)
    target.must_be_changeable()
    return target


def missing(permissions: discord.Permissions, kind: ChannelType) -> list[str]:
    """Return what the bot lacks to post in a kind of channel, as Discord's settings name it."""
    if permissions.administrator:
        return []
    # In a forum posts are made with the one, and further pages of a digest with the other.
    send = () if kind in _THREADS else ("send_messages",)
    in_threads = _THREADS | {ChannelType.forum}
    needed = ("view_channel", *send, *(("send_messages_in_threads",) * (kind in in_threads)))
    return [_WORDS[name] for name in needed if not getattr(permissions, name)]


def can_post(channel: GuildChannel | discord.Thread) -> bool:
    """Return whether the bot may post in a channel that it knows."""
    if isinstance(channel, discord.Thread) and (channel.parent is None or channel.locked):
        return False
    return not missing(channel.permissions_for(channel.guild.me), channel.type)


def _current(interaction: Interaction) -> Target:
    channel = interaction.channel
    if channel is None or interaction.guild_id is None:
        raise NotFound("I do not know this channel. Try again in a text channel.")
    return Target(
        id=ChannelId(channel.id),
        guild_id=GuildId(interaction.guild_id),
        kind=channel.type,
        persons=interaction.permissions,
        bots=interaction.app_permissions,
    )


def _guild_of(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild


def _persons_in(
    channel: GuildChannel | discord.Thread, interaction: Interaction
) -> discord.Permissions:
    if isinstance(interaction.user, discord.Member):
        return channel.permissions_for(interaction.user)
    return discord.Permissions.none()


def _bots_in(
    channel: GuildChannel | discord.Thread, kind: ChannelType, *, is_known: bool
) -> discord.Permissions:
    permissions = channel.permissions_for(channel.guild.me)
    if kind is ChannelType.private_thread and not is_known and not permissions.manage_threads:
        # Nobody added the bot to it; the parent's permissions say nothing.
        return discord.Permissions.none()
    return permissions
