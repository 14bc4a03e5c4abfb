"""Vectors as bytes, and the nearest among them."""

import pytest

np = pytest.importorskip("numpy")

from bot.embedding.vectors import VectorIndex, to_bytes  # noqa: E402 - after the check for numpy


def index(*vectors: tuple[int, list[float]], most_bytes: int = 2**30) -> VectorIndex:
    """Return an index of these vectors."""
    made = VectorIndex(len(vectors[0][1]), most_bytes)
    made.add((key, vector(numbers)) for key, numbers in vectors)
    return made


def vector(numbers: list[float]) -> bytes:
    """Return a vector as bytes."""
    (made,) = to_bytes(np.array([numbers], np.float32))
    return made


def test_the_nearest_come_first_whatever_their_length() -> None:
    """Only the direction counts: a long vector is no nearer than a short one."""
    found = index((1, [0.0, 1.0]), (2, [9.0, 1.0]), (3, [0.1, 0.09]))
    assert found.nearest(vector([1.0, 0.0]), 2) == [2, 3]
    assert found.nearest(vector([1.0, 0.0]), 9) == [2, 3, 1]


def test_some_in_order() -> None:
    """Of papers asked for, those that have a vector are told, the nearest first."""
    found = index((1, [0.0, 1.0]), (2, [9.0, 1.0]), (3, [1.0, 1.0]))
    assert found.in_order(vector([1.0, 0.0]), [1, 3, 77]) == [3, 1]


def test_a_vector_is_replaced_by_a_newer_one_of_its_key() -> None:
    """A paper embedded again stands once."""
    found = index((1, [0.0, 1.0]), (2, [1.0, 0.0]))
    found.add([(1, vector([1.0, 0.1]))])
    assert len(found) == 2
    assert found.vector(1) == vector([1.0, 0.1])
    assert found.vector(3) is None
    assert found.nearest(vector([1.0, 0.1]), 1) == [1]


def test_when_it_is_full_the_oldest_papers_go() -> None:
    """Memory is bounded: a block of the oldest papers makes room for new ones."""
    dimension = 64 * 1024
    numbers = [1.0] * dimension
    found = VectorIndex(dimension, most_bytes=4 * 2**20)
    for key in (50, *range(100, 164)):
        assert not found.is_full or key == 163
        found.add([(key, vector(numbers))])
    assert 32 < len(found) <= 64
    assert found.vector(50) is None
    assert found.vector(163) is not None


def test_an_empty_index_finds_nothing() -> None:
    """Before anything is embedded there is nothing near."""
    found = VectorIndex(2)
    assert found.nearest(vector([1.0, 0.0]), 5) == []
    assert found.in_order(vector([1.0, 0.0]), [1]) == []


def test_bytes_keep_directions() -> None:
    """A cosine between vectors as bytes differs from that of the floats by less than 0.005."""
    chance = np.random.default_rng(1)
    floats = chance.normal(size=(200, 256)).astype(np.float32)
    kept = np.array([np.frombuffer(each, np.int8) for each in to_bytes(floats)], np.float32)
    floats /= np.linalg.norm(floats, axis=1, keepdims=True)
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    assert np.abs(floats @ floats.T - kept @ kept.T).max() < 0.005


@pytest.mark.parametrize("numbers", [[0.0, 0.0], [float("nan"), 0.0]], ids=["zeros", "NaN"])
def test_what_has_no_direction_is_zeros(numbers: list[float]) -> None:
    """A text without words has no meaning to compare."""
    assert vector(numbers) == bytes(2)
