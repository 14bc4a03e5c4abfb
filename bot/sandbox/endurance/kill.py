"""`make kill`: the bot's process killed at random moments of a batch; each post once all the same.

SIGKILL while it starts, logs in, takes papers in, sends, records and reads histories back, with
answers lost and 5xx besides; in the end channels and database are compared with what was owed.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from bot.delivery.cards import fill
from bot.domain import Paper, PaperMatch
from bot.sandbox.corpus import corpus
from bot.sandbox.discord import Failure, Lost, Refused, Request, Rule, Stalled, TooMany
from bot.sandbox.discord.rates import POST_MESSAGE
from bot.sandbox.endurance import rows
from bot.sandbox.endurance.kill_plan import Kill, Moment, kills
from bot.sandbox.endurance.stage import (
    EVERYTHING,
    START,
    Stage,
    kept_if_broken,
    stage,
    wait_until_all_is_out,
)
from bot.services.drafting import MOST_PAPERS_A_POST
from bot.storage.database import Database

CHANNELS = 40
NIGHT = 600.0
"""Seconds that pass in a night; Discord forgets nonces after a few minutes."""
BEYOND_START = 0.65
"""Of ``share``: kills by the clock come from the start up to 1.3 times what a start takes."""
LONGEST_LIFE = 4.0
"""Times a start: a kill whose moment has not come by then comes all the same."""
TAIL = 600.0
"""Seconds after the last kill until all must be out: waits between attempts grow to minutes."""
MESSAGES = "/channels/*/messages"
HISTORY = ("GET", POST_MESSAGE[1])


async def kill(*, count: int, posts: int, seed: int) -> int:
    """Kill the bot so often during so many messages; 1 if a paper is lost or there twice."""
    began = time.monotonic()
    with kept_if_broken("kill") as (folder, broken):
        async with stage(folder, CHANNELS, seed=seed, settings={"POLL_SECONDS": "5"}) as on:
            batch = Batch(on, posts)
            await batch.begin()
            for done, each in enumerate(kills(count, seed)):
                await batch.live(each, count - done)
                if done % 20 == 19:
                    took = time.monotonic() - began
                    print(f"{done + 1:5} kills, {on.stored:5,} messages, {took:4.0f} s", flush=True)
            await on.bot.start()
            broken.extend(await wait_until_all_is_out(on, TAIL))
        for line in batch.told():
            print(line)
        print(f"seed {seed}, {time.monotonic() - began:.0f} s in all")
    return 1 if broken else 0


@dataclass(slots=True)
class Batch:
    """A batch that is being sent, and the kills that befell it."""

    on: Stage
    posts: int
    start_takes: float = 0.0
    """Seconds from the start of a process to its first message, the last time."""
    reached: Counter[str] = field(default_factory=Counter)
    """Kills, by how far the process had come."""
    histories: int = 0
    """Requests for a channel's history."""
    nights: int = 0
    lost: list[Rule] = field(default_factory=list)
    failed: list[Rule] = field(default_factory=list)

    async def begin(self) -> None:
        """Start the bot, subscribe every channel, and let the batch be announced."""
        on, started = self.on, time.monotonic()
        await on.bot.start()
        await on.discord.ready(START)
        self.start_takes = time.monotonic() - started
        await on.subscribe(on.channels)
        self._break_discord()
        papers = papers_for(self.posts // len(on.channels))
        on.owe(papers)
        on.sources.publish(papers, on=datetime.now(UTC).date())

    def _break_discord(self) -> None:
        fault = self.on.discord.fault
        self.lost = [
            fault(Lost(), times=None, probability=0.05),
            fault(Lost(reset=True), times=None, probability=0.03),
        ]
        self.failed = [
            fault(Failure(503), times=None, probability=0.04),
            fault(Failure(502), times=None, probability=0.01),
            fault(TooMany(0.3), times=None, probability=0.01),
            fault(Failure(503), method="GET", path=MESSAGES, times=None, probability=0.1),
        ]

    async def live(self, each: Kill, kills_left: int) -> None:
        """Let the bot live until a kill's moment has come, and kill it."""
        on = self.on
        is_idle = on.stored >= self.posts
        served, began = on.discord.served, on.clock()
        starts = not on.bot.is_running
        if starts:
            await on.bot.start()
        number = int(each.share * max(0, self.posts - on.stored) / kills_left)
        trap = self._trap(each.moment, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_LIFE * self.start_takes):
                await self._moment(each, number, trap)
        await asyncio.sleep(each.seconds)
        await on.bot.kill()
        if trap:
            trap.release()
        own = islice(reversed(on.discord.requests), on.discord.served - served)
        self._note([*own][::-1], began, starts=starts, is_idle=is_idle)
        if each.night:
            await self._night()

    def _trap(self, moment: Moment, number: int) -> Rule | None:
        """Let one request go wrong that is to be the bot's last, if the moment is such a one."""
        fault = self.on.discord.fault
        match moment:
            case Moment.HELD:
                self.lost.append(fault(Stalled(), skip=number))
                return self.lost[-1]
            case Moment.DROPPED:
                return fault(Refused(), skip=number)
            case Moment.SOUGHT:
                return fault(Stalled(), method="GET", path=MESSAGES)
        return None

    async def _moment(self, each: Kill, number: int, trap: Rule | None) -> None:
        """Wait for the moment of a kill."""
        on = self.on
        if trap is not None:
            await on.discord.wait_until(lambda: trap.hits, START)
        elif each.moment is Moment.SENT:
            enough = on.stored + number + 1
            await on.discord.wait_until(lambda: on.stored >= enough, START)
        else:
            await asyncio.sleep(each.share * BEYOND_START * self.start_takes)

    def _note(self, requests: list[Request], began: float, *, starts: bool, is_idle: bool) -> None:
        """Count a life by how far it came; `requests` were answered in it."""
        sends = [it for it in requests if (it.method, it.route) == POST_MESSAGE]
        self.histories += sum((it.method, it.route) == HISTORY for it in requests)
        # What was held back until its bot was dead is no request of the next one.
        sends = [it for it in sends if it.at >= began]
        if sends and starts:
            self.start_takes = sends[0].at - began
        if is_idle:
            self.reached["with nothing to send"] += 1
        elif sends:
            self.reached["while messages went out"] += 1
        else:
            self.reached["between log-in and the first" if requests else "before any request"] += 1

    async def _night(self) -> None:
        """Let minutes pass while the bot is down: what it wrote is older, nonces are forgotten."""
        self.nights += 1
        self.on.clock.passed += NIGHT
        async with Database.open(self.on.database) as database, database.transaction() as tx:
            await rows.age(tx, NIGHT)

    def told(self) -> Iterator[str]:
        """Yield what happened, in lines for people."""
        on, account = self.on, self.on.account
        yield f"{self.reached.total()} kills: " + ", ".join(
            f"{count} {when}" for when, count in self.reached.most_common()
        )
        lost = sum(rule.hits for rule in self.lost)
        yield (
            f"stored, and the answer lost: {lost}; failed before anything was stored: "
            f"{sum(rule.hits for rule in self.failed)}; nights: {self.nights}; requests for a "
            f"channel's history: {self.histories}"
        )
        yield (
            f"{account.messages:,} messages with {len(account.posted):,} papers in "
            f"{len(on.channels)} channels: {account.lost} lost, {account.doubled} doubled, "
            f"{account.unowed} not owed"
        )


def papers_for(messages: int) -> tuple[Paper, ...]:
    """Return as many made-up papers as fill so many messages."""
    made = corpus(messages * MOST_PAPERS_A_POST, 1).papers
    taken = 0
    for _ in range(messages):
        some = made[taken : taken + MOST_PAPERS_A_POST]
        taken += fill([PaperMatch(paper, (EVERYTHING,)) for paper in some])[1]
    return made[:taken]
