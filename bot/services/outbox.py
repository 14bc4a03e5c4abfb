"""Sends what is owed: one lane per channel, in order; lanes run side by side.

Every state is written before the act. How messages look and how they travel is not decided here.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.delivery import cards
from bot.delivery.budget import Budget, Rank
from bot.delivery.cards import Message
from bot.delivery.nonce import nonce_of
from bot.domain import ChannelId, MessageId, Mode, PaperMatch, PostKind
from bot.errors import (
    AlreadyDeleted,
    ConfigError,
    DeliveryError,
    NotNow,
    OperationalError,
    Refused,
    Unanswered,
    Unreachable,
)
from bot.services.failing import MOST_ASIDE, is_hopeless, is_its_own, steps_aside
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.storage import deliveries, posts, subscriptions
from bot.storage.database import Database
from bot.storage.posts import Post

log = logging.getLogger(__name__)

NONCE_WINDOW = timedelta(seconds=120)
"""How long Discord surely still knows a nonce: "the past few minutes" (Create Message)."""
CLOCK_SLACK = timedelta(minutes=10)
"""How far Discord's clock, which is in message ids, and ours may be apart."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)
MOST_PAPERS_A_POST = 25
SEARCHED_AT_ONCE = 4
"""Channels whose history is read side by side: a page is a request, and takes another's turn."""


