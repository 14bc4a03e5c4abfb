"""Vectors as bytes, and the nearest of many of them: brute force, a block at a time.

Vectors are kept as int8, a fourth of the memory of floats: what that does to a cosine is in its
third digit. Stores nothing and knows no model.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 128 * 1024 * 1024
"""Of vectors in memory: half a million papers at 256 numbers each, 87,000 at 1,536."""
_BLOCK_BYTES = 2 * 1024 * 1024
"""Of vectors for which room is made at a time."""
_WIDENED = 256 * 1024
"""Numbers that are widened to floats at a time, in one place in the processor's cache: new memory
for each block, and several threads on it, take ten times as long."""
_LARGEST = 127


def to_bytes(vectors: NDArray[np.float32]) -> list[bytes]:
    """Return rows of floats as int8, each with its largest number at 127; zeros stay zeros."""
    clean = np.nan_to_num(vectors.astype(np.float32, copy=False))
    largest = np.abs(clean).max(axis=1, keepdims=True)
    scaled = np.rint(clean * (_LARGEST / np.where(largest > 0, largest, 1.0)))
    return [row.tobytes() for row in scaled.astype(np.int8)]


class VectorIndex:
    """The vectors of papers by key, all of one dimension, at most `most_bytes` of them.

    Not safe to change and to search at the same time from two threads but for `add`, which makes
    visible last what it adds.
    """

    def __init__(self, dimension: int, most_bytes: int = MOST_BYTES) -> None:
        self._dimension = dimension
        self._most_blocks = max(2, most_bytes // _BLOCK_BYTES)
        self._blocks: list[_Block] = []

    def __len__(self) -> int:
        return sum(block.size for block in self._blocks)

    @property
    def is_full(self) -> bool:
        """Whether older papers' vectors have no room any more."""
        return len(self._blocks) == self._most_blocks and self._blocks[-1].is_full

    def add(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Add vectors, or replace those of the same keys; when it is full, the oldest papers go."""
        for key, vector in self._unknown(dict(vectors)):
            if not self._blocks or self._blocks[-1].is_full:
                if len(self._blocks) == self._most_blocks:
                    oldest = min(self._blocks, key=lambda block: int(block.keys.max()))
                    self._blocks.remove(oldest)
                self._blocks.append(_Block(self._dimension))
            self._blocks[-1].append(key, vector)

    def _unknown(self, vectors: Mapping[int, bytes]) -> list[tuple[int, bytes]]:
        """Replace the vectors of known keys; return the others."""
        wanted = np.fromiter(vectors, np.int64, len(vectors))
        known: set[int] = set()
        for block in self._blocks:
            for row in np.flatnonzero(np.isin(block.keys[: block.size], wanted)):
                key = int(block.keys[row])
                block.put(int(row), key, vectors[key])
                known.add(key)
        return [(key, vector) for key, vector in vectors.items() if key not in known]

    def vector(self, key: int) -> bytes | None:
        """Return the vector of a key, or None."""
        for block in self._blocks:
            for row in np.flatnonzero(block.keys[: block.size] == key):
                return bytes(block.rows[row])
        return None

    def nearest(self, vector: bytes, most: int) -> list[int]:
        """Return the keys with the vectors nearest by cosine, the nearest first."""
        keys, cosines = self._cosines(vector)
        if len(keys) > most:
            best = np.argpartition(-cosines, most)[:most]
            keys, cosines = keys[best], cosines[best]
        return [int(key) for key in keys[np.argsort(-cosines, kind="stable")]]

    def in_order(self, vector: bytes, wanted: Sequence[int]) -> list[int]:
        """Return those of some keys that have a vector, the nearest first."""
        keys, cosines = self._cosines(vector)
        rows = np.flatnonzero(np.isin(keys, np.fromiter(wanted, np.int64, len(wanted))))
        order = rows[np.argsort(-cosines[rows], kind="stable")]
        return [int(key) for key in keys[order]]

    def _cosines(self, vector: bytes) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        wanted = np.frombuffer(vector, np.int8).astype(np.float32)
        wanted /= max(float(np.linalg.norm(wanted)), 1.0)
        keys, cosines = [np.empty(0, np.int64)], [np.empty(0, np.float32)]
        widened = np.empty((max(1, _WIDENED // self._dimension), self._dimension), np.float32)
        for block in list(self._blocks):
            size = block.size
            keys.append(block.keys[:size])
            for start in range(0, size, len(widened)):
                rows = block.rows[start : min(size, start + len(widened))]
                np.copyto(widened[: len(rows)], rows)
                lengths = block.lengths[start : start + len(rows)]
                cosines.append((widened[: len(rows)] @ wanted) / lengths)
        return np.concatenate(keys), np.concatenate(cosines)


class _Block:
    """Room for vectors, filled from its beginning."""

    def __init__(self, dimension: int) -> None:
        room = max(1, _BLOCK_BYTES // dimension)
        self.keys = np.zeros(room, np.int64)
        self.rows = np.zeros((room, dimension), np.int8)
        self.lengths = np.ones(room, np.float32)
        self.size = 0

    @property
    def is_full(self) -> bool:
        return self.size == len(self.keys)

    def append(self, key: int, vector: bytes) -> None:
        self.put(self.size, key, vector)
        self.size += 1

    def put(self, row: int, key: int, vector: bytes) -> None:
        numbers = np.frombuffer(vector, np.int8)
        self.rows[row] = numbers
        self.lengths[row] = max(float(np.linalg.norm(numbers.astype(np.float32))), 1.0)
        self.keys[row] = key
