"""Interactions as Discord keeps them: token, deadlines, the first response, follow-ups.

Raises `Refusal` as Discord would. The driver in `people` opens interactions and reads replies.
Source: Discord's documents, interactions/receiving-and-responding.
"""

import secrets
from dataclasses import dataclass, field
from enum import IntEnum

from bot.sandbox.discord import payloads
from bot.sandbox.discord.limits import check_choices, check_message, check_modal
from bot.sandbox.discord.messages import EPHEMERAL, LOADING, Message, User
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.refusals import (
    FormErrors,
    Json,
    already_acknowledged,
    expired_token,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from bot.sandbox.discord.world import Channel, Member, World

TOKEN_SECONDS = 15 * 60
ORIGINAL = "@original"


class Ask(IntEnum):
    """Types of interaction."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """Types of first response."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_ON_MESSAGE = frozenset({Answer.DEFERRED_UPDATE, Answer.UPDATE})
_WITH_MESSAGE = frozenset({Answer.MESSAGE, Answer.DEFERRED_MESSAGE})
_FITTING = {
    Ask.COMMAND: _WITH_MESSAGE | {Answer.MODAL},
    Ask.COMPONENT: _WITH_MESSAGE | _ON_MESSAGE | {Answer.MODAL},
    Ask.AUTOCOMPLETE: frozenset({Answer.CHOICES}),
    Ask.MODAL: _WITH_MESSAGE,
}


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One act of a person, and what the bot has answered so far."""

    id: int
    token: str
    ask: Ask
    user: User
    member: Member | None
    channel: Channel
    body: Json
    message: Message | None = None
    """The message whose button was pressed, or from whose button the modal came."""
    opened_at: float
    """Seconds since 1970."""
    answer: Answer | None = None
    answered_at: float | None = None
    original_id: int | None = None
    followup_ids: list[int] = field(default_factory=list)
    choices: tuple[Json, ...] = ()
    modal: Json | None = None
    metadata: Json = field(default_factory=dict)

    @property
    def thinking(self) -> bool:
        """Whether the answer was deferred and has not come yet."""
        original = self.channel.stored.get(self.original_id or 0)
        return bool(original and original.loading)


class Desk:
    """Opens interactions and takes the bot's answers. Limits are in seconds."""

    def __init__(self, world: World, posting: Posting, response_seconds: float) -> None:
        self.world = world
        self.response_seconds = response_seconds
        self._posting = posting
        self._open: dict[str, Interaction] = {}

    def open(
        self,
        ask: Ask,
        who: Member | User,
        channel: Channel,
        body: Json,
        message: Message | None = None,
    ) -> Interaction:
        """Send INTERACTION_CREATE for an act of a member, or of a user in a direct message."""
        member = who if isinstance(who, Member) else None
        user = who.user if isinstance(who, Member) else who
        interaction = Interaction(
            id=self.world.snowflakes.next(),
            token=secrets.token_urlsafe(32),
            ask=ask,
            user=user,
            member=member,
            channel=channel,
            body=body,
            message=message,
            opened_at=self.world.clock(),
        )
        interaction.metadata = self._metadata(interaction)
        self._forget_old()
        self._open[interaction.token] = interaction
        self.world.emit("INTERACTION_CREATE", self._payload(interaction), channel.guild_id)
        return interaction

    def _forget_old(self) -> None:
        oldest = self.world.clock() - 2 * TOKEN_SECONDS
        while self._open and next(iter(self._open.values())).opened_at < oldest:
            del self._open[next(iter(self._open))]

    def _metadata(self, interaction: Interaction) -> Json:
        return {
            "id": str(interaction.id),
            "type": int(interaction.ask),
            "user": payloads.user(interaction.user),
            "authorizing_integration_owners": self._owners(interaction),
        }

    def _owners(self, interaction: Interaction) -> Json:
        return {"0": str(interaction.channel.guild_id or 0)}

    def _payload(self, interaction: Interaction) -> Json:
        channel, member = interaction.channel, interaction.member
        guild = channel.guild
        app = channel.permissions_of(guild.bot if guild else None)
        payload: Json = {
            "id": str(interaction.id),
            "application_id": str(self.world.bot.id),
            "type": int(interaction.ask),
            "token": interaction.token,
            "version": 1,
            "data": interaction.body,
            "channel_id": str(channel.id),
            "channel": payloads.interaction_channel(channel, member),
            "app_permissions": payloads.bits(app),
            "locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": self._owners(interaction),
            "context": 0 if guild else 1,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if guild and member:
            permissions = payloads.bits(member.permissions_in(channel))
            payload["guild_id"] = str(guild.id)
            payload["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
            payload["guild_locale"] = "en-US"
            payload["member"] = {**payloads.member(member), "permissions": permissions}
        else:
            payload["user"] = payloads.user(interaction.user)
        if interaction.message:
            payload["message"] = payloads.message(interaction.message, channel)
        return payload

    def respond(self, interaction_id: int, token: str, body: Json) -> Json:
        """Take the first response; return what ``with_response`` gives.

        Raises `Refusal`: 10062 unknown or late, 40060 the second one, 50035 malformed.
        """
        interaction = self._open.get(token)
        if interaction is None or interaction.id != interaction_id:
            raise unknown_interaction()
        if interaction.answer is not None:
            raise already_acknowledged()
        if self.world.clock() - interaction.opened_at > self.response_seconds:
            raise unknown_interaction()
        answer = self._answer_type(interaction, body.get("type"))
        self._act(interaction, answer, body.get("data") or {})
        interaction.answer = answer
        interaction.answered_at = self.world.clock()
        self.world.changes.announce()
        return self._receipt(interaction, answer)

    def _answer_type(self, interaction: Interaction, kind: object) -> Answer:
        fitting = set(_FITTING[interaction.ask])
        if interaction.ask is Ask.MODAL and interaction.message:
            fitting |= _ON_MESSAGE
        answer = next((each for each in fitting if each == kind), None)
        if answer is None:
            allowed = tuple(sorted(int(each) for each in fitting))
            raise FormErrors.single("type", "BASE_TYPE_CHOICES", f"Must be one of {allowed}.")
        return answer

    def _act(self, interaction: Interaction, answer: Answer, body: Json) -> None:
        channel = interaction.channel
        if answer is Answer.CHOICES:
            check_choices(body.get("choices") or [])
            interaction.choices = tuple(body.get("choices") or [])
        elif answer is Answer.MODAL:
            check_modal(body)
            interaction.modal = body
        elif answer in _ON_MESSAGE:
            source = interaction.message and channel.stored.get(interaction.message.id)
            if not source:
                raise unknown_message()
            if answer is Answer.UPDATE:
                self._posting.change(channel, source, body)
            interaction.original_id = source.id
        elif answer is Answer.DEFERRED_MESSAGE:
            flags = ((body.get("flags") or 0) & EPHEMERAL) | LOADING
            interaction.original_id = self._store(interaction, {"flags": flags}).id
        else:
            check_message(body)
            interaction.original_id = self._store(interaction, body).id

    def _store(self, interaction: Interaction, body: Json) -> Message:
        author = self.world.bot
        return self._posting.store(interaction.channel, author, body, interaction.metadata)

    def _receipt(self, interaction: Interaction, answer: Answer) -> Json:
        about: Json = {"id": str(interaction.id), "type": int(interaction.ask)}
        resource: Json = {"type": int(answer)}
        original = interaction.channel.stored.get(interaction.original_id or 0)
        if original and answer is not Answer.DEFERRED_UPDATE:
            about["response_message_id"] = str(original.id)
            about["response_message_loading"] = original.loading
            about["response_message_ephemeral"] = original.ephemeral
            resource["message"] = payloads.message(original, interaction.channel)
        return {"interaction": about, "resource": resource}

    def by_token(self, application_id: int, token: str) -> Interaction:
        """Return an answered interaction; raise `Refusal` 10015 unknown, 50027 too old."""
        interaction = self._open.get(token)
        if interaction is None or application_id != self.world.bot.id:
            raise unknown_webhook()
        if interaction.answer is None:
            raise unknown_webhook()
        if self.world.clock() - interaction.opened_at > TOKEN_SECONDS:
            raise expired_token()
        return interaction

    def find(self, interaction_id: int) -> Interaction | None:
        """Return an interaction of the last half hour."""
        known = (each for each in self._open.values() if each.id == interaction_id)
        return next(known, None)

    def follow_up(self, interaction: Interaction, body: Json) -> Message:
        """Store a follow-up; the first one after a deferral takes the place of the deferral."""
        original = interaction.channel.stored.get(interaction.original_id or 0)
        if original and original.loading:
            return self.edit(interaction, ORIGINAL, body)
        check_message(body)
        message = self._store(interaction, body)
        interaction.followup_ids.append(message.id)
        self.world.changes.announce()
        return message

    def message(self, interaction: Interaction, which: str) -> Message:
        """Return ``@original`` or a follow-up by its id; raise `Refusal` 10008 if it is gone."""
        known = {interaction.original_id, *interaction.followup_ids}
        wanted = interaction.original_id if which == ORIGINAL else int(which)
        message = interaction.channel.stored.get(wanted or 0)
        if message is None or wanted not in known:
            raise unknown_message()
        return message

    def edit(self, interaction: Interaction, which: str, body: Json) -> Message:
        """Change ``@original`` or a follow-up; this also ends a deferral."""
        return self._posting.change(interaction.channel, self.message(interaction, which), body)

    def delete(self, interaction: Interaction, which: str) -> None:
        """Delete ``@original`` or a follow-up."""
        self._posting.remove(interaction.channel, self.message(interaction, which))
