"""Why a paper is, or is not, in a channel: the judge's word on each subscription, and its fate.

Changes nothing but that a paper not seen before is stored as looked up.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.arxiv_ids import find_id
from bot.domain import Channel, ChannelId, Subscription
from bot.errors import QueryError, UserError
from bot.matching.matcher import Failure, Match, explain
from bot.matching.parser import parse
from bot.matching.prepared import Prepared, prepare
from bot.planning import is_alert
from bot.services.lookups import Lookups
from bot.storage import deliveries, digests, papers, subscriptions
from bot.storage.database import Database
from bot.storage.deliveries import Fate
from bot.storage.papers import StoredPaper


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of one subscription."""

    subscription: Subscription
    finding: Match | Failure

    @property
    def is_match(self) -> bool:
        """Whether the subscription selects the paper."""
        return isinstance(self.finding, Match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A paper and a channel: what matched, and what became of it."""

    prepared: Prepared
    stored: StoredPaper
    was_stored: bool
    """False if it was looked up only now."""
    channel: Channel | None
    """None where nobody has ever subscribed."""
    verdicts: tuple[Verdict, ...]
    fate: Fate | None
    """None where the paper was never owed to the channel."""
    digest_at: datetime | None
    """When the channel's next digest is due."""

    @property
    def is_alert(self) -> bool:
        """Whether the paper alerts channels at all: new, cross-listed or featured."""
        return is_alert(self.prepared.paper)


class Explanations:
    """Answers why."""

    def __init__(self, database: Database, lookups: Lookups) -> None:
        self._database = database
        self._lookups = lookups

    async def of(self, reference: str, channel: ChannelId) -> Explanation:
        """Explain a paper, named by id or link, in a channel.

        Raises UserError for what names no paper, NotFound where there is none.
        """
        named = find_id(reference)
        if named is None:
            raise UserError("Give the paper's arXiv number or its link, for example 1706.03762.")
        id_, _ = named
        reader = self._database.read
        was_stored = bool(await papers.by_ids(reader, [id_]))
        await self._lookups.paper(id_)
        stored = (await papers.by_ids(reader, [id_]))[id_]
        prepared = prepare(stored.paper)
        kept = await subscriptions.of_channel(reader, channel)
        digest = await digests.of_channel(reader, channel)
        return Explanation(
            prepared=prepared,
            stored=stored,
            was_stored=was_stored,
            channel=await subscriptions.channel_of(reader, channel),
            verdicts=tuple(Verdict(each, _finding(each.query, prepared)) for each in kept),
            fate=await deliveries.fate(reader, channel, stored.key),
            digest_at=None if digest is None else digest.next_at,
        )


def _finding(query: str, prepared: Prepared) -> Match | Failure:
    try:
        return explain(parse(query, typed=False), prepared)
    except QueryError as error:
        # Stored by a version with another grammar.
        return Failure(query, f"This query is not understood any more: {error.hint}")
