"""The bot's process in the simulation: the app as it is, but for the world it meets."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot import app
from bot.app import App
from bot.client import PaperwireBot
from bot.config import Settings
from bot.domain import PaperId
from bot.sandbox.simulation.discord import API, TOKEN, Discord
from bot.sandbox.simulation.disk import Disk
from bot.sandbox.simulation.sources import ADDRESS, Sources, fetcher_of
from bot.sandbox.simulation.wire import Wire, connect, stay_connected
from bot.sources.arxiv_listing import ArxivListing
from bot.storage.database import Database

POLL_EVERY = timedelta(hours=5)
LOOK_EVERY = timedelta(hours=5)
"""At what is due, besides when it is known to be due; the bot itself looks every half minute."""
ARCHIVES = ("cs", "math")
LISTENING = ("cogs.channels",)
"""The cogs that answer to what happens by itself."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that outlives a process. ``clock`` is the machine's.

    `connected` is called when a process begins to be there for people, `stored` with each paper
    that it has for good.
    """

    path: Path
    sources: Sources
    discord: Discord
    clock: Callable[[], datetime]
    chance: random.Random
    connected: Callable[[], None]
    stored: Callable[[PaperId], object]


@asynccontextmanager
async def started(around: Surroundings, disk: Disk) -> AsyncIterator[App]:
    """Start a process on a disk; raises StorageError if its file cannot be used."""
    settings = Settings(
        database_url=f"sqlite:///{around.path}",
        discord_token=SecretStr(TOKEN),
        discord_api_url=API,
        arxiv_rss_url=ADDRESS,
        arxiv_api_url=f"{ADDRESS}/api/query",
        arxiv_oai_url=f"{ADDRESS}/oai",
        huggingface_url=ADDRESS,
        poll_seconds=POLL_EVERY.total_seconds(),
        arxiv_seconds_between_requests=3,
        llm_base_url=None,
        llm_model=None,
        embeddings_base_url=None,
        embeddings_model=None,
    )
    outside = app.Outside(
        database=partial(Database.open, busy_seconds=0, connect=disk.connect),
        fetcher=fetcher_of(around.sources, disk.life),
        listings=lambda url: tuple(ArxivListing(url, it) for it in ARCHIVES),
        client=_client_of(around, disk),
        embedder=lambda *_: nullcontext(),
        reachable=partial(_reachable, around.discord),
        longest_wait=LOOK_EVERY,
    )
    async with app.open_app(settings, around.clock, outside=outside) as opened:
        yield opened


def _client_of(around: Surroundings, disk: Disk) -> Callable[..., PaperwireBot]:
    """Return the bot's client, connected to the world in the process."""

    class Simulated(PaperwireBot):
        async def stay_connected(self) -> None:
            around.connected()
            await stay_connected(self, around.discord, around.chance)

    def made(**options: object) -> PaperwireBot:
        client = Simulated(extensions=LISTENING, **options)  # type: ignore[arg-type]
        connect(client, Wire(around.discord, disk.life, around.chance))
        return client

    return made


async def _reachable(discord: Discord, _: str) -> None:
    """Wait until Discord answers at all."""
    wait = 1.0
    while discord.drawn() is not None:
        await asyncio.sleep(wait)
        wait = min(60.0, wait * 2)


def wake(opened: App, *, polls: bool = False) -> None:
    """Let a process look at once at what is due; with `polls`, also at the sources."""
    for number, ticker in enumerate(opened.tickers):
        if number or polls:
            ticker.wake()
