"""`make bench-delivery`: thousands of owed messages over hundreds of channels, as fast as allowed.

Runs the bot as a process of its own against the loopback Discord with its documented limits.
Fails only if Discord refused a request, or a paper did not come, or came twice.
"""

import tempfile
import time
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
    async with stage(folder, channels + quiet, seed=1, settings={}) as on:
        busy, alone = on.channels[:channels], on.channels[channels:]
        heard_of = _heard_of(quiet)
        async with Database.open(on.database) as database:
            await take_in_batch(database, heard_of, datetime.now(UTC))
            await _owe(database, on, busy, messages // channels)
        await on.bot.start()
        await on.discord.ready(START)
        waits = await _ask_one_by_one(on, alone, heard_of, messages)
        await on.discord.wait_until(lambda: len(_sends(on)) >= messages + quiet, PATIENCE)
        processor = vitals(on.bot.pid, on.database).processor
        await on.bot.stop()
        on.account.update(on.channels)
        sends = sorted(_sends(on), key=lambda each: each.at)
        return Delivered(
            messages=len(sends),
            seconds=sends[-1].at - sends[0].at,
            each_second=_each_second([each.at for each in sends]),
            refused=sum(on.discord.rates.refused.values()),
            waits=waits,
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


def _heard_of(quiet: int) -> list[Paper]:
    """Return a paper for each of the quiet channels to ask for, which nobody is owed yet."""
    made = corpus(quiet, 0).papers
    return [
        replace(
            paper,
            id=PaperId(f"2612.{number:05}"),
            title=f"Unheard{number}",
            categories=("math.CO",),
        )
        for number, paper in enumerate(made)
    ]


async def _ask_one_by_one(
    on: Stage, alone: Sequence[Channel], papers: Sequence[Paper], messages: int
) -> list[float]:
    """Let the quiet channels ask in turn for a paper of today, spread over all that is sent.

    Returns the seconds from each command until the last byte of the message.
    """
    asked = []
    for number, (channel, paper) in enumerate(zip(alone, papers, strict=True)):
        share = messages * (number + 1) // (len(alone) + 1)
        await on.discord.wait_until(partial(_are_out, on, share), PATIENCE)
        on.account.owed.add((channel.id, paper.id))
        asked.append(time.time())
        await on.ada.command(channel, "subscribe", query=paper.title, look_back=1)
        await on.discord.wait_until(partial(_has_post, channel), PATIENCE)
    arrived = {each.path.split("/")[2]: each.at + each.seconds for each in _sends(on)}
    return [arrived[str(channel.id)] - at for channel, at in zip(alone, asked, strict=True)]


def _are_out(on: Stage, messages: int) -> bool:
    return on.stored >= messages


def _has_post(channel: Channel) -> bool:
    return any(message.interaction is None for message in channel.messages)


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
        f"({len(found.waits)} channels; from the command by which it was owed one)"
    )
    console.print(
        f"the bot used {found.processor:.1f} s of a processor, "
        f"{found.processor / found.messages * 1000:.1f} ms a message, its start included; "
        f"papers lost or doubled: {found.wrong}"
    )
