"""`make bench-search`: how good and how fast `/similar` is, with the code that the bot runs.

Quality on judged collections, of each ranking by itself and of both fused; time with the same
papers many times over.
"""

import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot import embedding
from bot.domain import Paper, PaperId, SearchText, VectorSpace
from bot.matching.prepared import prepare, search_text
from bot.sandbox.judged import Collection, Question, csfcube, mean_and_error, ndcg, recall, scifact
from bot.services.embeddings import Embeddings
from bot.services.lookups import Lookups
from bot.services.nearest import Nearest, Rankings
from bot.services.similar import Similar
from bot.storage import papers, vectors
from bot.storage.database import Database
from bot.storage.papers import PaperKey

NOW = datetime(2026, 11, 23, tzinfo=UTC)
_A_TRANSACTION = 500
_ASKED = 60
"""Papers that `/similar` is timed with."""
_SYSTEMS: dict[str, Callable[[Rankings], Sequence[PaperKey]]] = {
    "words (BM25)": lambda near: near.by_words,
    "vectors": lambda near: near.by_meaning,
    "fused": lambda near: near.fused(),
}


@dataclass(frozen=True, slots=True)
class Scores:
    """A system's nDCG@10 and recall@20 of each question, 0 to 1."""

    ndcg: Sequence[float]
    recall: Sequence[float]


async def bench_search(data: Path, size: int) -> int:
    """Run the benchmark and print it; 1 without the collections."""
    console = Console()
    if not (data / "csfcube").is_dir() or not (data / "scifact").is_dir():
        console.print(f"No folders csfcube and scifact in {data}: name their parent with DATA=")
        return 1
    collections = (csfcube(data / "csfcube"), scifact(data / "scifact"))
    table = Table("collection", "ranking", "nDCG@10", "± s.e.", "recall@20")
    for collection in collections:
        for system, scores in (await _scores(collection)).items():
            value, error = mean_and_error(scores.ndcg)
            table.add_row(
                collection.name,
                system,
                f"{100 * value:.1f}",
                f"{100 * error:.1f}",
                f"{100 * mean_and_error(scores.recall)[0]:.1f}",
            )
    console.print(table)
    if not embedding.is_installed():
        console.print("Without vectors: make semantic brings them.")
    await _time(console, [paper for each in collections for paper in each.papers], size)
    return 0


async def _scores(collection: Collection) -> dict[str, Scores]:
    """Return each system's scores."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Database.open(Path(folder) / "bench.db") as database,
            embedding.opened_model(None, None, None, _now) as model,
        ):
            keys = await _store(database, collection.papers)
            embeddings = Embeddings(database, model, embedding.index_of, _now) if model else None
            if embeddings:
                await _embed(embeddings)
            nearest = Nearest(database, embeddings)
            known = {paper.id: paper for paper in collection.papers}
            ids = {key: id_ for id_, key in keys.items()}
            ranked = [
                (question, await _near(nearest, question, keys, known))
                for question in collection.questions
            ]
    return {
        name: _scored([(question, _ids(system(near), ids, question)) for question, near in ranked])
        for name, system in _SYSTEMS.items()
        if any(system(near) for _, near in ranked)
    }


async def _near(
    nearest: Nearest,
    question: Question,
    keys: dict[PaperId, PaperKey],
    known: dict[PaperId, Paper],
) -> Rankings:
    if question.is_paper:
        asked = PaperId(question.asked)
        return await nearest.to_paper(keys[asked], known[asked])
    return await nearest.to_text(question.asked)


def _ids(
    found: Sequence[PaperKey], ids: dict[PaperKey, PaperId], question: Question
) -> list[PaperId]:
    return [ids[key] for key in found if not question.is_paper or ids[key] != question.asked]


def _scored(found: Sequence[tuple[Question, list[PaperId]]]) -> Scores:
    return Scores(
        [ndcg(ids, question.relevance) for question, ids in found],
        [recall(ids, question.relevance) for question, ids in found],
    )


async def _time(console: Console, known: Sequence[Paper], size: int) -> None:
    """Time `/similar` among so many papers: the same ones, again and again."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Database.open(Path(folder) / "bench.db") as database,
            embedding.opened_model(None, None, None, _now) as model,
        ):
            await _store(database, list(islice(_copies(known), size)))
            embeddings = None
            if model is not None:
                await _embed(Embeddings(database, model, embedding.index_of, _now), len(known))
                await _copy_vectors(database, await model.space(), len(known), size)
                embeddings = Embeddings(database, model, embedding.index_of, _now)
                seconds = await _seconds(lambda: embeddings.tick(NOW))
                console.print(
                    f"The vectors of {size:,} papers, read from the database: {seconds:.1f} s"
                )
            nearest = Nearest(database, embeddings)
            similar = Similar(database, Lookups(database, _nothing, _now, nearest), nearest)
            step = max(1, size // _ASKED)
            asked = [_copy_id(number) for number in range(0, size, step)][:_ASKED]
            took = sorted([await _seconds(partial(similar.to, id_)) for id_ in asked])
    console.print(
        f"/similar among {size:,} papers: {1000 * took[len(took) // 2]:.0f} ms (median), "
        f"{1000 * took[-len(took) // 20 - 1]:.0f} ms (95 %), {1000 * took[-1]:.0f} ms (longest)"
    )


async def _store(database: Database, known: Sequence[Paper]) -> dict[PaperId, PaperKey]:
    """Store papers; those with the same texts are prepared once."""
    prepared: dict[tuple[str, str], SearchText] = {}
    keys: dict[PaperId, PaperKey] = {}
    for start in range(0, len(known), _A_TRANSACTION):
        async with database.transaction() as tx:
            for paper in known[start : start + _A_TRANSACTION]:
                text = (paper.title, paper.abstract)
                if text not in prepared:
                    prepared[text] = search_text(prepare(paper))
                keys[paper.id] = await papers.add(
                    tx, paper, prepared[text], announced=True, now=NOW
                )
    return keys


def _copies(known: Sequence[Paper]) -> Iterator[Paper]:
    for number, paper in enumerate(cycle(known)):
        yield replace(paper, id=_copy_id(number))


def _copy_id(number: int) -> PaperId:
    """Return an id as arXiv gives them, a different one for each number."""
    return PaperId(f"{2001 + number // 90_000:04}.{10_000 + number % 90_000}")


async def _embed(embeddings: Embeddings, most: int | None = None) -> None:
    """Embed all papers, or at least so many of the newest."""
    while await embeddings.next_tick_at() is not None:
        await embeddings.tick(NOW)
        progress = await embeddings.progress()
        if most is not None and progress is not None and progress.embedded >= most:
            return


async def _copy_vectors(database: Database, space: VectorSpace, distinct: int, size: int) -> None:
    """Give the copies of papers the vectors of those that were embedded, the newest ones."""
    rows = await vectors.of_space(database.read, space, vectors.NEWEST, distinct)
    made = {key % distinct: vector for key, vector in rows}
    for start in range(1, size + 1, _A_TRANSACTION):
        keys = range(start, min(size + 1, start + _A_TRANSACTION))
        async with database.transaction() as tx:
            await vectors.put(tx, space, {PaperKey(key): made[key % distinct] for key in keys})


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


async def _nothing(_id: PaperId) -> None:
    return None


def _now() -> datetime:
    return NOW
