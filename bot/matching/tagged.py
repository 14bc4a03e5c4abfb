"""A paper as text for the full-text index: its words, folded and as they stand, and marks.

Speaks to `bot.matching.full_text`, which asks for these tokens. Knows no SQL and judges no query.

The columns ``title`` and ``abstract`` hold the folded words in order, every hyphen read as a blank;
after a separator, for each word ``k``:

- ``k +k``: a word that another reading of a hyphen or plural makes;
- ``#k``: in capitals;  ``#.k``: and not in capitals as well;
- in the title's column names, each reading of a name between separators, ``##w ##w``; `MANY` with
  names of too many readings or words; facts, ``++name:value``; and `EVERY`.

``title_words`` and ``abstract_words`` hold the words as they stand, with their hyphens and, of
ASCII letters, their case; after a separator ``w +w`` for words that hyphens join, `THREE` and
`FIVE` where so many are joined or more, and `LONG` where hyphens hold together more than they join.

No word begins with a sign, so none is taken for a mark, and no phrase reaches over one. The table's
``tokenize = "unicode61 remove_diacritics 0 tokenchars '+#.'"`` keeps each whole and takes case off;
letters beyond ASCII are written as numbers, so that nothing depends on SQLite's idea of letters.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.matching.lattice import WHOLE_RUN, Lattice
from bot.matching.names import readings
from bot.text.letters import lower
from bot.text.plurals import is_capitals
from bot.text.tokens import Token

EVERY = "+++"
"""A token that every paper has."""
READING = "+"
CAPITALS, SMALL = "#", "#."
AUTHOR, FACT = "##", "++"
MANY = "###"
THREE, FIVE, LONG = "+.", "+..", "+..."
LONGEST_NAME = 12
"""Words of a name that stands between separators."""
_MOST_READINGS = 4
SEPARATOR = "."
_WORD = re.compile(r"([^ -]+)(-?)")
_NUMBER = re.compile(r"\+([0-9a-f]+)\+")


def encoded(word: str) -> str:
    """Return a word in letters that the index keeps; beginnings stay beginnings."""
    if word.isascii():
        return word
    return "".join(letter if letter.isascii() else _number(letter) for letter in lower(word))


def encoded_fact(fact: str) -> str:
    """Return a fact, ``name:value``, in letters that the index keeps."""
    return "".join(
        letter if letter == "." or (letter.isascii() and letter.isalnum()) else _number(letter)
        for letter in fact
    )


def _number(letter: str) -> str:
    return f"+{ord(letter):x}+"


def text_tokens(text: Lattice) -> str:
    """Return the folded words of a title or an abstract, and marks, separated by blanks."""
    found = [encoded(row[0].key) for row in text.edges]
    found.append(SEPARATOR)
    others = dict.fromkeys(edge.key for row in text.edges if len(row) > 1 for edge in row[1:])
    for key in others:
        found += (encoded(key), READING + encoded(key))
    found += _capitals(dict.fromkeys((edge.word, edge.key) for row in text.edges for edge in row))
    return " ".join(found)


def _capitals(words: Iterable[tuple[str, str]]) -> Iterator[str]:
    capitals: dict[str, None] = {}
    small = set()
    for word, key in words:
        if word != lower(word) and is_capitals(word):
            capitals[key] = None
        else:
            small.add(key)
    for key in capitals:
        yield CAPITALS + encoded(key)
        if key in small:
            yield SMALL + encoded(key)


def words_as_they_stand(text: Lattice) -> str:
    """Return the words of a title or an abstract with their hyphens, and what these join."""
    pieces = [f"{encoded(word)}{'-' if joined else ' '}" for word, _, _, joined in text.tokens]
    row = "".join(pieces).removesuffix(" ")
    joined = [edge for edges in text.edges for edge in edges[1:] if edge.end - edge.start > 1]
    if not joined:
        return row
    marks = [row, SEPARATOR]
    for word in dict.fromkeys(encoded(lower(edge.word)) for edge in joined):
        marks += (word, READING + word)
    longest = max(edge.end - edge.start for edge in joined)
    marks += [mark for mark, least in ((THREE, 3), (FIVE, 5)) if longest >= least]
    if any(unit.count("-") >= WHOLE_RUN for unit in row.split()):
        marks.append(LONG)
    return " ".join(marks)


def read_words(text: str) -> tuple[str, str]:
    """Return the words of `words_as_they_stand` and its marks, blanks around both."""
    row, _, marks = text.partition(f" {SEPARATOR} ")
    return f" {row} ", f" {marks} "


def tokens_of(row: str) -> list[Token]:
    """Return the tokens of words as they stand, without their places in the displayed text."""
    return [
        Token(_NUMBER.sub(_letter, word) if "+" in word else word, 0, 0, bool(hyphen))
        for word, hyphen in _WORD.findall(row)
    ]


def _letter(number: re.Match[str]) -> str:
    return chr(int(number[1], 16))


def name_tokens(names: Iterable[Lattice]) -> str:
    """Return the tokens of authors' names, each reading of a name between separators."""
    rows = [row for name in names for row in _rows(name)]
    return " ".join([token for row in rows for token in (*row, SEPARATOR)])


def _rows(name: Lattice) -> list[list[str]]:
    rows = [list(map(_author, row)) for row in islice(readings(name), _MOST_READINGS + 1)]
    if len(rows) <= _MOST_READINGS and max(map(len, rows)) <= LONGEST_NAME:
        return rows
    words = dict.fromkeys(lower(edge.word) for edges in name.edges for edge in edges)
    return [[MANY], *([_author(word)] for word in words)]


def _author(word: str) -> str:
    return AUTHOR + encoded(word)


def fact_tokens(facts: Iterable[str]) -> str:
    """Return the tokens of facts in the form ``name:value``."""
    return " ".join(FACT + encoded_fact(fact) for fact in sorted(facts))
