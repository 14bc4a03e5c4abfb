"""Vectors of papers: which are there, which lack, and what makes one void."""

from bot.domain import SearchText, VectorSpace
from bot.storage import papers, vectors
from bot.storage.database import Database
from bot.storage.papers import PaperKey
from tests.samples import NOON, paper
from tests.storage.rows import store

SPACE = VectorSpace("first", 4)


async def stored(database: Database, count: int) -> list[PaperKey]:
    """Store papers and return their keys."""
    async with database.transaction() as tx:
        return [await store(tx, paper(f"2506.{number:05}")) for number in range(count)]


async def lacking(database: Database, space: VectorSpace = SPACE) -> list[PaperKey]:
    """Return the keys of all papers without a vector."""
    found = await vectors.lacking(database.read, space, vectors.NEWEST, 100)
    return [key for key, _ in found]


async def test_the_newest_papers_come_first(database: Database) -> None:
    """Papers without vectors are told from the newest on, with the text to embed."""
    one, two, three = await stored(database, 3)
    async with database.transaction() as tx:
        await vectors.put(tx, SPACE, {two: b"abcd"})
    assert await lacking(database) == [three, one]
    ((key, found),) = await vectors.lacking(database.read, SPACE, three, 1)
    assert key == one
    assert (found.title, found.abstract) == (
        paper("2506.00000").title,
        paper("2506.00000").abstract,
    )


async def test_vectors_of_another_model_or_length_do_not_count(database: Database) -> None:
    """A vector is of use only in the space it was made for; a new one takes its place."""
    (key,) = await stored(database, 1)
    async with database.transaction() as tx:
        await vectors.put(tx, SPACE, {key: b"abcd"})
    for other in (VectorSpace("second", 4), VectorSpace("first", 8)):
        assert await lacking(database, other) == [key]
        assert await vectors.of_space(database.read, other, vectors.NEWEST, 9) == []
        assert await vectors.progress(database.read, other) == (0, 1)
    async with database.transaction() as tx:
        await vectors.put(tx, VectorSpace("second", 4), {key: b"efgh"})
    assert await vectors.of_space(database.read, VectorSpace("second", 4), vectors.NEWEST, 9) == [
        (key, b"efgh")
    ]
    assert await lacking(database) == [key]


async def test_a_changed_text_makes_its_vector_void(database: Database) -> None:
    """A new abstract is embedded again; a change of counts alone is not."""
    (key,) = await stored(database, 1)
    async with database.transaction() as tx:
        await vectors.put(tx, SPACE, {key: b"abcd"})
        await papers.change(
            tx,
            key,
            paper("2506.00000", upvotes=7),
            SearchText("lanterns 00000", "sleepy graphs"),
            announced=True,
            now=NOON,
        )
    assert await vectors.progress(database.read, SPACE) == (1, 1)
    async with database.transaction() as tx:
        await papers.change(
            tx,
            key,
            paper("2506.00000", abstract="Anew."),
            SearchText("lanterns 00000", "anew"),
            announced=True,
            now=NOON,
        )
    assert await vectors.progress(database.read, SPACE) == (0, 1)
