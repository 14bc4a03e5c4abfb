"""What a channel's `/status` tells: its subscriptions, what is owed, and how the sources are."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain import Channel, ChannelId, Subscription
from bot.services.telling import AUTHORS_WORDS, SummaryState, Telling
from bot.storage import deliveries, digests, feeds, papers, subscriptions
from bot.storage.database import Database
from bot.storage.deliveries import Counts
from bot.storage.digests import StoredDigest
from bot.storage.feeds import Feed

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Status:
    """A channel's state. ``channel`` is None where nobody has subscribed yet."""

    channel: Channel | None
    subscriptions: tuple[Subscription, ...]
    counts: Counts
    digest: StoredDigest | None
    feeds: tuple[Feed, ...]
    papers_stored: int
    summaries: SummaryState | None = None
    """None where papers are summed up in their authors' words only."""


class StatusReports:
    """Reads the state of channels; changes nothing."""

    def __init__(self, database: Database, telling: Telling = AUTHORS_WORDS) -> None:
        self._database = database
        self._telling = telling

    async def of_channel(self, channel: ChannelId) -> Status:
        """Return the state of a channel."""
        reader = self._database.read
        return Status(
            channel=await subscriptions.channel_of(reader, channel),
            subscriptions=tuple(await subscriptions.of_channel(reader, channel)),
            counts=await deliveries.counts(reader, channel),
            digest=await digests.of_channel(reader, channel),
            feeds=tuple(await feeds.everything(reader)),
            papers_stored=await papers.announced_count(reader, BEGINNING),
            summaries=await self._telling.state(channel),
        )
