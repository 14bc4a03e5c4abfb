"""Papers as vectors of meaning: one each, with the model that made it, as bytes (int8)."""

from collections.abc import Mapping

from bot.domain import Paper, PaperId, VectorSpace
from bot.storage.database import Reader, Writer
from bot.storage.papers import PaperKey

NEWEST = PaperKey(2**62)
"""A key above all."""

_OF_SPACE = "model = ?1 AND dimension = ?2"


async def put(tx: Writer, space: VectorSpace, vectors: Mapping[PaperKey, bytes]) -> None:
    """Keep the vectors of papers, in place of those that there were."""
    await tx.run_many(
        "INSERT INTO vectors (paper_key, model, dimension, vector) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (paper_key) DO UPDATE SET"
        " model = excluded.model, dimension = excluded.dimension, vector = excluded.vector",
        [(key, space.model, space.dimension, vector) for key, vector in vectors.items()],
    )


async def lacking(
    reader: Reader, space: VectorSpace, below: PaperKey, limit: int
) -> list[tuple[PaperKey, Paper]]:
    """Return papers under a key that have no vector in this space, the newest first.

    Of the papers only id, title and abstract.
    """
    rows = await reader.all(
        "SELECT key, id, title, abstract FROM papers WHERE key < ?3 AND NOT EXISTS"
        f" (SELECT 1 FROM vectors WHERE paper_key = papers.key AND {_OF_SPACE})"
        " ORDER BY key DESC LIMIT ?4",
        (space.model, space.dimension, below, limit),
    )
    return [
        (key, Paper(id=PaperId(id_), title=title, abstract=abstract))
        for key, id_, title, abstract in rows
    ]


async def of_space(
    reader: Reader, space: VectorSpace, below: PaperKey, limit: int
) -> list[tuple[PaperKey, bytes]]:
    """Return the vectors of a space of papers under a key, the newest paper's first."""
    rows = await reader.all(
        f"SELECT paper_key, vector FROM vectors WHERE {_OF_SPACE} AND paper_key < ?3"
        " ORDER BY paper_key DESC LIMIT ?4",
        (space.model, space.dimension, below, limit),
    )
    return [(key, vector) for key, vector in rows]


async def progress(reader: Reader, space: VectorSpace) -> tuple[int, int]:
    """Return how many papers have a vector in this space, and how many papers there are."""
    embedded = await reader.value(
        f"SELECT COUNT(*) FROM vectors WHERE {_OF_SPACE}", (space.model, space.dimension)
    )
    # Papers are never deleted: the last key is their number, and needs no counting.
    stored = await reader.value("SELECT COALESCE(MAX(key), 0) FROM papers")
    return int(embedded), int(stored)
