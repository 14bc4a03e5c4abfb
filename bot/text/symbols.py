"""What TeX commands stand for: symbols, accents, scripts and commands that only choose a font.

Tables and look-ups only; `bot.text.tex` reads the TeX. Symbols are those of pylatexenc.
"""

import unicodedata
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

SILENT = "\x00"
"""Stands before a sign that is shown but not compared; no text that is read holds one."""
_OPERATORS = frozenset("+-−±*·×/=<>≤≥")  # noqa: RUF001 - the minus sign is meant

_FONTS = """
textit textbf texttt textsc textsf textrm textmd textup textsl textnormal emph text mbox hbox
underline uline mathit mathbf mathtt mathsf mathrm mathcal mathbb mathfrak mathscr mathnormal
boldsymbol bm bold pmb operatorname ensuremath widehat widetilde overline underbrace overbrace
overrightarrow overleftarrow
em it bf tt sc sf rm sl md up cal bfseries itshape ttfamily scshape sffamily rmfamily mdseries
upshape slshape normalfont normalsize tiny scriptsize footnotesize small large Large LARGE huge
Huge displaystyle textstyle scriptstyle scriptscriptstyle left right big Big bigg Bigg bigl bigr
Bigl Bigr biggl biggr Biggl Biggr limits nolimits nonumber protect xspace relax noindent
centering
"""
_TEXT_FONTS = "text mbox hbox textrm textit textbf texttt textsc textsf emph"
_DROPPED = "label vspace hspace vskip hskip bibliographystyle phantom"
FONTS = frozenset(_FONTS.split())
TEXT_FONTS = frozenset(_TEXT_FONTS.split())
DROPPED = frozenset(_DROPPED.split())
"""Commands whose argument is no text."""

_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "acute": "\u0301",
    "grave": "\u0300",
    "hat": "\u0302",
    "ddot": "\u0308",
    "tilde": "\u0303",
    "bar": "\u0304",
    "dot": "\u0307",
    "check": "\u030c",
    "breve": "\u0306",
    "vec": "\u20d7",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "H": "\u030b",
    "k": "\u0328",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
}
_SIGNS = {"-": "", "/": "", "!": "", "@": "", "\\": " ", ",": " ", ";": " ", ":": " ", ">": " "}
_OVERRIDES = {
    "circ": "°",
    "prime": "\N{PRIME}",
    "sim": "~",
    "to": "→",
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "item": "• ",
    "par": " ",
    "newline": " ",
    "quad": " ",
    "qquad": " ",
    "ldots": "...",
    "dots": "...",
    "degree": "°",
    "mid": "|",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "Vert": "‖",
    "lVert": "‖",
    "rVert": "‖",
    "bmod": "mod",
    "det": "det",
    "dim": "dim",
    "deg": "deg",
    "gcd": "gcd",
    "ker": "ker",
    "Pr": "Pr",
    "arg": "arg",
    "hom": "hom",
    "cot": "cot",
    "lg": "lg",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
}
_ABOVE = dict(
    zip(
        "0123456789+-=()niabcdefghjklmoprstuvwxyzABDEGHIJKLMNOPRTUVW",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
        strict=True,
    )
)
_BELOW = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
_STANDS_ALONE = frozenset("°\N{PRIME}")


@cache
def _symbols() -> dict[str, str]:
    known = {
        spec.macroname: spec.simplify_repl
        for spec in get_default_latex_context_db().iter_macro_specs()
        if isinstance(spec.simplify_repl, str) and "%" not in spec.simplify_repl
    }
    return {name: symbol for name, symbol in known.items() if "<" not in symbol} | _OVERRIDES


def symbol(name: str) -> str | None:
    """Return what a command of letters stands for, or None where that is not known."""
    return None if name == "today" else _symbols().get(name)


def sign(letter: str) -> str:
    """Return what a backslash before a sign stands for: the sign itself, or a kind of blank."""
    return _SIGNS.get(letter, letter)


def is_accent(name: str) -> bool:
    """Say whether a command puts an accent on its argument."""
    return name in _ACCENTS


def accented(name: str, base: str) -> str:
    """Return ``base`` with an accent on its first letter; a longer one in math stays bare."""
    if not base.strip():
        return name if name in "^~" else ""
    first = {"\N{LATIN SMALL LETTER DOTLESS I}": "i", "\N{LATIN SMALL LETTER DOTLESS J}": "j"}.get(
        base[0], base[0]
    )
    if not first.isalpha() or (len(base) > 1 and name.islower() and len(name) > 1):
        return base
    return unicodedata.normalize("NFC", first + _ACCENTS[name]) + base[1:]


def script(mark: str, text: str) -> str:
    """Return a super- or subscript in Unicode where every letter has one, else ``^`` and text."""
    table = _ABOVE if mark == "^" else _BELOW
    if text in _STANDS_ALONE:
        return text
    if text and all(letter in table for letter in text):
        return "".join(table[letter] for letter in text)
    if _OPERATORS.intersection(text[1:]):
        # O(n^(2-ε)), not O(n^2-ε).
        return f"{SILENT}{mark}{SILENT}({text}{SILENT})"
    return f"{SILENT}{mark}{text}"
