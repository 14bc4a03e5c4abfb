"""Reads Atom, RSS and OAI-PMH into entries, whole ones only, from bytes nobody vouches for.

Refuses document types, entities and external references; knows nothing of papers' fields.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from xml.etree.ElementTree import (
    Element,
    ParseError,
    TreeBuilder,
)

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from bot.arxiv_ids import find_id
from bot.errors import SourceError
from bot.sources.fields import bounded
from bot.sources.pages import SkippedEntry

DEEPEST = 32
MOST_ENTRIES = 20_000
"""Ten times what arXiv gives in one answer."""
MOST_BREAKS = 20
_EXCERPT = 200

_ENTRY_START = re.compile(rb"<(?:entry|item|record)[\s>]")
_ROOTS = frozenset({"feed", "rss", "OAI-PMH"})
_ENTRIES = frozenset(
    {("feed", "entry"), ("rss", "channel", "item"), ("OAI-PMH", "ListRecords", "record")}
)

T = TypeVar("T")


class UnusableEntry(ValueError):  # noqa: N818 - reads as what happened
    """An entry lacks what makes it a paper; the text says what."""


class ReportedError(SourceError):
    """The source answered with an error of its own; the text quotes it on one line."""

    def __init__(self, message: str | None) -> None:
        words = " ".join(bounded(message, 300).split())
        super().__init__(f"The source says: {words or 'error'}")


class Entry:
    """The children of an element by name, whatever their namespace."""

    __slots__ = ("_children",)

    def __init__(self, element: Element) -> None:
        self._children: dict[str, list[Element]] = {}
        for child in element:
            self._children.setdefault(_local(child.tag), []).append(child)

    def all(self, name: str) -> list[Element]:
        """Return the children called `name`."""
        return self._children.get(name, [])

    def texts(self, name: str) -> Iterator[str]:
        """Yield the text of each child called `name`."""
        return ("".join(child.itertext()) for child in self.all(name))

    def text(self, *names: str) -> str | None:
        """Return the first text that is not blank under any of `names`."""
        every = (text.strip() for name in names for text in self.texts(name))
        return next(filter(None, every), None)


@dataclass(slots=True)
class Feed(Generic[T]):
    """What a document held: papers and skipped entries in its order, and its own fields."""

    papers: list[T] = field(default_factory=list)
    skipped: list[SkippedEntry] = field(default_factory=list)
    truncated: bool = False
    header: Entry = field(default_factory=lambda: Entry(Element("feed")))

    @property
    def entries(self) -> int:
        """How many entries there were, usable or not."""
        return len(self.papers) + len(self.skipped)

    def number(self, name: str) -> int | None:
        """Return the whole number in the header's field `name`, None where there is none."""
        digits = self.header.text(name) or ""
        return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else None


def read_feed(body: bytes, read_entry: Callable[[Entry], T]) -> Feed[T]:
    """Read a document; `read_entry` makes a paper or raises UnusableEntry, which skips the entry.

    A document that breaks off keeps the entries before the break and is `truncated`; an entry
    that is not XML is skipped, and reading goes on with the next. Raises SourceError for
    anything that is not a feed.
    """
    feed: Feed[T] = Feed()
    first = _ENTRY_START.search(body)
    head = body[: first.start()] if first else body
    rest = body
    for _ in range(MOST_BREAKS):
        broken_at = _read(rest, feed, read_entry)
        if broken_at is None:
            return feed
        following = _ENTRY_START.search(rest, broken_at)
        if following is None:
            break
        excerpt = rest[max(0, broken_at - _EXCERPT) : broken_at]
        feed.skipped.append(SkippedEntry("not well-formed XML", excerpt.decode(errors="replace")))
        rest = head + rest[following.start() :]
    feed.truncated = True
    return feed


def _read(body: bytes, feed: Feed[T], read_entry: Callable[[Entry], T]) -> int | None:
    """Add what `body` holds to `feed`; return where it stops being XML, None at its proper end."""
    collector = _Collector(feed, read_entry)
    parser = DefusedXMLParser(target=collector, forbid_dtd=True)
    try:
        parser.feed(body)
        parser.close()
    except ParseError:
        if collector.root is None:
            raise SourceError("The answer is not a feed.") from None
        feed.header = collector.header()
        return max(parser.parser.ErrorByteIndex, 0)
    except DefusedXmlException:
        raise SourceError("The answer declares a document type or entities.") from None
    except (LookupError, ValueError):
        raise SourceError("The answer is in an encoding that cannot be read.") from None
    feed.header = collector.header()
    return None


class _Collector(Generic[T]):
    """A parser's target that hands each whole entry on, and keeps only the header in memory."""

    def __init__(self, feed: Feed[T], read_entry: Callable[[Entry], T]) -> None:
        self._feed = feed
        self._read_entry = read_entry
        self._builder = TreeBuilder()
        self._open: list[str] = []
        self.root: Element | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if not self._open and name not in _ROOTS:
            raise SourceError("The answer is not a feed.")
        if len(self._open) >= DEEPEST:
            raise SourceError("The answer is nested deeper than any feed.")
        self._open.append(name)
        element = self._builder.start(tag, attributes)
        if self.root is None:
            self.root = element

    def data(self, text: str) -> None:
        self._builder.data(text)

    def end(self, tag: str) -> None:
        element = self._builder.end(tag)
        path = tuple(self._open)
        self._open.pop()
        if path in _ENTRIES:
            self._take(element)
            element.clear()

    def close(self) -> None:
        """Needed by the parser; what was read went to the feed entry by entry."""

    def header(self) -> Entry:
        root = self.root if self.root is not None else Element("feed")
        inner = next((it for it in root if _local(it.tag) in {"channel", "ListRecords"}), None)
        return Entry(root if inner is None else inner)

    def _take(self, element: Element) -> None:
        if self._feed.entries >= MOST_ENTRIES:
            raise SourceError("The answer holds more entries than any feed.")
        try:
            self._feed.papers.append(self._read_entry(Entry(element)))
        except UnusableEntry as error:
            text = " ".join(" ".join(element.itertext()).split())
            # Its own number stands before any that it cites, in each of the formats.
            number = find_id(text)
            self._feed.skipped.append(
                SkippedEntry(str(error), text[:_EXCERPT], number[0] if number else None)
            )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