class Sender(Protocol):
    """Sends messages to Discord; raises DeliveryErrors."""

    async def send(self, channel_id: ChannelId, message: Message, *, nonce: str) -> MessageId:
        """Send a message, or find that Discord has one with this nonce."""

    async def find(
        self,
        channel_id: ChannelId,
        after: datetime,
        links: Collection[str],
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Look in the channel's history for a message of ours that has all the links."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message about to be sent. ``begun`` is False where history must be looked at first."""

    post: Post
    entries: Sequence[PaperMatch]
    message: Message
    begun: bool = False


class Outbox:
    """Brings owed papers to their channels, each exactly once."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        salt: str,
        clock: Callable[[], datetime],
        budget: Budget | None = None,
        telling: Telling = AUTHORS_WORDS,
    ) -> None:
        self._database = database
        self._telling = telling
        self._sender = sender
        self._salt = salt
        self._clock = clock
        self._budget = budget or Budget()
        self._lanes: dict[ChannelId, asyncio.Task[None]] = {}
        self._searching = asyncio.Semaphore(SEARCHED_AT_ONCE)
        self._sent_at: datetime | None = None
        self._broken: ConfigError | None = None
        self._ticked_at: datetime | None = None
        self._ticks = 0
        self.due = asyncio.Event()
        """Set when a tick is worth while: something became owed, or a lane's message must wait."""

    async def tick(self, now: datetime) -> None:
        """Start a lane for each channel that is due and has none.

        Raises ConfigError if Discord no longer knows the token: no lane can do anything then.
        """
        if self._broken is not None:
            raise self._broken
        if self._ticked_at is None or now < self._ticked_at:
            async with self._database.transaction() as tx:
                await posts.retry_at_once(tx, now)
        self._ticked_at = now
        self._ticks += 1
        for channel in await deliveries.channels_due(self._database.read, now):
            if channel not in self._lanes:
                lane = asyncio.create_task(self._lane(channel, self._ticks), name=f"lane {channel}")
                self._lanes[channel] = lane
                lane.add_done_callback(partial(self._close_lane, channel))

    async def next_tick_at(self) -> datetime | None:
        """Return when the next waiting message is to be attempted, or None."""
        since = self._ticked_at or self._clock()
        return await posts.next_attempt_after(self._database.read, since)

    async def settle(self) -> None:
        """Wait until every lane has done what it can."""
        while self._lanes:
            await asyncio.wait(tuple(self._lanes.values()))

    async def close(self) -> None:
        """Stop all lanes where they are; the database holds the state of each message."""
        lanes = tuple(self._lanes.values())
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)

    def _close_lane(self, channel: ChannelId, _: asyncio.Task[None]) -> None:
        del self._lanes[channel]

    async def _lane(self, channel: ChannelId, tick: int) -> None:
        # However many messages there are, what waits for summaries waits until then at most.
        until = self._clock() + self._telling.patience
        sent = 0
        try:
            # Every channel's first message goes before any one's second. Among the first ones, a
            # channel that became due alone is not behind the hundreds that did before it.
            while (attempt := await self._prepared(channel, until, (sent, -tick))) is not None:
                if not await self._deliver(attempt):
                    break
                sent += 1
            self.due.set()
        except ConfigError as error:
            self._broken = error
            self.due.set()
        except OperationalError as error:
            log.warning("Channel %d: %s", channel, error)
        except Exception:  # a border: one channel's trouble must not stop the others
            log.exception("Channel %d: the lane broke; it starts again", channel)

    async def _prepared(self, channel: ChannelId, until: datetime, rank: Rank) -> Attempt | None:
        """Return the channel's next message ready to be sent now, or None if nothing is due.

        Only so many lanes prepare at once. The others wait before they read anything, so that a
        thousand channels cost neither memory nor the database's writer what eight do, and what is
        written as being sent has its turn soon.
        """
        if self._clock() < until and await self._is_idle(channel):
            await self._telling.ready(channel, until)
        async with self._budget.place(rank):
            known = await subscriptions.channel_of(self._database.read, channel)
            if known is None or known.paused_because is not None:
                return None
            attempt = await self._next(channel)
            if attempt is not None and await self._begin(attempt.post, looked=False):
                return replace(attempt, begun=True)
            return attempt

    async def _is_idle(self, channel: ChannelId) -> bool:
        """Whether no message to a channel is under way: one that is goes out without waiting."""
        return await posts.first_unfinished(self._database.read, channel) is None

    async def _next(self, channel: ChannelId) -> Attempt | None:
        post = await posts.first_unfinished(self._database.read, channel)
        if post is None:
            composed = await self._compose(channel)
            if composed is not None:
                return composed
            post = await posts.first_aside(self._database.read, channel, self._clock())
        if post is None or post.next_attempt_at > self._clock():
            return None
        carried = await deliveries.carried(self._database.read, post.id)
        entries = await self._telling.told(channel, carried)
        return Attempt(post, entries, message_of(post, entries))

    async def _compose(self, channel: ChannelId) -> Attempt | None:
        """Bind as many owed papers as share a message to a new post; None if none is owed."""
        reader = self._database.read
        owed = await deliveries.owed(reader, channel, Mode.NOW, MOST_PAPERS_A_POST)
        if not owed:
            return None
        # Told and rendered outside the transaction: others write meanwhile.
        entries = await self._telling.told(channel, [each.match for each in owed])
        message, taken = cards.fill(entries)
        async with self._database.transaction() as tx:
            keys = [each.key for each in owed[:taken]]
            if await deliveries.unbound(tx, channel, keys) != taken:
                return None  # somebody unsubscribed meanwhile; the next tick looks again
            await deliveries.add_post(tx, channel, keys, self._clock())
        post = await posts.first_unfinished(reader, channel)
        return None if post is None else Attempt(post, entries[:taken], message)

    async def _begin(self, post: Post, *, looked: bool) -> bool:
        """Write that the message is sent now.

        False, with nothing written, if an earlier attempt may be there under a nonce that Discord
        may have forgotten: then history must be `looked` at first.
        """
        async with self._database.transaction() as tx:
            now = self._clock()
            if not looked and _may_have_lapsed(post, now):
                return False
            await posts.record_attempt(tx, post.id, now, afresh=looked)
        return True

    async def _deliver(self, attempt: Attempt) -> bool:
        """Attempt a message once; True if the lane may go on to the next."""
        post = attempt.post
        try:
            message_id = None if attempt.begun else await self._found(attempt)
            if message_id is None:
                if not attempt.begun:
                    if is_hopeless(post):
                        raise Refused(f"Discord failed {post.failures} times at this message.")  # noqa: TRY301 - refused like any other
                    async with self._budget.place():
                        await self._begin(post, looked=True)
                nonce = nonce_of(post.id, post.channel_id, salt=self._salt)
                message_id = await self._sender.send(post.channel_id, attempt.message, nonce=nonce)
        except AlreadyDeleted:
            await self._record_sent(post, None)
        except Unreachable as error:
            await self._pause(post, error)
            return False
        except Refused as error:
            await self._refuse(attempt, error)
        except DeliveryError as error:
            await self._retry_later(post, error)
            return False
        else:
            self._sent_at = self._clock()
            await self._record_sent(post, message_id)
        return True

    async def _found(self, attempt: Attempt) -> MessageId | None:
        """Look in the channel's history for a message that may be there from an earlier attempt."""
        post, links = attempt.post, attempt.message.links
        if not links:
            return None  # papers without an address: nothing to know the message by
        first = min(post.first_attempt_at or self._clock(), self._clock())
        # Sent in order: where our clock was wrong, the ids of messages are not.
        last = await posts.last_message(self._database.read, post.channel_id, post.id)
        try:
            async with self._searching:
                return await self._sender.find(post.channel_id, first - CLOCK_SLACK, links, last)
        except (Refused, AlreadyDeleted) as error:
            # Of the history, not of the message.
            raise NotNow(f"The channel's history could not be read: {error}") from error

    async def _record_sent(self, post: Post, message_id: MessageId | None) -> None:
        async with self._database.transaction() as tx:
            await posts.record_sent(tx, post.id, message_id, self._clock())

    async def _pause(self, post: Post, error: Unreachable) -> None:
        log.warning("Channel %d is paused: %s", post.channel_id, error)
        now = self._clock()
        async with self._database.transaction() as tx:
            await subscriptions.pause_channel(tx, post.channel_id, str(error), now)
            # Refused at the first attempt, nothing can be there that history would have to show.
            first = post.first_attempt_at is None
            await posts.record_failure(tx, post.id, str(error), now, not_stored=first)

    async def _refuse(self, attempt: Attempt, error: Refused) -> None:
        """Park a message that Discord will not take; of several papers, each gets its own try."""
        post, entries = attempt.post, attempt.entries
        log.error("Channel %d refused message %d: %s", post.channel_id, post.id, error)
        async with self._database.transaction() as tx:
            if len(entries) > 1:
                await deliveries.split(tx, post.id, self._clock())
            else:
                await posts.record_refused(tx, post.id, str(error))

    async def _retry_later(self, post: Post, error: DeliveryError) -> None:
        patience = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(post.attempts, 10))
        wait = patience if error.retry_after is None else timedelta(seconds=error.retry_after)
        log.warning("Channel %d: %s Next try in %s.", post.channel_id, error, wait)
        now = self._clock()
        async with self._database.transaction() as tx:
            await posts.record_failure(tx, post.id, str(error), now + wait)
            if isinstance(error, Unanswered):
                is_own = is_its_own(post, self._sent_at)
                await posts.record_unanswered(tx, post.id, now, is_its_own=is_own)
                if steps_aside(post):
                    await posts.step_aside(tx, post.id, MOST_ASIDE)


def _may_have_lapsed(post: Post, now: datetime) -> bool:
    """Whether Discord may no longer know the nonce of a message that was attempted before.

    A clock that was set back makes that attempt lie in the future: then nobody knows.
    """
    first = post.first_attempt_at
    return first is not None and not timedelta(0) <= now - first < NONCE_WINDOW


def message_of(post: Post, entries: Sequence[PaperMatch]) -> Message:
    """Return the message that a post stands for."""
    if post.kind is PostKind.CATCH_UP:
        return cards.catch_up_page(entries, page=post.page, pages=post.pages, total=post.total)
    if post.kind is PostKind.DIGEST and post.digest_day is not None:
        if not post.total:
            return cards.empty_digest(post.digest_day, post.note or "")
        return cards.digest_page(
            entries,
            post.digest_day,
            page=post.page,
            pages=post.pages,
            total=post.total,
            note=post.note,
        )
    return cards.post(entries)
