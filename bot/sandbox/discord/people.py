"""The driver: a member who types commands, presses buttons, fills in forms, and reads replies.

Acts only as Discord's own client would let a person act; else raises `CannotDo`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.sandbox.discord import payloads
from bot.sandbox.discord.commands import MESSAGE_COMMAND
from bot.sandbox.discord.forms import FieldValue, filled
from bot.sandbox.discord.interactions import Ask, Desk, Interaction
from bot.sandbox.discord.invocations import (
    CannotDo,
    Resolved,
    Value,
    check_allowed,
    find,
    find_message_command,
    invocation,
)
from bot.sandbox.discord.messages import Kind, Message, User
from bot.sandbox.discord.permissions import NONE, Permission
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.replies import Choice, Modal, NoAnswer, Reply
from bot.sandbox.discord.starting import opened
from bot.sandbox.discord.threads import Forum, Tag, Thread
from bot.sandbox.discord.world import Channel, Guild, Member, Role, World

LINK_STYLE = 5


@dataclass(frozen=True, slots=True)
class Desks:
    """What people act through, and how long they wait for a deferred answer (seconds)."""

    desk: Desk
    posting: Posting
    patience: float = 30.0


class Person(Member):
    """A member who can act."""

    def __init__(self, guild: Guild, user: User, desks: Desks) -> None:
        super().__init__(guild, user)
        self._desks = desks

    @property
    def direct(self) -> Channel:
        """The direct-message channel of this person and the bot."""
        return self.guild.world.open_direct(self.user)

    async def command(self, where: Channel, name: str, /, **options: Value) -> Reply:
        """Type a slash command (``digest set`` for one in a group) and wait for the whole answer.

        Raises CannotDo where Discord's client would not send it, NoAnswer after the three seconds
        or when a deferred answer does not come.
        """
        who = self._in(where)
        command, path = find(self.guild.world.commands, name)
        check_allowed(command, who, where)
        body = invocation(command, path, options, who)
        return await self._ask(Ask.COMMAND, where, body)

    async def use_on(self, message: Message, name: str) -> Reply:
        """Choose a message command (Apps, in a message's menu) and wait for the whole answer.

        Raises as `command` does.
        """
        where = self._channel_of(message)
        command = find_message_command(self.guild.world.commands, name)
        check_allowed(command, self._in(where), where)
        resolved = {"messages": {str(message.id): payloads.message(message, where)}}
        body: Json = {
            "id": command["id"],
            "name": command["name"],
            "type": MESSAGE_COMMAND,
            "target_id": str(message.id),
            "resolved": resolved,
        }
        return await self._ask(Ask.COMMAND, where, body)

    async def autocomplete(
        self, where: Channel, name: str, /, **options: Value
    ) -> tuple[Choice, ...]:
        """Return the choices that Discord shows while the last of ``options`` is being typed."""
        who = self._in(where)
        command, path = find(self.guild.world.commands, name)
        check_allowed(command, who, where)
        if not options:
            raise CannotDo("no option is being typed")
        body = invocation(command, path, options, who, focused=list(options)[-1])
        reply = await self._ask(Ask.AUTOCOMPLETE, where, body)
        return tuple(Choice(each["name"], each["value"]) for each in reply.interaction.choices)

    async def press(self, on: Message | Reply, button: str) -> Reply:
        """Press the button with this custom id or label; a button that is a link opens nothing.

        After a bare acknowledgement the reply is returned at once; what follows shows in it.
        """
        message, found = self._part(on, button, "buttons", "label")
        if found["style"] == LINK_STYLE:
            raise CannotDo(f"{button!r} is a link to {found['url']}")
        body = {"component_type": int(Kind.BUTTON), "custom_id": found["custom_id"]}
        return await self._ask(Ask.COMPONENT, self._channel_of(message), body, message)

    async def choose(self, on: Message | Reply, menu: str, *values: Value) -> Reply:
        """Choose in the menu with this custom id or placeholder; options by label or value."""
        message, found = self._part(on, menu, "selects", "placeholder")
        low, high = found.get("min_values", 1), found.get("max_values", 1)
        if not low <= len(values) <= high:
            raise CannotDo(f"{menu!r} takes {low} to {high} choices")
        resolved = Resolved(self)
        body: Json = {
            "component_type": found["type"],
            "custom_id": found["custom_id"],
            "values": [_choice(found, value, resolved) for value in values],
        }
        if resolved.tables:
            body["resolved"] = resolved.tables
        return await self._ask(Ask.COMPONENT, self._channel_of(message), body, message)

    async def submit(self, modal: Modal | None, values: dict[str, FieldValue]) -> Reply:
        """Fill in and submit a form; fields by custom id or label."""
        if modal is None:
            raise CannotDo("no form is open")
        body = filled(modal.form, values)
        source = modal.interaction.message
        return await self._ask(Ask.MODAL, modal.interaction.channel, body, source)

    async def say(self, where: Channel, text: str) -> Message:
        """Write an ordinary message."""
        if where.sending not in self.permissions_in(where):
            raise CannotDo(f"{self.name} cannot write in #{where.name}")
        if isinstance(where, Thread):
            where.reopen_to_send(self.permissions_in(where))
        return self._desks.posting.store(where, self.user, {"content": text})

    async def start_post(self, forum: Forum, name: str, text: str) -> Thread:
        """Make a forum post with an ordinary message (THREAD_CREATE)."""
        thread = opened(Thread(forum, self.user, name))
        body = {"content": text}
        self._desks.posting.store(thread, self.user, body, message_id=thread.id)
        return thread

    async def start_thread(self, channel: Channel, name: str) -> Thread:
        """Start a thread in a channel with an ordinary message (THREAD_CREATE)."""
        message = await self.say(channel, name)
        return opened(Thread(channel, self.user, name, thread_id=message.id))

    def _in(self, where: Channel) -> "Person | None":
        if where.guild is self.guild:
            return self
        if where.recipient == self.user:
            return None
        raise CannotDo(f"{self.name} is not in the server of #{where.name}")

    def _channel_of(self, message: Message) -> Channel:
        channel = self.guild.world.channels.get(message.channel_id)
        if channel is None or message.id not in channel.stored:
            raise CannotDo("the message is gone")
        self._in(channel)
        return channel

    def _part(
        self, on: Message | Reply, wanted: str, family: str, caption: str
    ) -> tuple[Message, Json]:
        messages = on.messages if isinstance(on, Reply) else (self._fresh(on),)
        shown: list[str] = []
        for message in messages:
            for part in getattr(message, family):
                names = {part.get("custom_id"), part.get(caption)}
                shown.append(str(part.get(caption) or part.get("custom_id")))
                if wanted not in names:
                    continue
                if part.get("disabled"):
                    raise CannotDo(f"{wanted!r} is disabled")
                return message, part
        raise CannotDo(f"there is no {wanted!r}; there are: {', '.join(shown) or 'none'}")

    def _fresh(self, message: Message) -> Message:
        return self._channel_of(message).stored[message.id]

    async def _ask(
        self, ask: Ask, where: Channel, body: Json, message: Message | None = None
    ) -> Reply:
        desk = self._desks.desk
        who = self._in(where) or self.user
        interaction = desk.open(ask, who, where, body, message)
        await self._answered(interaction)
        return Reply(interaction)

    async def _answered(self, interaction: Interaction) -> None:
        desk = self._desks.desk
        changes = desk.world.changes
        try:
            await changes.wait_until(
                lambda: interaction.answer is not None,
                desk.response_seconds,
                lambda: "first response",
            )
            await changes.wait_until(
                lambda: not interaction.thinking,
                self._desks.patience,
                lambda: "answer, still thinking",
            )
        except TimeoutError as late:
            raise NoAnswer(f"The application did not respond: {late}") from late


def _choice(menu: Json, value: Value, resolved: Resolved) -> str:
    if menu["type"] == Kind.STRING_SELECT:
        for option in menu["options"]:
            if value in {option["label"], option["value"]}:
                return str(option["value"])
        raise CannotDo(f"{value!r} is not on offer")
    if isinstance(value, str | int | float):
        raise CannotDo(f"{value!r} cannot be chosen here")
    return resolved.add(value)


class Community(Guild):
    """A guild whose members can act; `owner` is one of them."""

    def __init__(
        self,
        world: World,
        name: str,
        desks: Desks,
        bot_permissions: Permission = NONE,
        guild_id: int | None = None,
    ) -> None:
        super().__init__(world, name, bot_permissions, guild_id)
        self._desks = desks
        self.owner = self.add_member("owner")
        self.owner_id = self.owner.id

    def add_forum(
        self, name: str, tags: Iterable[str | Tag] = (), *, requires_tag: bool = False
    ) -> Forum:
        """Make a forum (CHANNEL_CREATE)."""
        return self.add(Forum(self, name, tags, requires_tag=requires_tag))

    def add_member(
        self, name: str, permissions: Permission = NONE, roles: tuple[Role, ...] = ()
    ) -> Person:
        """Let a new person join; ``permissions`` are theirs in the guild, on top of everyone's."""
        user = User(self.world.snowflakes.next(), name)
        return self.welcome(user, permissions, roles)

    def welcome(
        self, user: User, permissions: Permission = NONE, roles: tuple[Role, ...] = ()
    ) -> Person:
        """Let somebody join who is known from another guild."""
        person = Person(self, user, self._desks)
        person.roles.extend(roles)
        if permissions:
            person.roles.append(self.add_role(f"{user.name}'s", permissions))
        self.members[user.id] = person
        self.world.emit("GUILD_MEMBER_ADD", person, self.id)
        return person
