"""`make soak`: the bot's process kept busy for minutes; memory and open files must stay flat.

Takes a sample every few seconds while the load runs, and judges those after the warm-up.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from bot.sandbox.endurance.flatness import MEGABYTE, Sample, files, growth, not_flat, slope
from bot.sandbox.endurance.load import CHANNELS, Load
from bot.sandbox.endurance.stage import Stage, kept_if_broken, stage, wait_until_all_is_out
from bot.sandbox.endurance.vitals import vitals

SAMPLED = 5.0
WARM_UP = 1 / 3
"""Of the samples, in which caches fill: of summaries and patterns, for some minutes."""
ROWS = 15
"""Of the table: the samples of a while are one."""
TAIL = 600.0
WIDTH = 110
_COLUMNS = (
    "s",
    "memory MB",
    "files",
    "threads",
    "file MB",
    "log MB",
    "core",
    "requests/s",
    "messages/s",
    "answers",
    "none",
    "in s",
    "lag s",
)
"""Of the database, its file and its write-ahead log; what people asked, how much of it got an
answer and in which time all but one in twenty; how long the oldest paper was owed."""


async def soak(*, minutes: float, seed: int) -> int:
    """Keep the bot busy so long; 1 if it grows, or if a paper is lost or there twice."""
    console = Console(highlight=False, width=WIDTH)
    with kept_if_broken("soak") as (folder, broken):
        async with stage(folder, CHANNELS, seed=seed, settings={"POLL_SECONDS": "1"}) as on:
            load = await Load.begun(on, minutes * 60, seed)
            samples = await _watched(load, minutes * 60)
            await load.end()
            broken.extend(await wait_until_all_is_out(on, TAIL))
        warm = samples[int(len(samples) * WARM_UP) :]
        broken.extend(not_flat(warm))
        console.print(_table(samples))
        for line in _told(on, warm):
            console.print(line)
    return 1 if broken else 0


async def _watched(load: Load, seconds: float) -> list[Sample]:
    """Let the load run, and return what was seen of the process meanwhile."""
    samples: list[Sample] = []
    began = time.monotonic()
    running = asyncio.create_task(load.run())
    watch = Watch(load, began)
    try:
        while (at := time.monotonic() - began) < seconds:
            done, _ = await asyncio.wait([running], timeout=min(SAMPLED, seconds - at))
            if done:
                break
            samples.append(watch.sample())
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled():
        running.result()
    return samples


class Watch:
    """Samples the process, and counts what was done since the last time."""

    def __init__(self, load: Load, began: float) -> None:
        self._load = load
        self._began = began
        self._before = self._counts()

    def _counts(self) -> tuple[float, float, int, int, int]:
        on = self._load.on
        seen = vitals(on.bot.pid, on.database)
        crowd = self._load.crowd
        unanswered = crowd.unanswered
        return time.monotonic(), seen.processor, on.discord.served, on.account.messages, unanswered

    def sample(self) -> Sample:
        """Look at the process now."""
        load = self._load
        load.on.account.update(load.on.channels)
        before, self._before = self._before, self._counts()
        now, processor, requests, messages, unanswered = (
            after - earlier for after, earlier in zip(self._before, before, strict=True)
        )
        answered, load.crowd.answered = load.crowd.answered, []
        seen = vitals(load.on.bot.pid, load.on.database)
        return Sample(
            at=self._before[0] - self._began,
            memory=seen.memory,
            files=seen.files,
            threads=seen.threads,
            database=seen.database,
            log=seen.log,
            processor=processor / now,
            requests=requests / now,
            messages=messages / now,
            asked=len(answered),
            unanswered=int(unanswered),
            answered_in=quantiles(answered, n=20)[-1] if len(answered) > 1 else 0.0,
            lag=load.lag(),
        )


def _table(samples: Sequence[Sample]) -> Table:
    table = Table(title="The bot's process over time")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    step = max(1, len(samples) // ROWS)
    for start in range(0, len(samples) - step + 1, step):
        some = samples[start : start + step]
        last = some[-1]
        table.add_row(
            f"{last.at:.0f}",
            f"{max(it.memory for it in some) / MEGABYTE:.1f}",
            f"{max(it.files for it in some)}",
            f"{max(it.threads for it in some)}",
            f"{last.database / MEGABYTE:.1f}",
            f"{max(it.log for it in some) / MEGABYTE:.1f}",
            f"{sum(it.processor for it in some) / step:.0%}",
            f"{sum(it.requests for it in some) / step:.1f}",
            f"{sum(it.messages for it in some) / step:.1f}",
            f"{sum(it.asked for it in some)}",
            f"{sum(it.unanswered for it in some)}",
            f"{max(it.answered_in for it in some):.2f}",
            f"{max(it.lag for it in some):.1f}",
        )
    return table


def _told(on: Stage, warm: Sequence[Sample]) -> Iterator[str]:
    account = on.account
    before, after = files(warm)
    yield (
        f"after the warm-up memory grew by {growth(warm):.1%} from the first third to the last, "
        f"{slope(warm):,.0f} kB a minute by least squares"
    )
    yield f"open files: at most {before} in the first two thirds, {after} in the last"
    yield (
        f"{account.messages:,} messages with {len(account.posted):,} papers in "
        f"{len(on.channels)} channels: {account.lost} lost, {account.doubled} doubled, "
        f"{account.unowed} not owed; {on.discord.served:,} requests"
    )
