"""Discord's permission bits and the arithmetic of roles and channel overwrites. Pure.

Source: Discord's documents, topics/permissions ("Permission Hierarchy", "Permission Overwrites").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    """The bits that matter to a bot of text channels."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38


NONE = Permission(0)
ALL = ~NONE
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What a new guild gives all its members."""
_NEEDS_SEND = (
    Permission.MENTION_EVERYONE
    | Permission.SEND_TTS_MESSAGES
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
)


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies to one role or one member."""

    target_id: int
    is_member: bool
    allow: Permission = NONE
    deny: Permission = NONE


def combined(permissions: Iterable[Permission]) -> Permission:
    """Return the union of several roles' permissions."""
    total = NONE
    for each in permissions:
        total |= each
    return total


def in_channel(
    base: Permission,
    overwrites: Iterable[Overwrite],
    *,
    everyone_id: int,
    role_ids: frozenset[int],
    member_id: int,
) -> Permission:
    """Return a member's permissions in a channel: everyone's overwrite, roles', then the member's.

    ``base`` are the guild-wide ones; an administrator has all. Without View Channel nothing is
    left, without Send Messages nothing that needs sending ("Implicit Permissions").
    """
    if Permission.ADMINISTRATOR in base:
        return ALL
    known = list(overwrites)
    roles = [each for each in known if not each.is_member]
    for group in (
        [each for each in roles if each.target_id == everyone_id],
        [each for each in roles if each.target_id in role_ids - {everyone_id}],
        [each for each in known if each.is_member and each.target_id == member_id],
    ):
        base &= ~combined(each.deny for each in group)
        base |= combined(each.allow for each in group)
    if Permission.VIEW_CHANNEL not in base:
        return NONE
    return base if Permission.SEND_MESSAGES in base else base & ~_NEEDS_SEND
