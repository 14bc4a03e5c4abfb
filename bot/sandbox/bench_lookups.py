"""`make bench-lookups`: how long `/preview` and `/search` take, by kind of query.

Asks the services that the bot's commands ask, over made-up papers or those of a file. Asserts
nothing.
"""

import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain, cycle
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.domain import Paper, PaperId, Sort
from bot.errors import QueryError
from bot.matching.parser import parse
from bot.sandbox.corpus import NOW, corpus
from bot.sandbox.lookup_queries import queries
from bot.services.importing import PAPERS_A_TRANSACTION, import_papers
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest
from bot.services.previews import Previews
from bot.storage.database import Database

PREVIEWED = 40_000
SEARCHED = 100_000
EACH = 40
"""Queries of a kind."""
SLOWEST = 3
"""Queries of a kind that are named."""

Ask = Callable[[str], Awaitable[bool]]
"""Asks a query; says whether the answer is the whole one."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A query, the seconds until its answer, and whether that was the whole answer."""

    query: str
    seconds: float
    is_whole: bool = True


async def bench_lookups(
    *,
    papers: Sequence[Paper] | None = None,
    asked: Sequence[str] = (),
    folder: Path | None = None,
    each: int = EACH,
    slowest: int = SLOWEST,
) -> int:
    """Run the benchmark and print it.

    Without papers it makes some up. Databases are kept in a folder, if one is given, and are used
    again.
    """
    console = Console()
    made = corpus(SEARCHED, 0).papers if papers is None else papers
    kinds = {**queries(made, each), "given": asked}
    kinds = {kind: list(filter(_parses, some)) for kind, some in kinds.items()}
    with tempfile.TemporaryDirectory() as temporary:
        for name, count, asking in (
            ("/preview", PREVIEWED, _previewing),
            ("/search", SEARCHED, _searching),
        ):
            some = made[:count]
            async with Database.open((folder or Path(temporary)) / f"{len(some)}.db") as database:
                await _store(database, some)
                ask = asking(database)
                found = {
                    kind: [await _timed(ask, text) for text in texts]
                    for kind, texts in kinds.items()
                }
            console.print(_table(f"{name} over {len(some):,} papers", found))
            for kind, timed in found.items():
                console.print(f"slowest {kind}:", *_slowest(timed, slowest), sep="\n  ")
    return 0


def _parses(text: str) -> bool:
    try:
        parse(text)
    except QueryError:
        return False
    return True


async def _store(database: Database, papers: Sequence[Paper]) -> None:
    if await database.read.value("SELECT COUNT(*) FROM papers"):
        return
    for start in range(0, len(papers), PAPERS_A_TRANSACTION):
        await import_papers(database, papers[start : start + PAPERS_A_TRANSACTION], NOW)


def _previewing(database: Database) -> Ask:
    previews = Previews(database, lambda: NOW)

    async def ask(text: str) -> bool:
        return (await previews.of(text)).is_complete

    return ask


def _searching(database: Database) -> Ask:
    """Return what asks for the first page, in each order in turn."""
    lookups = Lookups(database, _nothing, lambda: NOW, Nearest(database))
    sorts = cycle(Sort)

    async def ask(text: str) -> bool:
        await lookups.search(text, next(sorts))
        return True

    return ask


async def _nothing(_: PaperId) -> None:
    return None


async def _timed(ask: Ask, text: str) -> Timed:
    start = time.perf_counter()
    is_whole = await ask(text)
    return Timed(text, time.perf_counter() - start, is_whole)


def _table(title: str, found: dict[str, list[Timed]]) -> Table:
    table = Table(title=title, caption="milliseconds")
    table.add_column("kind")
    for name in ("queries", "median", "95 %", "longest", "cut off"):
        table.add_column(name, justify="right")
    everything = list(chain.from_iterable(found.values()))
    for kind, timed in {**found, "all": everything}.items():
        if timed:
            table.add_row(kind, *_row(timed))
    return table


def _row(timed: Sequence[Timed]) -> list[str]:
    ordered = sorted(each.seconds for each in timed)
    places = (len(ordered) // 2, len(ordered) * 95 // 100, len(ordered) - 1)
    cut = sum(not each.is_whole for each in timed)
    return [f"{len(timed):,}", *(f"{ordered[place] * 1e3:,.0f}" for place in places), f"{cut}"]


def _slowest(timed: Sequence[Timed], count: int) -> list[str]:
    ordered = sorted(timed, key=lambda each: each.seconds, reverse=True)
    return [f"{each.seconds * 1e3:,.0f}  {each.query}" for each in ordered[:count]]
