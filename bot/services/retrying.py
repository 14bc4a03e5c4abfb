"""Tries what Discord refused again, because somebody asks for it."""

from datetime import datetime

from bot.domain import ChannelId
from bot.storage import posts, revisions
from bot.storage.database import Database


class Retries:
    """The messages that were parked; nothing else tries them again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_channel(self, channel: ChannelId, now: datetime) -> int:
        """Make a channel's refused messages and edits due again; return how many there are.

        Each message is looked for in the channel's history before it is sent, and has as many
        attempts as a new one.
        """
        async with self._database.transaction() as tx:
            edits = await revisions.retry_refused(tx, channel, now)
            return edits + await posts.retry_refused(tx, channel, now)
