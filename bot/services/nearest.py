"""The papers nearest to a paper or a text: by words, by meaning where vectors are, and fused.

Says what is near, never what matches: that is `bot.matching`'s.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot import ranking
from bot.domain import Paper, PaperId
from bot.matching.prepared import prepare
from bot.matching.query import Query
from bot.services.embeddings import Embeddings
from bot.storage import likeness, papers
from bot.storage.database import Database
from bot.storage.papers import PaperKey

BY_WORDS = 100
"""Papers that the full-text index proposes, and of which all words are then compared."""
BY_MEANING = 200
_NEWEST = 2_000
"""Papers in which it is counted how common words are."""
_MOST_COUNTED = 20_000
"""Words whose counts stay in memory, about 100 bytes each."""


@dataclass(frozen=True, slots=True)
class Rankings:
    """The nearest papers in two orders; ``by_meaning`` is empty without vectors."""

    by_words: Sequence[PaperKey]
    by_meaning: Sequence[PaperKey]

    def fused(self) -> list[PaperKey]:
        """Return both as one, the nearest first."""
        return _fused(self.by_words, self.by_meaning)


class Nearest:
    """Ranks stored papers by how near they are."""

    def __init__(self, database: Database, embeddings: Embeddings | None = None) -> None:
        self._database = database
        self._embeddings = embeddings
        self._shares: dict[str, float] = {}

    async def to_paper(self, key: PaperKey | None, paper: Paper) -> Rankings:
        """Return the papers nearest to one, itself among them if it is stored."""
        vector = await self._embeddings.of_paper(key, paper) if self._embeddings else None
        return await self._rankings(paper, vector)

    async def to_text(self, text: str) -> Rankings:
        """Return the papers nearest to what a text says."""
        vector = await self._embeddings.of_text(text) if self._embeddings else None
        return await self._rankings(Paper(id=PaperId(""), title=text, abstract=""), vector)

    async def reordered(self, query: Query, keys: Sequence[PaperKey]) -> Sequence[PaperKey]:
        """Return papers that are in the order of BM25 with the nearest in meaning moved up."""
        wanted = ranking.wanted_text(query)
        if self._embeddings is None or not wanted:
            return keys
        vector = await self._embeddings.of_text(wanted)
        if vector is None:
            return keys
        return _fused(keys, await self._embeddings.in_order(vector, keys))

    async def _rankings(self, paper: Paper, vector: bytes | None) -> Rankings:
        by_meaning: Sequence[PaperKey] = ()
        if self._embeddings is not None and vector is not None:
            by_meaning = await self._embeddings.nearest(vector, BY_MEANING)
        return Rankings(await self._by_words(paper), by_meaning)

    async def _by_words(self, paper: Paper) -> list[PaperKey]:
        counts = ranking.word_counts(await asyncio.to_thread(prepare, paper))
        share = await self._shares_of(counts)
        words = ranking.telling(counts, share)
        if not words:
            return []
        reader = self._database.read
        keys = await likeness.most_like(reader, ranking.any_of(words), BY_WORDS)
        texts = await likeness.folded_texts(reader, keys)
        return await asyncio.to_thread(_by_bm25, counts, keys, texts, share)

    async def _shares_of(self, counts: Counter[str]) -> dict[str, float]:
        unknown = [word for word in counts if word not in self._shares]
        if len(self._shares) + len(unknown) > _MOST_COUNTED:
            self._shares, unknown = {}, list(counts)
        if unknown:
            asked = {word: ranking.any_of([word]) for word in unknown}
            found, of = await papers.newest_with(self._database.read, asked.values(), _NEWEST)
            self._shares |= ranking.shares({word: found[asked[word]] for word in unknown}, of)
        return {word: self._shares[word] for word in counts}


def _by_bm25(
    counts: Counter[str],
    keys: Sequence[PaperKey],
    texts: dict[PaperKey, tuple[str, str]],
    share: dict[str, float],
) -> list[PaperKey]:
    others = {key: ranking.indexed_counts(*texts[key]) for key in keys if key in texts}
    return ranking.by_bm25(counts, others, share)


def _fused(by_words: Sequence[PaperKey], by_meaning: Sequence[PaperKey]) -> list[PaperKey]:
    weights = (ranking.WORDS_WEIGHT, ranking.MEANING_WEIGHT)
    return ranking.fused((by_words, by_meaning), weights)
