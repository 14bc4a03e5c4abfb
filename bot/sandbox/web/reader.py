"""What a person sees of the loopback Discord in a browser: which messages, and what is unread.

Remembers what a client remembers: how far somebody read, and what they dismissed. Changes nothing
in the world.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.discord import Channel, DiscordSandbox, Message, Person
from bot.sandbox.discord.commands import MESSAGE_COMMAND, SUB_COMMAND, SUB_COMMAND_GROUP
from bot.sandbox.discord.interactions import Ask, Interaction
from bot.sandbox.discord.world import Guild
from bot.sandbox.web.guide import Seen, Step, as_typed, done
from bot.sandbox.web.messages import Cause, excerpt

_NESTED = frozenset({SUB_COMMAND, SUB_COMMAND_GROUP})
MOST_MESSAGES = 100
"""Shown of a channel: the latest."""


def cause_of(interaction: Interaction) -> Cause:
    """Return what somebody did, as it stands above the answer."""
    source = interaction.message
    if interaction.ask is not Ask.COMMAND:
        return Cause(interaction.user.name, excerpt=excerpt(source) if source else "")
    if interaction.body["type"] == MESSAGE_COMMAND:
        name = str(interaction.body["name"])
        return Cause(interaction.user.name, name, name)
    body, words = interaction.body, [str(interaction.body["name"])]
    while below := [it for it in body.get("options") or () if it["type"] in _NESTED]:
        body = below[0]
        words.append(str(body["name"]))
    command = " ".join(words)
    options = {str(it["name"]): it["value"] for it in body.get("options") or ()}
    return Cause(interaction.user.name, as_typed(command, options), f"/{command}")


@dataclass(slots=True)
class Reader:
    """The memory of whoever reads the page, as any of its people."""

    discord: DiscordSandbox
    ticked: frozenset[Step] = frozenset()
    _read: dict[tuple[int, int], int] = field(default_factory=dict)
    _dismissed: set[int] = field(default_factory=set)
    _causes: dict[int, Cause] = field(default_factory=dict)

    def visible(self, person: Person, channel: Channel) -> list[Message]:
        """Return the latest messages that a person sees in a channel, oldest first."""
        seen = [each for each in channel.stored.values() if self._sees(person, each)]
        return seen[-MOST_MESSAGES:]

    def _sees(self, person: Person, message: Message) -> bool:
        if message.id in self._dismissed:
            return False
        return not message.ephemeral or _asked_by(message) == person.id

    def dismiss(self, message_id: int) -> None:
        """Show a private message no more."""
        self._dismissed.add(message_id)

    def has_read(self, person: Person, channel: Channel) -> None:
        """Remember that a person has seen a channel up to now."""
        latest = self.visible(person, channel)
        if latest:
            self._read[person.id, channel.id] = latest[-1].id

    def unread(self, person: Person, channel: Channel) -> bool:
        """Return whether a channel holds something that a person has not seen."""
        latest = self.visible(person, channel)
        return bool(latest) and latest[-1].id > self._read.get((person.id, channel.id), 0)

    def cause(self, message: Message) -> Cause | None:
        """Return what a message answers, if it answers anything."""
        about = message.interaction
        if about is None:
            return None
        known = self._causes.get(int(about["id"]))
        interaction = self.discord.interaction(int(about["id"]))
        if known is None and interaction is not None:
            known = cause_of(interaction)
            self._causes[int(about["id"])] = known
        return known

    def look(self, guild: Guild) -> None:
        """Tick the first steps that the messages of a server show as done."""
        self.ticked |= done(self._seen(guild))

    def _seen(self, guild: Guild) -> Iterator[Seen]:
        for channel in (it for it in self.discord.channels if it.guild is guild):
            for message in channel.stored.values():
                cause = self.cause(message)
                yield Seen(message, cause.typed if cause else "")


def _asked_by(message: Message) -> int | None:
    return int(message.interaction["user"]["id"]) if message.interaction else None
