"""`make bench-latency`: from a listing's publication to the first post, without the wait for polls.

Runs the bot as a process of its own between the loopback servers. Asserts nothing.
"""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bot.domain import ChannelId
from bot.sandbox.bench import subscribe
from bot.sandbox.corpus import Corpus, corpus
from bot.sandbox.discord import Request
from bot.sandbox.discord.rates import POST_MESSAGE
from bot.sandbox.endurance.stage import START, stage
from bot.sandbox.feeds import SeenRequest
from bot.sources.arxiv_archives import ARCHIVES
from bot.storage.database import Database

PAPERS = 1_200
SUBSCRIPTIONS = 10_000
CHANNELS = 400
POLL_SECONDS = 5.0
RUNS = 3
PATIENCE = 240.0
_LISTINGS = "/atom/"


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from publication until the round of listings had asked the last, and from there."""

    polling: float
    own: float

    @property
    def whole(self) -> float:
        """From the publication to the last byte of the first post."""
        return self.polling + self.own


async def bench_latency(
    *,
    papers: int = PAPERS,
    subscriptions: int = SUBSCRIPTIONS,
    spacing: float = 0.0,
    runs: int = RUNS,
) -> int:
    """Run the benchmark so many times, each with a new bot, and print it."""
    console = Console(highlight=False)
    made = corpus(papers, subscriptions)
    console.print(
        f"{papers:,} papers in one of {len(ARCHIVES)} listings, {subscriptions:,} subscriptions of "
        f"{CHANNELS} channels; polled every {POLL_SECONDS:g} s, {spacing:g} s between two listings"
    )
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            found = await latency(Path(folder), made, spacing)
        console.print(
            f"publication to the last byte of the first post {found.whole:.2f} s: "
            f"{found.polling:.2f} s until the round that found it had asked its last listing, "
            f"[bold]{found.own:.2f} s from there[/bold]"
        )
    return 0


async def latency(
    folder: Path,
    made: Corpus,
    spacing: float,
    *,
    channels: int = CHANNELS,
    poll_seconds: float = POLL_SECONDS,
) -> Latency:
    """Publish papers to a bot that is waiting for them, and measure until the first post."""
    settings = {
        "POLL_SECONDS": str(poll_seconds),
        "ARXIV_SECONDS_BETWEEN_REQUESTS": str(spacing),
    }
    async with stage(folder, channels, seed=1, settings=settings) as on:
        async with Database.open(on.database) as database:
            await subscribe(database, made.phrases, [ChannelId(it.id) for it in on.channels])
        await on.bot.start()
        await on.discord.ready(START)
        await on.sources.wait_for_requests(len(ARCHIVES), _LISTINGS)
        published = time.time()
        on.sources.publish(made.papers, on=datetime.now(UTC).date())
        await on.discord.wait_until(lambda: on.stored, PATIENCE, "first post")
        first = next(filter(_is_send, on.discord.requests))
        asked = max(at for each in on.sources.requests if (at := _asked_at(each)) < first.at)
        return Latency(asked - published, first.at + first.seconds - asked)


def _is_send(request: Request) -> bool:
    return (request.method, request.route) == POST_MESSAGE


def _asked_at(request: SeenRequest) -> float:
    """Return when a listing was asked for, in seconds since 1970; of other requests, long ago."""
    if not request.path.startswith(_LISTINGS):
        return 0.0
    return request.at + time.time() - asyncio.get_running_loop().time()
