"""What a channel's `/status` tells: its subscriptions, what is owed, and how the sources are."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.announcements import ARXIV, Calendar, announced_at
from bot.domain import Channel, ChannelId, Subscription
from bot.postings import Standing, standing
from bot.services.embeddings import Embeddings, Progress
from bot.services.telling import AUTHORS_WORDS, SummaryState, Telling
from bot.silence import Silence, of_arxiv
from bot.storage import deliveries, digests, feeds, ledger, papers, revisions, subscriptions
from bot.storage.database import Database, Reader
from bot.storage.deliveries import Counts
from bot.storage.digests import StoredDigest
from bot.storage.feeds import Feed
from bot.storage.revisions import Edits

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ARXIV = "arxiv:"
"""How the names of its archives' feeds begin."""
_RECENT = timedelta(days=7)
"""In which every archive that is watched has a row."""


@dataclass(frozen=True, slots=True)
class Status:
    """A channel's state. ``channel`` is None where nobody has subscribed yet."""

    channel: Channel | None
    subscriptions: tuple[Subscription, ...]
    counts: Counts
    edits: Edits
    """Posts whose papers have changed."""
    digest: StoredDigest | None
    feeds: tuple[Feed, ...]
    papers_stored: int
    arxiv: Silence
    checked: int
    """Papers first announced here since arXiv's newest announcement."""
    matched: int
    """How many of them the channel is owed, or got."""
    summaries: SummaryState | None = None
    """None where papers are summed up in their authors' words only."""
    postings: tuple[Standing, ...] = ()
    """How it stands with preprint servers and venues, by name."""
    embedding: Progress | None = None
    """How many papers have vectors; None where no model makes them, or it was not asked yet."""


class StatusReports:
    """Reads the state of channels; changes nothing."""

    def __init__(
        self,
        database: Database,
        telling: Telling = AUTHORS_WORDS,
        calendar: Calendar = ARXIV,
        embeddings: Embeddings | None = None,
    ) -> None:
        self._database = database
        self._telling = telling
        self._calendar = calendar
        self._embeddings = embeddings

    async def of_channel(self, channel: ChannelId, now: datetime) -> Status:
        """Return the state of a channel."""
        reader = self._database.read
        arxiv = await arxiv_now(reader, self._calendar, now)
        since = announced_at(arxiv.day)
        return Status(
            channel=await subscriptions.channel_of(reader, channel),
            subscriptions=tuple(await subscriptions.of_channel(reader, channel)),
            counts=await deliveries.counts(reader, channel),
            edits=await revisions.waiting(reader, channel),
            digest=await digests.of_channel(reader, channel),
            feeds=tuple(await feeds.everything(reader)),
            papers_stored=await papers.announced_count(reader, BEGINNING),
            arxiv=arxiv,
            checked=await papers.announced_count(reader, since),
            matched=await deliveries.count_since(reader, channel, since),
            summaries=await self._telling.state(channel),
            postings=await _postings(reader, now),
            embedding=await self._embeddings.progress() if self._embeddings else None,
        )


async def arxiv_now(reader: Reader, calendar: Calendar, now: datetime) -> Silence:
    """Return how it stands with arXiv's newest announcement."""
    ledgers = await ledger.since(reader, calendar.newest(now) - _RECENT)
    listed = (days for feed, days in ledgers.items() if feed.startswith(_ARXIV))
    return of_arxiv((it for days in listed for it in days.values()), calendar, now)


async def _postings(reader: Reader, now: datetime) -> tuple[Standing, ...]:
    """Return how it stands with the sources that are read by their own totals."""
    ledgers = await ledger.since(reader, now.date() - _RECENT)
    return tuple(
        standing(feed, days.values())
        for feed, days in sorted(ledgers.items())
        if not feed.startswith(_ARXIV)
    )
