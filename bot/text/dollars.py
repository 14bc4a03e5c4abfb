"""Which dollar signs of a text open and close TeX math, and which are money. Rewrites nothing."""

import re

_DOLLAR = re.compile(r"\\.|\$\$?", re.DOTALL)
_LONGEST = 1000
_MONEY = re.compile(r"\d[\d.,]*\s*(?:[KMBkmb]|[a-z]{3,})\s")


def math_dollars(text: str) -> dict[int, bool]:
    """Return offsets of dollars that delimit math: True where it opens, False where it closes.

    As in Pandoc, no blank stands just inside the dollars, unless on both sides of what is plainly
    TeX; and an amount of money opens none.
    """
    borders: dict[int, bool] = {}
    opened: tuple[int, str] | None = None
    for found in _DOLLAR.finditer(text):
        mark, place = found.group(), found.start()
        if mark[0] == "\\":
            continue
        if opened and opened[1] == mark and _is_math(text, opened[0] + len(mark), place):
            borders[opened[0]] = True
            borders[place] = False
            opened = None
        else:
            opened = (place, mark)
    return borders


def _is_math(text: str, start: int, end: int) -> bool:
    if not 0 < end - start <= _LONGEST:
        return False
    first, last = text[start].isspace(), text[end - 1].isspace()
    if first or last:
        return first and last and any(letter in "\\^_=" for letter in text[start:end])
    if text[start].isdigit():
        followed_by_digit = text[end : end + 1] == "$" and text[end + 1 : end + 2].isdigit()
        return not followed_by_digit and not _MONEY.match(text, start, end)
    return True
