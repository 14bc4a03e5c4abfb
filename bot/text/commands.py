"""Commands that do something to their arguments: what Unicode they make of them."""

import re
from collections.abc import Callable
from functools import partial

from bot.text.scripts import double_struck, fraction, root, script
from bot.text.symbols import negated

_FORMULA_DIGITS = re.compile(r"(?<=[A-Za-z)\]])[0-9]+")


def _binomial(above: str, below: str) -> str:
    return f"({above} choose {below})"


def _over(above: str, below: str) -> str:
    return below + script("^", above)


def _under(above: str, below: str) -> str:
    return below + script("_", above)


def _formula(text: str) -> str:
    """Return a formula of chemistry: CO₂ of ``CO2``."""
    text = text.replace("<=>", "⇌").replace("->", "→")
    return _FORMULA_DIGITS.sub(lambda found: script("_", found.group()), text)


def _quoted(text: str) -> str:
    return f"“{text}”"


def _modulus(text: str) -> str:
    return f" (mod {text})"


ONE_ARGUMENT: dict[str, Callable[[str], str]] = {
    "sqrt": partial(root, ""),
    "mathbb": double_struck,
    "Bbb": double_struck,
    "mathds": double_struck,
    "mathbbm": double_struck,
    "textsuperscript": partial(script, "^"),
    "textsubscript": partial(script, "_"),
    "not": negated,
    "pmod": _modulus,
    "enquote": _quoted,
    "textquote": _quoted,
}
TWO_ARGUMENTS: dict[str, Callable[[str, str], str]] = {
    "frac": fraction,
    "dfrac": fraction,
    "tfrac": fraction,
    "sfrac": fraction,
    "cfrac": fraction,
    "nicefrac": fraction,
    "binom": _binomial,
    "dbinom": _binomial,
    "tbinom": _binomial,
    "stackrel": _over,
    "overset": _over,
    "underset": _under,
}
IN_MATH: dict[str, Callable[[str], str]] = {
    "ensuremath": str,
    "ce": _formula,
    "ch": _formula,
}
"""Their one argument is math, wherever they stand."""
