"""Quiet hours: set and switched off by people, and brought about night by night.

What becomes of posts meanwhile is the outbox's.
"""

from datetime import datetime, timedelta

from bot.domain import ChannelId, GuildId, QuietHours, QuietPeriod
from bot.errors import NotFound, UserError
from bot.schedule import quiet_period
from bot.services.digests import known_timezone
from bot.storage import quiet_hours, subscriptions
from bot.storage.database import Database

FARTHEST = timedelta(days=2)
"""No night begins later than that, unless the clock was ahead when it was written."""


class Quiet:
    """The channels' quiet hours."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set(
        self,
        channel: ChannelId,
        guild: GuildId,
        start: int,
        end: int,
        timezone: str,
        *,
        now: datetime,
    ) -> QuietPeriod:
        """Give a channel quiet hours, or change them; return those that hold now or come next.

        Raises UserError for hours or a zone that do not exist.
        """
        if not {start, end} <= set(range(24)):
            raise UserError("Hours go from 0 to 23, for example from 22 until 7.")
        if start == end:
            raise UserError(
                "That would be the whole day. Name two different hours, for example from 22 "
                "until 7; to post nothing at all, end the subscriptions."
            )
        period = quiet_period(QuietHours(start, end, known_timezone(timezone)), now)
        async with self._database.transaction() as tx:
            if await subscriptions.channel_of(tx, channel) is None:
                await subscriptions.add_channel(tx, channel, guild)
            await quiet_hours.put(tx, channel, period)
        return period

    async def off(self, channel: ChannelId) -> None:
        """Take a channel's quiet hours away; raises NotFound if it has none."""
        async with self._database.transaction() as tx:
            if not await quiet_hours.remove(tx, channel):
                raise NotFound("This channel has no quiet hours. Set them with `/quiet set`.")

    async def until(self, channel: ChannelId, now: datetime) -> datetime | None:
        """Return when a channel that is quiet now is so no longer; None if it is not quiet."""
        known = await subscriptions.channel_of(self._database.read, channel)
        period = known.quiet if known else None
        return period.ends_at if period is not None and period.holds(now) else None


async def bring_about(database: Database, now: datetime) -> None:
    """Put the next night in the place of each that is over, or that a wrong clock put far off."""
    stale = await quiet_hours.not_about(database.read, now, now + FARTHEST)
    if not stale:
        return
    async with database.transaction() as tx:
        for channel, hours in await quiet_hours.not_about(tx, now, now + FARTHEST):
            await quiet_hours.put(tx, channel, quiet_period(hours, now))
