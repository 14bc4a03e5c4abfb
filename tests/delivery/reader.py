"""A reader of Discord's markdown, made from how its clients behave, not from how we escape.

Says what takes effect in a text and what is seen of it. Where clients differ or are guessed at, it
finds an effect rather than none: any ``:name:`` is an emoji to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FLAGS = re.DOTALL | re.MULTILINE


@dataclass(frozen=True)
class Effect:
    """Something that is not plain text: its kind, what is seen of it, and for a link its target."""

    kind: str
    shown: str
    target: str = ""
    inner: tuple["Effect", ...] = ()

    def walk(self) -> Iterator["Effect"]:
        """Yield this effect and all within it."""
        yield self
        for each in self.inner:
            yield from each.walk()


@dataclass(frozen=True)
class Reading:
    """What is seen of a text, and the effects in it."""

    shown: str
    effects: tuple[Effect, ...]

    def kinds(self) -> set[str]:
        """Return the kinds of all effects, nested ones too."""
        return {each.kind for effect in self.effects for each in effect.walk()}


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, _FLAGS)


# Formats: their content, group 1, is read in turn.
_FORMATS = {
    "bold": _rule(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)"),
    "underline": _rule(r"__((?:\\.|[^\\])+?)__(?!_)"),
    "italic": _rule(r"\*(?!\s)((?:\\.|\*\*|[^*\\])+?)(?<!\s) {0,2}\*(?!\*)"),
    "italic_": _rule(r"_((?:\\.|__|[^_\\])+?)_(?![a-zA-Z0-9_])"),
    "strike": _rule(r"~~(.+?)~~"),
    "spoiler": _rule(r"\|\|(.+?)\|\|"),
}
# What is taken whole.
_IN_LABELS = {
    "code": _rule(r"(?P<ticks>`+)(.+?)(?<!`)(?P=ticks)(?!`)"),
    "time": _rule(r"<t:-?[0-9]+(?::[a-zA-Z])?>"),
    "emoji": _rule(r"<a?:\w+:[0-9]+>|:(?:\w*[A-Za-z]\w*|[+-]1|100|1234):"),
    "picture": _rule("[\u2600-\u2604\u2714\u2b50\U0001f300-\U0001faff]"),
}
_TAKEN = {
    "block": _rule(r"```.*?[^\n].*?```"),
    **_IN_LABELS,
    "mention": _rule(r"<@[!&]?[0-9]+>|<#[0-9]+>|@everyone|@here"),
    "command": _rule(r"</[^:<>]+:[0-9]+>|<id:\w+>"),
    "other link": _rule(r"<(?!https?:)[^: >]+:/[^ >]+>|(?:steam|discord)://[^\s<]+"),
    "mail": _rule(r"<(?:mailto:)?[^\s<>@]+@[^\s<>@]+>|<\+[0-9][0-9 -]*>"),
}
_URL = _rule(r"<(https?://[^ >]+)>|(https?://[^\s<]+[^<.,:;\"'\]\s])")
_MASKED = _rule(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\])*?)>?\s*\)"
)
# At the start of a line, or (True) after blanks there.
_LINES = {
    "subtext": (_rule(r"-# +(?!-#)([^\n]+)"), False),
    "heading": (_rule(r"#{1,3}\s+(?!#)([^\n]*)"), False),
    "quote": (_rule(r"> ([^\n]*)|>>> (.*)"), True),
    "list": (_rule(r"(?:[*+-]|[0-9]+\.) +([^\n]+)"), True),
}
# In a label Discord takes these for ":" and "/" before it looks for what must not be there.
_FOLD = {ord(sign): ":" for sign in "ː˸։∶ꓽ꞉︰：;"} | {ord(sign): "/" for sign in "⁄∕╱⟋⧸"}  # noqa: RUF001 - confusables


def read(text: str) -> Reading:
    """Read a text display's content."""
    return _Reader(text).reading()


class _Reader:
    def __init__(self, text: str, *, before: str = "", label: bool = False) -> None:
        self.text = before + text
        self.at = len(before)
        self.label = label
        self.seen: list[str] = []
        self.effects: list[Effect] = []

    def reading(self) -> Reading:
        while self.at < len(self.text):
            self._step()
        return Reading("".join(self.seen), tuple(self.effects))

    def _step(self) -> None:
        letter = self.text[self.at]
        after = self.text[self.at + 1 : self.at + 2]
        if letter == "\\" and after and not self.label:
            hidden = not re.match(r"[A-Za-z0-9\s]", after)
            self.seen.append(after if hidden else letter + after)
            self.at += 2
        elif not (self._line() or self._taken() or self._link() or self._format()):
            self.seen.append(letter)
            self.at += 1

    def _add(self, kind: str, end: int, inner: Reading, target: str = "") -> bool:
        self.effects.append(Effect(kind, inner.shown, target, inner.effects))
        self.seen.append(inner.shown)
        self.at = end
        return True

    def _inner(self, text: str) -> Reading:
        line = self.text[: self.at].rpartition("\n")[2]
        before = "$" if line.strip(" ") else line[-1:]
        return _Reader(text, before=before, label=self.label).reading()

    def _line(self) -> bool:
        line = self.text[: self.at].rpartition("\n")[2]
        for kind, (pattern, blanks) in _LINES.items():
            starts = not line.strip(" ") if blanks else not line
            match = pattern.match(self.text, self.at) if starts and not self.label else None
            if match:
                content = next(group for group in match.groups() if group is not None)
                return self._add(kind, match.end(), _Reader(content).reading())
        return False

    def _taken(self) -> bool:
        for kind, pattern in (_IN_LABELS if self.label else _TAKEN).items():
            if match := pattern.match(self.text, self.at):
                content = match[2] if kind == "code" else match[0]
                return self._add(kind, match.end(), Reading(content, ()))
        return False

    def _link(self) -> bool:
        if self.label:
            return False
        if match := _URL.match(self.text, self.at):
            url, end = match[1] or match[2], match.end()
            if not match[1] and len(url) - len(url.rstrip(")")) > url.count("("):
                url, end = url[:-1], end - 1
            return self._add("url", end, Reading(url, ()), url)
        match = _MASKED.match(self.text, self.at)
        if not match or not re.match("https?://", match[2]) or not _admissible(match[1]):
            return False
        return self._add("link", match.end(), _Reader(match[1], label=True).reading(), match[2])

    def _format(self) -> bool:
        found = [
            (kind, match)
            for kind, pattern in _FORMATS.items()
            if (match := pattern.match(self.text, self.at))
        ]
        if not found:
            return False
        kind, match = max(found, key=lambda each: each[1].end())
        return self._add(kind.rstrip("_"), match.end(), self._inner(match[1]))


def _admissible(label: str) -> bool:
    """Whether Discord makes a link of a label: no address, mention or emoji in it, not blank."""
    folded = label.translate(_FOLD)
    plain = _Reader(folded.replace("\\", "\\\\"), before="$").reading()
    invites = re.search(r"discord(?:app)?\.(?:gg|com)/", folded)
    forbidden = {"url", "link", "mention", "command", "emoji", "picture", "mail", "other link"}
    return bool(plain.shown.strip()) and not invites and not forbidden & plain.kinds()
