"""Embeds stored papers in the background, and ranks papers by their vectors.

A few papers at a time, the newest first, each few in a transaction: a restart goes on where it
stopped. A model that changes makes all vectors anew.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain import Paper, VectorSpace
from bot.errors import ModelError
from bot.storage import vectors
from bot.storage.database import Database
from bot.storage.papers import PaperKey
from bot.text.plain import readable

log = logging.getLogger(__name__)

PAPERS_A_STEP = 64
"""Embedded at a time: about 50 ms with the local model."""
_VECTORS_A_LOAD = 1_000
LONGEST_QUESTION = 1.5
"""Seconds to wait for the vector of a question, so that the answer comes within 3."""
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=30)


class Model(Protocol):
    """Turns texts into vectors; both raise ModelError where it does not answer."""

    async def space(self) -> VectorSpace:
        """Return what its vectors can be compared with."""

    async def embed(self, texts: Sequence[str], /) -> list[bytes]:
        """Return a vector for each text."""


class Index(Protocol):
    """The vectors in memory, by the keys of papers."""

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more."""

    def add(self, vectors: Iterable[tuple[int, bytes]], /) -> None:
        """Add or replace vectors."""

    def vector(self, key: int, /) -> bytes | None:
        """Return a paper's vector."""

    def nearest(self, vector: bytes, most: int, /) -> list[int]:
        """Return the papers nearest to a vector, the nearest first."""

    def in_order(self, vector: bytes, wanted: Sequence[int], /) -> list[int]:
        """Return those papers that have a vector, the nearest first."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the stored papers are embedded; ``trouble`` says why it does not go on."""

    model: str
    embedded: int
    papers: int
    trouble: str | None = None


class Embeddings:
    """The vectors of the stored papers."""

    def __init__(
        self,
        database: Database,
        model: Model,
        index_of: Callable[[int], Index],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._model = model
        self._index_of = index_of
        self._clock = clock
        self._space: VectorSpace | None = None
        self._index: Index | None = None
        self._below = vectors.NEWEST
        self._failures = 0
        self._trouble: str | None = None
        self._not_before: datetime | None = None
        self._has_more = True

    async def tick(self, now: datetime) -> None:
        """Embed the next few papers that lack a vector; at first, load those that have one."""
        if self._not_before is not None and now < self._not_before:
            return
        try:
            await self._step()
        except ModelError as error:
            self._failures += 1
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._failures - 1, 10))
            if error.retry_after is not None:
                pause = max(pause, timedelta(seconds=error.retry_after))
            self._trouble, self._not_before = str(error), now + pause
            log.warning("Embedding: %s Next try in %.0f s.", error, pause.total_seconds())
        else:
            self._failures, self._trouble, self._not_before = 0, None, None

    async def next_tick_at(self) -> datetime | None:
        """Return when to go on: at once while papers lack a vector."""
        if self._not_before is not None:
            return self._not_before
        return self._clock() if self._has_more else None

    async def progress(self) -> Progress | None:
        """Return how far it is; None before the model was asked for the first time."""
        if self._space is None:
            return Progress("", 0, 0, self._trouble) if self._trouble else None
        embedded, papers = await vectors.progress(self._database.read, self._space)
        return Progress(self._space.model, embedded, papers, self._trouble)

    async def of_text(self, text: str) -> bytes | None:
        """Return the vector of a text; None if the model cannot tell in time, or of no words."""
        if self._index is None or self._trouble is not None or not text.strip():
            return None
        try:
            async with asyncio.timeout(LONGEST_QUESTION):
                (vector,) = await self._model.embed([text])
        except (ModelError, TimeoutError) as error:
            log.warning("No vector for a question: %s", str(error) or "too late")
            return None
        return vector if any(vector) else None

    async def of_paper(self, key: PaperKey | None, paper: Paper) -> bytes | None:
        """Return a paper's vector, made now if it is not there yet; None as for `of_text`."""
        known = self._index.vector(key) if self._index is not None and key is not None else None
        return known or await self.of_text(text_of(paper))

    async def nearest(self, vector: bytes, most: int) -> list[PaperKey]:
        """Return the papers nearest to a vector, the nearest first."""
        if self._index is None:
            return []
        keys = await asyncio.to_thread(self._index.nearest, vector, most)
        return [PaperKey(key) for key in keys]

    async def in_order(self, vector: bytes, wanted: Sequence[PaperKey]) -> list[PaperKey]:
        """Return those papers that have a vector, the nearest first."""
        if self._index is None:
            return []
        keys = await asyncio.to_thread(self._index.in_order, vector, wanted)
        return [PaperKey(key) for key in keys]

    async def _step(self) -> None:
        if self._space is None:
            self._space = await self._model.space()
        if self._index is None:
            self._index = await self._loaded(self._space)
        if self._below == vectors.NEWEST:
            # To count is cheap; to find that nothing lacks is to look at every paper.
            embedded, stored = await vectors.progress(self._database.read, self._space)
            self._has_more = embedded < stored
            if not self._has_more:
                return
        papers = await vectors.lacking(self._database.read, self._space, self._below, PAPERS_A_STEP)
        # From the top again at the end of a round: for papers that came or changed meanwhile.
        self._below = papers[-1][0] if len(papers) == PAPERS_A_STEP else vectors.NEWEST
        if papers:
            await self._embed(self._space, self._index, dict(papers))

    async def _embed(
        self, space: VectorSpace, index: Index, papers: Mapping[PaperKey, Paper]
    ) -> None:
        made = await self._model.embed([text_of(paper) for paper in papers.values()])
        found = dict(zip(papers, made, strict=True))
        async with self._database.transaction() as tx:
            await vectors.put(tx, space, found)
        index.add(found.items())

    async def _loaded(self, space: VectorSpace) -> Index:
        """Return the stored vectors, the newest papers' first, as far as there is room."""
        index, below = self._index_of(space.dimension), vectors.NEWEST
        while not index.is_full:
            some = await vectors.of_space(self._database.read, space, below, _VECTORS_A_LOAD)
            if not some:
                break
            index.add(some)
            below = some[-1][0]
        return index


def text_of(paper: Paper) -> str:
    """Return the text of a paper that is embedded."""
    return f"{readable(paper.title)}. {readable(paper.abstract)}"
