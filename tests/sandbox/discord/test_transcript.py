"""Stored messages in a terminal: readable, and deaf to control characters."""

import pytest
from rich.console import Console, RenderableType

from bot.sandbox.discord.markdown import safe, styled
from bot.sandbox.discord.messages import EPHEMERAL, IS_COMPONENTS_V2, Kind, Message, User
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.snowflakes import at_second
from bot.sandbox.discord.transcript import rendered_channel, rendered_message
from bot.sandbox.discord.world import Channel, World

BOT = User(1, "Paperwire", bot=True)


def shown(what: RenderableType, *, colour: bool = False) -> str:
    """Return what a terminal of 60 columns shows."""
    console = Console(width=60, force_terminal=colour, color_system="standard" if colour else None)
    with console.capture() as capture:
        console.print(what)
    return capture.get()


def message(**parts: object) -> Message:
    """Return a message of the bot's."""
    made = {"id": at_second(1_800_000_000), "channel_id": 2, "author": BOT, **parts}
    return Message(**made)  # type: ignore[arg-type] # each test gives parts of the right types


CARD: Json = {
    "type": Kind.CONTAINER,
    "accent_color": 0x3366FF,
    "components": [
        {
            "type": Kind.SECTION,
            "components": [
                {"type": Kind.TEXT_DISPLAY, "content": "### [A \\*title](https://a.example/1)"}
            ],
            "accessory": {
                "type": Kind.BUTTON,
                "style": 5,
                "label": "Code",
                "url": "https://c.example",
            },
        },
        {"type": Kind.SEPARATOR},
        {"type": Kind.TEXT_DISPLAY, "content": "We use **large models**.\n-# matched: models"},
        {
            "type": Kind.ACTION_ROW,
            "components": [
                {"type": Kind.BUTTON, "style": 5, "label": "PDF", "url": "https://p.example"},
                {"type": Kind.BUTTON, "style": 2, "label": "Mute", "custom_id": "m"},
            ],
        },
        {"type": Kind.MEDIA_GALLERY, "items": [{"media": {"url": "https://i.example/x.png"}}]},
    ],
}


def test_a_card_is_a_panel_with_its_buttons() -> None:
    """A container is framed; title, text and buttons stand in it in order."""
    text = shown(rendered_message(message(flags=IS_COMPONENTS_V2, components=(CARD,))))
    lines = [line.strip("│ ") for line in text.splitlines()]

    assert lines[0] == "Paperwire  08:00 UTC"
    assert lines[1].startswith("╭")
    assert lines[2].split() == ["A", "*title", "https://a.example/1", "[", "Code", "]"]
    assert lines[4:7] == ["We use large models.", "matched: models", "[ PDF ]  [ Mute ]"]
    assert "https://i.example/x.png" in lines[7]


def test_bold_is_bold_and_links_are_links() -> None:
    """A terminal gets bold text, and links that it can open."""
    text = shown(rendered_message(message(flags=IS_COMPONENTS_V2, components=(CARD,))), colour=True)

    assert "\x1b[1mlarge models\x1b[0m" in text
    assert ";https://p.example\x1b\\" in text


def test_an_embed_and_its_content_are_shown() -> None:
    """Content comes first, then the embed with its fields and footer."""
    embed = {
        "title": "Title",
        "url": "https://a.example",
        "author": {"name": "By"},
        "description": "Words",
        "fields": [{"name": "Field", "value": "Value"}],
        "footer": {"text": "Foot"},
    }
    text = shown(rendered_message(message(content="Hello", embeds=(embed,), flags=EPHEMERAL)))
    words = text.replace("│", "").split()

    assert "only you can see this" in text
    wanted = ["Hello", "By", "Title", "Words", "Field", "Value", "Foot"]
    assert [each for each in words if each in wanted] == wanted


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        pytest.param("**bold _and italic_**", "bold and italic", id="nested"),
        pytest.param("snake_case_name", "snake_case_name", id="underscores in a word"),
        pytest.param(r"\*\*not bold\*\* \[no](link)", "**not bold** [no](link)", id="escaped"),
        pytest.param("[a](<https://x.example/(1)>)", "a https://x.example/(1)", id="link"),
        pytest.param("[a](javascript:x)", "[a](javascript:x)", id="other scheme"),
        pytest.param("# Heading\n- item\n> quote", "Heading\n• item\n│ quote", id="blocks"),
        pytest.param("`**code**`", "**code**", id="code"),
        pytest.param("~~gone~~ __under__ *it*", "gone under it", id="other styles"),
        pytest.param("<t:0:R>", "01 January 1970 00:00 UTC", id="time"),
        pytest.param("2 * 3 * 4", "2 * 3 * 4", id="stars that are none"),
        pytest.param("[red]no markup[/red]", "[red]no markup[/red]", id="rich's own markup"),
    ],
)
def test_markdown_is_shown_as_discord_shows_it(source: str, plain: str) -> None:
    """The marks are gone, what they do not mark stays."""
    assert styled(source).plain == plain


def test_control_characters_do_not_reach_the_terminal() -> None:
    """An escape sequence, a bell or a change of direction in a paper's text is dropped."""
    hostile = "a\x1b]0;title\x07b\u202ec\x9b31m\r"

    assert safe(hostile) == "a]0;titlebc31m"
    assert "\x1b]0" not in shown(rendered_message(message(content=hostile)), colour=True)


def test_deep_nesting_ends() -> None:
    """Text made to nest without end is still shown."""
    assert "x" in styled("**_" * 500 + "x" + "_**" * 500).plain


def test_an_empty_channel_says_so() -> None:
    """A channel without messages is shown by name."""
    world = World(lambda: 1_800_000_000)

    text = shown(rendered_channel(Channel(world, None, "nlp")))

    assert "#nlp" in text
    assert "no messages" in text
