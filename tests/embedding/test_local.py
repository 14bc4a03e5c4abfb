"""The packaged model."""

import pytest

for _package in ("numpy", "tokenizers", "wordllama"):
    pytest.importorskip(_package)

from bot.domain import VectorSpace  # noqa: E402 - after the check for the packages
from bot.embedding.local import LocalModel  # noqa: E402 - the same
from bot.embedding.vectors import VectorIndex  # noqa: E402 - the same


async def test_it_needs_no_network_and_knows_what_is_alike() -> None:
    """Texts about one thing in other words are nearer than texts about another thing."""
    model = LocalModel()
    assert await model.space() == VectorSpace("wordllama-l2-supercat", 256)
    texts = [
        "Seals eat fish near the coast.",
        "Galaxies merge under their own gravity.",
        "Proofs of theorems about prime numbers.",
    ]
    index = VectorIndex(256)
    index.add(enumerate(await model.embed(texts)))
    asked = ["marine mammals and their diet", "astronomy of star systems", "number theory"]
    nearest = [index.nearest(vector, 1) for vector in await model.embed(asked)]
    assert nearest == [[0], [1], [2]]


async def test_a_text_without_words_has_no_meaning() -> None:
    """Nothing to embed gives zeros and no error."""
    assert await LocalModel().embed(["", "tide"]) != [bytes(256), bytes(256)]
    assert (await LocalModel().embed([""])) == [bytes(256)]
