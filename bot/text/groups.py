"""The braces and formulas that are open while TeX is read, and the commands that wait in them.

Knows no command. Depths are bounded: what is nested deeper is read as if it had no braces.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

_DEEPEST = 40
_PUNCTUATION = frozenset(",.;:)!?")


@dataclass(slots=True)
class _Waiting:
    """A command that waits for its arguments."""

    finish: Callable[..., str]
    wanted: int = 1
    got: list[str] = field(default_factory=list)
    in_math: bool | None = None


@dataclass(slots=True)
class _Group:
    """An open brace or formula: what it holds so far, and the commands that wait in it."""

    math: bool
    by_dollar: bool = False
    out: list[str] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)


class Groups:
    """Groups of TeX, innermost last, and what they hold so far as Unicode."""

    def __init__(self) -> None:
        self._groups = [_Group(math=False)]
        self._too_deep = 0

    @property
    def math(self) -> bool:
        """Whether the innermost group is in math."""
        return self._groups[-1].math

    @property
    def awaited(self) -> bool:
        """Whether a command waits for what comes next."""
        return bool(self._groups[-1].waiting)

    @property
    def last(self) -> str:
        """The last piece of output in the innermost group."""
        out = self._groups[-1].out
        return out[-1] if out else ""

    def append(self, text: str) -> None:
        """Add text that no command waits for."""
        self._groups[-1].out.append(text)

    def emit(self, text: str) -> None:
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

    def wait(
        self, finish: Callable[..., str], wanted: int = 1, *, in_math: bool | None = None
    ) -> None:
        """Let a command wait for ``wanted`` arguments: math, or not, or as what is around them."""
        waiting = self._groups[-1].waiting
        if len(waiting) < _DEEPEST:
            waiting.append(_Waiting(finish, wanted, in_math=in_math))

    def open(self) -> None:
        """Open a brace: in math where the one around it is, unless a command makes it text."""
        group = self._groups[-1]
        wanted = group.waiting[-1].in_math if group.waiting else None
        self._open(math=group.math if wanted is None else wanted)

    def open_math(self) -> None:
        """Open a formula."""
        self._open(math=True, by_dollar=True)

    def close(self) -> None:
        """Close a brace; one that nothing opened is dropped."""
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._groups) > 1 and not self._groups[-1].by_dollar:
            self._close()

    def close_math(self, after: str = "") -> None:
        """Close the innermost formula and all braces left open in it; ``after`` follows it."""
        if self._too_deep:
            self._too_deep -= 1
        elif any(group.by_dollar for group in self._groups):
            while not self._groups[-1].by_dollar:
                self._close()
            out = self._groups[-1].out
            if out and after in _PUNCTUATION:
                out[-1] = out[-1].rstrip(" ")
            self._close()

    def close_all(self) -> str:
        """Close everything that is open, and return the text."""
        while len(self._groups) > 1:
            self._close()
        self._settle(self._groups[0])
        return "".join(self._groups[0].out)

    def _open(self, *, math: bool, by_dollar: bool = False) -> None:
        if len(self._groups) < _DEEPEST:
            self._groups.append(_Group(math, by_dollar))
        else:
            self._too_deep += 1

    def _close(self) -> None:
        group = self._groups.pop()
        self._settle(group)
        self.emit("".join(group.out))

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
