"""TeX to Unicode in one pass, for the few texts that need it.

Knows the commands of abstracts, not a document's. Never raises and loses no words: what it does
not know stays readable. Depths are bounded, so that any input takes linear time.
"""

import re

from bot.text.dollars import Border, math_dollars
from bot.text.groups import Groups
from bot.text.symbols import (
    DROPPED,
    FONTS,
    TEXT_FONTS,
    accented,
    is_accent,
    script,
    sign,
    symbol,
)

_MATH_ENVIRONMENTS = frozenset(["equation", "align", "eqnarray", "gather", "displaymath", "math"])
_PIECE = re.compile(
    r"""
    \\begin\{[^{}\\$]{0,40}\} | \\end\{[^{}\\$]{0,40}\}
  | \\(?P<verbatim>url|href|path)[ ]*\{(?P<address>[^{}\s]{0,2000})\}
  | \\(?P<cited>cite[a-z]{0,10}|ref|eqref)[ ]*(?:\[[^\[\]]{0,80}\])?\{(?P<keys>[^{}]{0,400})\}
  | \\(?P<name>[A-Za-z]+)(?P<blank>[ ]*)
  | \\(?P<sign>[^A-Za-z])
  | (?P<url>https?://[^\s{}\\$]+)
  | (?P<mark>[\\${}^_~`])
  | (?P<dash>-{2,}) | (?P<closing>'')
    """,
    re.VERBOSE,
)


def to_unicode(text: str) -> str:
    """Return TeX as Unicode; signs that are shown but not compared follow a `SILENT`."""
    reader = _Reader(text)
    done = 0
    for found in _PIECE.finditer(text):
        reader.plain(text[done : found.start()])
        reader.piece(found)
        done = found.end()
    reader.plain(text[done:])
    return reader.groups.close_all()


