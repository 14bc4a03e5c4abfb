"""Parts for the tests of commands: the real client and services against the loopback Discord."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date

import discord as discord_py
from discord.gateway import DiscordWebSocket

from bot.client import PaperwireBot, point_at
from bot.delivery.budget import Budget
from bot.delivery.sender import DiscordSender
from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.sandbox import feed_shapes
from bot.sandbox.discord import Channel, Community, DiscordSandbox, Permission, Person
from bot.services import Services
from bot.services.catching_up import CatchUps
from bot.services.digests import Digests
from bot.services.explanations import Explanations
from bot.services.featured import FeaturedPapers
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest
from bot.services.outbox import Outbox
from bot.services.previews import Previews
from bot.services.quiet import Quiet
from bot.services.reading import ReadingLists
from bot.services.retrying import Retries
from bot.services.revising import UpdateSettings
from bot.services.setups import Setups
from bot.services.similar import Similar
from bot.services.status import StatusReports
from bot.services.subscriptions import Subscriptions
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.services.voting import Voting
from bot.services.welcoming import Welcomes
from bot.sources.pages import Request, Response
from bot.storage.database import Database
from tests.services.parts import Clock

POSTING = Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES


@dataclass
class Hash:
    """Remembers the hash of the commands for as long as a test lasts."""

    value: str | None = None
    saved: int = 0

    async def load_hash(self) -> str | None:
        """Return the hash."""
        return self.value

    async def save_hash(self, value: str, /) -> None:
        """Keep the hash."""
        self.value = value
        self.saved += 1


@dataclass
class Library:
    """A source of single papers; ``down`` makes it fail as a source does."""

    papers: dict[str, Paper] = field(default_factory=dict)
    featured: dict[date, list[Paper]] = field(default_factory=dict)
    down: bool = False

    async def fetch(self, request: Request) -> Response:
        """Answer with the Daily Papers of a day, as the source writes them."""
        if self.down:
            raise SourceError("the source is closed for the night")
        day = date.fromisoformat(dict(request.params)["date"])
        listed = [(day, each) for each in self.featured.get(day, ())]
        return Response(status=200, body=feed_shapes.daily_papers(listed))

    async def paper(self, id_: PaperId) -> Paper | None:
        """Return a paper, or None."""
        if self.down:
            raise SourceError("the source is closed for the night")
        return self.papers.get(id_)


@dataclass
class Stage:
    """A running bot on a loopback server with two channels and two people."""

    discord: DiscordSandbox
    bot: PaperwireBot
    database: Database
    clock: Clock
    library: Library
    outbox: Outbox
    woken: asyncio.Event
    guild: Community
    ml: Channel
    other: Channel
    alice: Person
    """Has Manage Channels."""
    mallory: Person
    """Has not."""

    async def deliver(self) -> None:
        """Send all that is owed now."""
        await self.outbox.tick(self.clock())
        await self.outbox.settle()


def services_of(
    database: Database,
    clock: Clock,
    library: Library,
    woken: asyncio.Event,
    telling: Telling = AUTHORS_WORDS,
) -> Services:
    """Build the services that the commands call."""
    nearest = Nearest(database)
    lookups = Lookups(database, library.paper, clock, nearest)
    return Services(
        subscriptions=Subscriptions(database),
        lookups=lookups,
        similar=Similar(database, lookups, nearest),
        featured=FeaturedPapers(database, library.fetch, "https://huggingface.example", clock),
        previews=Previews(database, clock),
        explanations=Explanations(database, lookups),
        digests=Digests(database, telling),
        catch_ups=CatchUps(database),
        retries=Retries(database),
        quiet=Quiet(database),
        updates=UpdateSettings(database),
        status=StatusReports(database, telling),
        reading=ReadingLists(database, clock),
        voting=Voting(database, clock),
        welcomes=Welcomes(database),
        setups=Setups(database, clock),
        clock=clock,
        wake_outbox=woken.set,
        telling=telling,
    )


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Point discord.py at an address, and back at its own afterwards."""
    api, gateway = discord_py.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    point_at(url)
    try:
        yield
    finally:
        discord_py.http.Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, gateway


@asynccontextmanager
async def running(
    discord: DiscordSandbox,
    services: Services,
    command_hash: Hash,
    budget: Budget | None = None,
) -> AsyncIterator[PaperwireBot]:
    """Run the real client against the loopback Discord."""
    with pointed_at(discord.api_url):
        async with PaperwireBot(
            command_hash=command_hash, guild_ready_timeout=0.05, budget=budget
        ) as bot:
            bot.services = services
            await bot.log_in(discord.token)
            connection = asyncio.create_task(bot.connect())
            await discord.ready()
            await bot.wait_until_ready()
            yield bot
        await connection


@asynccontextmanager
async def staged(
    database: Database,
    *,
    response_seconds: float = 3.0,
    clock: Clock | None = None,
    telling: Telling = AUTHORS_WORDS,
) -> AsyncIterator[Stage]:
    """Open the stage."""
    clock, library, woken = clock or Clock(), Library(), asyncio.Event()
    async with DiscordSandbox(response_seconds=response_seconds) as discord:
        guild = discord.add_guild("Lab", POSTING)
        ml, other = guild.add_text_channel("ml"), guild.add_text_channel("other")
        services = services_of(database, clock, library, woken, telling)
        async with running(discord, services, Hash()) as bot:
            outbox = Outbox(database, DiscordSender(bot), "salt", clock, telling=telling)
            yield Stage(
                discord=discord,
                bot=bot,
                database=database,
                clock=clock,
                library=library,
                outbox=outbox,
                woken=woken,
                guild=guild,
                ml=ml,
                other=other,
                alice=guild.add_member("alice", Permission.MANAGE_CHANNELS),
                mallory=guild.add_member("mallory"),
            )
            await outbox.close()
