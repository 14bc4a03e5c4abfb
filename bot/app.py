"""The composition root: opens the database, HTTP, services and the client; closes in reverse.

The only file that builds adapters. Decides nothing else.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot import embedding
from bot.announcements import HOLIDAYS, Calendar
from bot.client import PaperwireBot, point_at
from bot.config import Settings
from bot.delivery.budget import REQUESTS_A_SECOND, Budget
from bot.delivery.sender import DiscordSender
from bot.errors import PaperwireError
from bot.llm.client import Endpoint, LanguageModel
from bot.paper_ids import PREPRINT_SERVERS
from bot.services import Services
from bot.services.arrivals import Arrivals
from bot.services.backfilling import Backfill
from bot.services.catching_up import CatchUps
from bot.services.digests import Digests
from bot.services.embeddings import Embeddings
from bot.services.explanations import Explanations
from bot.services.featured import FeaturedPapers
from bot.services.following import Following
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest
from bot.services.outbox import Outbox
from bot.services.polling import Polling
from bot.services.postings import Postings, PostingSource
from bot.services.previews import Previews
from bot.services.quiet import Quiet
from bot.services.reading import ReadingLists
from bot.services.retrying import Retries
from bot.services.revising import Revising, UpdateSettings
from bot.services.setups import Setups
from bot.services.similar import Similar
from bot.services.single_papers import SinglePapers
from bot.services.status import StatusReports
from bot.services.subscriptions import Subscriptions
from bot.services.summaries import Limits, Summaries
from bot.services.telling import AuthorsWords, Telling
from bot.services.ticking import Ticker
from bot.services.voting import Voting
from bot.services.welcoming import Welcomes
from bot.sources.arxiv_api import ArxivSearch
from bot.sources.arxiv_listing import ArxivListing, all_listings
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.biorxiv import PreprintServer
from bot.sources.http import Fetcher
from bot.sources.huggingface import HuggingFaceDaily
from bot.sources.openreview import OpenReviewNotes, OpenReviewVenue
from bot.storage import feeds, state
from bot.storage.database import Database
from bot.storage.feeds import StoredRequestLog

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(seconds=30)
"""Between two looks for owed papers or due digests; what the bot owes itself wakes it at once."""

SECONDS_TO_DRAIN = 1.5
"""For Discord to answer what is under way, when the bot is told to stop."""

FOLLOW_EVERY = timedelta(minutes=10)
"""Between two looks for posted papers to ask about again."""

NEXT_LOOK = timedelta(seconds=2)
"""Between two looks for papers to embed, which is to count them."""


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Outside:
    """What the app meets the world with; a simulated world brings its own."""

    database: Callable[[Path], AbstractAsyncContextManager[Database]] = Database.open
    fetcher: Callable[..., Fetcher] = Fetcher
    listings: Callable[[str], Sequence[ArxivListing]] = all_listings
    client: Callable[..., PaperwireBot] = PaperwireBot
    embedder: Callable[..., AbstractAsyncContextManager[Any]] = embedding.opened_model
    reachable: Callable[[str], Awaitable[None]] = field(default_factory=lambda: _reachable)
    longest_wait: timedelta = LONGEST_WAIT


@dataclass(frozen=True, slots=True)
class App:
    """Everything built and ready to run."""

    settings: Settings
    outside: Outside
    database: Database
    client: PaperwireBot
    polling: Polling
    digests: Digests
    outbox: Outbox
    clock: Callable[[], datetime]
    tickers: tuple[Ticker, ...]
    """Of polling, digests, the outbox, edits, and whatever goes on in the background."""


@asynccontextmanager
async def open_app(
    settings: Settings,
    clock: Callable[[], datetime] = utc_now,
    requests_a_second: float = REQUESTS_A_SECOND,
    outside: Outside | None = None,
) -> AsyncIterator[App]:
    """Build the app from its settings; close all of it at the end, in reverse.

    `requests_a_second` bounds the requests to Discord. Raises StorageError if the database cannot
    be used.
    """
    outside = outside or Outside()
    async with (
        outside.database(settings.database_path) as database,
        _fetcher(settings, database, clock, outside) as fetcher,
        _telling(settings, database, clock) as telling,
        _embeddings(settings, database, clock, outside) as embeddings,
    ):
        calendar = Calendar(HOLIDAYS | settings.arxiv_deferred_days)
        digests = Digests(database, telling, calendar)
        catch_ups = CatchUps(database, telling)
        singles = SinglePapers(
            fetcher.fetch,
            settings.arxiv_api_url,
            settings.huggingface_url,
            _preprint_servers(settings, PREPRINT_SERVERS),
            (OpenReviewNotes(settings.openreview_url),),
        )
        point_at(settings.discord_api_url)
        budget = Budget(requests_a_second)
        async with outside.client(command_hash=KeptHash(database), budget=budget) as client:
            async with database.transaction() as tx:
                salt = await state.keep_first(tx, "nonce_salt", secrets.token_hex(8))
            sender = DiscordSender(client)
            outbox = Outbox(database, sender, salt, clock, budget, telling)
            revising = Revising(database, sender, clock, telling)
            nearest = Nearest(database, embeddings)
            lookups = Lookups(database, singles.paper, clock, nearest)
            client.services = Services(
                subscriptions=Subscriptions(database),
                lookups=lookups,
                similar=Similar(database, lookups, nearest),
                featured=FeaturedPapers(database, fetcher.fetch, settings.huggingface_url, clock),
                previews=Previews(database, clock),
                explanations=Explanations(database, lookups),
                digests=digests,
                catch_ups=catch_ups,
                retries=Retries(database),
                quiet=Quiet(database),
                updates=UpdateSettings(database),
                status=StatusReports(database, telling, calendar, embeddings),
                reading=ReadingLists(database, clock),
                voting=Voting(database, clock),
                welcomes=Welcomes(database),
                setups=Setups(database, clock),
                clock=clock,
                wake_outbox=_waking(outbox.due, revising.due),
                telling=telling,
            )
            polling = _polling(
                settings, database, fetcher, calendar, clock, outside, outbox.arrivals
            )
            waits = timedelta(seconds=settings.poll_seconds), outside.longest_wait
            tickers = (
                *_tickers(waits, clock, polling, digests, catch_ups, (outbox, revising), telling),
                *_background(embeddings, clock),
                *_following(settings, database, fetcher, clock, _waking(outbox.due, revising.due)),
                *_postings(database, fetcher, _posting_sources(settings), settings, clock, outbox),
            )
            async with database.transaction() as tx:
                read = {*polling.names, *(it.name for it in _posting_sources(settings))}
                await feeds.forget_others(tx, read)
            try:
                yield App(
                    settings, outside, database, client, polling, digests, outbox, clock, tickers
                )
            finally:
                await outbox.close()


def _fetcher(
    settings: Settings, database: Database, clock: Callable[[], datetime], outside: Outside
) -> Fetcher:
    arxiv = (settings.arxiv_rss_url, settings.arxiv_api_url, settings.arxiv_oai_url)
    return outside.fetcher(
        arxiv_urls=filter(None, arxiv),
        spacing=settings.arxiv_seconds_between_requests,
        contact=settings.contact_email,
        requests=StoredRequestLog(database),
        now=clock,
        gentle=settings.gentle,
    )


@asynccontextmanager
async def _telling(
    settings: Settings, database: Database, clock: Callable[[], datetime]
) -> AsyncIterator[Telling]:
    """Open the language model, if one is set up."""
    if settings.llm_base_url is None or settings.llm_model is None:
        yield AuthorsWords()
        return
    endpoint = Endpoint(
        settings.llm_base_url,
        settings.llm_model,
        settings.llm_api_key,
        settings.llm_timeout_seconds,
    )
    limits = Limits(
        requests_a_day=settings.llm_requests_a_day,
        tokens_a_day=settings.llm_tokens_a_day,
        at_once=settings.llm_at_once,
        patience=timedelta(seconds=settings.llm_patience_seconds),
    )
    async with LanguageModel(endpoint, clock) as model:
        summaries = Summaries(database, model, limits, clock)
        try:
            yield summaries
        finally:
            await summaries.close()


@asynccontextmanager
async def _embeddings(
    settings: Settings, database: Database, clock: Callable[[], datetime], outside: Outside
) -> AsyncIterator[Embeddings | None]:
    """Open the model that makes vectors; None without the extra `semantic`."""
    base_url, name = settings.embeddings_base_url, settings.embeddings_model
    key = settings.embeddings_api_key
    async with outside.embedder(base_url, name, key, clock) as model:
        yield Embeddings(database, model, embedding.index_of, clock) if model else None


def _polling(
    settings: Settings,
    database: Database,
    fetcher: Fetcher,
    calendar: Calendar,
    clock: Callable[[], datetime],
    outside: Outside,
    arrivals: Arrivals,
) -> Polling:
    search = ArxivSearch(settings.arxiv_api_url)
    source = ArxivOai(settings.arxiv_oai_url) if settings.arxiv_oai_url else search
    is_read = "arxiv" in settings.sources
    listings = outside.listings(settings.arxiv_rss_url) if is_read else ()
    featured = HuggingFaceDaily(settings.huggingface_url)
    return Polling(
        database,
        fetcher.fetch,
        [*listings, *([featured] if "huggingface" in settings.sources else [])],
        Backfill(database, fetcher.fetch, source, search, calendar),
        calendar,
        every=timedelta(seconds=settings.poll_seconds),
        clock=clock,
        arrivals=arrivals,
    )


def _tickers(
    waits: tuple[timedelta, timedelta],
    clock: Callable[[], datetime],
    polling: Polling,
    digests: Digests,
    catch_ups: CatchUps,
    delivery: tuple[Outbox, Revising],
    telling: Telling,
) -> tuple[Ticker, ...]:
    """Return the tickers; `waits` are the longest ones, of polling and of the others."""
    every, longest = waits
    outbox, revising = delivery

    async def poll(now: datetime) -> None:
        intake = await polling.tick(now)
        if intake.matched or intake.changed:
            outbox.due.set()
        if intake.changed:
            revising.due.set()

    async def make_digests(now: datetime) -> None:
        made = await digests.tick(now) + await catch_ups.tick(now)
        if made:
            outbox.due.set()
        await telling.tick(now)

    return (
        Ticker("Polling", poll, polling.next_tick_at, clock, every),
        Ticker("Digests", make_digests, digests.next_tick_at, clock, longest),
        Ticker("Delivery", outbox.tick, outbox.next_tick_at, clock, longest, outbox.due),
        Ticker("Edits", revising.tick, revising.next_tick_at, clock, longest, revising.due),
    )


def _background(embeddings: Embeddings | None, clock: Callable[[], datetime]) -> tuple[Ticker, ...]:
    if embeddings is None:
        return ()
    return (Ticker("Embedding", embeddings.tick, embeddings.next_tick_at, clock, NEXT_LOOK),)


def _following(
    settings: Settings,
    database: Database,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
    happened: Callable[[], None],
) -> tuple[Ticker, ...]:
    if "arxiv" not in settings.sources:
        return ()
    search = ArxivSearch(settings.arxiv_api_url)
    following = Following(database, fetcher.fetch, search, happened)
    return (Ticker("Following", following.tick, following.next_tick_at, clock, FOLLOW_EVERY),)


def _preprint_servers(settings: Settings, names: Iterable[str]) -> tuple[PreprintServer, ...]:
    url = settings.biorxiv_url
    return tuple(PreprintServer(url, name) for name in PREPRINT_SERVERS if url and name in names)


def _posting_sources(settings: Settings) -> tuple[PostingSource, ...]:
    url = settings.openreview_url
    venues = (OpenReviewVenue(url, venue) for venue in settings.openreview_venues)
    return (*_preprint_servers(settings, settings.sources), *venues)


def _postings(
    database: Database,
    fetcher: Fetcher,
    sources: tuple[PostingSource, ...],
    settings: Settings,
    clock: Callable[[], datetime],
    outbox: Outbox,
) -> tuple[Ticker, ...]:
    """Return what reads preprint servers and venues: by itself, arXiv's rounds take minutes."""
    if not sources:
        return ()
    every = timedelta(seconds=settings.poll_seconds)
    postings = Postings(database, fetcher.fetch, sources, every, clock=clock)

    async def read(now: datetime) -> None:
        intake = await postings.tick(now)
        if intake.matched:
            outbox.due.set()

    return (Ticker("Reading preprint servers", read, postings.next_tick_at, clock, every),)


