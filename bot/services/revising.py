"""Brings what happened to papers into the posts that carry them: each is edited, never sent again.

An edit says the whole message anew from what is known now, so to make one twice does no harm, and
several changes of a post are one edit. Decides neither what happened nor how posts look.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.delivery.cards import Message
from bot.domain import ChannelId, GuildId, MessageId, PaperMatch, Updates
from bot.errors import (
    AlreadyDeleted,
    ConfigError,
    DeliveryError,
    OperationalError,
    Refused,
    ThreadClosed,
    Unreachable,
)
from bot.services.drafting import message_of
from bot.services.quiet import bring_about
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.storage import deliveries, events, posts, quiet_hours, revisions, subscriptions
from bot.storage.database import Database
from bot.storage.posts import Post
from bot.storage.revisions import Revision

log = logging.getLogger(__name__)

CHANNELS_AT_ONCE = 4
"""Side by side; new posts go before them."""
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
FARTHEST = timedelta(days=2)
"""No edit is put off for longer, whatever Discord asks for."""


class Editor(Protocol):
    """Edits messages at Discord; raises DeliveryErrors."""

    async def edit(self, channel_id: ChannelId, message_id: MessageId, message: Message) -> None:
        """Let a message of ours say something else; nobody is notified."""


class UpdateSettings:
    """What channels want to become of their posts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choose(self, channel: ChannelId, guild: GuildId, updates: Updates) -> None:
        """Say what becomes of a channel's posts when something happens to their papers."""
        async with self._database.transaction() as tx:
            if await subscriptions.channel_of(tx, channel) is None:
                await subscriptions.add_channel(tx, channel, guild)
            await subscriptions.set_updates(tx, channel, updates)
            if updates is Updates.OFF:
                await revisions.drop(tx, channel)


class Revising:
    """Edits posts whose papers have changed."""

    def __init__(
        self,
        database: Database,
        editor: Editor,
        clock: Callable[[], datetime],
        telling: Telling = AUTHORS_WORDS,
    ) -> None:
        self._database = database
        self._editor = editor
        self._clock = clock
        self._telling = telling
        self._places = asyncio.Semaphore(CHANNELS_AT_ONCE)
        self.due = asyncio.Event()
        """Set when a tick is worth while."""

    async def tick(self, now: datetime) -> int:
        """Make the edits that are due and return how many were made.

        Raises ConfigError if Discord no longer knows the token.
        """
        await bring_about(self._database, now)
        async with self._database.transaction() as tx:
            await revisions.bring_back(tx, now, now + FARTHEST)
        channels = await revisions.channels_due(self._database.read, now)
        async with asyncio.TaskGroup() as tasks:
            lanes = [tasks.create_task(self._lane(channel)) for channel in channels]
        return sum(lane.result() for lane in lanes)

    async def next_tick_at(self) -> datetime | None:
        """Return when the next edit that waits is to be attempted, or quiet hours end, or None."""
        attempt = await revisions.next_attempt_after(self._database.read, self._clock())
        end = await quiet_hours.next_end(self._database.read)
        return min(filter(None, (attempt, end)), default=None)

    async def _lane(self, channel: ChannelId) -> int:
        made = 0
        try:
            async with self._places:
                while revision := await self._next(channel):
                    if not await self._bring(revision):
                        break
                    made += 1
        except ConfigError:
            raise
        except OperationalError as error:
            log.warning("Channel %d: %s", channel, error)
        except Exception:  # a border: one channel's trouble must not stop the others
            log.exception("Channel %d: its edits broke; they are tried again", channel)
        return made

    async def _next(self, channel: ChannelId) -> Revision | None:
        return await revisions.first_due(self._database.read, channel, self._clock())

    async def _bring(self, revision: Revision) -> bool:
        """Make an edit; True if the channel's next may be made."""
        post = revision.post
        shown = await events.last(self._database.read)
        message = message_of(post, await self._entries(post))
        try:
            place = post.thread_id or post.channel_id
            await self._editor.edit(place, revision.message_id, message)
        except AlreadyDeleted:
            async with self._database.transaction() as tx:
                await posts.record_sent(tx, post.id, None, self._clock())
                await revisions.settle(tx, post.id, shown)
        except Unreachable as error:
            await self._pause(post, error)
            return False
        except Refused as error:
            log.error("Channel %d refused an edit of post %d: %s", post.channel_id, post.id, error)  # noqa: TRY400 - the line says it all
            async with self._database.transaction() as tx:
                await revisions.refuse(tx, post.id, str(error))
        except ThreadClosed as error:
            await self._put_off(revision, error)
        except DeliveryError as error:
            await self._put_off(revision, error)
            return False
        else:
            async with self._database.transaction() as tx:
                await revisions.settle(tx, post.id, shown)
        return True

    async def _entries(self, post: Post) -> list[PaperMatch]:
        """Return the papers of a post as they are now, with what happened since it was written."""
        reader = self._database.read
        entries: Sequence[PaperMatch] = await deliveries.carried(reader, post.id)
        entries = await self._telling.told(post.channel_id, entries)
        ids = [each.paper.id for each in entries]
        happened = await events.since(reader, ids, post.told_until)
        return [replace(each, events=happened.get(each.paper.id, ())) for each in entries]

    async def _pause(self, post: Post, error: Unreachable) -> None:
        log.warning("Channel %d is paused: %s", post.channel_id, error)
        async with self._database.transaction() as tx:
            await subscriptions.pause_channel(tx, post.channel_id, str(error), self._clock())

    async def _put_off(self, revision: Revision, error: DeliveryError) -> None:
        patience = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(revision.attempts, 10))
        asked = timedelta(seconds=error.retry_after or 0)
        wait = min(max(patience, asked), FARTHEST)
        post = revision.post
        log.warning(
            "Channel %d, edit of post %d: %s Next try in %s.", post.channel_id, post.id, error, wait
        )
        async with self._database.transaction() as tx:
            next_at = self._clock() + wait
            await revisions.put_off(tx, post.id, str(error), next_at)
            if not isinstance(error, ThreadClosed):
                await revisions.put_channel_off(tx, post.channel_id, next_at)
