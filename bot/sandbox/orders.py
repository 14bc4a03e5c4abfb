"""Made-up subscriptions in the shapes of real ones, that other matchers can express too. Pure.

Distinct queries, a fifth of them boolean, a tenth with fields, phrases of up to five words; about
half of the subscriptions are to a query that others have, by Zipf's law. Seeded.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.domain import Paper
from bot.sandbox.corpus import AUTHORS

_REPEATED = 0.55
"""Share of the subscriptions to a query that somebody else has."""
_NEVER_SEEN = 0.6
"""Share of the terms of which no paper of the batch speaks."""
_LENGTHS = (1, 2, 3, 4, 5)
_LENGTH_WEIGHTS = tuple(accumulate((20, 45, 20, 10, 5)))
_COMMON_WORDS = 120
"""Words too common to subscribe to, were it alone."""
_POPULAR = 300
"""So many queries, which most repeats are of, begin with a word that papers use."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A term: words in a row, in the title only if ``field`` says so, or a fact or an author."""

    words: str
    field: str = ""

    def __str__(self) -> str:
        quoted = f'"{self.words}"' if self.field == "title" and " " in self.words else self.words
        return f"{self.field}:{quoted}" if self.field else quoted


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks for: one of ``any_of``, all of ``all_of``, none of ``none_of``."""

    any_of: tuple[Wish, ...]
    all_of: tuple[Wish, ...] = ()
    none_of: tuple[Wish, ...] = ()

    def __str__(self) -> str:
        first = " OR ".join(map(str, self.any_of))
        parts = [f"({first})" if len(self.any_of) > 1 else first, *map(str, self.all_of)]
        return " AND ".join(parts) + "".join(f" AND NOT {wish}" for wish in self.none_of)


@dataclass(frozen=True, slots=True)
class Orders:
    """Distinct queries, and for each subscription the place of its query among them."""

    distinct: tuple[Order, ...]
    subscriptions: Sequence[int]


def orders(count: int, papers: Sequence[Paper], seed: int = 2) -> Orders:
    """Return so many subscriptions; the same for the same arguments."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    speech = _Speech(papers, chance)
    distinct: dict[Order, int] = {}
    chosen: list[int] = []
    for _ in range(count):
        if distinct and chance.random() < _REPEATED:
            # The logarithm is evenly spread: place n has about 1/n of the repeats.
            chosen.append(int(len(distinct) ** chance.random()) - 1)
        else:
            order = _order(speech, chance, popular=len(distinct) < _POPULAR)
            chosen.append(distinct.setdefault(order, len(distinct)))
    return Orders(tuple(distinct), chosen)


class _Speech:
    """Draws phrases from the papers, or from words that they do not use."""

    def __init__(self, papers: Sequence[Paper], chance: random.Random) -> None:
        self._chance = chance
        self._texts = [_folded(paper) for paper in papers]
        counts: dict[str, int] = {}
        for text in self._texts:
            for word in text:
                counts[word] = counts.get(word, 0) + 1
        self._common = set(sorted(counts, key=counts.__getitem__, reverse=True)[:_COMMON_WORDS])

    def phrase(self, *, popular: bool = False) -> str:
        """Return one to five words in a row, singular; a popular one is a word of a paper."""
        chance = self._chance
        length = 1 if popular else chance.choices(_LENGTHS, cum_weights=_LENGTH_WEIGHTS)[0]
        while True:
            spoken = chance.choice(self._texts)
            start = chance.randrange(len(spoken) - length)
            words = spoken[start : start + length]
            if not popular and chance.random() < _NEVER_SEEN:
                words = [*words[:-1], f"{words[-1]}{chance.randrange(10**6)}x"]
            if not self._common.issuperset(words):
                return " ".join(words)


def _folded(paper: Paper) -> list[str]:
    text = f"{paper.title}. {paper.abstract}".lower().replace(".", "")
    return [word.removesuffix("s") for word in text.split()]


def _order(speech: _Speech, chance: random.Random, *, popular: bool) -> Order:
    kind = chance.random()
    first = Wish(speech.phrase(popular=popular))
    if kind < 0.7:
        return Order((first,))
    if kind < 0.8:
        return _with_field(first, speech, chance)
    if kind < 0.85:
        return Order((first,), (), (Wish(speech.phrase()),))
    if kind < 0.92:
        return Order((first,), (Wish(speech.phrase()),))
    if kind < 0.96:
        return Order((first, Wish(speech.phrase())))
    return Order((first, Wish(speech.phrase())), (Wish(speech.phrase()),))


def _with_field(first: Wish, speech: _Speech, chance: random.Random) -> Order:
    kind = chance.randrange(3)
    if kind == 0:
        return Order((Wish(speech.phrase(), "title"),))
    if kind == 1:
        return Order((first,), (Wish(chance.choice(("cs.LG", "cs.CV", "math.CO")), "cat"),))
    return Order((first,), (Wish(chance.choice(AUTHORS).split()[1].lower(), "author"),))
