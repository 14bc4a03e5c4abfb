"""Words of a text: tokens with their places, and which of them a hyphen holds together.

Papers and terms alike go through here. Folds no plurals; see `bot.text.plurals`.
"""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from bot.text.letters import fold

# In folded text `[^\W_]` is a letter or a decimal digit; see `fold_letter`.
_TOKEN = re.compile(
    r"[^\W_]+"
    r"(?:(?<=\d)\.(?=\d)[^\W_]+)*"  # 2.5D
    r"(?:(?<=[^\W\d_])(?:\+\+|\#))?"  # C++, F#
)
_TOKEN_AND_HYPHEN = re.compile(rf"({_TOKEN.pattern})(?:-(?=[^\W_]))?")
_KEPT_JOINTS = frozenset(["", "-", "/", ".", "&", "_"])


class Token(NamedTuple):
    """A run of letters and digits, diacritics off, case kept; ``start`` to ``end`` in the text."""

    text: str
    start: int
    end: int
    hyphenated: bool
    """Whether one hyphen, and nothing else, stands between this token and the next."""


def tokens(text: str, silent: AbstractSet[int] = frozenset()) -> list[Token]:
    """Return the tokens of a displayed text, in order.

    ``silent`` are offsets that are shown but not compared (`bot.text.plain.Readable`).
    """
    view = fold(text, silent)
    folded, offsets = view.text, view.offsets
    if folded is not text:
        return [
            Token(
                match[1],
                offsets[match.start(1)],
                _with_marks(text, offsets[match.end(1) - 1] + 1),
                match.end() != match.end(1),
            )
            for match in _TOKEN_AND_HYPHEN.finditer(folded)
        ]
    return [
        Token(match[1], match.start(1), match.end(1), match.end() != match.end(1))
        for match in _TOKEN_AND_HYPHEN.finditer(folded)
    ]


def _with_marks(text: str, end: int) -> int:
    """Let a span that ends in a letter take the accents along that follow it."""
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    return end


def spelling(word: str) -> str:
    """Return a word in the one way in which words that compare the same are written.

    Its tokens, case kept, and what joins them; "" for a word without a token. The word holds no
    blanks. Signs that join are kept where they could mean nothing else, others become a slash.
    """
    folded = fold(word).text
    pieces: list[str] = []
    done = 0
    for match in _TOKEN.finditer(folded):
        joint = folded[done : match.start()]
        if pieces:
            pieces.append(joint if joint in _KEPT_JOINTS else "/")
        pieces.append(match.group())
        done = match.end()
    return unicodedata.normalize("NFC", "".join(pieces))
