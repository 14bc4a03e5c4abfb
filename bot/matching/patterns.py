"""Terms made ready to be found in a text: the readings of their words, and what fits each.

Pure and cached by term; finds nothing itself.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise

from bot.matching.lattice import Edge, lattice
from bot.matching.query import Author, Phrase, Word
from bot.text.letters import lower
from bot.text.plurals import is_capitals, keys
from bot.text.tokens import tokens


class Fit(Enum):
    """How a word of the text has to agree with a word of the term."""

    FOLDED = auto()
    """No case, no plural."""
    ACRONYM = auto()
    """No plural, but capitals."""
    SAME = auto()
    """No case."""
    LETTERS = auto()
    """To the letter."""
    PREFIX = auto()
    """No case, the beginning."""


@dataclass(frozen=True, slots=True)
class Want:
    """A word of some reading of the term: it leads to node ``end`` of the pattern."""

    end: int
    fit: Fit
    text: str
    key: str

    @property
    def begins(self) -> bool:
        """Whether, in a name, a word that begins with it will do: a star, or an initial."""
        return self.fit is Fit.PREFIX or (len(self.text) == 1 and self.text.isalpha())

    def fits(self, edge: Edge) -> bool:
        """Say whether a word of a text will do."""
        if self.fit is Fit.FOLDED:
            return edge.key == self.key
        if self.fit is Fit.ACRONYM:
            return edge.key == self.key and is_capitals(edge.word)
        if self.fit is Fit.SAME:
            return lower(edge.word) == self.text
        if self.fit is Fit.LETTERS:
            return edge.word == self.text
        return lower(edge.word).startswith(self.text)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words next to each other, in all readings."""

    wants: tuple[tuple[Want, ...], ...]
    """By the node they start from."""
    borders: tuple[int, ...]
    """Nodes before each word and after the last one."""

    @property
    def last(self) -> int:
        """The node after the last token."""
        return len(self.wants)


@lru_cache(maxsize=8192)
def pattern(phrase: Phrase) -> Pattern:
    """Return the pattern of a phrase."""
    return _pattern(phrase.words, quoted=phrase.quoted)


@lru_cache(maxsize=8192)
def word_patterns(phrase: Phrase) -> tuple[Pattern, ...]:
    """Return a pattern for each word of a phrase."""
    return tuple(_pattern((word,), quoted=phrase.quoted) for word in phrase.words)


@lru_cache(maxsize=8192)
def name_pattern(author: Author) -> Pattern:
    """Return the pattern of a name, its words as they are, without plurals."""
    return _pattern(author.words, quoted=True)


def _pattern(words: tuple[Word, ...], *, quoted: bool) -> Pattern:
    rows: list[tuple[Want, ...]] = []
    borders = [0]
    for word in words:
        first = len(rows)
        text = lattice(tokens(word.text))
        for row in text.edges:
            wants = {
                want
                for edge in row
                for want in _wants(edge, word, ends=edge.end == text.last, quoted=quoted)
            }
            rows.append(
                tuple(
                    Want(first + want.end, want.fit, want.text, want.key)
                    for want in sorted(wants, key=lambda want: (want.end, want.key))
                )
            )
        borders.append(len(rows))
    return Pattern(tuple(rows), tuple(borders))


def _wants(edge: Edge, word: Word, *, ends: bool, quoted: bool) -> list[Want]:
    small = lower(edge.word)
    key = keys(small)[0]
    if word.star:
        return [Want(edge.end, Fit.PREFIX if ends else Fit.SAME, small, key)]
    if quoted:
        fit = Fit.LETTERS if word.acronym else Fit.SAME
        return [Want(edge.end, fit, edge.word if word.acronym else small, key)]
    if word.acronym:
        # One final small s aside, which is a plural: `GPUs` is the same as `GPU`.
        key = keys(edge.word.removesuffix("s"))[0]
        return [Want(edge.end, Fit.ACRONYM, edge.word, key)]
    return [Want(edge.end, Fit.FOLDED, edge.word, key) for key in keys(edge.word)]


def words_of(pattern: Pattern) -> list[tuple[int, int]]:
    """Return the nodes between which each word of a pattern stands."""
    return list(pairwise(pattern.borders))
