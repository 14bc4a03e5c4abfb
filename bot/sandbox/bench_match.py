"""`make bench-match`: matching at many subscriptions, up to durable delivery rows, beside others.

Runs the code that the bot runs. Asserts nothing but that all ways select the same papers.
"""

import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bot.domain import Paper
from bot.sandbox import bench_runs
from bot.sandbox.bench_runs import Floor, Process
from bot.sandbox.corpus import NOW, corpus
from bot.sandbox.orders import Orders, orders
from bot.sandbox.peers import Peer, folded, timed
from bot.sandbox.tsquery import every_peer
from bot.services.importing import import_papers
from bot.services.intake import PAPERS_A_TRANSACTION
from bot.storage.database import Database

SEEN_BEFORE = 500
"""Papers from which it is known how common terms are."""
ALONE = 40
"""Papers that are taken in each in a transaction of its own."""
DAY = 1_200
PEERS_PAPERS = 4
PEERS_SUBSCRIPTIONS = 20_000
"""Of more, others are run on a sample of so many, and the time follows in proportion."""
_NOTES = f"""Made-up papers and queries in the shapes of real ones; seconds of wall-clock time.
The floor writes the same delivery rows with the same indexes and no matching. Beside: the others
match, then write the same rows; those that look at each subscription are run on
{PEERS_SUBSCRIPTIONS:,} of them, drawn by chance, and {PEERS_PAPERS} papers, and scaled. PostgreSQL,
where it is installed, has each distinct query as a tsquery over the same folded words, which can
say all of them, in a server of its own that reads with one process."""


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured at one size; seconds, and pairs of ours and the floor's."""

    subscriptions: int
    queries: int
    build: float
    paper: tuple[float, float]
    day: tuple[float, float]
    rows: float
    """Delivery rows for a paper."""
    doubled: float
    """The median paper's time with as many subscriptions more that cannot hit, as a ratio."""
    add: float
    remove: float
    process: Process
    peers: dict[str, float]
    agrees: bool


async def bench_match(sizes: Sequence[int], *, day: int = DAY, alone: int = ALONE) -> int:
    """Run the benchmark at each size and print it; 1 if the ways disagree."""
    console = Console()
    made = corpus(SEEN_BEFORE + alone + day, 0).papers
    console.print(" ".join(_NOTES.split()), highlight=False)
    results = []
    with every_peer() as every:
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                results.append(await _measured(Path(folder), size, made, alone, every))
            console.print(_table(results[-1]))
    return 0 if all(result.agrees for result in results) else 1


async def _measured(
    folder: Path, size: int, made: Sequence[Paper], alone: int, every: Sequence[Peer]
) -> Result:
    known, single, day = (
        made[:SEEN_BEFORE],
        made[SEEN_BEFORE : SEEN_BEFORE + alone],
        made[SEEN_BEFORE + alone :],
    )
    wanted = orders(size, made)
    path = folder / "ours.db"
    async with Database.open(path) as database:
        await import_papers(database, known, NOW)
        built, ids = await bench_runs.build(database, wanted)
    for name in ("floor.db", "process.db", "single.db", "doubled.db"):
        shutil.copy(path, folder / name)
    async with Database.open(path) as database, Database.open(folder / "floor.db") as bare:
        floor = Floor(bare)
        await floor.prepare([*single, *day])
        pairs = [await bench_runs.take_in_beside(database, floor, [paper]) for paper in single]
        found = await _selected(database, single[:PEERS_PAPERS])
        batches = [
            await bench_runs.take_in_beside(database, floor, day[n : n + PAPERS_A_TRANSACTION])
            for n in range(0, len(day), PAPERS_A_TRANSACTION)
        ]
        rows = await database.read.value("SELECT COUNT(*) FROM deliveries")
        add, remove = await bench_runs.one_more(database, 20)
    process = await bench_runs.in_a_process(folder / "process.db", day[:PAPERS_A_TRANSACTION])
    async with Database.open(folder / "doubled.db") as more:
        await bench_runs.add_what_cannot_hit(more, size)
    async with (
        Database.open(folder / "single.db") as database,
        Database.open(folder / "doubled.db") as more,
    ):
        before, after = await bench_runs.doubled(database, more, single)
    others, agrees = _beside(every, wanted, ids, single[:PEERS_PAPERS], found)
    return Result(
        subscriptions=size,
        queries=len(wanted.distinct),
        build=built,
        paper=(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)),
        day=(sum(pair[0] for pair in batches), sum(pair[1] for pair in batches)),
        rows=rows / (len(single) + len(day)),
        doubled=after / before,
        add=add,
        remove=remove,
        process=process,
        peers=others,
        agrees=agrees,
    )


