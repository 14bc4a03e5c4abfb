"""Sends what is owed: one lane per channel, in order; lanes run side by side.

Every state is written before the act. How messages look and how they travel is not decided here.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.delivery import cards
from bot.delivery.cards import Message
from bot.delivery.nonce import nonce_of
from bot.domain import ChannelId, MessageId, Mode, PaperMatch, PostKind
from bot.errors import (
    AlreadyDeleted,
    DeliveryError,
    NotNow,
    OperationalError,
    Refused,
    Unreachable,
)
from bot.storage import deliveries, subscriptions
from bot.storage.database import Database
from bot.storage.deliveries import Post

log = logging.getLogger(__name__)

NONCE_WINDOW = timedelta(seconds=120)
"""How long Discord surely still knows a nonce: "the past few minutes" (Create Message)."""
CLOCK_SLACK = timedelta(seconds=30)
"""How far Discord's clock, which is in message ids, may be behind ours."""
REQUESTS_A_SECOND = 45
"""Below Discord's 50 for all of a bot's requests (Rate Limits, Global Rate Limit)."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)
MOST_PAPERS_A_POST = 25


class Sender(Protocol):
    """Sends messages to Discord; raises DeliveryErrors."""

    async def send(self, channel_id: ChannelId, message: Message, *, nonce: str) -> MessageId:
        """Send a message, or find that Discord has one with this nonce."""

    async def find(
        self, channel_id: ChannelId, after: datetime, links: Collection[str]
    ) -> MessageId | None:
        """Look in the channel's history for a message of ours that has all the links."""


class Pace:
    """Spreads requests evenly, so that no second holds more than so many."""

    def __init__(self, a_second: float) -> None:
        self._spacing = 1 / a_second
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for the caller's turn."""
        now = asyncio.get_running_loop().time()
        turn = max(self._next, now)
        self._next = turn + self._spacing
        await asyncio.sleep(turn - now)


