"""How threads begin: from a message, or as a post of a forum. Has no nonce, as Discord has none.

Raises `Refusal` as Discord would. Knows no HTTP.
"""

from bot.sandbox.discord import payloads
from bot.sandbox.discord.limits import check_message
from bot.sandbox.discord.messages import EPHEMERAL, Message
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.refusals import (
    FormErrors,
    Json,
    missing_permissions,
    tag_required,
    thread_exists,
    too_many_threads,
    wrong_channel_type,
)
from bot.sandbox.discord.threads import Forum, Thread, active_in, check_form, checked_tags
from bot.sandbox.discord.world import ANNOUNCEMENT, TEXT, Channel, World

MOST_ACTIVE = 1_000
"""Threads of a guild that can be active at once."""


class Starting:
    """Starts the bot's threads in a world."""

    def __init__(self, world: World, posting: Posting) -> None:
        self._world = world
        self._posting = posting

    def post(self, channel_id: int, body: Json) -> tuple[Thread, Message]:
        """Make a forum post with its first message; both have one id.

        Raises `Refusal`, also 40067 without a tag where one is required, and 160006.
        """
        forum = self._posting.channel(channel_id, Permission.SEND_MESSAGES)
        if not isinstance(forum, Forum):
            raise wrong_channel_type()
        errors = FormErrors()
        check_form(body.get("name"), body.get("auto_archive_duration"), errors)
        first = body.get("message")
        if not isinstance(first, dict):
            errors.add("message", "BASE_TYPE_REQUIRED", "This field is required")
        errors.raise_if_any()
        check_message(first or {})
        tags = checked_tags(forum, body.get("applied_tags"), self._bot_in(forum))
        if forum.requires_tag and not tags:
            raise tag_required()
        thread = Thread(
            forum,
            self._world.bot,
            body["name"].strip(),
            duration=body.get("auto_archive_duration") or 4320,
            tags=tags,
        )
        self._open(thread)
        public = {**(first or {}), "flags": ((first or {}).get("flags") or 0) & ~EPHEMERAL}
        message = self._posting.store(thread, self._world.bot, public, message_id=thread.id)
        return thread, message

    def below(self, channel_id: int, message_id: int, body: Json) -> Thread:
        """Start a thread from a message, with the message's id; raise `Refusal`, also 160004."""
        channel = self._posting.channel(channel_id)
        if channel.kind not in {TEXT, ANNOUNCEMENT}:
            raise wrong_channel_type()
        if Permission.CREATE_PUBLIC_THREADS not in self._bot_in(channel):
            raise missing_permissions()
        self._posting.found(channel, message_id)
        errors = FormErrors()
        check_form(body.get("name"), body.get("auto_archive_duration"), errors)
        errors.raise_if_any()
        if message_id in self._world.channels:
            raise thread_exists()
        thread = Thread(
            channel,
            self._world.bot,
            body["name"].strip(),
            thread_id=message_id,
            duration=body.get("auto_archive_duration") or 1440,
        )
        self._open(thread)
        return thread

    def change(self, thread: Thread, body: Json) -> Thread:
        """Change a thread as PATCH does: its starter may, and who has Manage Threads."""
        who = self._bot_in(thread)
        is_moderator = Permission.MANAGE_THREADS in who
        is_own = thread.owner == self._world.bot
        if not is_moderator and (not is_own or body.get("locked") is not None):
            raise missing_permissions()
        errors = FormErrors()
        check_form(body.get("name", thread.name), body.get("auto_archive_duration"), errors)
        errors.raise_if_any()
        if body.get("archived") is not False:
            thread.must_be_active()
        if isinstance(thread.parent, Forum) and "applied_tags" in body:
            thread.tags = checked_tags(thread.parent, body["applied_tags"], who)
        thread.change(
            name=body.get("name"), archived=body.get("archived"), locked=body.get("locked")
        )
        return thread

    def _bot_in(self, channel: Channel) -> Permission:
        return channel.permissions_of(channel.guild.bot if channel.guild else None)

    def _open(self, thread: Thread) -> None:
        if thread.guild is not None and len(active_in(thread.guild)) >= MOST_ACTIVE:
            raise too_many_threads()
        opened(thread)


def opened(thread: Thread) -> Thread:
    """Let a thread be there (THREAD_CREATE)."""
    thread.world.channels[thread.id] = thread
    created = {**payloads.channel(thread), "newly_created": True}
    thread.world.emit("THREAD_CREATE", created, thread.guild_id)
    return thread
