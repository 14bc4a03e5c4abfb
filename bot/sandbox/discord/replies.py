"""What a person sees of the bot's answer: text, buttons, a modal, choices. Live, read-only."""

from dataclasses import dataclass

from bot.sandbox.discord.interactions import Answer, Interaction
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.refusals import Json


class NoAnswer(Exception):  # noqa: N818 - reads as what happened
    """The application did not respond in time, or never finished thinking."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of an autocomplete list."""

    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Modal:
    """A form that the bot opened."""

    interaction: Interaction
    form: Json

    @property
    def title(self) -> str:
        """The form's heading."""
        return str(self.form["title"])


class Reply:
    """The bot's answer to an interaction, as it stands now: later edits and follow-ups show."""

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction

    def __repr__(self) -> str:
        return f"<Reply {self.text!r}>"

    @property
    def message(self) -> Message | None:
        """The first answer's message; for an update, the one that was updated."""
        return self.interaction.channel.stored.get(self.interaction.original_id or 0)

    @property
    def followups(self) -> tuple[Message, ...]:
        """The messages after the first."""
        stored = self.interaction.channel.stored
        return tuple(stored[each] for each in self.interaction.followup_ids if each in stored)

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages of the answer, first one first."""
        first = self.message
        return (first, *self.followups) if first else self.followups

    @property
    def text(self) -> str:
        """All that can be read in the answer."""
        return "\n".join(each.text for each in self.messages)

    @property
    def components(self) -> tuple[Json, ...]:
        """The components of all its messages."""
        return tuple(part for each in self.messages for part in each.components)

    @property
    def buttons(self) -> tuple[Json, ...]:
        """The buttons of all its messages."""
        return tuple(button for each in self.messages for button in each.buttons)

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses in all its messages, once each."""
        return tuple(dict.fromkeys(link for each in self.messages for link in each.links))

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees it; false where there is no message at all."""
        return bool(self.messages) and all(each.ephemeral for each in self.messages)

    @property
    def deferred(self) -> bool:
        """Whether the bot first said that it was thinking, or only acknowledged."""
        return self.interaction.answer in {Answer.DEFERRED_MESSAGE, Answer.DEFERRED_UPDATE}

    @property
    def modal(self) -> Modal | None:
        """The form that the bot opened, if it did."""
        form = self.interaction.modal
        return Modal(self.interaction, form) if form else None

    @property
    def seconds(self) -> float:
        """Seconds from the act to the first response; Discord allows three."""
        answered = self.interaction.answered_at
        return 0.0 if answered is None else answered - self.interaction.opened_at