class Outbox:
    """Brings owed papers to their channels, each exactly once."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        salt: str,
        clock: Callable[[], datetime],
        requests_a_second: float = REQUESTS_A_SECOND,
    ) -> None:
        self._database = database
        self._sender = sender
        self._salt = salt
        self._clock = clock
        self._pace = Pace(requests_a_second)
        self._lanes: dict[ChannelId, asyncio.Task[None]] = {}
        self._ticked_at = clock()
        self.due = asyncio.Event()
        """Set when a tick is worth while: something became owed, or a lane's message must wait."""

    async def tick(self, now: datetime) -> None:
        """Start a lane for each channel that is due and has none."""
        self._ticked_at = now
        for channel in await deliveries.channels_due(self._database.read, now):
            if channel not in self._lanes:
                lane = asyncio.create_task(self._lane(channel), name=f"lane {channel}")
                self._lanes[channel] = lane
                lane.add_done_callback(partial(self._close_lane, channel))

    async def next_tick_at(self) -> datetime | None:
        """Return when the next waiting message is to be attempted, or None."""
        return await deliveries.next_attempt_after(self._database.read, self._ticked_at)

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

    async def _lane(self, channel: ChannelId) -> None:
        try:
            while (post := await self._next_post(channel)) is not None:
                if not await self._deliver(post):
                    break
            self.due.set()
        except OperationalError as error:
            log.warning("Channel %d: %s", channel, error)
        except Exception:  # a border: one channel's trouble must not stop the others
            log.exception("Channel %d: the lane broke; it starts again", channel)

    async def _next_post(self, channel: ChannelId) -> Post | None:
        """Return the channel's next message if it is due, making one of owed papers if need be."""
        reader = self._database.read
        post = await deliveries.first_unfinished(reader, channel)
        if post is None and await self._compose(channel):
            post = await deliveries.first_unfinished(reader, channel)
        return post if post is not None and post.next_attempt_at <= self._clock() else None

    async def _compose(self, channel: ChannelId) -> bool:
        """Bind as many owed papers as share a message to a new post; False if none is owed."""
        async with self._database.transaction() as tx:
            owed = await deliveries.owed(tx, channel, Mode.NOW, MOST_PAPERS_A_POST)
            if not owed:
                return False
            _, taken = cards.fill([each.match for each in owed])
            await deliveries.add_post(
                tx, channel, [each.id for each in owed[:taken]], self._clock()
            )
        return True

    async def _deliver(self, post: Post) -> bool:
        """Attempt a message once; True if the lane may go on to the next."""
        entries = await deliveries.carried(self._database.read, post.id)
        try:
            message_id = await self._found(post, entries) or await self._send(post, entries)
        except AlreadyDeleted:
            await self._record_sent(post, None)
        except Unreachable as error:
            await self._pause(post, error)
            return False
        except Refused as error:
            await self._refuse(post, entries, error)
        except DeliveryError as error:
            await self._retry_later(post, error)
            return False
        else:
            await self._record_sent(post, message_id)
        return True

    async def _found(self, post: Post, entries: Sequence[PaperMatch]) -> MessageId | None:
        """Look for a message that may be there from an attempt whose nonce has lapsed."""
        first = post.first_attempt_at
        if first is None or self._clock() - first < NONCE_WINDOW:
            return None
        links = message_of(post, entries).links
        await self._pace.turn()
        return await self._sender.find(post.channel_id, first - CLOCK_SLACK, links)

    async def _send(self, post: Post, entries: Sequence[PaperMatch]) -> MessageId:
        message = message_of(post, entries)
        now = self._clock()
        lapsed = post.first_attempt_at is not None and now - post.first_attempt_at >= NONCE_WINDOW
        await self._pace.turn()
        async with self._database.transaction() as tx:
            await deliveries.record_attempt(tx, post.id, now, afresh=lapsed)
        nonce = nonce_of(post.id, post.channel_id, salt=self._salt)
        return await self._sender.send(post.channel_id, message, nonce=nonce)

    async def _record_sent(self, post: Post, message_id: MessageId | None) -> None:
        async with self._database.transaction() as tx:
            await deliveries.record_sent(tx, post.id, message_id, self._clock())

    async def _pause(self, post: Post, error: Unreachable) -> None:
        log.warning("Channel %d is paused: %s", post.channel_id, error)
        now = self._clock()
        async with self._database.transaction() as tx:
            await subscriptions.pause_channel(tx, post.channel_id, str(error), now)
            await deliveries.record_failure(tx, post.id, str(error), now)

    async def _refuse(self, post: Post, entries: Sequence[PaperMatch], error: Refused) -> None:
        """Park a message that Discord will not take; of several papers, each gets its own try."""
        log.error("Channel %d refused message %d: %s", post.channel_id, post.id, error)
        async with self._database.transaction() as tx:
            if len(entries) > 1:
                await deliveries.split(tx, post.id, self._clock())
            else:
                await deliveries.record_refused(tx, post.id, str(error))

    async def _retry_later(self, post: Post, error: DeliveryError) -> None:
        patience = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(post.attempts, 10))
        wait = patience if error.retry_after is None else timedelta(seconds=error.retry_after)
        log.warning("Channel %d: %s Next try in %s.", post.channel_id, error, wait)
        # A 429 on a first attempt means that nothing was stored: no reconciling later.
        not_stored = isinstance(error, NotNow) and post.first_attempt_at is None
        async with self._database.transaction() as tx:
            await deliveries.record_failure(
                tx, post.id, str(error), self._clock() + wait, not_stored=not_stored
            )


def message_of(post: Post, entries: Sequence[PaperMatch]) -> Message:
    """Return the message that a post stands for."""
    if post.kind is PostKind.DIGEST and post.digest_day is not None:
        return cards.digest_page(
            entries, post.digest_day, page=post.page, pages=post.pages, total=post.total
        )
    return cards.post(entries)