def _waking(*events: asyncio.Event) -> Callable[[], None]:
    """Return what sets all of the events."""

    def wake() -> None:
        for event in events:
            event.set()

    return wake


class KeptHash:
    """The hash of the commands that Discord was last given, kept in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_hash(self) -> str | None:
        """Return the hash, or None before the first time."""
        return await state.value_of(self._database.read, "commands_hash")

    async def save_hash(self, value: str) -> None:
        """Keep the hash."""
        async with self._database.transaction() as tx:
            await state.keep(tx, "commands_hash", value)


async def run(app: App) -> None:
    """Run until cancelled: poll, make digests, deliver, and answer commands.

    Polling and digests go on while Discord cannot be reached. Raises ConfigError if Discord
    refuses the token.
    """
    polling, digesting, sending, editing, *background = app.tickers
    await app.polling.start(app.clock())
    failure: PaperwireError | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            loops = [tasks.create_task(each.run()) for each in (polling, digesting, *background)]
            await log_in(app)
            loops += [tasks.create_task(each.run()) for each in (sending, editing)]
            connection = tasks.create_task(app.client.stay_connected())
            try:
                await asyncio.wait([connection])
            finally:
                await app.outbox.drain(SECONDS_TO_DRAIN)
                # discord.py swallows a cancellation while it reconnects; a closed client ends.
                await app.client.close()
            for loop in loops:
                loop.cancel()
    except* PaperwireError as group:
        failure = _first(group)
    if failure is not None:
        # Not inside the block: before Python 3.11.4 it would be wrapped in a group again.
        raise failure


def _first(group: BaseExceptionGroup[PaperwireError]) -> PaperwireError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def log_in(app: App) -> None:
    """Log in as soon as Discord answers; raises ConfigError if it refuses the token."""
    await app.outside.reachable(app.settings.discord_api_url)
    await app.client.log_in(app.settings.discord_token.get_secret_value())


async def _reachable(api_url: str) -> None:
    """Wait until Discord's API answers at all."""
    wait = 1.0
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session:
        while True:
            try:
                async with session.get(f"{api_url}/gateway") as response:
                    if response.status < 500:  # noqa: PLR2004 - HTTP: server errors start there
                        return
                    trouble = f"status {response.status}"
            except (aiohttp.ClientError, TimeoutError) as error:
                trouble = str(error) or type(error).__name__
            log.warning("Discord does not answer (%s); next try in %.0f s.", trouble, wait)
            await asyncio.sleep(wait)
            wait = min(60.0, wait * 2)
