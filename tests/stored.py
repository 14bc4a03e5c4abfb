"""Database files that are made once and copied for each test: migrating one is most of its cost."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.storage.database import Database


def stored(path: Path, fill: Callable[[Database], Awaitable[object]] | None = None) -> Path:
    """Make a database with what `fill` puts into it; return where it is, closed."""

    async def made() -> None:
        async with Database.open(path) as database:
            if fill is not None:
                await fill(database)

    asyncio.run(made())
    return path
