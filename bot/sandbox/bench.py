"""`make bench`: a day's batch against many subscriptions, beside a regular expression for each.

Times the same code that the bot runs, then runs the bot itself for its memory. Asserts nothing
but that both ways select the same papers.
"""

import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.domain import ChannelId, GuildId, Mode, Paper, UserId
from bot.matching.anchors import anchors
from bot.matching.parser import parse
from bot.sandbox.corpus import NOW, Corpus, corpus
from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.feed_shapes import atom_feed
from bot.sandbox.feeds import SourcesSandbox
from bot.sandbox.process import BotProcess
from bot.services.intake import take_in_batch
from bot.sources.arxiv_listing import ArxivListing
from bot.storage import subscriptions
from bot.storage.database import Database
from bot.storage.subscriptions import Posting

DAY = date(2026, 11, 23)
GUILD = GuildId(1)
CHANNELS = 400
REGEX_SAMPLE = 60
"""Papers that the regular expressions are run over; the time for all follows in proportion."""
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds for the batch, and what came of it: rows of matches and of deliveries owed."""

    parsed: float
    taken_in: float
    matches: int
    owed: int


async def bench(*, papers: int, subscriptions: int) -> int:
    """Run the benchmark and print it; 1 if the two ways disagree."""
    console = Console()
    made = corpus(papers, subscriptions)
    body = atom_feed(made.papers, "cs", DAY)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        async with Database.open(path) as database:
            await subscribe(database, made.phrases, [ChannelId(n + 1) for n in range(CHANNELS)])
            timing = await _time(database, body)
            sample = made.papers[:: max(1, papers // REGEX_SAMPLE)]
            ours = await _matches(database, sample)
        seconds, theirs = _by_regex(sample, made.phrases)
        running, peak = await _running(Path(folder), made)
    scaled = seconds * papers / len(sample)
    _show(console, made, timing, scaled, running, peak)
    console.print(f"Same matches on {len(sample)} papers: {'yes' if ours == theirs else 'NO'}")
    return 0 if ours == theirs else 1


async def subscribe(
    database: Database, phrases: Sequence[str], channels: Sequence[ChannelId]
) -> None:
    """Subscribe channels in turn, one to each phrase, in one transaction."""
    async with database.transaction() as tx:
        for channel in channels:
            await subscriptions.add_channel(tx, channel, GUILD)
        for number, phrase in enumerate(phrases):
            query = parse(phrase)
            postings = [Posting(anchor.term, anchor.exact) for anchor in anchors(query)]
            query_id = await subscriptions.add_query(tx, str(query), postings)
            channel = channels[number % len(channels)]
            await subscriptions.add(tx, channel, query_id, Mode.NOW, UserId(1), NOW)


async def _time(database: Database, body: bytes) -> Timing:
    start = time.perf_counter()
    page = ArxivListing("http://127.0.0.1", "cs").parse(body)
    parsed = time.perf_counter()
    await take_in_batch(database, page.papers, NOW)
    done = time.perf_counter()
    return Timing(
        parsed - start,
        done - parsed,
        await database.read.value("SELECT COUNT(*) FROM matches"),
        await database.read.value("SELECT COUNT(*) FROM deliveries"),
    )


async def _matches(database: Database, sample: Sequence[Paper]) -> set[tuple[str, str]]:
    rows = await database.read.where_in(
        "SELECT p.id, q.text FROM matches m JOIN papers p ON p.key = m.paper_key"
        " JOIN queries q ON q.id = m.query_id WHERE p.id IN ({})",
        [paper.id for paper in sample],
    )
    return {(id_, text) for id_, text in rows}


def _by_regex(
    sample: Sequence[Paper], phrases: Sequence[str]
) -> tuple[float, set[tuple[str, str]]]:
    """Match as most bots do: one expression per subscription, tried on every paper."""
    compiled = [
        (phrase, re.compile(rf"\b{'s?[^0-9a-z]+'.join(phrase.split())}s?\b", re.IGNORECASE))
        for phrase in phrases
    ]
    found = set()
    start = time.perf_counter()
    for paper in sample:
        for phrase, expression in compiled:
            if expression.search(paper.title) or expression.search(paper.abstract):
                found.add((str(paper.id), phrase))
    return time.perf_counter() - start, found


async def _running(folder: Path, made: Corpus) -> tuple[float, int]:
    """Run the bot itself on the batch.

    Return the seconds from publication until all is queued, and its peak memory in bytes.
    """
    path = folder / "running.db"
    async with DiscordSandbox() as discord, SourcesSandbox() as sources:
        guild = discord.add_guild("Bench")
        channels = [guild.add_text_channel(f"papers-{n}") for n in range(CHANNELS)]
        async with Database.open(path) as database:
            await subscribe(database, made.phrases, [ChannelId(each.id) for each in channels])
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DATABASE_URL": f"sqlite:///{path}",
            "POLL_SECONDS": "1",
            **sources.environment(),
        }
        async with BotProcess(folder, settings) as bot, Database.open(path) as database:
            await discord.ready()
            sources.publish(made.papers, on=DAY)
            start = time.perf_counter()
            await discord.wait_until(
                lambda: any(channel.messages for channel in channels), 120, "first post"
            )
            seconds = time.perf_counter() - start
            # Some more messages, so that the peak includes sending.
            await discord.wait_until(
                lambda: sum(len(channel.messages) for channel in channels) >= CHANNELS / 2, 120
            )
            stored = await database.read.value("SELECT COUNT(*) FROM papers")
            if stored != len(made.papers):
                raise RuntimeError(f"the bot stored {stored} of {len(made.papers)} papers")
            return seconds, bot.peak_memory()


def _show(
    console: Console, made: Corpus, timing: Timing, regex: float, running: float, peak: int
) -> None:
    total = timing.parsed + timing.taken_in
    table = Table(title=f"{len(made.papers):,} papers, {len(made.phrases):,} subscriptions")
    table.add_column("")
    table.add_column("seconds", justify="right")
    table.add_column("ratio", justify="right")
    table.add_row("parse the listing", f"{timing.parsed:.2f}")
    table.add_row("store, match and queue", f"{timing.taken_in:.2f}")
    table.add_row("[bold]together", f"[bold]{total:.2f}", "[bold]1")
    table.add_row(
        "a regular expression per subscription, matching alone",
        f"{regex:.2f}",
        f"{regex / total:.1f}",
    )
    table.add_row("the running bot, publication to first post", f"{running:.2f}")
    console.print(table)
    console.print(
        f"{timing.matches:,} matches, {timing.owed:,} deliveries owed; "
        f"peak memory of the running bot {peak / MEGABYTE:.0f} MB"
    )
