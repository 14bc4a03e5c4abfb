"""`python -m bot demo --web`: a server to try Paperwire in, with the real bot, in a browser.

Papers are already stored when it starts, so that a preview has something to show; more are
announced, and the clock is put forward, when the person at the page asks for it.
"""

import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.domain import Paper, PaperId
from bot.sandbox.discord import DiscordSandbox, Permission, Person
from bot.sandbox.discord.threads import Forum
from bot.sandbox.feeds import SourcesSandbox
from bot.sandbox.papers import demo_batch, late_batch
from bot.sandbox.process import BotProcess
from bot.sandbox.web.server import Page

CLOCKED = ("-m", "bot.sandbox.clocked")
PATIENCE = 60.0
"""Seconds that the bot may take to start."""
POLL_SECONDS = 1.0
LAST_POLLED = "/api/daily_papers"
_REVISITED = 6
"""Times that all papers come again as sequels, once the invented ones are used up."""


class MovableClock:
    """Seconds since 1970, which may be ahead of everybody else's."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Return what time it is."""
        return time.time() + self.ahead


def batches() -> Iterator[tuple[Paper, ...]]:
    """Yield the batches that are announced, one by one; the first before anybody has subscribed."""
    papers = demo_batch()
    yield papers[::2]
    yield papers[1::2]
    yield late_batch()
    fresh = [paper for paper in papers if paper.announce_type is None]
    for number in range(_REVISITED):
        yield tuple(_sequel(paper, number) for paper in fresh[number % 2 :: 2])


def _sequel(paper: Paper, number: int) -> Paper:
    number_in_month = 100 * (number + 1) + int(paper.id[-2:])
    return replace(
        paper, id=PaperId(f"2612.9{number_in_month:04}"), title=f"{paper.title}: Part {number + 2}"
    )


@dataclass(slots=True)
class Stage:
    """The sandbox's own controls: `views.Controls` over real parts."""

    discord: DiscordSandbox
    sources: SourcesSandbox
    clock: MovableClock
    bot: BotProcess
    person: Person
    waiting: list[Sequence[Paper]] = field(default_factory=lambda: list(batches()))
    announced: Sequence[Paper] = ()

    def left(self) -> int:
        """Return how many batches of papers can still be announced."""
        return len(self.waiting)

    async def publish(self) -> None:
        """Let arXiv announce the next batch, and Daily Papers feature what was announced before."""
        if self.waiting:
            self.feature()
            self.announced = self.waiting.pop(0)
            self.sources.publish(self.announced, on=self._today())

    def feature(self) -> None:
        """Let Daily Papers feature what has upvotes of the batch that was announced last."""
        self.sources.feature((it for it in self.announced if it.upvotes), on=self._today())

    def _today(self) -> date:
        return datetime.fromtimestamp(self.clock(), UTC).date()

    async def move_to(self, moment: datetime) -> None:
        """Put the clock forward to a moment, for Discord and then for the bot; never back."""
        self.clock.ahead = max(self.clock.ahead, moment.timestamp() - time.time())
        await self.bot.tell(f"{self.clock.ahead:.3f}")


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Run a Discord, sources and the bot, which keeps its database in a folder.

    The first batch of papers is stored already; nobody has subscribed.
    """
    clock = MovableClock()
    async with DiscordSandbox(clock=clock) as discord, SourcesSandbox() as sources:
        guild = discord.add_guild("Reading group")
        person = guild.add_member("ada", Permission.MANAGE_CHANNELS)
        guild.add_member("ben")
        for name in ("language-models", "night-sky", "anything-else"):
            guild.add_text_channel(name)
        guild.add(Forum(guild, "paper-forum"))
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DATABASE_URL": f"sqlite:///{folder}/paperwire.db",
            "POLL_SECONDS": str(POLL_SECONDS),
            **sources.environment(),
        }
        async with BotProcess(folder, settings, CLOCKED) as bot:
            stage = Stage(discord, sources, clock, bot, person)
            await stage.publish()
            await discord.ready(PATIENCE)
            # Two rounds: the one at hand may have begun before the papers were there.
            await sources.wait_for_requests(2, LAST_POLLED)
            stage.feature()
            yield stage


async def web_demo(port: int = 0) -> int:
    """Serve the sandbox in a browser until Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="paperwire-web-") as folder:
        print("Starting a Discord, paper sources and the bot on this machine ...", flush=True)
        async with (
            staged(Path(folder)) as stage,
            Page(stage.discord, stage.person, stage, port) as page,
        ):
            print(f"Paperwire in the sandbox: {page.url}  (Ctrl-C ends it)", flush=True)
            code = await stage.bot.wait()
            print(f"The bot stopped with status {code}:", stage.bot.log.read_text("utf-8"))
            return 1
