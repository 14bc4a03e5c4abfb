"""Narrower queries for a broad one: from papers that it selects, what divides them usefully.

Pure and approximate: it proposes and ranks by samples; whoever asks counts. What it proposes
selects only papers that the broad query selects, and says itself in the language.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from math import log
from typing import NamedTuple

from bot.domain import Field, Paper
from bot.matching.facts import fact_value
from bot.matching.parser import parse
from bot.matching.query import And, Fact, FactName, Node, Or, Phrase, Query, Word, all_of, any_of
from bot.matching.words import is_acronym, phrase_words
from bot.text.letters import lower
from bot.text.plain import read
from bot.text.plurals import keys
from bot.text.tokens import Token, tokens

MOST_WORDS = 12
"""Co-occurring terms proposed, the best first; and as many longer phrases."""
_LEAST_PAPERS = 3
"""Of a sample, whose titles say a term for it to be proposed."""
_MOST_SHARE = 0.6
"""Of a sample: what nearly all of them say divides nothing."""
_LEAST_LIFT = 1.5
"""How much more often selected papers say a term than others do, for it to be about them."""
_SHORTEST = 3
_PART_OF_PAIR = 0.7
"""Share of a word's papers that say it in one pair from which on the pair is meant."""
_SAME_STEM = 5
"""Letters that two words begin with alike to be forms of one: segment, segmentation."""
_SAYS_LITTLE = frozenset(
    """
    a about above across advanced advances advancing after against all an analyzing and are art
    as assessing at automated based be benchmarking beyond better between bridging building but
    by can case comparative comprehensive designing do does driven during easy effective
    efficient empirical enabling enhanced enhancing evaluating evaluation every examining
    exploring fast few first for free from general generalizable good guided high how improved
    improving in insights integrating into introducing investigating is it its large learned
    leveraging less lightweight like low make making matter matters mitigating more multiple
    need new no not novel of on one online only optimizing or out over overview paper per
    perspective practical practice rethinking revisiting robust scalable scale simple small
    states step study survey systematic technical that the their them through to toward towards
    training two under understanding unified unifying unlocking unveiling up use using via we
    what when where which why with without you your
    """.split()  # noqa: SIM905 - a list of words reads as text
)
"""Words of titles that tell no subject: no phrase begins or ends with them that people follow."""


class Said(NamedTuple):
    """A word of a text, or several that hyphens hold together."""

    key: str
    """Without case and plurals."""
    spelled: str


Run = tuple[Said, ...]
"""Words with nothing but blanks between them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the titles of some papers say, in runs of words: titles name subjects, not glue."""

    selected: Sequence[Sequence[Run]]
    others: Sequence[Sequence[Run]]


def said_in(title: str) -> list[Run]:
    """Return the runs of words of a title as its source wrote it."""
    view = read(title)
    runs: list[list[Said]] = [[]]
    word: list[Token] = []
    end = 0
    for token in tokens(view.text, view.silent):
        if not word and view.text[end : token.start].strip():
            runs.append([])
        word.append(token)
        end = token.end
        if not token.hyphenated:
            runs[-1].append(_said(word))
            word = []
    return [tuple(run) for run in runs]


def longer_phrases(phrase: Phrase, root: Node, sample: Sample) -> Iterator[Phrase]:
    """Yield a phrase with one word more before or after it, those of most papers first.

    None with a word that the query speaks of already.
    """
    known = set(_known(root))
    wanted = tuple(_key(word.text) for word in phrase.words)
    if phrase.within is not None or any(word.star for word in phrase.words):
        return
    papers: Counter[tuple[str, str]] = Counter()
    spellings = _Spellings()
    for runs in sample.selected:
        found = {each for run in runs for each in _beside(wanted, run, known)}
        papers.update({(side, said.key) for side, said in found})
        spellings.see(said for _, said in found)
    for (side, key), count in papers.most_common(MOST_WORDS):
        if count < _LEAST_PAPERS:
            return
        more = _words(spellings.of(key), quoted=phrase.quoted)
        words = (*more, *phrase.words) if side == "before" else (*phrase.words, *more)
        longer = replace(phrase, words=words)
        if more and _says_itself(longer):
            yield longer


def words_beside(root: Node, sample: Sample) -> Iterator[Phrase]:
    """Yield words and pairs of words that selected papers say and others rarely, best first.

    Ranked by how much they tell the two apart: the share of the selected, times the logarithm of
    how much more often they say it.
    """
    known = set(_known(root))
    spellings = _Spellings()
    selected, others = Counter[str](), Counter[str]()
    for runs in sample.selected:
        terms = {term.key: term for term in _terms(runs, known)}
        selected.update(terms.keys())
        spellings.see(terms.values())
    for runs in sample.others:
        others.update({term.key for term in _terms(runs, known)})
    sizes = len(sample.selected), len(sample.others)
    for key in _ranked(selected, others, *sizes):
        phrase = Phrase(_words(spellings.of(key), quoted=False))
        if phrase.words and _says_itself(phrase):
            yield phrase


