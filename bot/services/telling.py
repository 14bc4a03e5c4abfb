"""Who sums papers up: what delivery and the commands ask for, with a language model or without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import ChannelId, GuildId, PaperMatch
from bot.errors import UserError
from bot.storage.summaries import ModelDay


@dataclass(frozen=True, slots=True)
class SummaryState:
    """How a channel gets its summaries. ``language`` is a code, None for the authors' own words."""

    language: str | None
    today: ModelDay
    because: str | None = None
    """Why none are written now."""


class Telling(Protocol):
    """Sums papers up, or leaves them in their authors' words."""

    @property
    def patience(self) -> timedelta:
        """How long a post may wait for summaries, in all."""

    async def ready(self, channel: ChannelId, until: datetime) -> None:
        """Wait, at most until a time, for the summaries of what is posted next to a channel."""

    async def told(self, channel: ChannelId, entries: Sequence[PaperMatch]) -> list[PaperMatch]:
        """Return the entries with the summaries that are kept in the channel's language."""

    async def tick(self, now: datetime) -> None:
        """Have summaries made ahead of the digests; waits for none."""

    async def state(self, channel: ChannelId) -> SummaryState | None:
        """Return how a channel gets its summaries, None where nobody could write any."""

    async def choose(self, channel: ChannelId, guild: GuildId, language: str) -> str | None:
        """Set the language of a channel's summaries by its code or name; return its code.

        None, and "none", are the authors' own words. Raises UserError for an unknown one.
        """


@dataclass(frozen=True, slots=True)
class AuthorsWords:
    """Cuts summaries out of abstracts, as rendering does by itself: there is no language model."""

    patience: timedelta = timedelta(0)

    async def ready(self, channel: ChannelId, until: datetime) -> None:
        """Wait for nothing."""

    async def told(self, channel: ChannelId, entries: Sequence[PaperMatch]) -> list[PaperMatch]:  # noqa: ARG002 - a Telling
        """Return the entries as they are."""
        return list(entries)

    async def tick(self, now: datetime) -> None:
        """Make nothing."""

    async def state(self, channel: ChannelId) -> None:
        """Return None."""

    async def choose(self, channel: ChannelId, guild: GuildId, language: str) -> str | None:  # noqa: ARG002 - a Telling
        """Raise UserError: there is only one language to choose."""
        raise UserError(
            "Summaries are sentences of the abstract here, in its own language. Whoever runs this "
            "bot can set up a language model for others (LLM_BASE_URL and LLM_MODEL)."
        )


AUTHORS_WORDS: Telling = AuthorsWords()
"""What stands where no language model is set up."""
