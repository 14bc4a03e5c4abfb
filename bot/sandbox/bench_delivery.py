"""`make bench-delivery`: thousands of owed messages over hundreds of channels, as fast as allowed.

Runs the bot as a process of its own against the loopback Discord with its documented limits.
Fails only if Discord refused a request, or a paper did not come, or came twice.
"""

import tempfile
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles

from rich.console import Console

from bot.delivery import cards
from bot.domain import ChannelId, Paper, PaperId, PaperMatch
from bot.sandbox.bench import subscribe
from bot.sandbox.corpus import corpus
from bot.sandbox.discord import Channel, Request
from bot.sandbox.discord.rates import GLOBAL, POST_MESSAGE
from bot.sandbox.endurance.stage import EVERYTHING, START, Stage, stage
from bot.sandbox.endurance.vitals import vitals
from bot.services.intake import take_in_batch
from bot.storage.database import Database

MESSAGES = 2_000
CHANNELS = 400
QUIET = 12
"""Channels more, that become due one after another while all that is sent."""
POLL_SECONDS = 2.0
PATIENCE = 300.0
"""Seconds until all must be out."""
PERIOD = 1.0
"""Seconds: what is a second long to Discord."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was measured. Times are seconds, ``waits`` those of the quiet channels."""

    messages: int
    seconds: float
    each_second: Sequence[int]
    """Requests in each second that begins with one of them."""
    refused: int
    waits: Sequence[float]
    processor: float
    wrong: int
    """Papers that did not come, or came twice."""

    @property
    def a_second(self) -> float:
        """Messages a second, from the first to the last."""
        return (self.messages - 1) / self.seconds


async def bench_delivery(*, messages: int = MESSAGES, channels: int = CHANNELS) -> int:
    """Run the benchmark and print it; 1 if a request was refused, or a paper lost or doubled."""
    with tempfile.TemporaryDirectory() as folder:
        found = await delivered(Path(folder), messages, channels)
    _show(Console(highlight=False), found, channels)
    return 1 if found.refused or found.wrong else 0


async def delivered(folder: Path, messages: int, channels: int, quiet: int = QUIET) -> Delivered:
    """Owe channels so many messages in all, start the bot, and measure until all are out."""
    settings = {"POLL_SECONDS": str(POLL_SECONDS)}
    async with stage(folder, channels + quiet, seed=1, settings=settings) as on:
        busy, alone = on.channels[:channels], on.channels[channels:]
        async with Database.open(on.database) as database:
            await _owe(database, on, busy, messages // channels)
            await subscribe(database, [_word(at) for at in range(quiet)], _ids(alone))
            await on.bot.start()
            await on.discord.ready(START)
            await _publish_one_by_one(on, alone)
            total = messages + quiet
            await on.discord.wait_until(lambda: on.stored >= total, PATIENCE)
            processor = vitals(on.bot.pid, on.database).processor
            await on.bot.stop()
            on.account.update(on.channels)
            sends = sorted(_sends(on), key=lambda each: each.at)
            return Delivered(
                messages=len(sends),
                seconds=sends[-1].at - sends[0].at,
                each_second=_each_second([each.at for each in sends]),
                refused=sum(on.discord.rates.refused.values()),
                waits=await _waits(database, on, alone),
                processor=processor,
                wrong=on.account.lost + on.account.doubled,
            )


async def _owe(database: Database, on: Stage, to: Sequence[Channel], messages: int) -> None:
    """Owe each channel as many papers as fill so many messages."""
    papers = _filling(messages)
    await subscribe(database, [EVERYTHING] * len(to), _ids(to))
    await take_in_batch(database, papers, datetime.now(UTC))
    on.account.owed.update((channel.id, paper.id) for channel in to for paper in papers)


def _filling(messages: int) -> list[Paper]:
    left, papers = list(corpus(messages * 20, 1).papers), list[Paper]()
    for _ in range(messages):
        _, taken = cards.fill([PaperMatch(paper, (EVERYTHING,)) for paper in left])
        papers += left[:taken]
        del left[:taken]
    return papers


def _ids(channels: Sequence[Channel]) -> list[ChannelId]:
    return [ChannelId(channel.id) for channel in channels]


def _word(number: int) -> str:
    return f"unheard{number}"


async def _publish_one_by_one(on: Stage, alone: Sequence[Channel]) -> None:
    """Announce a paper for each of the quiet channels in turn, after each poll of the listings."""
    made = corpus(len(alone), 0).papers
    for number, channel in enumerate(alone):
        paper = replace(
            made[number],
            id=PaperId(f"2612.{number:05}"),
            title=_word(number).capitalize(),
            categories=("math.CO",),
        )
        on.account.owed.add((channel.id, paper.id))
        on.sources.publish([paper], on=datetime.now(UTC).date())
        await on.discord.wait_until(partial(_has_messages, channel), PATIENCE)


def _has_messages(channel: Channel) -> bool:
    return bool(channel.stored)


def _sends(on: Stage) -> list[Request]:
    return [
        each
        for each in on.discord.requests
        if (each.method, each.route) == POST_MESSAGE and each.status == 200
    ]


def _each_second(times: Sequence[float]) -> list[int]:
    """Return how many there are in each whole second that begins with one of the times."""
    last = times[-1] - PERIOD
    return [bisect_left(times, at + PERIOD) - i for i, at in enumerate(times) if at <= last]


async def _waits(database: Database, on: Stage, alone: Sequence[Channel]) -> list[float]:
    """Return the seconds from when each quiet channel became due to when it had its message."""
    rows = await database.read.where_in(
        "SELECT d.channel_id, f.owed_at FROM deliveries d JOIN fan_outs f ON f.id = d.fan_out"
        " WHERE d.channel_id IN ({})",
        _ids(alone),
    )
    arrived = {each.path.split("/")[2]: each.at + each.seconds for each in _sends(on)}
    return [arrived[str(channel)] - owed_at / 1000 for channel, owed_at in rows]


def _show(console: Console, found: Delivered, channels: int) -> None:
    slow = quantiles(found.each_second, n=20)[0] if len(found.each_second) > 1 else 0.0
    full = max(found.each_second, default=0)
    console.print(
        f"{found.messages:,} messages over {channels} channels in {found.seconds:.1f} s: "
        f"[bold]{found.a_second:.1f} a second[/bold], "
        f"{found.a_second / GLOBAL.requests:.0%} of Discord's {GLOBAL.requests}"
    )
    console.print(
        f"95 % of all seconds held {slow:.0f} requests or more, the fullest {full}; "
        f"refused with 429: {found.refused}"
    )
    console.print(
        f"a channel that became due meanwhile had its message after {max(found.waits):.2f} s at "
        f"most, {sorted(found.waits)[len(found.waits) // 2]:.2f} s in the middle "
        f"({len(found.waits)} channels; from when the poll began that found it)"
    )
    console.print(
        f"the bot used {found.processor:.1f} s of a processor, "
        f"{found.processor / found.messages * 1000:.1f} ms a message, its start included; "
        f"papers lost or doubled: {found.wrong}"
    )
