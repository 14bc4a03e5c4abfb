"""Catch-ups: what was announced long before it was found, in one list for each channel.

Makes posts of what is owed; the outbox sends them.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from bot.announcements import EASTERN
from bot.delivery import cards
from bot.domain import ChannelId, GuildId, Mode, PostKind
from bot.errors import UserError
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.storage import deliveries, ledger, subscriptions
from bot.storage.database import Database

log = logging.getLogger(__name__)

MOST_PAPERS = 1_000
"""In one catch-up; what is over follows in another."""
LONGEST_WAIT = timedelta(hours=24)
"""For the days that are still missing, so that all come together."""
MOST_DAYS = 365


class CatchUps:
    """Lists of papers that were found late."""

    def __init__(self, database: Database, telling: Telling = AUTHORS_WORDS) -> None:
        self._database = database
        self._telling = telling

    async def set(self, channel: ChannelId, guild: GuildId, days: int) -> None:
        """Say how old papers may be that the channel still gets one by one; raises UserError."""
        if not 0 < days <= MOST_DAYS:
            raise UserError(f"The days go from 1 to {MOST_DAYS}, for example 7.")
        async with self._database.transaction() as tx:
            if await subscriptions.channel_of(tx, channel) is None:
                await subscriptions.add_channel(tx, channel, guild)
            await subscriptions.set_catch_up(tx, channel, days)

    async def tick(self, now: datetime) -> int:
        """Make the catch-ups that wait for nothing more, and return how many."""
        waiting = await deliveries.catching_up(self._database.read)
        if not waiting:
            return 0
        yesterday = now.astimezone(EASTERN).date() - timedelta(days=1)
        missing = await ledger.open_before(self._database.read, yesterday)
        made = 0
        for channel, since in waiting.items():
            if not missing or not timedelta() <= now - since < LONGEST_WAIT:
                made += await self._make(channel, now)
        return made

    async def _make(self, channel: ChannelId, now: datetime) -> bool:
        reader = self._database.read
        owed = await deliveries.owed(reader, channel, Mode.CATCH_UP, MOST_PAPERS)
        # Some papers take a while to lay out: neither the loop nor other writers wait for it.
        entries = await self._telling.told(channel, [each.match for each in owed])
        pages = await asyncio.to_thread(cards.digest_pages, entries)
        async with self._database.transaction() as tx:
            keys = [each.key for each in owed]
            if await deliveries.unbound(tx, channel, keys) != len(keys):
                return False  # somebody unsubscribed meanwhile; the next tick looks again
            start = 0
            for page, size in enumerate(pages, start=1):
                await deliveries.add_post(
                    tx,
                    channel,
                    keys[start : start + size],
                    now,
                    digest=(now.date(), page, len(pages), len(owed)),
                    kind=PostKind.CATCH_UP,
                )
                start += size
        log.info("Channel %d catches up on %d papers", channel, len(owed))
        return bool(owed)
