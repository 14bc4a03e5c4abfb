"""Queries of every kind about given papers, for `make bench-lookups`. Pure, seeded by a number.

Half of each kind is about what most papers speak of: that is what takes longest.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from bot.domain import Paper
from bot.text.letters import lower
from bot.text.tokens import tokens

_READ = 2_000
"""Papers whose words are counted."""
_LEAST = 3
"""Times that a thing is said in them, to be asked for."""
_SHORTEST_STAR = 3
_CATEGORIES = 6


def queries(papers: Sequence[Paper], each: int, seed: int = 1) -> dict[str, list[str]]:
    """Return `each` queries of every kind, by kind."""
    said = _Said(papers[:: max(1, len(papers) // _READ)], each, random.Random(seed))  # noqa: S311 - repeatable, not secret
    long = [word for word in said.words if len(word) > _SHORTEST_STAR]
    stars = [f"{word[:length]}*" for word in long for length in (_SHORTEST_STAR, len(word))]
    endings = [f"{word}*" for word in long if word.endswith("y")]
    facts = [f"{name}:{each}" for each in said.categories for name in ("cat", "primary")]
    facts += ["cat:cs", "type:new", "has:code", "upvotes>=10"]
    some = [*said.words, *said.pairs, *stars]
    kinds = {
        "words": said.words,
        "phrases": said.pairs + said.threes,
        "quotes": [f'"{text}"' for text in said.words + said.pairs + said.threes],
        "acronyms": said.capitals + said.pick("{} {}", said.capitals, said.words),
        "stars": stars + endings + said.pick("{} {}", said.words, stars),
        "near": said.near(said.words, 2) + said.near(long, 3) + said.near(said.pairs, 2),
        "fields": said.pick("{}:{}", ["title", "abstract"], [f'"{text}"' for text in some[:each]])
        + said.pick("{}:({})", ["title", "abstract"], said.pairs),
        "authors": [f'author:"{name}"' for name in said.names],
        "facts": facts + said.pick("{} AND {}", facts, some),
        "joined": said.pick("({}, {}) AND {}", some, some, some)
        + said.pick('{} -"{}"', said.words, said.pairs)
        + said.pick('({}) AND ("{}", {})', some, said.pairs, said.near(said.words, 2)),
    }
    return {kind: said.some(made, each) for kind, made in kinds.items()}


class _Said:
    """What papers say, half of it the commonest, half of it drawn by chance."""

    def __init__(self, papers: Sequence[Paper], each: int, chance: random.Random) -> None:
        self._each = each
        self._chance = chance
        rows = [[token.text for token in tokens(paper.abstract)] for paper in papers]
        small = [list(map(lower, row)) for row in rows]
        self.words = self._drawn(chain.from_iterable(small))
        self.pairs = self._drawn(_runs(small, 2))
        self.threes = self._drawn(_runs(small, 3))
        self.capitals = self._drawn(
            word for row in rows for word in row if word.isupper() and len(word) > 1
        )
        self.names = self._drawn(name for paper in papers for name in paper.authors)
        self.categories = self._drawn(name for each in papers for name in each.categories)
        self.categories = self.categories[:_CATEGORIES]

    def _drawn(self, things: Iterable[str]) -> list[str]:
        counted = [thing for thing, times in Counter(things).most_common() if times >= _LEAST]
        half = self._each // 2
        return [*counted[:half], *self.some(counted[half:], half)]

    def some(self, things: Sequence[str], count: int) -> list[str]:
        """Return so many of some things, or all of them."""
        return self._chance.sample(things, min(count, len(things)))

    def pick(self, form: str, *parts: Sequence[str]) -> list[str]:
        """Return texts of a form, each part of them drawn."""
        if not all(parts):
            return []
        return [form.format(*map(self._chance.choice, parts)) for _ in range(self._each)]

    def near(self, words: Sequence[str], count: int) -> list[str]:
        """Return so many words near each other."""
        forms = [f'"{" ".join(["{}"] * count)}"~{within}' for within in (0, 1, 3, 5, 10)]
        return [text for form in forms for text in self.pick(form, *[words] * count)]


def _runs(rows: Iterable[list[str]], length: int) -> Iterable[str]:
    for row in rows:
        for place in range(len(row) - length + 1):
            yield " ".join(row[place : place + length])