def in_title(node: Node) -> Node:
    """Return a part with its words looked for in the title only."""
    if isinstance(node, And):
        return all_of(map(in_title, node.parts))
    if isinstance(node, Or):
        return any_of(map(in_title, node.parts))
    if isinstance(node, Phrase) and node.scope is None:
        return replace(node, scope=Field.TITLE)
    return node


def common_categories(some: Iterable[Paper]) -> list[Fact]:
    """Return the categories of papers, the most common first."""
    counts = Counter(category for paper in some for category in paper.categories)
    values = (fact_value(FactName.CATEGORY, name) for name, _ in counts.most_common())
    return [Fact(FactName.CATEGORY, value) for value in values]


def phrases_of(node: Node) -> list[Phrase]:
    """Return the phrases of which each must be there for a part to hold."""
    parts = node.parts if isinstance(node, And) else (node,)
    return [part for part in parts if isinstance(part, Phrase)]


def with_instead(node: Node, phrase: Phrase, longer: Phrase) -> Node:
    """Return a part with a longer phrase in the place of one of `phrases_of`."""
    if isinstance(node, And):
        return all_of(longer if part == phrase else part for part in node.parts)
    return longer


class _Spellings:
    """How each term is mostly spelled."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def see(self, said: Iterable[Said]) -> None:
        """Count spellings."""
        for each in said:
            self._counts.setdefault(each.key, Counter())[each.spelled] += 1

    def of(self, key: str) -> str:
        """Return the most common spelling."""
        return self._counts[key].most_common(1)[0][0]


def _said(word: Sequence[Token]) -> Said:
    spelled = "-".join(token.text for token in word)
    return Said(_key(spelled), spelled if is_acronym(spelled) else lower(spelled))


def _key(spelled: str) -> str:
    return "-".join(keys(lower(part))[0] for part in spelled.split("-"))


def _beside(wanted: tuple[str, ...], run: Run, known: set[str]) -> Iterator[tuple[str, Said]]:
    """Yield the words next to a phrase, and on which side of it they stand."""
    size = len(wanted)
    for start in range(len(run) - size + 1):
        if tuple(said.key for said in run[start : start + size]) != wanted:
            continue
        if start and _is_new(run[start - 1], known):
            yield "before", run[start - 1]
        if start + size < len(run) and _is_new(run[start + size], known):
            yield "after", run[start + size]


def _terms(runs: Iterable[Run], known: set[str]) -> Iterator[Said]:
    """Yield the words, and pairs of words, that could be a term beside those known."""
    for run in runs:
        good = [_is_new(said, known) for said in run]
        yield from (said for said, is_good in zip(run, good, strict=True) if is_good)
        for (first, second), fit in zip(pairwise(run), pairwise(good), strict=True):
            initials = first.key[0] + second.key[0]
            if all(fit) and not any(initials in word for word in known if len(word) <= _SAME_STEM):
                yield Said(f"{first.key} {second.key}", f"{first.spelled} {second.spelled}")


def _is_new(said: Said, known: set[str]) -> bool:
    """Say whether a word tells a subject, and another than the words known."""
    if lower(said.spelled) in _SAYS_LITTLE or not any(map(str.isalpha, said.key)):
        return False
    if len(said.key) < _SHORTEST and not is_acronym(said.spelled):
        return False
    return not any(_is_form(part, word) for part in said.key.split("-") for word in known)


def _is_form(one: str, other: str) -> bool:
    """Say whether two words are forms of one: equal, or with the same stem, as it seems."""
    letters = zip(one, other, strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], letters))
    return one == other or alike >= max(_SAME_STEM, min(len(one), len(other)) - 2)


def _ranked(selected: Counter[str], others: Counter[str], size: int, rest: int) -> list[str]:
    worth: dict[str, float] = {}
    for key, count in selected.items():
        share = count / size
        lift = share * (rest + 1) / (others[key] + 1)
        if count >= _LEAST_PAPERS and share <= _MOST_SHARE and lift >= _LEAST_LIFT:
            worth[key] = share * log(lift)
    best = sorted(worth, key=lambda key: (-worth[key], key))
    paired = {
        word
        for key in best
        if " " in key
        for word in key.split()
        if selected[key] >= _PART_OF_PAIR * selected[word]
    }
    return [key for key in best if key not in paired][:MOST_WORDS]


def _known(node: Node) -> Iterator[str]:
    """Yield the words that a query speaks of already."""
    if isinstance(node, Phrase):
        for word in node.words:
            yield from _key(word.text).split("-")
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _known(part)


def _words(spelled: str, *, quoted: bool) -> tuple[Word, ...]:
    return phrase_words(spelled, stars=not quoted)


def _says_itself(phrase: Phrase) -> bool:
    """Say whether a phrase is read as it is written: two acronyms in a row are not."""
    return parse(str(phrase), typed=False) == Query(phrase)
