"""`make replay`: recorded announcement days through the whole path, and an account of each post.

The sources' own parser, planning, matching, storage, outbox and the unmodified client on loopback;
the days' clock is virtual. What is owed is worked out a second time, without the database, by the
matcher alone.
"""

import asyncio
import contextlib
import json
import lzma
import random
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console

from bot import logs
from bot.app import App, log_in, open_app
from bot.config import Settings
from bot.domain import AnnounceType, Paper, PaperId
from bot.errors import ConfigError, QueryError
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import prepare
from bot.matching.query import Query
from bot.sandbox.account import Account
from bot.sandbox.discord import Channel, DiscordSandbox, Permission, Person
from bot.sandbox.feeds import SourcesSandbox

KEYWORDS = 200
CHANNELS = 50
SHARED = 0.5
"""Share of the keywords that a second channel subscribes to as well."""
AT = time(5, tzinfo=UTC)
"""When a day's batch is polled: midnight Eastern has passed."""


@dataclass(frozen=True, slots=True)
class Day:
    """A recorded announcement."""

    day: date
    papers: tuple[Paper, ...]


@dataclass(slots=True)
class VirtualClock:
    """The days' clock; called, it gives the time."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


async def replay(data: str, *, days: int | None, keywords: Path | None) -> int:
    """Replay recorded days and print the account; 1 if a post is lost, doubled or not owed."""
    logs.configure("WARNING", "text")
    recorded = _recorded(data)[:days]
    words = _keywords(keywords or Path(data).parent.parent / "keywords/bot_subscriptions.jsonl")
    console = Console(highlight=False)
    clock = VirtualClock(datetime.combine(recorded[0].day, AT) - timedelta(days=1))
    account = Account()
    async with _world(clock) as (app, discord, sources):
        channels, queries = await _subscribed(discord, words)
        console.print(
            f"{len(recorded)} days, {len(words)} keywords, {len(channels)} channels, "
            f"{sum(map(len, queries.values()))} subscriptions"
        )
        console.print("day         announced   new  matched  posted  messages")
        seen: set[PaperId] = set()
        for recorded_day in recorded:
            clock.now = datetime.combine(recorded_day.day, AT)
            _owe(account, recorded_day, seen, queries)
            await _one_day(app, sources, recorded_day, channels, account, console)
        await _drain(app, clock)
        account.update(channels)
        refused = discord.invalid_requests
    console.print(
        f"posts owed {len(account.owed):,}, posted {len(account.posted):,}, "
        f"doubled {account.doubled}, lost {account.lost}, not owed {account.unowed}; "
        f"requests that Discord refused {refused}"
    )
    return 1 if account.doubled or account.lost or account.unowed else 0


async def _one_day(
    app: App,
    sources: SourcesSandbox,
    recorded: Day,
    channels: Sequence[Channel],
    account: Account,
    console: Console,
) -> None:
    sources.publish(recorded.papers, on=recorded.day)
    before = account.messages
    intake = await app.polling.tick(app.clock())
    await app.outbox.tick(app.clock())
    await app.outbox.settle()
    posted = account.update(channels)
    messages = account.messages - before
    console.print(
        f"{recorded.day}  {len(recorded.papers):9,} {intake.new:5,} {intake.matched:8,}"
        f" {posted:7,} {messages:9,}"
    )


async def _drain(app: App, clock: VirtualClock) -> None:
    """Let everything that waits be attempted."""
    while (due := await app.outbox.next_tick_at()) is not None:
        clock.now = max(clock.now, due)
        await app.outbox.tick(clock.now)
        await app.outbox.settle()


def _owe(
    account: Account, recorded: Day, seen: set[PaperId], queries: dict[int, list[Query]]
) -> None:
    """Work out from the day's papers, by the matcher alone, what is owed."""
    for paper in recorded.papers:
        if paper.id in seen:
            continue
        seen.add(paper.id)
        prepared = prepare(paper)
        account.owed.update(
            (channel, paper.id)
            for channel, subscribed in queries.items()
            if any(selects(query, prepared) for query in subscribed)
        )


