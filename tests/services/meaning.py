"""A model of meaning for tests: it knows some words, whatever they are about, and counts calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain import VectorSpace
from bot.errors import ModelError

TOPICS: Mapping[str, int] = {
    "seal": 0,
    "pinniped": 0,
    "walrus": 0,
    "galaxy": 1,
    "nebula": 1,
    "prime": 2,
    "integer": 2,
}
_DIRECTIONS = 3


@dataclass
class TopicModel:
    """Embeds a text by which topics its words belong to.

    ``down`` is raised instead; ``asked`` are the texts that it was given.
    """

    name: str = "topics"
    down: ModelError | None = None
    asked: list[str] = field(default_factory=list)

    async def space(self) -> VectorSpace:
        """Return its space, or raise."""
        if self.down is not None:
            raise self.down
        return VectorSpace(self.name, _DIRECTIONS)

    async def embed(self, texts: Sequence[str], /) -> list[bytes]:
        """Return a vector for each text, or raise."""
        if self.down is not None:
            raise self.down
        self.asked += texts
        return [_vector(text) for text in texts]


def _vector(text: str) -> bytes:
    counts = [0] * _DIRECTIONS
    for word in text.lower().replace(".", " ").split():
        topic = TOPICS.get(word.removesuffix("s"))
        if topic is not None:
            counts[topic] += 100 // (1 + counts[topic])
    return bytes(min(127, count) for count in counts)
