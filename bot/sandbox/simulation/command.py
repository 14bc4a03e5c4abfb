"""`make simulate`: many seeds, and for one that fails the shortest story of what happened."""

import asyncio
import gc
import logging
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.sandbox.simulation.plan import plan
from bot.sandbox.simulation.plants import PLANTS
from bot.sandbox.simulation.run import Run, Told
from bot.sandbox.simulation.virtual import Loop

DAYS = 60
ATTEMPTS = 60
"""Runs that go into making a story shorter."""
SHOWN = 3
"""Of what is broken in a seed."""
TOLD_EVERY = 20
"""Seeds after which it is said how it stands."""
KINDS = ("lost", "doubled", "not promised", "digest doubled", "digest missed")
"""Of what may be broken; those are named also if there is none."""
_FIRST_GROUP = 1
"""Power on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    seed: int
    broken: tuple[str, ...]
    story: tuple[Told, ...]
    groups: frozenset[int]
    papers: int
    messages: int
    lives: int


def simulated(
    seed: int, days: int = DAYS, without: Collection[int] = (), plant: str | None = None
) -> Outcome:
    """Run one seed, in an event loop of its own; the same arguments come to the same."""
    planned = plan(seed, days)
    with tempfile.TemporaryDirectory() as folder, PLANTS[plant]() if plant else nullcontext():
        run = Run(planned, Path(folder), seed, without)
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(_quiet(run))
    return Outcome(
        seed=seed,
        broken=tuple(run.broken),
        story=tuple(run.story),
        groups=frozenset(it.group for it in planned.happenings) - {_FIRST_GROUP} - set(without),
        papers=len(run.model.published),
        messages=len(run.discord.sent),
        lives=run.lives,
    )


async def _quiet(run: Run) -> None:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        await run.go()
    finally:
        logging.disable(before)


def simulate(first: int, count: int, days: int, plant: str | None) -> int:
    """Run seeds side by side and print what they came to; 1 if something was broken."""
    print(f"{count} seeds of {days} announcement days, from {first} on", flush=True)
    total = _Total()
    worst: Outcome | None = None
    with ProcessPoolExecutor(initializer=_collect_seldom) as pool:
        seeds = range(first, first + count)
        for outcome in pool.map(_one, ((seed, days, plant) for seed in seeds)):
            total.add(outcome)
            if outcome.broken:
                worst = worst or outcome
                print(f"seed {outcome.seed}: {'; '.join(outcome.broken[:SHOWN])}", flush=True)
                if plant is not None:
                    pool.shutdown(wait=False, cancel_futures=True)
                    break
            if total.seeds % TOLD_EVERY == 0:
                print(total, flush=True)
    print(total)
    if worst is not None and plant is None:
        for line in shortest(worst, days):
            print(line)
    return 1 if worst else 0


def _collect_seldom() -> None:
    """Look for garbage less often: an eighth of the time went into that."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 1_000)


def _one(asked: tuple[int, int, str | None]) -> Outcome:
    seed, days, plant = asked
    outcome = simulated(seed, days, plant=plant)
    return outcome if outcome.broken else replace(outcome, story=())


@dataclass(slots=True)
class _Total:
    """What all seeds so far came to."""

    seeds: int = 0
    papers: int = 0
    messages: int = 0
    lives: int = 0
    broken: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count a seed."""
        self.seeds += 1
        self.papers += outcome.papers
        self.messages += outcome.messages
        self.lives += outcome.lives
        self.broken.update(fault.partition(":")[0] for fault in outcome.broken)

    def __str__(self) -> str:
        found = {**dict.fromkeys(KINDS, 0), **self.broken}
        return (
            f"{self.seeds} seeds: {self.papers:,} papers, {self.messages:,} messages, "
            f"{self.lives:,} lives; {', '.join(f'{it} {kind}' for kind, it in found.items())}"
        )


def shortest(outcome: Outcome, days: int, attempts: int = ATTEMPTS) -> Iterator[str]:
    """Yield the story of a seed that failed, after leaving out what it fails without."""
    kept, best = sorted(outcome.groups), outcome
    every = outcome.groups
    size = max(1, len(kept) // 2)
    while attempts and size:
        start = 0
        while start < len(kept) and attempts:
            fewer = kept[:start] + kept[start + size :]
            tried = simulated(outcome.seed, days, every - set(fewer))
            attempts -= 1
            if _kind(tried) == _kind(outcome):
                kept, best = fewer, tried
            else:
                start += size
        size //= 2
    yield f"seed {outcome.seed}, {len(kept)} of {len(every)} happenings:"
    fault = best.broken[0]
    subject = fault.partition(": ")[2].split(" ")[0]
    for told in best.story:
        is_of_others = told.group is None and told.text.startswith("channel")
        if not is_of_others or subject in told.text:
            yield f"  {told.at:%Y-%m-%d %H:%M:%S}  {told.text}"
    yield f"  {fault}"


def _kind(outcome: Outcome) -> str | None:
    return outcome.broken[0].partition(":")[0] if outcome.broken else None
