"""A message knows what Discord will count, and discord.py builds exactly that."""

from collections.abc import Iterator

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.components import view_of
from bot.delivery.message import (
    Card,
    Heading,
    LinkButton,
    Message,
    Note,
    PaperButton,
    Row,
    Rule,
    Text,
)
from bot.domain import PaperId

BUTTON = LinkButton("PDF", "https://a.example/pdf")
ACT = PaperButton("Save", "save", PaperId("2411.00001"))
JsonList = list[dict[str, object]]

cards = st.builds(
    Card,
    st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=2).map(tuple),
    st.builds(
        lambda links, acts: (BUTTON,) * links + (ACT,) * acts, st.integers(0, 5), st.integers(0, 5)
    ),
)
messages = st.lists(
    cards | st.builds(Heading, st.text(min_size=1)) | st.builds(Note, st.text(min_size=1)),
    min_size=1,
    max_size=5,
).map(lambda blocks: Message(tuple(blocks)))


def walked(components: JsonList) -> Iterator[dict[str, object]]:
    """Yield all components of a payload, nested ones too."""
    for component in components:
        yield component
        inner = component.get("components")
        if isinstance(inner, list):
            yield from walked(inner)


@given(messages)
async def test_the_view_is_what_the_parts_say(message: Message) -> None:
    """Text for text, button for button, in order, and nothing else."""
    components: JsonList = view_of(message).to_components()  # type: ignore[no-untyped-call] # discord.py
    payload = list(walked(components))
    texts = [part.content for part in message.parts() if isinstance(part, Text)]
    rows = [part for part in message.parts() if isinstance(part, Row)]
    buttons = [button for row in rows for button in row.buttons]
    urls = [each.url for each in buttons if isinstance(each, LinkButton)]
    acts = [each.custom_id for each in buttons if isinstance(each, PaperButton)]
    assert [each["content"] for each in payload if each["type"] == 10] == texts
    pressed = [each for each in payload if each["type"] == 2]
    assert [each["url"] for each in pressed if "url" in each] == urls
    assert [each["custom_id"] for each in pressed if "custom_id" in each] == acts
    assert len(payload) == len(list(message.parts())) + len(buttons)
    assert not any(each["type"] == 17 for each in payload)


async def test_a_view_is_not_kept() -> None:
    """The client stores no view for a message of papers: it would stay for ever."""
    view = view_of(Message((Card(("x",), (BUTTON, ACT)),)))
    assert view.timeout is None
    acts = [each for each in view.walk_children() if isinstance(each, discord.ui.DynamicItem)]
    assert [each.item.custom_id for each in acts] == ["pw1:paper:save:2411.00001"]
    plain = [each for each in view.walk_children() if not isinstance(each, discord.ui.DynamicItem)]
    buttons = [each for each in plain if isinstance(each, discord.ui.Button)]
    assert [each.is_dispatchable() for each in buttons] == [False]
    assert view.has_components_v2()
    assert isinstance(view, discord.ui.LayoutView)


def test_a_line_parts_cards_with_buttons() -> None:
    """Between two cards with buttons there is a line; lists, headings and notes need none."""
    card, line = Card(("a",), (BUTTON,)), Card(("b",))
    kinds = [type(part) for part in Message((Heading("h"), card, card, Note("n"))).parts()]
    assert kinds == [Text, Text, Row, Rule, Text, Row, Text]
    assert Rule not in [type(part) for part in Message((line, line)).parts()]


def test_the_links_name_the_papers() -> None:
    """A message is known again by its papers' addresses, in order."""
    blocks = (Heading("h"), Card(("a",), link="https://a.example"), Card(("b",)))
    assert Message(blocks).links == ("https://a.example",)


@pytest.mark.parametrize(
    ("message", "fits"),
    [
        pytest.param(Message((Card(("x" * 4000,)),)), True, id="4000 characters"),
        pytest.param(Message((Card(("x" * 4001,)),)), False, id="4001 characters"),
        pytest.param(Message((Card(("🔥" * 2000,)),)), True, id="4000 UTF-16 units"),
        pytest.param(Message((Card(("🔥" * 2001,)),)), False, id="4002 UTF-16 units"),
        pytest.param(Message((Card(("漢" * 3329,)),)), True, id="9999 bytes"),
        pytest.param(Message((Card(("漢" * 3330,)),)), False, id="10002 bytes"),
        pytest.param(Message((Card(("x",)),) * 40), True, id="40 components"),
        pytest.param(Message((Card(("x",)),) * 41), False, id="41 components"),
        pytest.param(Message((Card(("x",), (BUTTON,) * 2),) * 8), True, id="39 with nested ones"),
        pytest.param(Message((Card(("x",), (BUTTON,) * 3),) * 7), False, id="41 with nested ones"),
    ],
)
def test_limits(message: Message, fits: bool) -> None:  # noqa: FBT001 - a column of the table
    """Components, characters and bytes are counted as Discord does, or more strictly."""
    assert message.fits() is fits