class _Reader:
    """One pass: what each piece of TeX does to the groups that are open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._dollars = math_dollars(text) if "$" in text else {}
        self.groups = Groups()

    def plain(self, text: str) -> None:
        """Take text without TeX; a command that waits gets its first letter."""
        while text and self.groups.awaited:
            text = text.lstrip()
            if text:
                self.groups.emit(text[0])
                text = text[1:]
        if text:
            self.groups.append(text)

    def piece(self, found: re.Match[str]) -> None:
        """Take one piece of TeX."""
        kind = found.lastgroup
        if kind == "blank":
            self._command(found["name"], found["blank"], found.end())
        elif kind == "mark":
            self._mark(found.group(), found.start())
        elif kind == "sign":
            self._sign(found["sign"])
        elif kind == "address":
            self._address(found["verbatim"], found["address"])
        elif kind == "keys":
            self.groups.emit(f"[{found['keys']}]")
        elif kind == "url":
            self.groups.emit(found["url"])
        elif kind == "dash":
            self.groups.emit(
                {2: "\N{EN DASH}", 3: "\N{EM DASH}"}.get(len(found["dash"]), found["dash"])
            )
        elif kind == "closing":
            self.groups.emit("''" if self.groups.math else "”")
        else:
            self._environment(found.group())

    def _mark(self, mark: str, place: int) -> None:
        if mark == "{":
            self.groups.open()
        elif mark == "}":
            self.groups.close()
        elif mark == "$":
            self._dollar(place)
        elif mark in "^_" and self.groups.math:
            self.groups.wait(lambda text: script(mark, text))
        elif mark == "~":
            self._tilde(place)
        elif mark == "`":
            self._quote(place)
        else:
            self.groups.emit(mark)

    def _dollar(self, place: int) -> None:
        border = self._dollars.get(place)
        if border is None:
            self.groups.emit("$")
        elif border is Border.OPENS:
            self.groups.open_math()
        elif border is Border.CLOSES:
            self.groups.close_math()

    def _tilde(self, place: int) -> None:
        before = self._text[place - 1 : place]
        after = self._text[place + 1 : place + 2]
        about = after.isdigit() and (not before or before.isspace() or before == "(")
        self.groups.emit("~" if about else " ")

    def _quote(self, place: int) -> None:
        if self._text[place - 1 : place] == "`":
            return
        self.groups.emit(
            "“" if self._text[place + 1 : place + 2] == "`" else "\N{LEFT SINGLE QUOTATION MARK}"
        )

    def _sign(self, letter: str) -> None:
        if letter in "([":
            self.groups.open_math()
        elif letter in ")]":
            self.groups.close_math()
        elif is_accent(letter):
            self.groups.wait(lambda base: accented(letter, base))
        else:
            self.groups.emit(sign(letter))

    def _environment(self, border: str) -> None:
        """Drop the borders of an environment; what is inside is math in those of math."""
        opens, name = border.startswith("\\begin"), border.partition("{")[2].rstrip("*}")
        self.groups.emit(" ")
        if name in _MATH_ENVIRONMENTS and opens:
            self.groups.open_math()
        elif name in _MATH_ENVIRONMENTS:
            self.groups.close_math()
            self.groups.emit(" ")

    def _address(self, command: str, address: str) -> None:
        if command == "href":
            self.groups.wait(lambda text: f"{text} ({address})" if text != address else address)
        else:
            self.groups.emit(address)

    def _command(self, name: str, blank: str, end: int) -> None:
        known = symbol(name)
        if name in FONTS:
            if name in TEXT_FONTS and self._text[end : end + 1] == "{":
                self.groups.wait(lambda text: text, in_text=True)
        elif is_accent(name):
            self.groups.wait(lambda base: accented(name, base))
        elif name in ("frac", "nicefrac", "dfrac", "tfrac", "sfrac"):
            self.groups.wait(_fraction, 2)
        elif name == "sqrt":
            self.groups.wait(lambda text: f"√{_grouped(text)}" if text else "")
        elif name in ("textsuperscript", "textsubscript"):
            mark = "^" if name == "textsuperscript" else "_"
            self.groups.wait(lambda text: script(mark, text))
        elif name == "footnote":
            self.groups.wait(lambda text: f" ({text}) ")
        elif name in DROPPED:
            self.groups.wait(lambda text: " " if text else "")
        elif known is not None:
            self._symbol(known, blank, self._text[end : end + 1])
        else:
            self._unknown(name, blank, end)

    def _symbol(self, text: str, blank: str, after: str) -> None:
        if len(text) > 1 and text.isalpha():
            self.groups.emit(self._apart(text) + blank)
        elif text.isalpha() and (self.groups.math or ord(text[0]) < 0x250):  # noqa: PLR2004 - the Latin letters of Unicode end there
            # TeX skips the blank after a command (`\L ukasz`); before a relation it is for the eye.
            relation = self.groups.math and after in {"=", "<", ">", "+"}
            self.groups.emit(text + blank if relation else text)
        else:
            # In math a blank may only end the command: \times 64.
            ends_command = self.groups.math and after.isalnum()
            spaced = not ends_command or self.groups.last.endswith(" ")
            self.groups.emit(text + blank if spaced else text)

    def _unknown(self, name: str, blank: str, end: int) -> None:
        """Keep the name of a command that stands alone; of one with an argument, the argument."""
        after = self._text[end : end + 2]
        if after[:1] == "{" and after != "{}":
            self.groups.wait(lambda text: f" {text} ")
        else:
            follows = self._text[end + 2 : end + 3] if after == "{}" else after[:1]
            self.groups.emit(self._apart(name) + (blank or (" " if follows.isalnum() else "")))

    def _apart(self, word: str) -> str:
        """Keep a word off the letters before it."""
        return f" {word}" if self.groups.last[-1:].isalnum() else word


def _fraction(above: str, below: str) -> str:
    return f"{_grouped(above)}/{_grouped(below)}" if below else above


def _grouped(text: str) -> str:
    return text if text.isalnum() or len(text) == 1 else f"({text})"
