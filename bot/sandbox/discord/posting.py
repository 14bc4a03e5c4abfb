"""Messages: who may send, edit, delete and read them, the nonce window, what is stored.

Raises `Refusal` as Discord would. Knows no HTTP.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.sandbox.discord import payloads
from bot.sandbox.discord.components import displayed, stored
from bot.sandbox.discord.limits import check_message
from bot.sandbox.discord.mentions import pinged
from bot.sandbox.discord.messages import EPHEMERAL, IS_COMPONENTS_V2, LOADING, Message, User, walk
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.refusals import (
    FormErrors,
    Json,
    missing_access,
    missing_permissions,
    not_a_text_channel,
    not_yours,
    unknown_channel,
    unknown_message,
)
from bot.sandbox.discord.threads import Forum, Thread
from bot.sandbox.discord.world import Channel, World

EDITABLE = ("content", "embeds", "components", "flags", "attachments", "allowed_mentions")


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a nonce made, and until when (seconds since 1970) a second use finds it again."""

    message: Message
    until: float


class Posting:
    """Acts on the messages of a world. ``nonce_window`` is in seconds ("a few minutes")."""

    def __init__(self, world: World, nonce_window: float) -> None:
        self._world = world
        self._nonce_window = nonce_window
        self._sent: dict[tuple[int, str], _Sent] = {}

    def channel(self, channel_id: int, *needed: Permission) -> Channel:
        """Return a channel that the bot can see, with the permissions it needs there.

        Raises `Refusal`: 10003 unknown, 50001 cannot see it, 50013 lacks another permission.
        """
        channel = self._world.channels.get(channel_id)
        if channel is None:
            raise missing_access() if channel_id in self._world.left else unknown_channel()
        permissions = channel.permissions_of(channel.guild.bot if channel.guild else None)
        if Permission.VIEW_CHANNEL not in permissions:
            raise missing_access()
        if any(each not in permissions for each in needed):
            raise missing_permissions()
        return channel

    def send(self, channel_id: int, body: Json) -> tuple[Channel, Message]:
        """Store the bot's message, or return the one that its enforced nonce made before.

        Raises `Refusal`, also 10008 where that one was deleted since.
        """
        needs = [self.channel(channel_id).sending]
        needs += [Permission.EMBED_LINKS] if body.get("embeds") else []
        needs += [Permission.ATTACH_FILES] if body.get("attachments") else []
        channel = self.channel(channel_id, *needs)
        if isinstance(channel, Forum):
            raise not_a_text_channel()
        check_message(body)
        self._check_reference(channel, body)
        nonce = None if body.get("nonce") is None else str(body["nonce"])
        enforced = bool(nonce and body.get("enforce_nonce"))
        if enforced and (before := self._made_by(str(nonce))):
            return self._world.channels[before.channel_id], before
        if isinstance(channel, Thread) and channel.guild is not None:
            channel.reopen_to_send(channel.permissions_of(channel.guild.bot))
        # Only an answer to an interaction can be ephemeral; elsewhere Discord ignores the flag.
        public = {**body, "flags": (body.get("flags") or 0) & ~EPHEMERAL}
        message = self.store(channel, self._world.bot, public)
        if enforced:
            until = self._world.clock() + self._nonce_window
            self._sent[self._world.bot.id, str(nonce)] = _Sent(message, until)
        return channel, message

    def _made_by(self, nonce: str) -> Message | None:
        now = self._world.clock()
        while self._sent and next(iter(self._sent.values())).until <= now:
            del self._sent[next(iter(self._sent))]
        sent = self._sent.get((self._world.bot.id, nonce))
        if sent is None:
            return None
        channel = self._world.channels.get(sent.message.channel_id)
        message = channel.stored.get(sent.message.id) if channel else None
        if message is None:
            raise unknown_message()
        return message

    def _check_reference(self, channel: Channel, body: Json) -> None:
        reference = body.get("message_reference")
        if not reference or not reference.get("fail_if_not_exists", True):
            return
        if int(reference["message_id"]) not in channel.stored:
            code = "REPLIES_UNKNOWN_MESSAGE"
            raise FormErrors.single("message_reference", code, "Unknown message")

    def store(
        self,
        channel: Channel,
        author: User,
        body: Json,
        interaction: Json | None = None,
        *,
        message_id: int | None = None,
    ) -> Message:
        """Store a message that was found in order, and publish MESSAGE_CREATE if it is public."""
        components = stored(body.get("components") or [])
        reference = body.get("message_reference") or {}
        message = Message(
            id=message_id or self._world.snowflakes.next(),
            channel_id=channel.id,
            author=author,
            content=(body.get("content") or "").strip(),
            embeds=tuple(body.get("embeds") or ()),
            components=components,
            attachments=tuple(body.get("attachments") or ()),
            flags=body.get("flags") or 0,
            nonce=None if body.get("nonce") is None else str(body["nonce"]),
            replies_to=int(reference["message_id"]) if reference else None,
            interaction=interaction,
        )
        message = replace(message, pinged=self._pinged(channel, message, body))
        channel.stored[message.id] = message
        self._publish("MESSAGE_CREATE", message, channel)
        return message

    def _pinged(self, channel: Channel, message: Message, body: Json) -> frozenset[str]:
        allowed = body.get("allowed_mentions")
        guild = channel.guild
        author = guild.members.get(message.author.id) if guild else None
        may = Permission.MENTION_EVERYONE in channel.permissions_of(author)
        read = "\n".join([message.content, *displayed(list(walk(message.components)))])
        roles = frozenset(role.id for role in guild.roles if role.mentionable) if guild else ()
        found = pinged(read, allowed, may_mention_all=may, mentionable_roles=frozenset(roles))
        answered = channel.stored.get(message.replies_to or 0)
        if answered and (allowed is None or allowed.get("replied_user")):
            found |= {f"<@{answered.author.id}>"}
        return found

    def edit(self, channel: Channel, message_id: int, body: Json) -> Message:
        """Change the bot's own message as PATCH does; raise `Refusal` 10008, 50005, 50035."""
        message = self.found(channel, message_id)
        if message.author != self._world.bot:
            raise not_yours()
        if isinstance(channel, Thread):
            channel.must_be_active()
        return self.change(channel, message, body)

    def change(self, channel: Channel, message: Message, body: Json) -> Message:
        """Replace the parts of a message that ``body`` names; absent parts stay."""
        kept: Json = {
            "content": message.content,
            "embeds": list(message.embeds),
            "components": list(message.components),
            "attachments": list(message.attachments),
            "flags": message.flags & ~(LOADING | EPHEMERAL),
        }
        if body.get("flags") is not None:
            # A layout cannot be taken back once it is there.
            kept["flags"] = (body["flags"] & ~EPHEMERAL) | (message.flags & IS_COMPONENTS_V2)
        named = {key: body[key] for key in EDITABLE if key in body and key != "flags"}
        whole = {**kept, **named}
        check_message(whole)
        changed = replace(
            message,
            content=(whole.get("content") or "").strip(),
            embeds=tuple(whole.get("embeds") or ()),
            components=stored(whole.get("components") or []),
            attachments=tuple(whole.get("attachments") or ()),
            flags=whole["flags"] | (message.flags & EPHEMERAL),
            # What ends a deferral is the answer itself, which Discord does not call edited.
            edited_at=None if message.loading else datetime.fromtimestamp(self._world.clock(), UTC),
        )
        channel.stored[message.id] = changed
        self._publish("MESSAGE_UPDATE", changed, channel)
        return changed

    def delete(self, channel: Channel, message_id: int) -> None:
        """Delete a message; somebody else's needs Manage Messages."""
        message = self.found(channel, message_id)
        if message.author != self._world.bot:
            self.channel(channel.id, Permission.MANAGE_MESSAGES)
        self.remove(channel, message)

    def remove(self, channel: Channel, message: Message) -> None:
        """Take a message away, whoever asked, and publish MESSAGE_DELETE if it was public."""
        del channel.stored[message.id]
        guild_id = channel.guild_id
        if not message.ephemeral:
            self._world.emit("MESSAGE_DELETE", payloads.deletion(message, channel), guild_id)
        self._world.changes.announce()

    def found(self, channel: Channel, message_id: int) -> Message:
        """Return a public message; raise `Refusal` 10008 if it is gone."""
        message = channel.stored.get(message_id)
        if message is None or message.ephemeral:
            raise unknown_message()
        return message

    def history(self, channel: Channel, query: Json) -> list[Message]:
        """Return messages, newest first, by ``before``, ``after``, ``around`` and ``limit``.

        Empty without Read Message History, as Discord says.
        """
        if Permission.READ_MESSAGE_HISTORY not in channel.permissions_of(
            channel.guild.bot if channel.guild else None
        ):
            return []
        limit = int(query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise FormErrors.single("limit", "NUMBER_TYPE_RANGE", "Must be 1 to 100.")
        messages = list(channel.messages)
        if "after" in query:
            newer = [each for each in messages if each.id > int(query["after"])]
            return newer[:limit][::-1]
        if "around" in query:
            centre = int(query["around"])
            near = sorted(messages, key=lambda each: abs(each.id - centre))[:limit]
            return sorted(near, key=lambda each: -each.id)
        if "before" in query:
            messages = [each for each in messages if each.id < int(query["before"])]
        return messages[-limit:][::-1]

    def _publish(self, name: str, message: Message, channel: Channel) -> None:
        if message.ephemeral:
            self._world.changes.announce()
            return
        self._world.emit(name, payloads.message_event(message, channel), channel.guild_id)
