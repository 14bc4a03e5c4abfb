"""TeX to Unicode in one pass, for the few texts that need it.

Knows the commands of abstracts, not a document's. Never raises and loses no words: what it does
not know stays readable. Depths are bounded, so that any input takes linear time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.text.dollars import math_dollars
from bot.text.symbols import (
    DROPPED,
    FONTS,
    SILENT,
    TEXT_FONTS,
    accented,
    is_accent,
    script,
    sign,
    symbol,
)

__all__ = ["SILENT", "to_unicode"]

_DEEPEST = 40
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


@dataclass(slots=True)
class _Waiting:
    """A command that waits for its arguments."""

    finish: Callable[..., str]
    wanted: int = 1
    got: list[str] = field(default_factory=list)
    in_text: bool = False


@dataclass(slots=True)
class _Group:
    """An open brace or formula: what it holds so far, and the commands that wait in it."""

    math: bool
    by_dollar: bool = False
    out: list[str] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)


def to_unicode(text: str) -> str:
    """Return TeX as Unicode; signs that are shown but not compared follow a `SILENT`."""
    reader = _Reader(text)
    done = 0
    for found in _PIECE.finditer(text):
        reader.plain(text[done : found.start()])
        reader.piece(found)
        done = found.end()
    reader.plain(text[done:])
    return reader.close()


class _Reader:
    """The state of one pass: the groups that are open, innermost last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._dollars = math_dollars(text) if "$" in text else {}
        self._groups = [_Group(math=False)]
        self._too_deep = 0

    def plain(self, text: str) -> None:
        """Take text without TeX; a command that waits gets its first letter."""
        while text and self._groups[-1].waiting:
            text = text.lstrip()
            if text:
                self._emit(text[0])
                text = text[1:]
        if text:
            self._groups[-1].out.append(text)

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
            self._emit(f"[{found['keys']}]")
        elif kind == "url":
            self._emit(found["url"])
        elif kind == "dash":
            self._emit({2: "\N{EN DASH}", 3: "\N{EM DASH}"}.get(len(found["dash"]), found["dash"]))
        elif kind == "closing":
            self._emit("''" if self._groups[-1].math else "”")
        else:
            self._emit(" ")

    def close(self) -> str:
        """Return everything read, closing what the text left open."""
        while len(self._groups) > 1:
            self._close_group()
        self._settle(self._groups[0])
        return "".join(self._groups[0].out)

    def _emit(self, text: str) -> None:
        """Give a whole unit to the command that waits for it, else to the output."""
        group = self._groups[-1]
        while group.waiting:
            waiting = group.waiting[-1]
            waiting.got.append(text)
            if len(waiting.got) < waiting.wanted:
                return
            group.waiting.pop()
            text = waiting.finish(*waiting.got)
        group.out.append(text)

    def _await(self, finish: Callable[..., str], wanted: int = 1, *, in_text: bool = False) -> None:
        waiting = self._groups[-1].waiting
        if len(waiting) < _DEEPEST:
            waiting.append(_Waiting(finish, wanted, in_text=in_text))

    def _settle(self, group: _Group) -> None:
        """Finish commands that waited for arguments in vain."""
        while group.waiting:
            waiting = group.waiting.pop()
            missing = waiting.wanted - len(waiting.got)
            text = waiting.finish(*waiting.got, *[""] * missing)
            if group.waiting:
                group.waiting[-1].got.append(text)
                if len(group.waiting[-1].got) > group.waiting[-1].wanted:
                    group.out.append(group.waiting[-1].got.pop())
            else:
                group.out.append(text)

    def _open_group(self, *, math: bool, by_dollar: bool = False) -> None:
        if len(self._groups) < _DEEPEST:
            self._groups.append(_Group(math, by_dollar))
        else:
            self._too_deep += 1

    def _close_group(self) -> None:
        group = self._groups.pop()
        self._settle(group)
        self._emit("".join(group.out))

    def _close_math(self) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif any(group.by_dollar for group in self._groups):
            while not self._groups[-1].by_dollar:
                self._close_group()
            self._close_group()

    def _mark(self, mark: str, place: int) -> None:
        group = self._groups[-1]
        if mark == "{":
            in_text = bool(group.waiting) and group.waiting[-1].in_text
            self._open_group(math=group.math and not in_text)
        elif mark == "}":
            if self._too_deep:
                self._too_deep -= 1
            elif len(self._groups) > 1 and not group.by_dollar:
                self._close_group()
        elif mark == "$":
            self._dollar(place)
        elif mark in "^_" and group.math:
            self._await(lambda text: script(mark, text))
        elif mark == "~":
            self._tilde(place)
        elif mark == "`":
            self._quote(place)
        else:
            self._emit(mark)

    def _dollar(self, place: int) -> None:
        opens = self._dollars.get(place)
        if opens is None:
            # The second of two dollars that delimit one formula is not on the list.
            if place - 1 not in self._dollars or self._text[place - 1] != "$":
                self._emit("$")
        elif opens:
            self._open_group(math=True, by_dollar=True)
        else:
            self._close_math()

    def _tilde(self, place: int) -> None:
        before = self._text[place - 1 : place]
        after = self._text[place + 1 : place + 2]
        about = after.isdigit() and (not before or before.isspace() or before == "(")
        self._emit("~" if about else " ")

    def _quote(self, place: int) -> None:
        if self._text[place - 1 : place] == "`":
            return
        self._emit(
            "“" if self._text[place + 1 : place + 2] == "`" else "\N{LEFT SINGLE QUOTATION MARK}"
        )

    def _sign(self, letter: str) -> None:
        if letter in "([":
            self._open_group(math=True, by_dollar=True)
        elif letter in ")]":
            self._close_math()
        elif is_accent(letter):
            self._await(lambda base: accented(letter, base))
        else:
            self._emit(sign(letter))

    def _address(self, command: str, address: str) -> None:
        if command == "href":
            self._await(lambda text: f"{text} ({address})" if text != address else address)
        else:
            self._emit(address)

    def _command(self, name: str, blank: str, end: int) -> None:
        known = symbol(name)
        if name in FONTS:
            if name in TEXT_FONTS and self._text[end : end + 1] == "{":
                self._await(lambda text: text, in_text=True)
        elif is_accent(name):
            self._await(lambda base: accented(name, base))
        elif name in ("frac", "nicefrac", "dfrac", "tfrac", "sfrac"):
            self._await(_fraction, 2)
        elif name == "sqrt":
            self._await(lambda text: f"√{_grouped(text)}" if text else "")
        elif name in ("textsuperscript", "textsubscript"):
            mark = "^" if name == "textsuperscript" else "_"
            self._await(lambda text: script(mark, text))
        elif name == "footnote":
            self._await(lambda text: f" ({text}) ")
        elif name in DROPPED:
            self._await(lambda text: " " if text else "")
        elif known is not None:
            self._symbol(known, blank)
        else:
            self._unknown(name, blank, end)

    def _symbol(self, text: str, blank: str) -> None:
        if len(text) > 1 and text.isalpha():
            self._emit(self._apart(text) + blank)
        elif text.isalpha() and (self._groups[-1].math or ord(text[0]) < 0x250):  # noqa: PLR2004 - the Latin letters of Unicode end there
            self._emit(text)  # TeX skips the blank after a command: `\L ukasz`
        else:
            out = self._groups[-1].out
            spaced = not self._groups[-1].math or (out and out[-1].endswith(" "))
            self._emit(text + blank if spaced else text)

    def _unknown(self, name: str, blank: str, end: int) -> None:
        """Keep the name of a command that stands alone; of one with an argument, the argument."""
        after = self._text[end : end + 2]
        if after[:1] == "{" and after != "{}":
            self._await(lambda text: f" {text} ")
        else:
            follows = self._text[end + 2 : end + 3] if after == "{}" else after[:1]
            self._emit(self._apart(name) + (blank or (" " if follows.isalnum() else "")))

    def _apart(self, word: str) -> str:
        """Keep a word off the letters before it."""
        out = self._groups[-1].out
        return f" {word}" if out and out[-1] and out[-1][-1].isalnum() else word


def _fraction(above: str, below: str) -> str:
    return f"{_grouped(above)}/{_grouped(below)}" if below else above


def _grouped(text: str) -> str:
    return text if text.isalnum() or len(text) == 1 else f"({text})"
