"""Parts for the tests of services: a clock, and a Discord that keeps messages in a list."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.delivery.cards import Message
from bot.domain import ChannelId, GuildId, MessageId, Mode, Paper, UserId
from bot.errors import AlreadyDeleted, Unanswered
from bot.services.intake import Intake, take_in
from bot.services.subscriptions import Subscribed, Subscriptions
from bot.storage.database import Database

CHANNEL = ChannelId(1001)
OTHER = ChannelId(1002)
GUILD = GuildId(77)
SOMEBODY = UserId(5)
MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that goes when it is told to; called, it gives the time."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def advance(self, **parts: float) -> datetime:
        """Go on by a timedelta's parts and return the new time."""
        self.now += timedelta(**parts)
        return self.now


@dataclass(frozen=True)
class Sent:
    """A message that the channel holds."""

    id: MessageId
    channel: ChannelId
    message: Message
    nonce: str
    at: datetime


@dataclass
class ListedDiscord:
    """A sender that stores messages in a list and knows nonces for a while, as Discord does.

    ``faults`` are raised by the next sends, in turn (None: no fault); ``lost`` are raised after
    the message was stored, as when the answer does not come back.
    """

    clock: Clock
    window: timedelta = timedelta(minutes=3)
    stored: list[Sent] = field(default_factory=list)
    faults: deque[Exception | None] = field(default_factory=deque)
    lost: deque[Exception | None] = field(default_factory=deque)
    attempts: list[str] = field(default_factory=list)
    edits: list[MessageId] = field(default_factory=list)
    hold: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    searched: int = 0
    behind: timedelta = timedelta()
    """How far Discord's clock is behind ours."""
    search_faults: deque[Exception] = field(default_factory=deque)
    posts: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """The names and topics of the forum posts that were tried."""
    threads: dict[MessageId, str] = field(default_factory=dict)
    """The names of the threads of messages."""
    thread_faults: deque[Exception] = field(default_factory=deque)
    unable: Callable[[str], bool] = lambda _text: False
    """Of which messages, by their text, Discord makes an error each time."""

    async def send(self, channel_id: ChannelId, message: Message, *, nonce: str) -> MessageId:
        """Store a message unless its nonce is still known."""
        self.attempts.append(nonce)
        self.reached.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.unable(str(message)):
            raise Unanswered("Discord answered 500.")
        if self.faults and (fault := self.faults.popleft()) is not None:
            raise fault
        sent = self._known(nonce) or self._store(channel_id, message, nonce)
        if self.lost and (fault := self.lost.popleft()) is not None:
            raise fault
        return sent.id

    async def edit(self, channel_id: ChannelId, message_id: MessageId, message: Message) -> None:
        """Put another message in the place of a stored one."""
        self.edits.append(message_id)
        if self.hold is not None:
            self.reached.set()
            await self.hold.wait()
        if self.faults and (fault := self.faults.popleft()) is not None:
            raise fault
        place = next(
            (place for place, sent in enumerate(self.stored) if sent.id == message_id), None
        )
        # A forum post and the message that it begins with have one id.
        if place is None or channel_id not in {self.stored[place].channel, message_id}:
            raise AlreadyDeleted("The message was delivered and then deleted.")
        self.stored[place] = replace(self.stored[place], message=message)
        if self.lost and (fault := self.lost.popleft()) is not None:
            raise fault

    async def find(
        self,
        channel_id: ChannelId,
        after: datetime,
        links: Collection[str],
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Look for a message that has all the links."""
        self.searched += 1
        if self.search_faults:
            raise self.search_faults.popleft()
        for sent in self.stored:
            text = str(sent.message)
            is_in_time = sent.at >= after or sent.id > (newer_than or 0)
            if sent.channel == channel_id and is_in_time and all(u in text for u in links):
                return sent.id
        return None

    async def start(
        self, forum_id: ChannelId, message: Message, *, name: str, topics: Sequence[str]
    ) -> MessageId:
        """Store a forum post; nothing tells a second one from the first."""
        self.posts.append((name, tuple(topics)))
        return await self.send(forum_id, message, nonce=f"none {len(self.posts)}")

    async def find_started(
        self,
        forum_id: ChannelId,
        after: datetime,
        links: Collection[str],
        *,
        name: str,  # noqa: ARG002 - a Sender
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Look for a forum post whose first message has all the links."""
        return await self.find(forum_id, after, links, newer_than)

    async def open_thread(self, channel_id: ChannelId, message_id: MessageId, *, name: str) -> None:
        """Start a message's thread unless it is there."""
        if self.thread_faults:
            raise self.thread_faults.popleft()
        if not any(sent.id == message_id and sent.channel == channel_id for sent in self.stored):
            raise AlreadyDeleted("The message was delivered and then deleted.")
        self.threads.setdefault(message_id, name)

    def _known(self, nonce: str) -> Sent | None:
        oldest = self.clock() - self.window
        return next((s for s in self.stored if s.nonce == nonce and s.at >= oldest), None)

    def _store(self, channel: ChannelId, message: Message, nonce: str) -> Sent:
        sent = Sent(
            MessageId(len(self.stored) + 1), channel, message, nonce, self.clock() - self.behind
        )
        self.stored.append(sent)
        return sent

    def texts(self, channel: ChannelId = CHANNEL) -> list[str]:
        """Return the channel's messages as text, in order."""
        return [str(sent.message) for sent in self.stored if sent.channel == channel]


async def subscribe(
    database: Database,
    typed: str,
    channel: ChannelId = CHANNEL,
    mode: Mode = Mode.NOW,
    now: datetime = MONDAY,
    look_back_days: int = 0,
) -> Subscribed:
    """Subscribe a channel."""
    return await Subscriptions(database).subscribe(
        channel, GUILD, typed, mode, SOMEBODY, now=now, look_back_days=look_back_days
    )


async def announce(database: Database, *papers: Paper, now: datetime = MONDAY) -> Intake:
    """Take announced papers in."""
    async with database.transaction() as tx:
        return await take_in(tx, papers, now)
