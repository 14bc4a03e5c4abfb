r"""Commands whose arguments are no TeX: addresses, keys of citations, units, lengths, colours.

`PATTERN` finds them; the last group of each alternative names what it is, and `shown` says what is
displayed. All repetitions are bounded, so that any input takes linear time.
"""

import re
from collections.abc import Callable

from bot.text.quantities import quantity
from bot.text.spacing import APART

_ADDRESS = (
    r"""(?:[^{}\s\\]|\\[^\sA-Za-z]|\\textasciitilde[ ]?(?:\{\})?|\{[^{}\s]{0,80}\}){1,2000}"""
)
PATTERN = rf"""
    \\(?:href|hyperlink)[ ]*\{{[ ]*(?P<target>{_ADDRESS})[ ]*\}}(?=[ ]*\{{)
  | \\(?:url|path|nolinkurl|href|hyperlink)[ ]*\{{[ ]*(?P<address>{_ADDRESS})[ ]*\}}
  | \\(?:[cC]ite[a-z]{{0,12}}|parencite|textcite|autocite)\*?[ ]*
      (?P<notes>(?:\[[^\[\]]{{0,80}}\]){{0,2}})\{{(?P<keys>[^{{}}]{{0,400}})\}}
  | \\(?:eqref|[cC]?ref|autoref|pageref)\*?[ ]*\{{(?P<label>[^{{}}]{{0,100}})\}}
  | \\(?:SI|qty)[ ]*\{{(?P<number>[^{{}}\\]{{0,40}})\}}[ ]*\{{(?P<unit>[^{{}}]{{0,80}})\}}
  | \\(?:si|unit)[ ]*\{{(?P<lone_unit>[^{{}}]{{0,80}})\}}
  | \\ang[ ]*\{{(?P<degrees>[^{{}}\\]{{0,40}})\}}
  | \\(?:SIrange|qtyrange)\{{(?P<low>[^{{}}\\]{{0,40}})\}}\{{(?P<high>[^{{}}\\]{{0,40}})\}}
      \{{(?P<range_unit>[^{{}}]{{0,80}})\}}
  | \\verb\*?(?P<fence>[^\w\s*{{}}])(?P<typed>.{{0,200}}?)(?P=fence)
  | \\(?:unicode|symbol)\{{[xX"]?(?P<hexadecimal>[0-9A-Fa-f]{{2,6}})\}}
  | \\u(?P<escaped>[0-9A-Fa-f]{{4}})
  | \\ding\{{(?P<dingbat>\d{{1,3}})\}}
  | \\(?P<skipped>hspace\*?\{{[^{{}}]{{0,40}}\}})
  | \\(?P<dropped>
      (?:textcolor|colorbox|color|pagecolor)[ ]*(?:\[[^\[\]{{}}]{{0,40}}\])?\{{[^{{}}]{{0,60}}\}}
      | (?:label|hypertarget|vspace\*?|index)\{{[^{{}}]{{0,80}}\}}
      | (?:mkern|kern|hskip|vskip|mskip)[ ]*-?[\d.]{{1,8}}[ ]*(?:mu|em|ex|pt|cm|mm|in)(?![A-Za-z])
    )
"""
_ESCAPED = re.compile(r"\\textasciitilde[ ]?(?:\{\})?|\\([^\sA-Za-z])(?:\{\})?")
_AT_ITS_END = re.compile(r"[.,;:]+\Z")
_NAMELESS = re.compile(r"(?:this )?(?:https? )?(?:url|link)|this https?", re.IGNORECASE)
_CIRCLED = {172: "①", 182: "❶", 192: "➀", 202: "➊"}
"""Digits from one to ten in Zapf Dingbats, where each row begins."""
_FIRST_PLANE_LETTERS = 0x20
_HIGHEST = 0x10FFFF


def shown(found: re.Match[str]) -> str | None:
    """Return what a match of the pattern displays; None where it is not one of this module."""
    look = _LOOKS.get(found.lastgroup or "")
    return look(found) if look else None


def address(source: str) -> str:
    """Return an address as browsers take it: signs that TeX wants escaped are bare."""
    return _ESCAPED.sub(lambda found: found[1] or "~", source)


def link(target: str, text: str) -> str:
    """Return a link as text and address, or as the address alone where the text says no more."""
    said = text.strip()
    if "://" in said and "://" not in target:
        # The other way round, as some write it.
        text, target, said = target, said, target
    target = _AT_ITS_END.sub("", target)
    if not said or _NAMELESS.fullmatch(said) or _bare(said) == _bare(target):
        return target if "://" in target or not said else said
    return f"{text} ({target}){APART}"


def _bare(target: str) -> str:
    target = target.removeprefix("mailto:").removeprefix("https://").removeprefix("http://")
    return target.removeprefix("www.").rstrip("/.").casefold()


def _citation(found: re.Match[str]) -> str:
    *before, after = found["notes"].removeprefix("[").removesuffix("]").split("][")
    said = " ".join([*filter(None, before), found["keys"]])
    return f"[{said}, {after}]" if after.strip() else f"[{said}]"


def _range(found: re.Match[str]) -> str:
    return f"{found['low']}\N{EN DASH}{quantity(found['high'], found['range_unit'])}"


def _letter(code: int, written: str) -> str:
    usable = _FIRST_PLANE_LETTERS <= code <= _HIGHEST and not 0xD800 <= code <= 0xDFFF  # noqa: PLR2004 - surrogates
    return chr(code) if usable else written


def _dingbat(found: re.Match[str]) -> str:
    place = int(found["dingbat"])
    for first, letter in _CIRCLED.items():
        if first <= place < first + 10:
            return chr(ord(letter) + place - first)
    return chr(0x2700 + place - 32) if 33 <= place <= 126 else ""  # noqa: PLR2004 - the block's first half


_LOOKS: dict[str, Callable[[re.Match[str]], str]] = {
    "address": lambda found: address(found["address"]),
    "keys": _citation,
    "label": lambda found: f"[{found['label']}]",
    "unit": lambda found: quantity(found["number"], found["unit"]),
    "lone_unit": lambda found: quantity("", found["lone_unit"]),
    "degrees": lambda found: f"{found['degrees']}°",
    "range_unit": _range,
    "typed": lambda found: found["typed"],
    "hexadecimal": lambda found: _letter(int(found["hexadecimal"], 16), found.group()),
    "escaped": lambda found: _letter(int(found["escaped"], 16), found.group()),
    "dingbat": _dingbat,
    "skipped": lambda _: " ",
    "dropped": lambda _: "",
}
