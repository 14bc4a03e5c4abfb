"""Why a paper is, or is not, in a channel: the judge's word on each subscription, and its fate.

Changes nothing but that a paper not seen before is stored as looked up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.domain import Channel, ChannelId, Subscription
from bot.errors import QueryError, UserError
from bot.matching.matcher import Failure, Match, explain
from bot.matching.parser import parse
from bot.matching.prepared import Prepared, prepare
from bot.paper_ids import find_id
from bot.planning import is_alert
from bot.services.lookups import Lookups
from bot.storage import deliveries, digests, papers, subscriptions
from bot.storage.database import Database
from bot.storage.deliveries import Fate
from bot.storage.papers import StoredPaper


class Part(Enum):
    """What a subscription that selects a paper has to do with what became of the paper."""

    CAUSE = auto()
    """The channel is owed the paper for it."""
    SAME = auto()
    """It selected the paper as well: the same post."""
    OLDER = auto()
    """The paper was announced before somebody subscribed."""
    MUTED = auto()
    """It was muted when the paper came."""
    SINCE = auto()
    """It selects the paper as that is known now, and did not when it came."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of one subscription, and its part in what became of the paper."""

    subscription: Subscription
    finding: Match | Failure
    part: Part | None = None
    """None where it does not select the paper, or nobody announced that as news."""

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
    cause: Subscription | None
    """For which subscription it was owed; None where that has ended since."""
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
            raise UserError(
                "Give the paper's arXiv number, its DOI or its link, for example 1706.03762."
            )
        id_, _ = named
        reader = self._database.read
        was_stored = bool(await papers.by_ids(reader, [id_]))
        await self._lookups.paper(id_)
        stored = (await papers.by_ids(reader, [id_]))[id_]
        prepared = prepare(stored.paper)
        kept = await subscriptions.of_channel(reader, channel)
        digest = await digests.of_channel(reader, channel)
        fate = await deliveries.fate(reader, channel, stored.key)
        on_record = await subscriptions.selecting(reader, channel, stored.key)
        selecting = [each for each in kept if each.id in on_record]
        cause = None if fate is None else _cause(selecting, fate)
        findings = [(each, _finding(each.query, prepared)) for each in kept]
        return Explanation(
            prepared=prepared,
            stored=stored,
            was_stored=was_stored,
            channel=await subscriptions.channel_of(reader, channel),
            verdicts=tuple(
                Verdict(each, finding, _part(each, stored, fate, cause, selecting))
                if isinstance(finding, Match)
                else Verdict(each, finding)
                for each, finding in findings
            ),
            fate=fate,
            cause=cause,
            digest_at=None if digest is None else digest.next_at,
        )


def _cause(selecting: Iterable[Subscription], fate: Fate) -> Subscription | None:
    """Return the oldest subscription that was there when the paper became owed, and posts so.

    What no message carries yet may be owed for a newer one, which took another's place.
    """
    then = [each for each in selecting if fate.state is None or each.created_at <= fate.owed_at]
    return min(then, key=lambda it: (it.mode is not fate.mode, it.created_at, it.id), default=None)


def _part(
    kept: Subscription,
    stored: StoredPaper,
    fate: Fate | None,
    cause: Subscription | None,
    selecting: Iterable[Subscription],
) -> Part | None:
    if kept == cause:
        return Part.CAUSE
    if fate is not None and kept in selecting and kept.created_at <= fate.owed_at:
        return Part.SAME
    if stored.announced_at is None or not is_alert(stored.paper):
        return None
    if stored.announced_at <= kept.created_at:
        return Part.OLDER
    # On record as matching, and owed to nobody for it: that only happens to what is muted.
    return Part.MUTED if kept in selecting and fate is None else Part.SINCE


def _finding(query: str, prepared: Prepared) -> Match | Failure:
    try:
        return explain(parse(query, typed=False), prepared)
    except QueryError as error:
        # Stored by a version with another grammar.
        return Failure(query, f"This query is not understood any more: {error.hint}")
