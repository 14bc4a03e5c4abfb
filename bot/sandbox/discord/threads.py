"""Threads and forums: what they are, who may start and write in them, which are listed.

Raises `Refusal` as Discord would. Knows no HTTP. Source: Discord's documents, topics/threads and
resources/channel ("Start Thread from Message", "Start Thread in Forum or Media Channel").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.sandbox.discord.messages import Message, User
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.refusals import (
    FormErrors,
    archived_thread,
    locked_thread,
    missing_permissions,
    unknown_tag,
)
from bot.sandbox.discord.world import Channel, Guild

ANNOUNCEMENT_THREAD, PUBLIC_THREAD, FORUM = 10, 11, 15
LONGEST_NAME = 100
DURATIONS = (60, 1440, 4320, 10080)
"""Minutes without activity after which a thread leaves the list."""
MOST_TAGS = 20
MOST_APPLIED = 5


@dataclass(frozen=True, slots=True)
class Tag:
    """What a forum post can be marked with; a moderated one by moderators only."""

    id: int
    name: str
    moderated: bool = False


class Forum(Channel):
    """A channel that holds nothing but threads."""

    def __init__(
        self, guild: Guild, name: str, tags: Iterable[str | Tag] = (), *, requires_tag: bool = False
    ) -> None:
        super().__init__(guild.world, guild, name, FORUM)
        new_id = guild.world.snowflakes.next
        self.tags = tuple(it if isinstance(it, Tag) else Tag(new_id(), it) for it in tags)
        if len(self.tags) > MOST_TAGS:
            raise ValueError(f"a forum has at most {MOST_TAGS} tags")
        self.requires_tag = requires_tag

    @property
    def posts(self) -> tuple["Thread", ...]:
        """Its threads, oldest first."""
        return threads_of(self)


class Thread(Channel):
    """A public thread below a channel, whose permissions it has."""

    def __init__(
        self,
        parent: Channel,
        owner: User,
        name: str,
        *,
        thread_id: int | None = None,
        duration: int = 4320,
        tags: tuple[int, ...] = (),
    ) -> None:
        kind = ANNOUNCEMENT_THREAD if parent.kind == 5 else PUBLIC_THREAD
        super().__init__(parent.world, parent.guild, name, kind)
        self.id = thread_id or self.id
        self.parent = parent
        self.owner = owner
        self.overwrites = parent.overwrites
        self.duration = duration
        self.tags = tags
        self.archived = self.locked = False
        self.created_at = self.archive_changed_at = parent.world.clock()

    @property
    def sending(self) -> Permission:
        """The permission that it takes to write here."""
        return Permission.SEND_MESSAGES_IN_THREADS

    def archive(self, *, locked: bool = False) -> None:
        """Close the thread, so that only moderators open it again if ``locked`` (THREAD_UPDATE)."""
        self.change(archived=True, locked=locked)

    def change(
        self,
        *,
        name: str | None = None,
        archived: bool | None = None,
        locked: bool | None = None,
    ) -> None:
        """Give the thread another name or state (THREAD_UPDATE)."""
        self.name = self.name if name is None else name
        self.locked = self.locked if locked is None else locked
        if archived is not None and archived != self.archived:
            self.archived = archived
            self.archive_changed_at = self.world.clock()
        self._updated()

    def reopen_to_send(self, who: Permission) -> None:
        """Open an archived thread, as a message does; raise `Refusal` where it is locked."""
        if self.locked and Permission.MANAGE_THREADS not in who:
            raise archived_thread() if self.archived else locked_thread()
        if self.archived:
            self.change(archived=False)

    def must_be_active(self) -> None:
        """Raise `Refusal` 50083 for an archived thread, in which nothing can be changed."""
        if self.archived:
            raise archived_thread()

    def _updated(self) -> None:
        self.world.emit("THREAD_UPDATE", self, self.guild_id)


def threads_of(channel: Channel) -> tuple[Thread, ...]:
    """Return a channel's threads, oldest first."""
    known = channel.world.channels.values()
    return tuple(it for it in known if isinstance(it, Thread) and it.parent is channel)


def thread_from(message: Message, channel: Channel) -> Thread | None:
    """Return the thread that was started from a message."""
    found = channel.world.channels.get(message.id)
    return found if isinstance(found, Thread) and found.parent is channel else None


def active_in(guild: Guild) -> list[Thread]:
    """Return a guild's active threads, newest first."""
    known = [it for it in guild.world.channels.values() if isinstance(it, Thread)]
    active = [it for it in known if it.guild is guild and not it.archived]
    return sorted(active, key=lambda it: -it.id)


def archived_below(
    channel: Channel, before: datetime | None, limit: int
) -> tuple[list[Thread], bool]:
    """Return a channel's archived threads, the last archived first, and whether there are more."""
    found = sorted(
        (it for it in threads_of(channel) if it.archived), key=lambda it: -it.archive_changed_at
    )
    if before is not None:
        found = [it for it in found if datetime.fromtimestamp(it.archive_changed_at, UTC) < before]
    return found[:limit], len(found) > limit


def check_form(name: object, duration: object, errors: FormErrors) -> None:
    """Note a name that is not of 1 to 100 letters, or a duration that is none of Discord's."""
    errors.length("name", name.strip() if isinstance(name, str) else name, 1, LONGEST_NAME)
    if duration is not None and duration not in DURATIONS:
        choices = ", ".join(map(str, DURATIONS))
        errors.add(
            "auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {{{choices}}}."
        )


def checked_tags(forum: Forum, named: object, who: Permission) -> tuple[int, ...]:
    """Return the ids of the tags that a post is to have; raise `Refusal` for what it cannot."""
    if named is None:
        return ()
    if not isinstance(named, list) or len(named) > MOST_APPLIED:
        text = f"Must be {MOST_APPLIED} or fewer in length."
        raise FormErrors.single("applied_tags", "BASE_TYPE_MAX_LENGTH", text)
    known = {tag.id: tag for tag in forum.tags}
    ids = tuple(int(each) for each in named)
    if any(each not in known for each in ids):
        raise unknown_tag()
    if any(known[each].moderated for each in ids) and Permission.MANAGE_THREADS not in who:
        raise missing_permissions()
    return ids
