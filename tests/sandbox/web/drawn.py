"""HTML as a browser reads it: which elements there are, what they say, and where they lead."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


@dataclass
class Element:
    """An element with its attributes and the text inside it."""

    name: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def classes(self) -> frozenset[str]:
        """Its classes."""
        return frozenset(self.attributes.get("class", "").split())


@dataclass
class Drawn(HTMLParser):
    """A piece of HTML that was read; raises AssertionError where elements do not nest."""

    source: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        """Read it."""
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag == "br":
            self.handle_data("\n")
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element that was opened last."""
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].name == tag
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Give words to all elements that are open."""
        self.text += data
        for element in self._open:
            element.text += data

    def named(self, name: str) -> list[Element]:
        """Return the elements of a name."""
        return [each for each in self.elements if each.name == name]

    def classed(self, word: str) -> list[Element]:
        """Return the elements of a class."""
        return [each for each in self.elements if word in each.classes]

    def one(self, name: str) -> Element:
        """Return the only element of a name."""
        (found,) = self.named(name)
        return found
