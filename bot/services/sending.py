"""One attempt to send a message: what is written before and after, and what its failure means.

Every state is written before the act. How messages look and how they travel is not decided here.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery.budget import Budget
from bot.delivery.cards import Message
from bot.delivery.forum_names import topics_of
from bot.delivery.nonce import nonce_of
from bot.domain import ChannelId, MessageId
from bot.errors import (
    AlreadyDeleted,
    DeliveryError,
    Gone,
    NotNow,
    Refused,
    Unanswered,
    Unreachable,
)
from bot.services.drafting import Attempt
from bot.services.failing import MOST_ASIDE, is_hopeless, is_its_own, steps_aside
from bot.storage import deliveries, posts, revisions, subscriptions
from bot.storage.database import Database
from bot.storage.posts import Post

log = logging.getLogger(__name__)

NONCE_WINDOW = timedelta(seconds=120)
"""How long Discord surely still knows a nonce: "the past few minutes" (Create Message)."""
CLOCK_SLACK = timedelta(minutes=10)
"""How far Discord's clock, which is in message ids, and ours may be apart."""
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)
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

    async def start(
        self, forum_id: ChannelId, message: Message, *, name: str, topics: Sequence[str]
    ) -> MessageId:
        """Make a forum post that begins with a message; there is no nonce for it."""

    async def find_started(
        self,
        forum_id: ChannelId,
        after: datetime,
        links: Collection[str],
        *,
        name: str,
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Look for a forum post of ours whose first message has all the links."""

    async def open_thread(self, channel_id: ChannelId, message_id: MessageId, *, name: str) -> None:
        """Start a message's thread, which has the message's id, unless it is there."""


class Sending:
    """Sends messages, each exactly once, whatever becomes of an attempt."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        salt: str,
        clock: Callable[[], datetime],
        budget: Budget,
    ) -> None:
        self._database = database
        self._sender = sender
        self._salt = salt
        self._clock = clock
        self._budget = budget
        self._searching = asyncio.Semaphore(SEARCHED_AT_ONCE)
        self._sent_at: datetime | None = None

    async def begin(self, attempt: Attempt, *, looked: bool = False) -> bool:
        """Write that the message is sent now.

        False, with nothing written, if an earlier attempt may be there under a nonce that Discord
        may have forgotten: then history must be `looked` at first.
        """
        post = attempt.post
        async with self._database.transaction() as tx:
            now = self._clock()
            if not looked and _may_be_there(attempt, now):
                return False
            await posts.record_attempt(tx, post.id, now, afresh=looked)
            if looked or post.first_attempt_at is None:
                # No message is there yet, and this one shows what had happened when it was made.
                await posts.record_told(tx, post.id, post.told_until)
                await revisions.settle(tx, post.id, post.told_until)
        return True

    async def deliver(self, attempt: Attempt) -> bool:
        """Attempt a message once; True if its channel may get the next."""
        post = attempt.post
        try:
            if attempt.thread_name is not None:
                await self._open_thread(attempt, attempt.thread_name)
            message_id = None if attempt.begun else await self._found(attempt)
            if message_id is None:
                if not attempt.begun:
                    if is_hopeless(post):
                        raise Refused(f"Discord failed {post.failures} times at this message.")  # noqa: TRY301 - refused like any other
                    async with self._budget.place():
                        await self.begin(attempt, looked=True)
                message_id = await self._send(attempt)
        except AlreadyDeleted:
            await self._record_sent(attempt, None)
        except Unreachable as error:
            return await self._shut_out(attempt, error)
        except Refused as error:
            await self._refuse(attempt, error)
        except DeliveryError as error:
            await self._retry_later(post, error)
            return False
        else:
            self._sent_at = self._clock()
            await self._record_sent(attempt, message_id)
        return True

    async def _open_thread(self, attempt: Attempt, name: str) -> None:
        """Start the thread of the message that is answered; one that is there stays as it is."""
        message = MessageId(attempt.where)
        await self._sender.open_thread(attempt.post.channel_id, message, name=name)

    async def _send(self, attempt: Attempt) -> MessageId:
        post, message = attempt.post, attempt.message
        if attempt.name is not None:
            topics = topics_of(attempt.entries)
            return await self._sender.start(
                post.channel_id, message, name=attempt.name, topics=topics
            )
        nonce = nonce_of(post.id, post.channel_id, salt=self._salt)
        return await self._sender.send(attempt.where, message, nonce=nonce)

    async def _found(self, attempt: Attempt) -> MessageId | None:
        """Look in the channel's history for a message that may be there from an earlier attempt."""
        post, links = attempt.post, attempt.message.links
        if not links and attempt.name is None:
            return None  # papers without an address: nothing to know the message by
        after = min(post.first_attempt_at or self._clock(), self._clock()) - CLOCK_SLACK
        # Sent in order: where our clock was wrong, the ids of messages are not.
        last = await posts.last_message(self._database.read, post.channel_id, post.id)
        try:
            async with self._searching:
                if attempt.name is not None:
                    return await self._sender.find_started(
                        post.channel_id, after, links, name=attempt.name, newer_than=last
                    )
                return await self._sender.find(attempt.where, after, links, last)
        except (Refused, AlreadyDeleted) as error:
            # Of the history, not of the message.
            raise NotNow(f"The channel's history could not be read: {error}") from error

    async def _record_sent(self, attempt: Attempt, message_id: MessageId | None) -> None:
        thread = attempt.thread_id
        if attempt.name is not None and message_id is not None:
            # A forum post and the message that it begins with have one id.
            thread = ChannelId(message_id)
        async with self._database.transaction() as tx:
            await posts.record_sent(tx, attempt.post.id, message_id, self._clock(), thread)

    async def _shut_out(self, attempt: Attempt, error: Unreachable) -> bool:
        """Pause the channel; a forum post that is closed or gone takes only its own pages along."""
        if attempt.thread_id is None:
            await self._pause(attempt.post, error)
            return False
        if isinstance(error, Gone):
            await self._record_sent(attempt, None)
        else:
            log.error("Channel %d refused message %d: %s", attempt.where, attempt.post.id, error)
            async with self._database.transaction() as tx:
                await posts.record_refused(tx, attempt.post.id, str(error))
        return True

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


def _may_be_there(attempt: Attempt, now: datetime) -> bool:
    """Whether an earlier attempt may be there without Discord knowing it for the same.

    It knows the nonce of a message for a while, and has none for a forum post. A clock that was set
    back makes that attempt lie in the future: then nobody knows.
    """
    first = attempt.post.first_attempt_at
    if first is None or attempt.name is not None:
        return first is not None
    return not timedelta(0) <= now - first < NONCE_WINDOW
