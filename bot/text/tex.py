"""TeX to Unicode in one pass, for the few texts that need it.

Knows the commands of abstracts, not a document's. Never raises and loses no words: what it does
not know stays readable. Depths are bounded, so that any input takes linear time.
"""

import re
from collections.abc import Callable
from typing import ClassVar

from bot.text import verbatim
from bot.text.commands import IN_MATH, ONE_ARGUMENT, TWO_ARGUMENTS
from bot.text.dollars import Border, math_dollars
from bot.text.groups import Groups
from bot.text.pieces import PIECE
from bot.text.quotes import quoted
from bot.text.scripts import bounds, plain_script, root, script
from bot.text.spacing import APART, MARKS, spaced
from bot.text.symbols import (
    DROPPED,
    FONTS,
    OPERATOR_NAMES,
    TEXT_FONTS,
    accented,
    is_accent,
    sign,
    symbol,
)

_MATH_ENVIRONMENTS = frozenset(
    ["equation", "align", "aligned", "eqnarray", "gather", "multline", "displaymath", "math"]
)
_PREFIXES = frozenset("∂∇√∑∏∫")
_LATIN_END = 0x250
_AFTER_URL = re.compile(r"[.,;:'\"”)]*---.*|'{1,2}[.,;:)]*\Z")
_UNIT = re.compile(r"[mgslLAVWJF](?![A-Za-z])")
_LINE_FEED = re.compile(r"[\"'`]\\[nt](?![a-z])|\\n\\n")
"""As programmers write it, in quotes or twice."""
_POSSESSIVE = re.compile(r"(?<=[a-zA-Z0-9])\\'s (?=[a-z])")
_HYPHENS_MEANT = re.compile(r"[^a-z\s]\\-|\\-[^a-z]")


def to_unicode(text: str) -> str:
    """Return TeX as Unicode; signs that are shown but not compared follow a `SILENT`."""
    return spaced(_Reader(quoted(text)).read())


