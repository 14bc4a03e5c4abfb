"""The Discord of the simulation: channels that hold messages, and forget nonces after minutes.

It outlives the bot's process. Whether a message was stored does not depend on whether the answer
arrived.
"""

import random
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.delivery.cards import Message
from bot.domain import ChannelId, MessageId
from bot.errors import NotNow, Unanswered, Unreachable
from bot.sandbox.simulation.life import Life, Step

NONCES_KNOWN = timedelta(minutes=3)
_DIGEST = re.compile(r"papers? for (\w+ \d+ \w+)")


class Trouble(StrEnum):
    """How sending goes wrong."""

    LOST = "stored, answer lost"
    BROKEN = "503, not stored"
    LIMITED = "429"
    AWAY = "no connection"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that a channel holds."""

    id: MessageId
    channel: ChannelId
    links: frozenset[str]
    nonce: str
    at: datetime
    digest: str | None
    """The day that a digest's first page names."""


@dataclass
class Discord:
    """Sends and finds as `bot.delivery.sender.DiscordSender` does; `clock` is the true time."""

    clock: Callable[[], datetime]
    chance: random.Random
    life: Life = field(default_factory=Life)
    sent: list[Sent] = field(default_factory=list)
    trouble: dict[Trouble, float] = field(default_factory=dict)
    """What goes wrong now, each with its share of the messages."""
    forbidden: set[ChannelId] = field(default_factory=set)

    async def send(self, channel_id: ChannelId, message: Message, *, nonce: str) -> MessageId:
        """Store a message unless its nonce is known; raises DeliveryErrors."""
        await self.life.step(Step.MESSAGE)
        trouble = self._drawn()
        if trouble is Trouble.AWAY:
            raise NotNow("There is no connection.", retry_after=5)
        if trouble is Trouble.LIMITED:
            raise NotNow("Discord asks to wait.", retry_after=2)
        if trouble is Trouble.BROKEN:
            raise Unanswered("Discord answered 503.")
        if channel_id in self.forbidden:
            raise Unreachable("I may not write here.")
        known = self._known(channel_id, nonce)
        if known is None:
            known = self._stored(channel_id, message, nonce)
        await self.life.step(Step.MESSAGE)
        if trouble is Trouble.LOST:
            raise Unanswered("The answer did not come.")
        return known.id

    async def find(
        self,
        channel_id: ChannelId,
        after: datetime,
        links: Collection[str],
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Look for a message since `after` with all the links; raises DeliveryErrors."""
        await self.life.step(Step.MESSAGE)
        if self._drawn() is not None:
            raise Unanswered("Discord answered 503.")
        if channel_id in self.forbidden:
            raise Unreachable("I may not read here.")
        for each in self.sent:
            is_in_time = each.at >= after or each.id > (newer_than or 0)
            if each.channel == channel_id and is_in_time and each.links.issuperset(links):
                return each.id
        return None

    async def start(
        self,
        forum_id: ChannelId,
        message: Message,
        *,
        name: str,  # noqa: ARG002 - a Sender
        topics: Sequence[str],  # noqa: ARG002 - a Sender
    ) -> MessageId:
        """Make a forum post, for which nothing is known twice; raises DeliveryErrors."""
        return await self.send(forum_id, message, nonce=f"none, the {len(self.sent) + 1}th")

    async def find_started(
        self,
        forum_id: ChannelId,
        after: datetime,
        links: Collection[str],
        *,
        name: str,  # noqa: ARG002 - a Sender
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Look for a forum post, known by its first message; raises DeliveryErrors."""
        return await self.find(forum_id, after, links, newer_than)

    def _drawn(self) -> Trouble | None:
        roll = self.chance.random()
        for trouble, share in self.trouble.items():
            if roll < share:
                return trouble
            roll -= share
        return None

    def _known(self, channel: ChannelId, nonce: str) -> Sent | None:
        oldest = self.clock() - NONCES_KNOWN
        return next(
            (
                it
                for it in reversed(self.sent)
                if it.channel == channel and it.nonce == nonce and it.at >= oldest
            ),
            None,
        )

    def _stored(self, channel: ChannelId, message: Message, nonce: str) -> Sent:
        heading = _DIGEST.search(str(message))
        sent = Sent(
            id=MessageId(len(self.sent) + 1),
            channel=channel,
            links=frozenset(message.links),
            nonce=nonce,
            at=self.clock(),
            digest=None if heading is None else heading[1],
        )
        self.sent.append(sent)
        return sent
