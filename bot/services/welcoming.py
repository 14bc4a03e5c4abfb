"""Which servers have been welcomed: each is, once, however often the bot starts or reconnects."""

from datetime import datetime

from bot.domain import GuildId
from bot.storage import state
from bot.storage.database import Database


class Welcomes:
    """Remembers who was greeted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_first(self, guild: GuildId, now: datetime) -> bool:
        """Write that a server is welcomed now; True if it had not been before.

        Written before the message is sent: a server that hears nothing is better off than one
        that is greeted twice.
        """
        name = f"welcomed:{guild}"
        async with self._database.transaction() as tx:
            if await state.value_of(tx, name) is not None:
                return False
            await state.keep(tx, name, now.isoformat())
            return True
