"""Loopback servers, many channels and the bot's process between them; what the two runs share."""

import asyncio
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain import Paper
from bot.sandbox.account import Account
from bot.sandbox.discord import Channel, Community, DiscordSandbox, Permission, Person
from bot.sandbox.endurance import rows
from bot.sandbox.endurance.rows import Said
from bot.sandbox.feeds import SourcesSandbox
from bot.sandbox.process import BotProcess
from bot.storage.database import Database

START = 60.0
"""Seconds that a start may take on a machine with much else to do."""
EVERYTHING = "cat:cs.LG"
"""What channels subscribe to: each made-up paper is in it."""
SHOWN = 20
"""Things that are wrong, of which the first are shown."""
_ERROR = re.compile(r"\S+ \S+ (?:ERROR|CRITICAL) +(?!discord\.| )")
LOOK = 1.0
"""Seconds between two looks at what the bot has yet to do."""


@dataclass(slots=True)
class DiscordClock:
    """Discord's clock: the true time, and whatever is to have passed besides, in seconds."""

    passed: float = 0.0

    def __call__(self) -> float:
        """Return the time in seconds since 1970."""
        return time.time() + self.passed


@dataclass(slots=True)
class Stage:
    """The servers, a guild's channels, somebody who may manage them, and the bot."""

    discord: DiscordSandbox
    clock: DiscordClock
    sources: SourcesSandbox
    guild: Community
    ada: Person
    channels: Sequence[Channel]
    bot: BotProcess
    database: Path
    account: Account = field(default_factory=Account)
    answers: int = 0
    """Messages in the channels that answered commands."""

    async def subscribe(self, channels: Sequence[Channel], when: str = "now") -> None:
        """Subscribe channels to every paper."""
        for channel in channels:
            await self.ada.command(channel, "subscribe", query=EVERYTHING, when=when)
        self.answers = sum(len(channel.stored) for channel in self.channels)

    def owe(self, papers: Sequence[Paper]) -> None:
        """Note that papers, which are announced now, are owed to every channel."""
        self.account.owed.update((each.id, paper.id) for each in self.channels for paper in papers)

    async def wait_for_papers(self, count: int) -> None:
        """Wait until the bot has taken so many papers in."""
        async with Database.open(self.database) as database, asyncio.timeout(START):
            while await rows.papers(database.read) < count:
                await self.sources.wait_for_requests(len(self.sources.requests) + 1)

    @property
    def stored(self) -> int:
        """Messages that the bot posted."""
        return sum(len(channel.stored) for channel in self.channels) - self.answers


@asynccontextmanager
async def stage(
    folder: Path, channels: int, *, seed: int, settings: Mapping[str, str]
) -> AsyncIterator[Stage]:
    """Run the servers; the bot's process is the caller's to start, and ended with the block."""
    clock = DiscordClock()
    async with DiscordSandbox(clock=clock, seed=seed) as discord, SourcesSandbox() as sources:
        guild = discord.add_guild("Endurance")
        database = folder / "paperwire.db"
        bot = BotProcess(
            folder,
            {
                "DISCORD_TOKEN": discord.token,
                "DISCORD_API_URL": discord.api_url,
                "DATABASE_URL": f"sqlite:///{database}",
                **sources.environment(),
                **settings,
            },
        )
        made = [guild.add_text_channel(f"papers-{number}") for number in range(channels)]
        ada = guild.add_member("ada", Permission.MANAGE_CHANNELS)
        try:
            yield Stage(discord, clock, sources, guild, ada, made, bot, database)
        finally:
            await bot.stop()


@contextmanager
def kept_if_broken(name: str) -> Iterator[tuple[Path, list[str]]]:
    """Give a folder, and a list of what is wrong; if that is not empty, show it and keep both."""
    folder, broken = Path(tempfile.mkdtemp(prefix=f"paperwire-{name}-")), list[str]()
    try:
        yield folder, broken
    except BaseException:
        print(f"The database and the log are in {folder}")
        raise
    for line in broken[:SHOWN]:
        print(line)
    if broken:
        print(f"{len(broken)} things are wrong; the database and the log are in {folder}")
    else:
        shutil.rmtree(folder)


async def wait_until_all_is_out(on: Stage, seconds: float) -> list[str]:
    """Wait until what is owed is posted and recorded, stop the bot, and return what is wrong."""
    broken = []
    async with Database.open(on.database) as database:
        try:
            async with asyncio.timeout(seconds):
                while on.account.lost or await rows.unfinished(database.read):
                    await asyncio.sleep(LOOK)
                    on.account.update(on.channels)
        except TimeoutError:
            broken.append(f"not all was out after {seconds:.0f} s")
        await on.bot.stop()
        on.account.update(on.channels)
        broken += differences(on.account, await rows.said(database.read))
    log = on.bot.log.read_text(encoding="utf-8", errors="replace")
    return broken + errors_of_ours(log)


def errors_of_ours(log: str) -> list[str]:
    """Return the lines of a log that tell of an error, but for discord.py's own.

    It calls each connection that has to be made again an error.
    """
    return [line for line in log.splitlines() if _ERROR.match(line)]


def differences(account: Account, said: Said) -> list[str]:
    """Return what is lost, doubled or not owed, and where the database says otherwise."""
    found = []
    for key in sorted(account.owed | account.posted.keys() | said.keys()):
        state, message = said.get(key, (None, None))
        count, carrier = account.posted[key], account.carried_by.get(key)
        owed = key in account.owed
        if count != owed or state != "sent" or message != carrier:
            channel, paper = key
            found.append(
                f"{paper} in channel {channel}: owed {owed:d} times, there {count} times, last in "
                f"message {carrier}; the database says {state}, message {message}"
            )
    return found
