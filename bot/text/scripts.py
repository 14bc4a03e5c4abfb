"""Super- and subscripts, fractions, roots and blackboard letters as Unicode, where it has them.

Takes text that is Unicode already. A sign that is shown but not compared follows a `SILENT`
(`bot.text.spacing`).
"""

import re

from bot.text.spacing import APART, APART_SILENT, APART_WIDE, MARKS, SILENT

_OPERATORS = frozenset(" +-−±*·×/=<>≤≥|→∈,")
_ABOVE = dict(
    zip(
        "0123456789+-−=()niabcdefghjklmoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ*∗†′",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ**†′",
        strict=True,
    )
)
_BELOW = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_RAISED = frozenset("°*∗†‡⋆®™'\N{PRIME}\N{DOUBLE PRIME}")
"""What stands high, or is read so, without a sign: 360°, A*, H†."""
_LOWERED = frozenset("⊙⊕☉⋆⊥∥")
"""What cannot be taken for a factor: M⊙, k⊥."""
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_DOUBLE_STRUCK = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
_SMALL = re.escape("".join({*_ABOVE.values(), *_BELOW.values()}))
_SCRIPTED = re.compile(rf"{SILENT}?[_^](?:\w+|{SILENT}\([^()]*{SILENT}\))|[{_SMALL}′']+")
_LONG_WORD = 4


def script(mark: str, text: str) -> str:
    """Return a script of math in Unicode where each of its letters has one, else ``^`` and text."""
    blank = " " if text.endswith(" ") else ""
    text = text.strip(MARKS + " ").replace("′′", "″")
    found = _in_unicode(mark, text)
    if found is not None:
        return found + blank
    if _is_several(text) or (mark == "_" and "(" in text):
        # O(n^(2-ε)), not O(n^2-ε).
        return f"{SILENT}{mark}{SILENT}({text}{SILENT}){blank}"
    return f"{SILENT}{mark}{text}{blank or APART_SILENT}"


def plain_script(mark: str, text: str) -> str:
    """Return a script outside math, where ``^`` and ``_`` are signs like any other."""
    text = text.strip(MARKS + " ")
    if mark == "^" and text in _RAISED:
        return text
    return f"{mark}({text})" if _is_several(text) else f"{mark}{text}"


def bounds(above: str, below: str) -> str:
    """Return the unequal errors of a measurement: 4.6 +0.6/-0.5."""
    if "." not in above + below:
        return script("^", f"+{above}") + script("_", f"-{below}")
    return f" +{above}/-{below}{APART}"


def fraction(above: str, below: str) -> str:
    """Return a fraction on one line, what needs them in parentheses."""
    above, below = above.strip(MARKS + " "), below.strip(MARKS + " ")
    if not below:
        return above
    dividend = f"({above})" if _is_several(above) else above
    divisor = below if _is_factor(below) else f"({below})"
    return f"{APART}{dividend}/{divisor}{APART_WIDE}"


def root(degree: str, text: str) -> str:
    """Return a root, its radicand in parentheses unless it is one sign or word."""
    text = text.strip(MARKS + " ")
    sign = _ROOTS.get(degree, script("^", degree) + "√")
    if not text:
        return sign
    return f"{sign}{text}{APART}" if _is_factor(text) else f"{sign}({text})"


def double_struck(text: str) -> str:
    """Return the letters that name sets of numbers, ℝ, and the like."""
    return "".join(map(_struck, text))


def _struck(letter: str) -> str:
    if letter in _DOUBLE_STRUCK or not (letter.isascii() and letter.isalnum()):
        return _DOUBLE_STRUCK.get(letter, letter)
    first, struck = (
        ("0", "𝟘") if letter.isdigit() else ("A", "𝔸") if letter.isupper() else ("a", "𝕒")
    )
    return chr(ord(letter) - ord(first) + ord(struck))


def _in_unicode(mark: str, text: str) -> str | None:
    if text in (_RAISED if mark == "^" else _LOWERED):
        return text
    table = _ABOVE if mark == "^" else _BELOW
    if text and all(letter in table for letter in text):
        return "".join(table[letter] for letter in text)
    return None if text else ""


def _is_several(text: str) -> bool:
    return not _OPERATORS.isdisjoint(text[1:])


def _is_factor(text: str) -> bool:
    """Say whether nobody would take a part of a text for the whole: n, 24, σᵢ, f(x), dt, time."""
    bare = _SCRIPTED.sub("", text)
    if len(bare) > 1 and bare[0] in "d∂":
        bare = bare[1:]
    head, opened, rest = bare.partition("(")
    if opened:
        return head.isalpha() and rest.endswith(")") and rest.count(")") == 1
    is_word = bare.islower() and len(bare) >= _LONG_WORD and bare in text
    return len(bare) == 1 or bare.isdecimal() or is_word
