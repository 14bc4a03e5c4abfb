"""Made-up papers and queries with the statistics of real ones, for benchmarks. Pure and seeded.

Word frequencies follow Zipf's law; titles, abstracts and phrases have the lengths of real ones.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, product

from bot.domain import Paper, PaperId

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
"""When the papers are announced."""

_ONSETS = ("b", "br", "d", "dr", "f", "g", "gl", "k", "kr", "l", "m", "n", "p", "pl", "r", "t", "v")
_VOWELS = ("a", "e", "i", "o", "u")
_CODAS = ("", "k", "l", "m", "n", "r", "t")
AUTHORS = ("Ada Quill", "Ben Marsh", "Cleo Hart", "Dov Lund")
CATEGORIES = ("cs.LG", "cs.CL")
_COMMON = 120
"""Words that stand for the, of, and: nobody subscribes to them."""
_PHRASE_LENGTHS = (1, 2, 3)
_LENGTH_WEIGHTS = (3, 5, 2)
_NEVER_SEEN = 0.6
"""Share of the queries that are about things of which no paper of the batch speaks."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Papers of one announcement, and distinct phrases to subscribe to."""

    papers: tuple[Paper, ...]
    phrases: tuple[str, ...]


def corpus(papers: int, phrases: int, seed: int = 1) -> Corpus:
    """Return so many papers and phrases; the same for the same arguments."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    words = _vocabulary(chance)
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    made = tuple(_paper(number, words, weights, chance) for number in range(papers))
    return Corpus(made, _phrases(phrases, made, words, chance))


def _vocabulary(chance: random.Random) -> list[str]:
    syllables = ["".join(parts) for parts in product(_ONSETS, _VOWELS, _CODAS)]
    pairs = [first + second for first, second in product(syllables, syllables)]
    # Of these a plural s is always folded, so that a regular expression can say the same.
    fit = [word for word in pairs if not word.endswith(("e", "u"))]
    return chance.sample(fit, 30_000)


def _paper(number: int, words: list[str], weights: list[float], chance: random.Random) -> Paper:
    def text(length: int) -> str:
        drawn = chance.choices(words, cum_weights=weights, k=length)
        plural = [word + "s" if chance.random() < 0.1 else word for word in drawn]
        return " ".join(plural)

    sentences = ". ".join(text(chance.randint(14, 30)).capitalize() for _ in range(8))
    return Paper(
        id=PaperId(f"2611.{number:05}"),
        title=text(chance.randint(6, 14)).capitalize(),
        abstract=f"{sentences}.",
        authors=AUTHORS,
        categories=CATEGORIES,
        sources=("arxiv",),
        version=1,
    )


def _phrases(
    count: int, papers: tuple[Paper, ...], words: list[str], chance: random.Random
) -> tuple[str, ...]:
    common = set(words[:_COMMON])
    found: dict[str, None] = {}
    while len(found) < count:
        (length,) = chance.choices(_PHRASE_LENGTHS, _LENGTH_WEIGHTS)
        if chance.random() < _NEVER_SEEN:
            phrase = chance.choices(words[len(words) // 2 :], k=length)
        else:
            spoken = chance.choice(papers).abstract.lower().replace(".", "").split()
            start = chance.randrange(len(spoken) - length)
            phrase = [word.removesuffix("s") for word in spoken[start : start + length]]
        if not common.issuperset(phrase):
            found[" ".join(phrase)] = None
    return tuple(found)