async def _subscribed(
    discord: DiscordSandbox, words: Sequence[str]
) -> tuple[list[Channel], dict[int, list[Query]]]:
    """Subscribe the channels with slash commands; return them and what each subscribed to."""
    guild = discord.add_guild("Replay")
    someone = guild.add_member("someone", Permission.MANAGE_CHANNELS)
    channels = [guild.add_text_channel(f"papers-{number:02}") for number in range(CHANNELS)]
    await discord.ready()
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret
    queries: dict[int, list[Query]] = {channel.id: [] for channel in channels}
    for number, word in enumerate(words):
        targets = {number % CHANNELS}
        if chance.random() < SHARED:
            targets.add(chance.randrange(CHANNELS))
        for target in sorted(targets):
            await _subscribe(someone, channels[target], word)
            queries[channels[target].id].append(parse(word))
    return channels, queries


async def _subscribe(someone: Person, channel: Channel, word: str) -> None:
    reply = await someone.command(channel, "subscribe", query=word)
    if not reply.ephemeral:
        raise RuntimeError(f"the answer to /subscribe is not private: {reply.text}")


@asynccontextmanager
async def _world(
    clock: VirtualClock,
) -> AsyncIterator[tuple[App, DiscordSandbox, SourcesSandbox]]:
    """Run the app in this process between the loopback servers, ticked by hand."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            DiscordSandbox(rate_limits=False) as discord,
            SourcesSandbox() as sources,
        ):
            settings = Settings(
                discord_token=SecretStr(discord.token),
                discord_api_url=discord.api_url,
                database_url=f"sqlite:///{folder}/replay.db",
                arxiv_api_url=sources.api_url,
                arxiv_rss_url=sources.rss_url,
                arxiv_seconds_between_requests=0,
                huggingface_url=sources.huggingface_url,
            )
            async with open_app(settings, clock, requests_a_second=2_000) as app:
                await app.polling.start(clock())
                await log_in(app)
                connection = asyncio.create_task(app.client.connect())
                try:
                    yield app, discord, sources
                finally:
                    await app.client.close()
                    with contextlib.suppress(asyncio.CancelledError):
                        await connection


def _recorded(data: str) -> list[Day]:
    """Read the recorded days that announced anything; raises ConfigError if they are not there."""
    try:
        with lzma.open(f"{data}.papers.jsonl.xz", "rt", encoding="utf-8") as lines:
            papers = [_paper(json.loads(line)) for line in lines]
        with Path(f"{data}.days.jsonl").open(encoding="utf-8") as lines:
            days = [json.loads(line) for line in lines]
    except FileNotFoundError as error:
        raise ConfigError(
            f"DATA: {error.filename} is not there. Give the path of recorded days without their "
            "suffix: make replay DATA=folder/name"
        ) from None
    found = (
        Day(
            date.fromisoformat(each["day"]),
            tuple(papers[row] for row in dict.fromkeys(each["rows"])),
        )
        for each in days
    )
    return [day for day in found if day.papers]


def _paper(record: dict[str, object]) -> Paper:
    def texts(name: str) -> tuple[str, ...]:
        values = record[name]
        return tuple(map(str, values)) if isinstance(values, list) else ()

    return Paper(
        id=PaperId(str(record["id"])),
        title=str(record["title"]),
        abstract=str(record["summary"]),
        authors=texts("authors"),
        categories=texts("categories"),
        sources=("arxiv",),
        version=1,
        announce_type=AnnounceType.NEW,
    )


def _keywords(path: Path) -> list[str]:
    """Return so many distinct keywords that people subscribed to, the same ones each time."""
    try:
        with path.open(encoding="utf-8") as lines:
            found = list(dict.fromkeys(json.loads(line)["keyword"] for line in lines))
    except FileNotFoundError:
        raise ConfigError(
            f"DATA: there are no keywords at {path}; name a file: ARGS='--keywords FILE'"
        ) from None
    return random.Random(1).sample(list(_parseable(found)), KEYWORDS)  # noqa: S311 - repeatable


def _parseable(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        with contextlib.suppress(QueryError):
            parse(word)
            yield word
