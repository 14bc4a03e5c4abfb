"""A channel as one person sees it, in parts that are sent again only where they changed.

Draws and compares; sends nothing.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from bot.sandbox.discord import Channel, DiscordSandbox, Message, Person
from bot.sandbox.discord.threads import Forum, Thread, thread_from
from bot.sandbox.web import commands, guide, messages, page
from bot.sandbox.web.components import nothing, path_of
from bot.sandbox.web.guide import Sandbox
from bot.sandbox.web.html import Html
from bot.sandbox.web.markdown import Reading
from bot.sandbox.web.messages import Below, Shown
from bot.sandbox.web.offers import Offers
from bot.sandbox.web.reader import Reader

MORNING = 9
"""The hour at which the bot's digests come unless a channel sets another, in UTC."""


class Controls(Protocol):
    """What the page may do to the sandbox, beside what a person does."""

    def left(self) -> int:
        """Return how many batches of papers can still be announced."""

    async def publish(self) -> None:
        """Let the sources announce the next batch."""

    async def move_to(self, moment: datetime) -> None:
        """Put the clock forward to a moment, for the sandbox and the bot."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the page, and the mark by which two of them are compared."""

    html: Html
    mark: str


def part(html: Html) -> Part:
    """Return a piece of the page with its mark."""
    return Part(html, hashlib.blake2b(html.encode(), digest_size=6).hexdigest())


@dataclass(slots=True)
class View:
    """What one person sees in one channel; ``zone`` is the reader's own."""

    discord: DiscordSandbox
    reader: Reader
    controls: Controls | None
    person: Person
    channel: Channel
    zone: tzinfo
    _drawn: dict[str, tuple[object, Part]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """What time it is in the sandbox."""
        return datetime.fromtimestamp(self.discord.world.clock(), UTC)

    @property
    def typist(self) -> Person | None:
        """Who types commands here: nobody's membership counts in a direct message."""
        return self.person if self.channel.guild else None

    def offers(self) -> Offers:
        """Return what can be picked here."""
        return Offers(self.person)

    def commands(self) -> tuple[commands.Command, ...]:
        """Return the commands that can be typed here: in a forum nothing is typed."""
        if isinstance(self.channel, Forum):
            return ()
        return commands.allowed(self.discord.commands, self.typist, self.channel)

    def reading(self) -> Reading:
        """Return who reads here, and when."""
        return Reading(self.now, self.zone, self._names())

    def _names(self) -> Mapping[str, str]:
        guild = self.person.guild
        channels = {each.mention: f"#{each.name}" for each in self.discord.channels}
        people = {
            written: f"@{each.name}"
            for each in guild.members.values()
            for written in (f"<@{each.id}>", f"<@!{each.id}>")
        }
        return channels | people | {f"<@&{each.id}>": f"@{each.name}" for each in guild.roles}

    def messages(self) -> dict[str, Part]:
        """Return the messages by the id of their element, oldest first; of a forum its posts."""
        reading = self.reading()
        if isinstance(self.channel, Forum):
            latest = sorted(self.channel.posts, key=_latest, reverse=True)
            return {f"m{it.id}": self._post(it) for it in latest}
        drawn = {f"m{shown.message.id}": shown for shown in self._shown(reading)}
        self._drawn = {name: self._kept(name, shown, reading) for name, shown in drawn.items()}
        return {name: kept for name, (_, kept) in self._drawn.items()}

    def _post(self, thread: Thread) -> Part:
        return part(messages.post(_below(thread, self), f"m{thread.id}"))

    def _shown(self, reading: Reading) -> Iterator[Shown]:
        apps = commands.on_messages(self.discord.commands, self.typist, self.channel)
        offered = self.offers().in_menu
        before: Message | None = None
        for message in self.reader.visible(self.person, self.channel):
            cause = self.reader.cause(message)
            thread = thread_from(message, self.channel)
            yield Shown(
                message,
                cause,
                messages.follows(message, before, cause),
                messages.begins_day(message, before, reading),
                offered,
                () if message.ephemeral else apps,
                _below(thread, self) if thread else None,
            )
            before = message

    def _kept(self, name: str, shown: Shown, reading: Reading) -> tuple[object, Part]:
        """Return a message drawn, from before where nothing changed that it is drawn by."""
        sights = (replace(shown, offered=nothing), self.now.replace(second=0, microsecond=0),
                  reading.names)  # fmt: skip
        kept = self._drawn.get(name)
        if kept is not None and kept[0] == sights:
            return kept
        message = shown.message
        files = {str(it["filename"]): path_of(it) or "" for it in message.attachments}
        own = replace(reading, files=files, pinged=message.pinged)
        return sights, part(messages.drawn(shown, own))

    def regions(self) -> dict[str, Part]:
        """Return the other parts that change, by the id of the element that they fill."""
        self.reader.look(self.person.guild)
        self.reader.has_read(self.person, self.channel)
        return {
            "channels": part(page.channels(self, self.reader.unread)),
            "bot": part(page.presence(self.discord.world.bot.name, here=self.discord.connected)),
            "guide": part(guide.drawn(self.reader.ticked, self._sandbox())),
            "slash": part(commands.listed(self.commands())),
        }

    def morning(self) -> datetime:
        """Return when it is next nine o'clock, UTC."""
        today = self.now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        return today if today > self.now else today + timedelta(days=1)

    def _sandbox(self) -> Sandbox | None:
        if self.controls is None:
            return None
        now, morning = self.now.astimezone(self.zone), self.morning()
        here = morning.astimezone(self.zone)
        told = f"{here:%A}, {MORNING:02}:00 UTC"
        if here.hour != MORNING:
            told = f"{told} ({here:%H:%M} here)"
        return Sandbox(f"{now:%A}, {now.day} {now:%B}, {now:%H:%M}", told, self.controls.left())


def _latest(thread: Thread) -> int:
    return max(thread.stored, default=thread.id)


def _below(thread: Thread, view: View) -> Below:
    forum = thread.parent if isinstance(thread.parent, Forum) else None
    tags = {tag.id: tag.name for tag in forum.tags} if forum else {}
    first = next(iter(thread.messages), None)
    return Below(
        thread.name,
        page.address(view.person, thread),
        len(thread.messages),
        tuple(tags[each] for each in thread.tags),
        messages.excerpt(first) if first and forum else "",
    )
