"""`make bench-politeness`: how arXiv's hosts are asked while everything that asks them is in use.

Runs the bot as a process of its own, which is killed and started again in the middle. Fails if
two requests came closer together than the spacing, or two connections were open at once.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count, pairwise
from pathlib import Path

from rich.console import Console

from bot.announcements import Calendar
from bot.domain import ChannelId, Paper, PaperId
from bot.sandbox.bench import subscribe
from bot.sandbox.corpus import corpus
from bot.sandbox.discord import CannotDo, NoAnswer
from bot.sandbox.endurance.crowd import Crowd
from bot.sandbox.endurance.stage import START, Stage, stage
from bot.sandbox.feed_faults import Fault
from bot.services.importing import import_papers
from bot.storage.database import Database

CHANNELS = 1_000
KNOWN = 200
"""Papers that the bot has when it begins."""
MORE = 60
"""Papers by which the announcement grows with each start."""
ACTS = 4.0
"""Commands and buttons a second."""
CURIOUS = 3
"""People who look up papers that the bot does not have, all at the same time."""
PATIENCE = 12
"""Times the spacing: between two such look-ups, so that listings and back-fills have turns too."""
KINDS = {"/atom/": "listings", "/api/query": "numbers and searches", "/oai": "back-fill"}


@dataclass(frozen=True, slots=True)
class Politeness:
    """What arXiv's hosts saw, and how many commands were answered meanwhile."""

    requests: Counter[str]
    closest: float
    """Seconds between the two requests that came closest together."""
    connections: int
    """The most that were open at once."""
    answered: int

    def is_polite(self, spacing: float) -> bool:
        """Whether the terms were kept."""
        return self.closest >= spacing and self.connections <= 1


async def bench_politeness(*, minutes: float, spacing: float, restarts: int) -> int:
    """Run the benchmark and print it; 1 if the spacing or the one connection was not kept."""
    console = Console(highlight=False)
    console.print(
        f"{CHANNELS:,} channels, {minutes:g} minutes, {spacing:g} s between requests, "
        f"{restarts} kills and restarts"
    )
    with tempfile.TemporaryDirectory() as folder:
        found = await politeness(Path(folder), minutes * 60, spacing, restarts)
    for kind, number in found.requests.most_common():
        console.print(f"{number:6,} requests for {kind}")
    console.print(
        f"[bold]closest together: {found.closest:.3f} s[/bold], connections open at once: "
        f"{found.connections}; commands answered meanwhile: {found.answered:,}"
    )
    return 0 if found.is_polite(spacing) else 1


async def politeness(
    folder: Path, seconds: float, spacing: float, restarts: int, channels: int = CHANNELS
) -> Politeness:
    """Use everything that asks arXiv for so long, and return what arXiv saw."""
    settings = {
        # A round of listings is due again as soon as it is over.
        "POLL_SECONDS": str(max(1.0, spacing)),
        "ARXIV_SECONDS_BETWEEN_REQUESTS": str(spacing),
    }
    made = corpus(KNOWN + MORE * (restarts + 1), channels)
    known, later = made.papers[:KNOWN], made.papers[KNOWN:]
    async with stage(folder, channels, seed=1, settings=settings) as on:
        async with Database.open(on.database) as database:
            await subscribe(database, made.phrases, [ChannelId(it.id) for it in on.channels])
            await import_papers(database, known, datetime.now(UTC))
        crowd = Crowd(on.ada, on.channels[0], on.channels[1], known, ACTS, seed=1)
        day = Calendar().newest(datetime.now(UTC))
        for life in range(restarts + 1):
            # Cut off the first time, so that the rest is to be filled in.
            on.sources.fail(Fault.TRUNCATED, "/atom/cs")
            on.sources.publish(later[: MORE * (life + 1)], on=day)
            await on.bot.start()
            await on.discord.ready(START)
            await _use(on, crowd, seconds / (restarts + 1), life, spacing * PATIENCE)
            await on.bot.kill()
            await on.discord.wait_until(lambda: not on.discord.connected, START)
        return _seen(on, crowd)


async def _use(on: Stage, crowd: Crowd, seconds: float, life: int, pause: float) -> None:
    """Let people use every command for so long, some on papers that only arXiv has."""
    unknown = map(_unknown, count(10_000 * life))
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as tasks:
            tasks.create_task(crowd.run())
            for _ in range(CURIOUS):
                tasks.create_task(_look_up(on, crowd, unknown, pause))


def _unknown(number: int) -> Paper:
    (paper,) = corpus(1, 0).papers
    return replace(paper, id=PaperId(f"2610.{number % 100_000:05}"))


async def _look_up(on: Stage, crowd: Crowd, unknown: Iterator[Paper], pause: float) -> None:
    while True:
        paper = next(unknown)
        on.sources.hold([paper])
        with suppress(CannotDo, NoAnswer):
            await on.ada.command(crowd.lounge, "paper", reference=str(paper.id))
            crowd.answered.append(0.0)
        await asyncio.sleep(pause)


def _seen(on: Stage, crowd: Crowd) -> Politeness:
    arxiv = [each for each in on.sources.requests if each.is_arxiv]
    kinds = Counter(
        name for each in arxiv for start, name in KINDS.items() if each.path.startswith(start)
    )
    return Politeness(
        requests=kinds,
        closest=min(after.at - before.at for before, after in pairwise(arxiv)),
        connections=on.sources.most_connections,
        answered=len(crowd.answered),
    )
