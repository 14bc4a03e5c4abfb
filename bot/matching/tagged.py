"""A paper as tokens for the full-text index: its words in order, then marks that prove matches.

Speaks to `bot.matching.full_text`, which asks for these tokens. Knows no SQL and judges no query.

Per column, first the folded words in order, every hyphen read as a blank; after a separator, for
each word ``k`` (folded) and ``w`` (in small letters):

- ``k +k``: a word that another reading of a hyphen or plural makes;
- ``.w``: a word that folding changed;  ``..k``: what it became;  ``.#k``: stands unfolded as well;
- ``#k``: in capitals;  ``#.k``: and not in capitals as well;
- in the title's column ``##w`` of authors' names, ``++name:value`` facts, and `EVERY`.

No word begins with a sign, so none is taken for a mark, and no phrase reaches over one. The table's
``tokenize = "unicode61 remove_diacritics 0 tokenchars '+#.'"`` keeps each whole; letters beyond
ASCII are written as numbers, so that nothing depends on SQLite's idea of letters.
"""

from collections.abc import Iterable, Iterator

from bot.matching.lattice import Lattice
from bot.text.letters import lower
from bot.text.plurals import is_capitals

EVERY = "+++"
"""A token that every paper has."""
READING, SURFACE, FOLDED, UNFOLDED = "+", ".", "..", ".#"
CAPITALS, SMALL = "#", "#."
AUTHOR, FACT = "##", "++"
SEPARATOR = "."


def encoded(word: str) -> str:
    """Return a word in letters that the index keeps; beginnings stay beginnings."""
    if word.isascii():
        return word
    return "".join(letter if letter.isascii() else _number(letter) for letter in word)


def encoded_fact(fact: str) -> str:
    """Return a fact, ``name:value``, in letters that the index keeps."""
    return "".join(
        letter if letter == "." or (letter.isascii() and letter.isalnum()) else _number(letter)
        for letter in fact
    )


def _number(letter: str) -> str:
    return f"+{ord(letter):x}+"


def text_tokens(text: Lattice) -> str:
    """Return the tokens of a title or an abstract, separated by blanks."""
    found = [encoded(row[0].key) for row in text.edges]
    found.append(SEPARATOR)
    others = dict.fromkeys(edge.key for row in text.edges if len(row) > 1 for edge in row[1:])
    for key in others:
        found += (encoded(key), READING + encoded(key))
    words = dict.fromkeys((edge.word, edge.key) for row in text.edges for edge in row)
    found += _marks(words)
    return " ".join(found)


def _marks(words: Iterable[tuple[str, str]]) -> Iterator[str]:
    surfaces: dict[str, None] = {}
    folded: dict[str, None] = {}
    unfolded, small = set(), set()
    capitals: dict[str, None] = {}
    for word, key in words:
        surface = lower(word)
        if surface == key:
            unfolded.add(key)
        else:
            surfaces[surface] = None
            folded[key] = None
        if word != surface and is_capitals(word):
            capitals[key] = None
        else:
            small.add(key)
    yield from (SURFACE + encoded(word) for word in surfaces)
    for key in folded:
        yield FOLDED + encoded(key)
        if key in unfolded:
            yield UNFOLDED + encoded(key)
    for key in capitals:
        yield CAPITALS + encoded(key)
        if key in small:
            yield SMALL + encoded(key)


def name_tokens(names: Iterable[Lattice]) -> str:
    """Return the tokens of authors' names."""
    words = dict.fromkeys(lower(edge.word) for name in names for row in name.edges for edge in row)
    return " ".join(AUTHOR + encoded(word) for word in words)


def fact_tokens(facts: Iterable[str]) -> str:
    """Return the tokens of facts in the form ``name:value``."""
    return " ".join(FACT + encoded_fact(fact) for fact in sorted(facts))
