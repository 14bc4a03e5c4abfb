"""Sends what is owed: one lane per channel, in order; lanes run side by side.

What a channel gets next is decided in `drafting`, what becomes of an attempt in `sending`.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.delivery.budget import Budget, Rank
from bot.domain import ChannelId
from bot.errors import ConfigError, OperationalError
from bot.services.arrivals import Arrivals
from bot.services.drafting import Attempt, Drafting
from bot.services.quiet import bring_about
from bot.services.sending import Sender, Sending
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.storage import deliveries, posts, quiet_hours, subscriptions
from bot.storage.database import Database

log = logging.getLogger(__name__)

FULL = 6
"""Papers owed to a channel that surely fill a message: with their buttons, five are as many
components as it may have."""
LATELY = 50
"""Papers of a batch that are counted for that; more would be slow where very many subscribe."""


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
        self._clock = clock
        self._budget = budget or Budget()
        self.due = asyncio.Event()
        """Set when a tick is worth while: something became owed, or a lane's message must wait."""
        self.arrivals = Arrivals(self.due)
        """Told of batches that are taken in."""
        self._drafting = Drafting(database, clock, self.arrivals, telling)
        self._sending = Sending(database, sender, salt, clock, self._budget)
        self._lanes: dict[ChannelId, asyncio.Task[None]] = {}
        self._under_way: set[ChannelId] = set()
        """Channels to which a message is being sent that was written down as such."""
        self._is_draining = False
        self._broken: ConfigError | None = None
        self._ticked_at: datetime | None = None
        self._ticks = 0
        self._closed_at = 0
        """The last fan-out before the batch that is taken in."""
        self._held: set[ChannelId] = set()

    async def tick(self, now: datetime) -> None:
        """Start a lane for each channel that is due and has none.

        Raises ConfigError if Discord no longer knows the token: no lane can do anything then.
        """
        if self._broken is not None:
            raise self._broken
        if self._is_draining:
            return
        if self._ticked_at is None or now < self._ticked_at:
            async with self._database.transaction() as tx:
                await posts.retry_at_once(tx, now)
        self._ticked_at = now
        self._ticks += 1
        await bring_about(self._database, now)
        for channel in await self._channels_due(now):
            if channel not in self._lanes:
                lane = asyncio.create_task(self._lane(channel, self._ticks), name=f"lane {channel}")
                self._lanes[channel] = lane
                lane.add_done_callback(partial(self._close_lane, channel))

    async def _channels_due(self, now: datetime) -> list[ChannelId]:
        """Return the channels to start a lane for.

        While a batch is taken in, of those that it is owed to only the ones to which its latest
        papers alone fill a message.
        """
        reader = self._database.read
        last = await deliveries.last_fan_out(reader)
        if not self.arrivals.are_open:
            self._closed_at = last
            self._held.clear()
            return await deliveries.channels_due(reader, now)
        older = await deliveries.channels_due(reader, now, until=self._closed_at)
        since = max(self._closed_at, last - LATELY)
        crowded = await deliveries.crowded(reader, now, after=since, at_least=FULL)
        return [*dict.fromkeys([*(it for it in older if it not in self._held), *crowded])]

    async def next_tick_at(self) -> datetime | None:
        """Return when the next waiting message is to be attempted, or quiet hours end, or None."""
        since = self._ticked_at or self._clock()
        attempt = await posts.next_attempt_after(self._database.read, since)
        end = await quiet_hours.next_end(self._database.read)
        return min(filter(None, (attempt, end)), default=None)

    async def settle(self) -> None:
        """Wait until every lane has done what it can."""
        while self._lanes:
            await asyncio.wait(tuple(self._lanes.values()))

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and stop when what is under way is recorded, or after so long.

        What is cut off then is in the database as being sent, and is looked after at the next
        start.
        """
        self._is_draining = True
        for channel, lane in self._lanes.items():
            if channel not in self._under_way:
                lane.cancel()
        if self._lanes:
            await asyncio.wait(tuple(self._lanes.values()), timeout=seconds)
        await self.close()

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
                if not await self._delivered(attempt) or self._is_draining:
                    break
                sent += 1
            if self.arrivals.are_open:
                self._held.add(channel)
            self.due.set()
        except ConfigError as error:
            self._broken = error
            self.due.set()
        except OperationalError as error:
            log.warning("Channel %d: %s", channel, error)
        except Exception:  # a border: one channel's trouble must not stop the others
            log.exception("Channel %d: the lane broke; it starts again", channel)

    async def _delivered(self, attempt: Attempt) -> bool:
        """Attempt a message; True if its channel may get the next."""
        channel = attempt.post.channel_id
        if attempt.begun:
            self._under_way.add(channel)
        try:
            return await self._sending.deliver(attempt)
        finally:
            self._under_way.discard(channel)

    async def _prepared(self, channel: ChannelId, until: datetime, rank: Rank) -> Attempt | None:
        """Return the channel's next message ready to be sent now, or None if nothing is due.

        Only so many lanes prepare at once. The others wait before they read anything, so that a
        thousand channels cost neither memory nor the database's writer what eight do, and what is
        written as being sent has its turn soon.
        """
        await self._drafting.ready(channel, until)
        async with self._budget.place(rank):
            known = await subscriptions.channel_of(self._database.read, channel)
            if known is None or known.paused_because is not None:
                return None
            attempt = await self._drafting.next(known)
            if attempt is not None and await self._sending.begin(attempt):
                return replace(attempt, begun=True)
            return attempt
