"""Ranks papers by likeness: telling words, BM25 over them, and the fusion of rankings. Pure.

Decides no match: which papers a query selects is `bot.matching`'s alone.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from bot.domain import Paper, PaperId
from bot.matching.prepared import Prepared, prepare
from bot.matching.query import And, Node, Or, Phrase, Query
from bot.matching.tagged import encoded
from bot.text.plurals import keys

RRF_K = 5
"""Of reciprocal rank fusion: so far down, one place more hardly counts. 60 in its paper (Cormack,
Clarke and Büttcher, SIGIR 2009); the fewer, the more a ranking's first places count."""
WORDS_WEIGHT, MEANING_WEIGHT = 2.0, 1.0
"""These and RRF_K were chosen looking at SciFact and CSFCube: `make bench-search` is no held-out
judge of them."""
MOST_TELLING = 15
MOST_SHARE = 0.3
FEWEST_TELLING = 6
"""Words that "like this" asks the full-text index for: at most so many, and past the fewest only
while their shares of all papers sum up to less. More cost time and find nothing better."""
TITLE_COUNTS = 2
"""A word of the title counts as so many of the abstract."""
_K1, _B = 1.2, 0.75
"""BM25's usual constants, SQLite's as well (https://www.sqlite.org/fts5.html#the_bm25_function)."""
_LITTLE = """
a about after all also an and any are as at based be been between both but by can could do does each
for from had has have how however i if in into is it its may might more most no nor not of on only
or other our out over same should since so some such than that the their them then there these they
this those through thus to two under until up used using via was we were what when where which while
who why will with within without would you your
approach method new paper problem propose proposed result show study work
"""
_SAY_LITTLE = frozenset(keys(word)[0] for word in _LITTLE.split())
"""Folded as the index has them: words of most abstracts, which tell none of them apart."""

Item = TypeVar("Item", bound=Hashable)


def fused(
    rankings: Sequence[Sequence[Item]], weights: Sequence[float] | None = None, k: int = RRF_K
) -> list[Item]:
    """Return what any of the rankings holds, the best first, by reciprocal rank fusion.

    Each ranking gives an item its weight (1) by ``k`` plus its rank, from 1; of equals, that which
    an earlier ranking names first comes first.
    """
    scores: dict[Item, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return sorted(scores, key=lambda item: -scores[item])


def word_counts(prepared: Prepared) -> Counter[str]:
    """Return how often each folded word stands in a paper, those of its title counted double."""
    (_, title), (_, abstract) = prepared.fields
    counts = Counter(encoded(row[0].key) for row in abstract.edges)
    for row in title.edges:
        counts[encoded(row[0].key)] += TITLE_COUNTS
    for word in _SAY_LITTLE & counts.keys():
        del counts[word]
    return counts


def indexed_counts(title: str, abstract: str) -> Counter[str]:
    """Return the same of what the full-text index has of a paper (`search_text`)."""
    counts = Counter(_words(abstract))
    for word in _words(title):
        counts[word] += TITLE_COUNTS
    return counts


def _words(tokens: str) -> Iterable[str]:
    """Return the words in order, without the marks that follow them."""
    words, _, _ = f" {tokens} ".partition(" . ")
    return words.split()


def shares(counts: Mapping[str, int], papers: int) -> dict[str, float]:
    """Return in which share of all papers each word is, of counts in so many; never 0."""
    return {word: (count + 0.5) / (papers + 1) for word, count in counts.items()}


def telling(counts: Mapping[str, int], share: Mapping[str, float]) -> list[str]:
    """Return the words that tell most about a text, the most telling first: tf-idf."""
    weights = {word: _weight(count) * _rarity(share, word) for word, count in counts.items()}
    found: list[str] = []
    total = 0.0
    for word in sorted(weights, key=lambda word: -weights[word]):
        if len(found) == MOST_TELLING or weights[word] <= 0:
            break
        if total + share[word] <= MOST_SHARE or len(found) < FEWEST_TELLING:
            found.append(word)
            total += share[word]
    return found


def any_of(words: Iterable[str]) -> str:
    """Return an FTS5 expression for the papers that have any of the words, "" for none."""
    wanted = " OR ".join(f'"{word}"' for word in words)
    return f"{{title abstract}} : ({wanted})" if wanted else ""


def by_bm25(
    wanted: Mapping[str, int], others: Mapping[Item, Mapping[str, int]], share: Mapping[str, float]
) -> list[Item]:
    """Return texts by BM25 for all of the words wanted, the most alike first.

    A word that is wanted often counts more, which SQLite's own ``bm25()`` cannot say.
    """
    weights = {word: _weight(count) * _rarity(share, word) for word, count in wanted.items()}
    lengths = {item: sum(counts.values()) for item, counts in others.items()}
    usual = sum(lengths.values()) / max(1, len(lengths)) or 1.0

    def score(item: Item) -> float:
        counts, damping = others[item], _K1 * (1 - _B + _B * lengths[item] / usual)
        return sum(
            weights[word] * counts[word] / (counts[word] + damping)
            for word in weights.keys() & counts.keys()
        )

    scores = {item: score(item) for item in others}
    return sorted(scores, key=lambda item: -scores[item])


def _weight(count: int) -> float:
    return 1.0 + math.log(count)


def _rarity(share: Mapping[str, float], word: str) -> float:
    """Return a word's inverse document frequency; 0 for one whose share is not known."""
    return max(0.0, -math.log(share.get(word, 1.0)))


def wanted_text(query: Query) -> str:
    """Return in words what a query is about: its positive phrases; "" if it names none.

    What must not hold, and facts such as categories and authors, say nothing that has a meaning.
    """
    return ". ".join(dict.fromkeys(_phrases(query.root)))


def is_about_words(query: Query) -> bool:
    """Say whether a query asks for words alone, so that another paper may be near to it."""
    return _asks_for_words(query.root)


def _asks_for_words(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(map(_asks_for_words, node.parts))
    return isinstance(node, Phrase)


def _phrases(node: Node) -> Iterable[str]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _phrases(part)
    elif isinstance(node, Phrase):
        yield " ".join(word.text for word in node.words)


def titles_like(typed: str) -> str:
    """Return an FTS5 expression for titles with all the words typed, the last a beginning.

    "" where nothing is typed that words are made of.
    """
    prepared = prepare(Paper(id=PaperId(""), title=typed, abstract=""))
    title = prepared.fields[0][1]
    if not title.edges:
        return ""
    *firsts, last = (encoded(row[0].key) for row in title.edges)
    begun = encoded(title.tokens[-1].text.lower())
    wanted = [f'"{word}"' for word in firsts] + [f'("{last}" OR "{begun}"*)']
    return f"{{title}} : ({' AND '.join(wanted)})"
