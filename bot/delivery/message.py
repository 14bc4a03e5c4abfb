"""A Discord message as a value: blocks, what they become, and whether they fit.

Knows Discord's limits and nothing of papers; `bot.delivery.components` builds the real thing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.delivery.marked import units
from bot.domain import PaperId

MOST_COMPONENTS = 40
"""Of a Components V2 message, nested ones counted (Component Reference)."""
MOST_CHARACTERS = 4_000
"""Over all text displays (discord-api-docs pull request 8562)."""
MOST_BYTES = 10_000
"""Discord answers 500, each time, above 10,170 (discord-api-docs issue 8554)."""
BYTES_A_TEXT = 12
"""What each text costs in those bytes besides itself (the same issue)."""
LONGEST_LABEL = 80
LONGEST_URL = 512
"""Of a button, as its label (Component Reference)."""


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PaperButton:
    """A button that does something with a paper; ``act`` is which of the acts of the client."""

    label: str
    act: str
    paper: PaperId

    @property
    def custom_id(self) -> str:
        """What the button is known by, also after a restart: versioned."""
        return f"pw1:paper:{self.act}:{self.paper}"


Button = LinkButton | PaperButton


Choice = tuple[str, PaperId]
"""A paper in a menu: its label, and its id."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A menu of the papers of a list, at most 25 (Select Menus)."""

    placeholder: str
    papers: tuple[Choice, ...]

    custom_id = "pw1:papers"

    def parts(self) -> "Iterator[Part]":
        """Yield the components."""
        yield self


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above everything; ``text`` is markdown."""

    text: str

    def parts(self) -> "Iterator[Part]":
        """Yield the components."""
        yield Text(f"## {self.text}")


@dataclass(frozen=True, slots=True)
class Note:
    """A small grey line; ``text`` is markdown."""

    text: str

    def parts(self) -> "Iterator[Part]":
        """Yield the components."""
        yield Text(f"-# {self.text}")


@dataclass(frozen=True, slots=True)
class Card:
    """One paper: texts in markdown, then its buttons; ``link`` is the paper's address.

    Links stand in a row above what does something; at most five of each.
    """

    texts: tuple[str, ...]
    buttons: tuple[Button, ...] = ()
    link: str | None = None

    def parts(self) -> "Iterator[Part]":
        """Yield the components."""
        yield from map(Text, self.texts)
        for kind in (LinkButton, PaperButton):
            if row := tuple(each for each in self.buttons if isinstance(each, kind)):
                yield Row(row)


Block = Heading | Note | Card | Choices


@dataclass(frozen=True, slots=True)
class Text:
    """A text display."""

    content: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A separator with a line."""


@dataclass(frozen=True, slots=True)
class Row:
    """An action row of buttons."""

    buttons: tuple[Button, ...]


Part = Text | Rule | Row | Choices


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent at once; the same blocks always make the same components."""

    blocks: tuple[Block, ...]

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses of the papers, in order: how the message is known again in a history."""
        cards = (block for block in self.blocks if isinstance(block, Card))
        return tuple(card.link for card in cards if card.link is not None)

    def parts(self) -> Iterator[Part]:
        """Yield the components in order, with a line between two cards that have buttons."""
        before: Block | None = None
        for block in self.blocks:
            if isinstance(before, Card) and before.buttons and isinstance(block, Card):
                yield Rule()
            yield from block.parts()
            before = block

    def fits(self) -> bool:
        """Return whether Discord takes the message."""
        sizes = [_size_of(block) for block in self.blocks]
        rules = sum(isinstance(part, Rule) for part in self.parts())
        components, characters, size = map(sum, zip((rules, 0, 0), *sizes, strict=True))
        within = components <= MOST_COMPONENTS and characters <= MOST_CHARACTERS
        return within and size <= MOST_BYTES


@lru_cache(maxsize=1024)
def _size_of(block: Block) -> tuple[int, int, int]:
    """Return how many components, characters and bytes a block has; it is asked over and over."""
    components = characters = size = 0
    for part in block.parts():
        components += 1 + _inside(part)
        characters += sum(map(units, _displayed(part)))
        size += sum(len(text.encode()) + BYTES_A_TEXT for text in _carried(part))
    return components, characters, size


def _inside(part: Part) -> int:
    """Return how many components a row holds; a menu stands in a row of its own."""
    if isinstance(part, Row):
        return len(part.buttons)
    return 1 if isinstance(part, Choices) else 0


def _displayed(part: Part) -> tuple[str, ...]:
    """Return the texts that may count as displayed: labels too, to be safe."""
    if isinstance(part, Text):
        return (part.content,)
    return tuple(button.label for button in part.buttons) if isinstance(part, Row) else ()


def _carried(part: Part) -> tuple[str, ...]:
    """Return all texts that are sent."""
    if isinstance(part, Choices):
        return (part.placeholder, *(text for paper in part.papers for text in paper))
    if not isinstance(part, Row):
        return _displayed(part)
    return _displayed(part) + tuple(
        button.url if isinstance(button, LinkButton) else button.custom_id
        for button in part.buttons
    )
