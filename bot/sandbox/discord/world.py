"""The state of the loopback Discord: guilds, roles, channels, members, messages, commands.

Changes here are published as gateway events. Knows neither HTTP nor WebSockets, and checks no
permission: that is `posting`'s and the routes' work.
"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from bot.sandbox.discord.changes import Changes
from bot.sandbox.discord.messages import Message, User
from bot.sandbox.discord.permissions import (
    ALL,
    EVERYONE,
    NONE,
    Overwrite,
    Permission,
    combined,
    in_channel,
)
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.snowflakes import Snowflakes

TEXT = 0
DIRECT = 1
ANNOUNCEMENT = 5


class World:
    """Everything that Discord remembers. ``clock`` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.snowflakes = Snowflakes(clock)
        self.changes = Changes()
        self.bot = User(self.snowflakes.next(), "Paperwire", bot=True)
        self.application_owner = User(self.snowflakes.next(), "operator")
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.left: set[int] = set()
        """Channels of guilds that the bot was thrown out of."""
        self.commands: list[Json] = []
        self.publish: Publish = lambda _name, _subject, _guild_id: None

    def emit(self, name: str, subject: "Subject", guild_id: int | None) -> None:
        """Publish a gateway event, and wake those who wait."""
        self.publish(name, subject, guild_id)
        self.changes.announce()

    def open_direct(self, user: User) -> "Channel":
        """Return the direct-message channel of a user and the bot, made on first use."""
        for channel in self.channels.values():
            if channel.recipient == user:
                return channel
        channel = Channel(self, None, user.name, DIRECT, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def remove(self, guild: "Guild") -> None:
        """Throw the bot out of a guild (GUILD_DELETE); the guild's channels go with it.

        They are there for others: to the bot they are not unknown, but closed.
        """
        del self.guilds[guild.id]
        self.left |= {id_ for id_, it in self.channels.items() if it.guild is guild}
        self.channels = {id_: it for id_, it in self.channels.items() if it.guild is not guild}
        self.emit("GUILD_DELETE", {"id": str(guild.id)}, guild.id)


class Role:
    """A guild's role."""

    def __init__(self, guild: "Guild", role_id: int, name: str, permissions: Permission) -> None:
        self.guild = guild
        self.id = role_id
        self.name = name
        self.permissions = permissions
        self.mentionable = False
        self.managed = False

    def set_permissions(self, permissions: Permission) -> None:
        """Give the role exactly these permissions (GUILD_ROLE_UPDATE)."""
        self.permissions = permissions
        self.guild.world.emit("GUILD_ROLE_UPDATE", self, self.guild.id)


class Member:
    """A user in a guild."""

    def __init__(self, guild: "Guild", user: User) -> None:
        self.guild = guild
        self.user = user
        self.roles: list[Role] = []
        self.joined_at = guild.world.clock()

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def name(self) -> str:
        """The user's name."""
        return self.user.name

    @property
    def mention(self) -> str:
        """The text that mentions this member."""
        return f"<@{self.user.id}>"

    @property
    def guild_permissions(self) -> Permission:
        """Permissions before any channel's overwrites; an owner or administrator has all."""
        if self.guild.owner_id == self.id:
            return ALL
        base = combined(role.permissions for role in [self.guild.everyone, *self.roles])
        return ALL if Permission.ADMINISTRATOR in base else base

    def permissions_in(self, channel: "Channel") -> Permission:
        """Return the permissions in a channel, overwrites included."""
        if self.guild.owner_id == self.id:
            return ALL
        return in_channel(
            self.guild_permissions,
            channel.overwrites.values(),
            everyone_id=self.guild.id,
            role_ids=frozenset(role.id for role in self.roles),
            member_id=self.id,
        )

    def give(self, role: Role) -> None:
        """Give a role (GUILD_MEMBER_UPDATE)."""
        self.roles.append(role)
        self._updated()

    def take(self, role: Role) -> None:
        """Take a role away (GUILD_MEMBER_UPDATE)."""
        self.roles.remove(role)
        self._updated()

    def _updated(self) -> None:
        self.guild.world.emit("GUILD_MEMBER_UPDATE", self, self.guild.id)


class Channel:
    """A text or announcement channel of a guild, or a direct-message channel (no guild)."""

    def __init__(
        self,
        world: World,
        guild: "Guild | None",
        name: str,
        kind: int = TEXT,
        recipient: User | None = None,
    ) -> None:
        self.world = world
        self.guild = guild
        self.id = world.snowflakes.next()
        self.name = name
        self.kind = kind
        self.recipient = recipient
        self.parent: Channel | None = None
        """The channel of a thread."""
        self.overwrites: dict[int, Overwrite] = {}
        self.stored: dict[int, Message] = {}

    @property
    def sending(self) -> Permission:
        """The permission that it takes to write here."""
        return Permission.SEND_MESSAGES

    @property
    def mention(self) -> str:
        """The text that links to this channel."""
        return f"<#{self.id}>"

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages that everybody in the channel sees, oldest first."""
        return tuple(each for each in self.stored.values() if not each.ephemeral)

    @property
    def guild_id(self) -> int | None:
        """The guild's id; None for a direct-message channel."""
        return self.guild.id if self.guild else None

    async def wait_for_messages(self, count: int, timeout: float = 30.0) -> tuple[Message, ...]:  # noqa: ASYNC109 - the tests' word
        """Return the messages as soon as there are ``count``; raise TimeoutError after seconds."""
        return await self.world.changes.wait_until(
            lambda: self.messages if len(self.messages) >= count else (),
            timeout,
            lambda: f"{count} messages in #{self.name}, only {len(self.messages)}",
        )

    def permissions_of(self, member: Member | None) -> Permission:
        """Return a member's permissions here; in a direct message, None may write and read."""
        return EVERYONE if member is None else member.permissions_in(self)

    def allow(self, target: Member | Role, *permissions: Permission) -> None:
        """Allow these here to a member or role, whatever else is denied (CHANNEL_UPDATE)."""
        before = self._overwrite(target)
        more = combined(permissions)
        self._set(target, before.allow | more, before.deny & ~more)

    def deny(self, target: Member | Role, *permissions: Permission) -> None:
        """Deny these here to a member or role (CHANNEL_UPDATE)."""
        before = self._overwrite(target)
        more = combined(permissions)
        self._set(target, before.allow & ~more, before.deny | more)

    def clear_overwrite(self, target: Member | Role) -> None:
        """Forget what was allowed and denied to a member or role here (CHANNEL_UPDATE)."""
        self.overwrites.pop(target.id, None)
        self._updated()

    def rename(self, name: str) -> None:
        """Give the channel another name (CHANNEL_UPDATE)."""
        self.name = name
        self._updated()

    def _overwrite(self, target: Member | Role) -> Overwrite:
        return self.overwrites.get(target.id) or Overwrite(target.id, isinstance(target, Member))

    def _set(self, target: Member | Role, allow: Permission, deny: Permission) -> None:
        is_member = isinstance(target, Member)
        self.overwrites[target.id] = Overwrite(target.id, is_member, allow, deny)
        self._updated()

    def _updated(self) -> None:
        self.world.emit("CHANNEL_UPDATE", self, self.guild_id)


class Guild:
    """A server with its channels, roles and members; the bot is a member from the start."""

    def __init__(
        self,
        world: World,
        name: str,
        bot_permissions: Permission = NONE,
        guild_id: int | None = None,
    ) -> None:
        self.world = world
        self.id = guild_id or world.snowflakes.next()
        self.name = name
        self.owner_id = 0
        self.everyone = Role(self, self.id, "@everyone", EVERYONE)
        self.roles: list[Role] = [self.everyone]
        self.members: dict[int, Member] = {}
        bot_role = self.add_role(world.bot.name, bot_permissions, announce=False)
        bot_role.managed = True
        self.bot = Member(self, world.bot)
        self.bot.roles.append(bot_role)
        self.members[world.bot.id] = self.bot

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The guild's channels, oldest first; threads are not among them."""
        return tuple(each for each in self._all() if each.parent is None)

    def _all(self) -> Iterator[Channel]:
        return (each for each in self.world.channels.values() if each.guild is self)

    def add_text_channel(self, name: str, kind: int = TEXT) -> Channel:
        """Make a channel (CHANNEL_CREATE)."""
        return self.add(Channel(self.world, self, name, kind))

    def add(self, channel: "C") -> "C":
        """Take a channel in (CHANNEL_CREATE)."""
        self.world.channels[channel.id] = channel
        self.world.emit("CHANNEL_CREATE", channel, self.id)
        return channel

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads and messages (CHANNEL_DELETE), or a thread."""
        for thread in [each for each in self._all() if each.parent is channel]:
            self.delete_channel(thread)
        del self.world.channels[channel.id]
        name = "CHANNEL_DELETE" if channel.parent is None else "THREAD_DELETE"
        self.world.emit(name, channel, self.id)

    def add_role(self, name: str, permissions: Permission = NONE, *, announce: bool = True) -> Role:
        """Make a role (GUILD_ROLE_CREATE)."""
        role = Role(self, self.world.snowflakes.next(), name, permissions)
        self.roles.append(role)
        if announce:
            self.world.emit("GUILD_ROLE_CREATE", role, self.id)
        return role


C = TypeVar("C", bound=Channel)
Subject = Guild | Channel | Role | Member | Json
"""What an event is about; the gateway turns it into JSON."""
Publish = Callable[[str, Subject, int | None], None]
"""Takes an event's name, its subject and the guild it belongs to (None for a direct message)."""
