"""The nouns of Paperwire as values, in the field's own words.

Contains no I/O and no decisions; every other module speaks in these types.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, NewType

PaperId = NewType("PaperId", str)
"""Canonical: an arXiv id, no version, no old subject class (``2508.13167``, ``math/0611800``)."""
GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
UserId = NewType("UserId", int)
MessageId = NewType("MessageId", int)
QueryId = NewType("QueryId", int)
SubscriptionId = NewType("SubscriptionId", int)
PostId = NewType("PostId", int)


class AnnounceType(StrEnum):
    """How a listing announced a paper (arXiv RSS and Atom: ``arxiv:announce_type``)."""

    NEW = "new"
    CROSS = "cross"
    REPLACE = "replace"
    REPLACE_CROSS = "replace-cross"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is known of one paper, from one source or merged over all of them.

    ``None`` means unknown, never zero. ``title`` and ``abstract`` are as the source wrote them
    (TeX, hard-wrapped lines); `bot.text.plain` makes them readable.
    """

    id: PaperId
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Primary category first."""
    sources: tuple[str, ...] = ()
    """Names of the sources that reported it, first one first: ``arxiv``, ``huggingface``."""
    version: int | None = None
    announce_type: AnnounceType | None = None
    announced_on: date | None = None
    """Day of the announcement batch, as the source dates it."""
    published: datetime | None = None
    """When version 1 was submitted; always with a time zone."""
    upvotes: int | None = None
    stars: int | None = None
    comments: int | None = None
    code_url: str | None = None
    author_comment: str | None = None
    """arXiv's free-text comments field: pages, venue."""
    journal_ref: str | None = None
    """Where it was published, as the authors write it."""
    doi: str | None = None
    """Of the article it was published as, ``10.1103/…``; never the preprint's own."""
    withdrawn: bool = False
    """Whether its newest version withdraws it."""

    @property
    def primary_category(self) -> str | None:
        """The first category, or None where the source gives none."""
        return self.categories[0] if self.categories else None


class Field(StrEnum):
    """The parts of a paper in which a term can hit."""

    TITLE = "title"
    ABSTRACT = "abstract"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a term hit: code points ``start`` up to ``end`` of a field's displayed text."""

    field: Field
    start: int
    end: int


class SearchText(NamedTuple):
    """What the full-text index keeps of a paper, by column: `bot.matching.tagged`."""

    title: str
    abstract: str
    title_words: str = ""
    abstract_words: str = ""


CATCH_UP_DAYS = 7
"""How old papers are that come in one catch-up, unless the channel says otherwise."""


class Mode(StrEnum):
    """When a paper is posted: as it comes, in the channel's daily digest, or in a catch-up.

    A subscription posts at once or daily. What it would have posted at once but came too late for
    that, after an outage, is owed to the catch-up.
    """

    NOW = "now"
    DAILY = "daily"
    CATCH_UP = "catch-up"


SUBSCRIBABLE = (Mode.NOW, Mode.DAILY)
"""What a subscription may say."""


class Sort(StrEnum):
    """In which order a search shows papers."""

    NEWEST = "newest"
    RELEVANT = "relevant"
    UPVOTES = "upvotes"


class ChannelKind(StrEnum):
    """What a channel holds: messages, or a forum's posts, each a thread of its own."""

    MESSAGES = "messages"
    FORUM = "forum"


class Updates(StrEnum):
    """What becomes of a post when something happens to a paper on it."""

    EDIT = "edit"
    """The post is edited."""
    THREAD = "thread"
    """The post is edited, and answered in its thread."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When nothing is posted to a channel by itself: from one local hour on up to another."""

    start: int
    """0 to 23, local."""
    end: int
    """0 to 23, local; before `start`, it is the next day's."""
    timezone: str
    """An IANA name such as ``Europe/Berlin``."""


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """The quiet hours of one night, as moments: quiet from the first on up to the second."""

    hours: QuietHours
    starts_at: datetime
    ends_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is quiet at a moment."""
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class Channel:
    """A Discord channel that has, or had, subscriptions."""

    id: ChannelId
    guild_id: GuildId
    paused_because: str | None = None
    """Why nothing is posted there now; None while it is reachable."""
    catch_up_days: int = CATCH_UP_DAYS
    """How old papers may be that are found after an outage and are posted one by one."""
    language: str | None = None
    """The code of the language of its summaries, "" for the authors' words, None for the usual."""
    kind: ChannelKind = ChannelKind.MESSAGES
    quiet: QuietPeriod | None = None
    """Its quiet hours, those that hold now or the next; None without."""
    updates: Updates = Updates.EDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel's standing order for the papers that a query selects."""

    id: SubscriptionId
    channel_id: ChannelId
    query: str
    """Canonical text of the query."""
    mode: Mode
    created_at: datetime
    muted_until: datetime | None = None
    """Until when nothing that it selects is owed for it; None while it is heard."""

    def is_muted(self, now: datetime) -> bool:
        """Tell whether nothing that it selects is owed for it now."""
        return self.muted_until is not None and self.muted_until > now


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a paper; `bot.lives` names what there is."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperMatch:
    """A paper, and the canonical queries of one channel that selected it (none for a look-up)."""

    paper: Paper
    queries: tuple[str, ...] = ()
    summary: str | None = None
    """What a language model wrote of it, checked; None for the authors' own words."""
    events: tuple[Event, ...] = ()
    """What happened to it since its post was written, in order."""


@dataclass(frozen=True, slots=True)
class VectorSpace:
    """What vectors of meaning must share to be compared: a model, and how many numbers each has."""

    model: str
    dimension: int


class PostKind(StrEnum):
    """What a message to a channel carries."""

    PAPERS = "papers"
    DIGEST = "digest"
    CATCH_UP = "catch-up"
    UPDATE = "update"
    """What happened to a paper, in the thread of the post that carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSchedule:
    """When a channel gets its digest, in its own time zone."""

    channel_id: ChannelId
    hour: int
    """0 to 23, local."""
    timezone: str
    """An IANA name such as ``Europe/Berlin``."""
    days: frozenset[int]
    """ISO weekdays, Monday is 1; never empty."""
    last_day: date | None = None
    """The local day of the last digest that was due, posted or found empty."""
