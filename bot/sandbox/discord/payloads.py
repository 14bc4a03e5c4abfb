"""The state of the world as the JSON objects of Discord's API. Pure; ids are strings there.

Source: Discord's documents, resources/{application,channel,guild,message,user}.
"""

from datetime import UTC, datetime

from bot.sandbox.discord.messages import Message, User
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.thread_payloads import forum_fields, thread_fields
from bot.sandbox.discord.threads import Forum, Thread, active_in, thread_from
from bot.sandbox.discord.world import DIRECT, Channel, Guild, Member, Role, Subject, World

HAS_THREAD = 1 << 5
"""Of a message (Message Flags)."""
REPLY = 19
COMMAND_ANSWER = 20


def bits(permissions: Permission) -> str:
    """Return permissions as Discord writes them: a decimal number in a string."""
    return str(int(permissions))


def user(who: User) -> Json:
    """Return a user object."""
    return {
        "id": str(who.id),
        "username": who.name,
        "discriminator": "0",
        "global_name": who.name,
        "avatar": None,
        "bot": who.bot,
        "public_flags": 0,
    }


def application(world: World) -> Json:
    """Return the application object of the bot."""
    return {
        "id": str(world.bot.id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(world.application_owner),
        "team": None,
        "summary": "",
        "verify_key": "0" * 64,
        "flags": 0,
        "approximate_guild_count": len(world.guilds),
    }


def role(which: Role) -> Json:
    """Return a role object."""
    return {
        "id": str(which.id),
        "name": which.name,
        "permissions": bits(which.permissions),
        "position": which.guild.roles.index(which),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": which.managed,
        "mentionable": which.mentionable,
        "flags": 0,
    }


def member(who: Member, *, with_user: bool = True) -> Json:
    """Return a guild member object."""
    body: Json = {
        "roles": [str(each.id) for each in who.roles],
        "joined_at": datetime.fromtimestamp(who.joined_at, UTC).isoformat(),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
        "pending": False,
        "premium_since": None,
    }
    return {**body, "user": user(who.user)} if with_user else body


def channel(which: Channel) -> Json:
    """Return a channel object."""
    last = next(reversed(which.messages), None)
    body: Json = {
        "id": str(which.id),
        "type": which.kind,
        "last_message_id": str(last.id) if last else None,
    }
    if which.guild is None:
        recipients = [user(which.recipient)] if which.recipient else []
        return {**body, "recipients": recipients}
    if isinstance(which, Thread):
        return {**body, **thread_fields(which)}
    more = forum_fields(which) if isinstance(which, Forum) else {}
    return {
        **body,
        "guild_id": str(which.guild.id),
        "name": which.name,
        "position": 0,
        "parent_id": None,
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "permission_overwrites": [
            {
                "id": str(each.target_id),
                "type": int(each.is_member),
                "allow": bits(each.allow),
                "deny": bits(each.deny),
            }
            for each in which.overwrites.values()
        ],
        **more,
    }


def guild(which: Guild) -> Json:
    """Return a guild object, as GET gives it."""
    return {
        "id": str(which.id),
        "name": which.name,
        "icon": None,
        "owner_id": str(which.owner_id),
        "roles": [role(each) for each in which.roles],
        "emojis": [],
        "stickers": [],
        "features": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "afk_timeout": 300,
        "system_channel_flags": 0,
    }


def guild_create(which: Guild) -> Json:
    """Return the payload of GUILD_CREATE; without the members' intent, the bot alone.

    As when the bot joins: a guild that was announced as unavailable is said not to be any more.
    """
    return {
        **guild(which),
        "large": False,
        "joined_at": datetime.fromtimestamp(which.bot.joined_at, UTC).isoformat(),
        "member_count": len(which.members),
        "members": [member(which.bot)],
        "channels": [channel(each) for each in which.channels],
        "threads": [channel(each) for each in active_in(which)],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(which: Message, where: Channel, *, nonce: bool = False) -> Json:
    """Return a message object, with its nonce only where Discord gives it (create, event)."""
    answered = where.stored.get(which.replies_to or 0)
    body: Json = {
        "id": str(which.id),
        "channel_id": str(which.channel_id),
        "author": user(which.author),
        "content": which.content,
        "timestamp": which.created_at.isoformat(),
        "edited_timestamp": which.edited_at.isoformat() if which.edited_at else None,
        "tts": False,
        "mention_everyone": bool(which.pinged & {"@everyone", "@here"}),
        "mentions": [],
        "mention_roles": [],
        "attachments": list(which.attachments),
        "embeds": [{"type": "rich", **embed} for embed in which.embeds],
        "components": list(which.components),
        "pinned": False,
        "flags": which.flags,
        "type": 0,
    }
    if nonce and which.nonce is not None:
        body["nonce"] = which.nonce
    if thread := thread_from(which, where):
        body["flags"] |= HAS_THREAD
        body["thread"] = channel(thread)
    if which.replies_to:
        body["type"] = REPLY
        body["message_reference"] = {
            "message_id": str(which.replies_to),
            "channel_id": str(which.channel_id),
            **_guild_id(where),
        }
        body["referenced_message"] = message(answered, where) if answered else None
    if which.interaction:
        body["type"] = COMMAND_ANSWER
        body["interaction_metadata"] = which.interaction
        body["webhook_id"] = body["application_id"] = str(which.author.id)
    return body


def message_event(which: Message, where: Channel) -> Json:
    """Return the payload of MESSAGE_CREATE and MESSAGE_UPDATE."""
    body = {**message(which, where, nonce=True), **_guild_id(where)}
    author = where.guild.members.get(which.author.id) if where.guild else None
    return {**body, "member": member(author, with_user=False)} if author else body


def deletion(which: Message, where: Channel) -> Json:
    """Return the payload of MESSAGE_DELETE."""
    return {"id": str(which.id), "channel_id": str(where.id), **_guild_id(where)}


def _guild_id(where: Channel) -> Json:
    # discord.py dies of `guild_id: null`; a direct message has no such key.
    return {} if where.guild is None else {"guild_id": str(where.guild.id)}


def resolved_channel(which: Channel, who: Member) -> Json:
    """Return a partial channel for `resolved`, with the permissions of the one who names it."""
    body = channel(which)
    body.pop("permission_overwrites", None)
    return {**body, "permissions": bits(which.permissions_of(who))}


def event(subject: Subject) -> Json:
    """Return what a gateway event says of its subject."""
    if isinstance(subject, Channel):
        return channel(subject)
    if isinstance(subject, Guild):
        return guild_create(subject)
    if isinstance(subject, Role):
        return {"guild_id": str(subject.guild.id), "role": role(subject)}
    if isinstance(subject, Member):
        return {"guild_id": str(subject.guild.id), **member(subject)}
    return subject


def interaction_channel(where: Channel, who: Member | None) -> Json:
    """Return the partial channel in which an interaction happens."""
    if where.kind == DIRECT or who is None:
        return channel(where)
    return resolved_channel(where, who)
