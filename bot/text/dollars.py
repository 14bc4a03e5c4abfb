"""Which dollar signs of a text open and close TeX math, and which are money. Rewrites nothing."""

import re
from enum import Enum, auto

_DOLLAR = re.compile(r"\\.|\$\$?", re.DOTALL)
_LONGEST = 1000
_SHORT = re.compile(r"\s*(?:[^\W\d_]|[<>=≤≥±~]\S*)\s*")
_TEX = re.compile(r"\\[A-Za-z]")
_TEX_OR_SIGN = re.compile(r"\\[A-Za-z]|[\^_=]")
_WORD = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,}\s")
_MONEY = re.compile(r"\d[\d.,]*\s*(?:[KMBkmb]|[a-z]{3,})\s")


class Border(Enum):
    """What a dollar sign does."""

    OPENS = auto()
    CLOSES = auto()
    SECOND = auto()
    """It belongs to the one before it: ``$$``."""


def math_dollars(text: str) -> dict[int, Border]:
    """Return what the dollars that delimit math do, by offset; all others are money.

    As in Pandoc, no blank stands just inside the dollars, unless what is inside is plainly TeX;
    and an amount of money opens none.
    """
    borders: dict[int, Border] = {}
    opened: tuple[int, str] | None = None
    for found in _DOLLAR.finditer(text):
        mark, place = found.group(), found.start()
        if mark[0] == "\\":
            continue
        closes = opened[1] if opened and mark.startswith(opened[1]) else None
        if opened is None or not closes or not _is_math(text, opened[0] + len(closes), place):
            opened = (place, mark)
            continue
        _mark(borders, opened[0], opened[1], Border.OPENS)
        _mark(borders, place, closes, Border.CLOSES)
        # In $a$$b$ one dollar closes and the next one opens.
        opened = None if closes == mark else (place + 1, "$")
    return borders


def _mark(borders: dict[int, Border], place: int, mark: str, border: Border) -> None:
    borders[place] = border
    if mark == "$$":
        borders[place + 1] = Border.SECOND


def _is_math(text: str, start: int, end: int) -> bool:
    if not 0 < end - start <= _LONGEST:
        return False
    first, last = text[start].isspace(), text[end - 1].isspace()
    tex = _TEX_OR_SIGN if first and last else _TEX
    is_tex = tex.search(text, start, end) is not None
    # Words beside a command are a sentence about money: $5 of the \textbf{best}.
    is_money = _MONEY.match(text, start, end) is not None
    is_money &= not is_tex or _WORD.search(text, start, end) is not None
    if first or last:
        # $ T $ and $>40 $ are formulas as well; $ 5 and $ is money.
        return not is_money and (is_tex or _SHORT.fullmatch(text, start, end) is not None)
    if text[start].isdigit():
        followed_by_digit = text[end : end + 1] == "$" and text[end + 1 : end + 2].isdigit()
        return not followed_by_digit and not is_money
    return True