async def _selected(database: Database, some: Sequence[Paper]) -> list[set[int]]:
    """Return the queries that our tables say select each paper."""
    found = []
    for paper in some:
        rows = await database.read.all(
            "SELECT m.query_id FROM papers p JOIN matches m ON m.paper_key = p.key WHERE p.id = ?",
            (paper.id,),
        )
        found.append({query for (query,) in rows})
    return found


def _beside(
    every: Sequence[Peer],
    wanted: Orders,
    ids: Sequence[int],
    some: Sequence[Paper],
    found: Sequence[set[int]],
) -> tuple[dict[str, float], bool]:
    """Run the others; return their seconds a paper, and whether they select the same."""
    chance = random.Random(3)  # noqa: S311 - repeatable, not secret
    count = len(wanted.subscriptions)
    sample = list(wanted.subscriptions)
    if count > PEERS_SUBSCRIPTIONS:
        sample = chance.sample(sample, PEERS_SUBSCRIPTIONS)
    ready = folded(some)
    seconds, agrees = {}, True
    for peer in every:
        places = sample if peer.each_alone else range(len(wanted.distinct))
        tried = timed(peer, [wanted.distinct[place] for place in places], ready)
        seconds[peer.name] = tried.paper * (count / len(sample) if peer.each_alone else 1)
        known = {ids[place] for place in places}
        theirs = [{ids[places[number]] for number in each} for each in tried.found]
        agrees = agrees and theirs == [ours & known for ours in found]
    return seconds, agrees


def _table(result: Result) -> Table:
    ours, floor = result.paper
    table = Table(
        title=f"{result.subscriptions:,} subscriptions to {result.queries:,} distinct queries; "
        f"{result.rows:,.0f} delivery rows a paper"
    )
    table.add_column("")
    table.add_column("", justify="right")
    table.add_column("ratio", justify="right")
    table.add_row("[bold]a paper stored, matched and queued", _ms(ours), f"{ours / floor:.2f}")
    table.add_row("its delivery rows alone: the floor", _ms(floor), "1")
    for name, seconds in result.peers.items():
        table.add_row(f"{name}, and the rows", _ms(seconds + floor), "")
        times = (seconds + floor) / ours
        table.add_row(
            "    as many times ours", f"{times:,.0f}" if times > 10 else f"{times:.1f}", ""
        )
    day, rows = result.day
    table.add_row("[bold]a day's papers", f"{day:.1f} s", f"{day / rows:.2f}")
    table.add_row("their delivery rows alone", f"{rows:.1f} s", "1")
    table.add_row("as many subscriptions more that cannot hit", "", f"{result.doubled:.2f}")
    table.add_row("build: parse, file and subscribe", f"{result.build:.1f} s", "")
    table.add_row("add one", _ms(result.add), "")
    table.add_row("remove one", _ms(result.remove), "")
    table.add_row("process start to the first paper queued", _ms(result.process.first), "")
    table.add_row("its memory above an empty process", f"{result.process.memory / 1e6:.0f} MB", "")
    table.add_row("all select the same", "yes" if result.agrees else "[bold]NO", "")
    return table


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:,.2f} ms"