class _Reader:
    """One pass: what each piece of TeX does to the groups that are open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._dollars = math_dollars(text) if "$" in text else {}
        # Some type \- for every hyphen; for TeX it is where a word may be broken.
        self._hyphen = "-" if "\\-" in text and _HYPHENS_MEANT.search(text) else ""
        self._groups = Groups()

    def read(self) -> str:
        """Return what the text says; marks of `bot.text.spacing` are left in it."""
        done = 0
        for found in PIECE.finditer(self._text):
            self._plain(self._text[done : found.start()])
            self._piece(found)
            done = found.end()
        self._plain(self._text[done:])
        return self._groups.close_all()

    def _plain(self, text: str) -> None:
        """Take text without TeX; a command that waits gets its first letter."""
        while text and self._groups.awaited:
            text = text.lstrip()
            if text:
                self._groups.emit(text[0])
                text = text[1:]
        if text:
            self._groups.append(text)

    def _piece(self, found: re.Match[str]) -> None:
        kind = found.lastgroup or ""
        shown = verbatim.shown(found)
        if kind == "blank":
            self._command(found["name"], found["blank"], found.end())
        elif shown is not None:
            self._groups.emit(shown)
        else:
            self._KINDS[kind](self, found)

    def _mark(self, found: re.Match[str]) -> None:
        mark, place = found.group(), found.start()
        if mark == "{":
            self._groups.open()
        elif mark == "}":
            self._groups.close()
        elif mark == "$":
            self._dollar(place)
        elif mark in "^_":
            self._script(mark, self._text[place + 1 : place + 2])
        elif mark == "~":
            self._tilde(place)
        else:
            self._groups.emit(mark)

    def _script(self, mark: str, after: str) -> None:
        if self._groups.math:
            apart = APART if self._groups.last.strip(MARKS) in OPERATOR_NAMES else ""
            self._groups.wait(lambda text: script(mark, text) + apart)
        elif after in {"{", "\\"}:
            self._groups.wait(lambda text: plain_script(mark, text))
        else:
            self._groups.emit(mark)

    def _dollar(self, place: int) -> None:
        border = self._dollars.get(place)
        if border is None:
            self._groups.emit("$")
        elif border is Border.OPENS:
            self._groups.open_math()
        elif border is Border.CLOSES:
            self._groups.close_math(self._text[place + 1 : place + 2])

    def _tilde(self, place: int) -> None:
        """Tell "about" (~7B, z~6, 10 ~ 20) from TeX's blank (Fig.~3)."""
        before, after = self._text[max(0, place - 2) : place], self._text[place + 1 : place + 5]
        opens = not before or before[-1].isspace() or before[-1] in "(["
        number = after.lstrip("\\$")[:1].isdigit() or after[:1] == "."
        variable = len(before) > 0 and before[-1].isalpha() and not before[:-1].isalpha()
        about = number and (opens or (variable and before[-1] not in "aAI"))
        between = opens and after[:1].isspace() and bool(before.strip() or place > 1)
        self._groups.emit("~" if about or between else " ")

    def _sign(self, found: re.Match[str]) -> None:
        letter, place = found["sign"], found.start()
        around = self._text[max(0, place - 1) : place], self._text[place + 2 : place + 3]
        if letter in "([":
            self._groups.open_math()
        elif letter in ")]":
            self._groups.close_math(around[1])
        elif letter == "-":
            self._groups.emit(self._hyphen)
        elif letter == "@" and all(map(str.isalnum, around)):
            self._groups.emit("@")
        elif letter.isdigit() or (letter == "'" and _POSSESSIVE.match(self._text, place)):
            self._groups.emit(f"\\{letter}" if letter.isdigit() else letter)
        elif is_accent(letter):
            self._groups.wait(lambda base: accented(letter, base))
        elif letter in ",;:!> " and self._groups.last.endswith(("~", " ")):
            pass
        else:
            self._groups.emit(sign(letter))

    def _numeral(self, found: re.Match[str]) -> None:
        """Take the stage of an ion: [N II]."""
        self._groups.emit(found[found.lastgroup or 0].upper())

    def _environment(self, found: re.Match[str]) -> None:
        """Drop the borders of an environment; what is inside is math in those of math."""
        is_math = found["environment"].rstrip("*") in _MATH_ENVIRONMENTS
        self._groups.emit(" ")
        if is_math and found["begin"] == "begin":
            self._groups.open_math()
        elif is_math:
            self._groups.close_math()
            self._groups.emit(" ")

    def _errors(self, found: re.Match[str]) -> None:
        above, below = found["above"] or found["above2"], found["below"] or found["below2"]
        if self._groups.math:
            self._groups.emit(bounds(above, below))
        else:
            self._groups.emit(f"^+{above}_-{below}" if found["above"] else f"_-{below}^+{above}")

    def _url(self, found: re.Match[str]) -> None:
        url = found["url"]
        rest = _AFTER_URL.search(url)
        end = rest.start() if rest else len(url)
        self._groups.emit(verbatim.address(url[:end]))
        if end < len(url):
            self._groups.append(url[end:].replace("''", "”").replace("---", "—"))

    def _closing(self, found: re.Match[str]) -> None:
        start, end = found.span()
        before, after = self._text[max(0, start - 1) : start], self._text[end : end + 1]
        if not self._groups.math and after.isalpha() and not before.strip(" ("):
            self._groups.emit("“")  # ''so'', as some write it.
            return
        is_prime = self._groups.math or before.isdigit()
        self._groups.emit("''" if is_prime and "“" not in self._text else "”")

    def _dash(self, found: re.Match[str]) -> None:
        dashes = {2: "\N{EN DASH}", 3: "\N{EM DASH}"}
        self._groups.emit(dashes.get(len(found["dash"]), found["dash"]))

    def _degree(self, found: re.Match[str]) -> None:
        self._groups.wait(lambda text: root(found["degree"], text))

    def _link(self, found: re.Match[str]) -> None:
        target = verbatim.address(found["target"])
        self._groups.wait(lambda text: verbatim.link(target, text), in_math=False)

    def _note(self, _: re.Match[str]) -> None:
        self._groups.wait(lambda text: f" ({text.strip()}){APART}" if text.strip() else "")

    def _command(self, name: str, blank: str, end: int) -> None:
        after = self._text[end : end + 1]
        known = symbol(name)
        if name in FONTS:
            if name in TEXT_FONTS and after == "{":
                self._groups.wait(lambda text: text, in_math=False)
        elif name in ONE_ARGUMENT:
            self._groups.wait(ONE_ARGUMENT[name])
        elif name in TWO_ARGUMENTS:
            self._groups.wait(TWO_ARGUMENTS[name], 2)
        elif name in DROPPED and after == "{":
            self._groups.wait(lambda text: " " if text else "")
        elif name in IN_MATH and after == "{":
            self._groups.wait(IN_MATH[name], in_math=True)
        elif is_accent(name) and (len(name) > 1 or after not in {"", "-", "_", ")", ",", "."}):
            self._groups.wait(lambda base: accented(name, base))
        elif name == "deg" and (not self._groups.math or after == "}"):
            self._groups.emit(f"°{blank}")
        elif known is not None:
            self._symbol(known, blank, end)
        else:
            self._unknown(name, blank, end)

    def _symbol(self, text: str, blank: str, end: int) -> None:
        after = self._text[end : end + 1]
        if text[-1] == "." and text[:1].isalpha() and after == ".":
            self._groups.emit(text[:-1])
        elif len(text) > 1 and text[0].isalpha() and text != "°C":
            self._groups.emit(f"{APART}{text}{blank or APART}")
        elif (
            text in "“‘"
            or (text == "’" and after == "s")
            or (text == "μ" and _UNIT.match(self._text, end))
        ):
            self._groups.emit(text)
        elif text.isalpha() and (self._groups.math or ord(text[0]) < _LATIN_END):
            # TeX skips the blank after a command (`\L ukasz`); before a relation it is for the eye.
            relation = self._groups.math and after in {"=", "<", ">", "+"}
            self._groups.emit(text + blank if relation else text)
        elif text == " ":
            self._groups.emit("" if self._groups.last.endswith(" ") else text)
        else:
            # In math a blank may only end the command: \times 64.
            ends_command = self._groups.math and (after.isalnum() or after in {"\\", "{", "(", "-"})
            spaced_out = self._groups.last.endswith(" ") and text not in _PREFIXES
            self._groups.emit(text if ends_command and not spaced_out else text + blank)

    def _unknown(self, name: str, blank: str, end: int) -> None:
        """Keep the name of a command that stands alone; of one with an argument, the argument."""
        after = self._text[end : end + 2]
        feeds = name in {"n", "t"} and not self._groups.math
        if feeds and _LINE_FEED.search(self._text, max(0, end - 8), min(len(self._text), end + 2)):
            self._groups.emit(f"\\{name}{blank}")
        elif after[:1] == "{" and after != "{}":
            self._groups.wait(lambda text: f"{APART}{text}{APART}")
        else:
            self._groups.emit(f"{APART}{name}{blank or APART}")

    _KINDS: ClassVar[dict[str, Callable[["_Reader", re.Match[str]], None]]] = {
        "environment": _environment,
        "errors": _errors,
        "small_capitals": _numeral,
        "small_capitals_": _numeral,
        "invisible": lambda _self, _found: None,
        "degree": _degree,
        "note": _note,
        "sign": _sign,
        "url": _url,
        "mark": _mark,
        "dash": _dash,
        "closing": _closing,
        "target": _link,
    }
