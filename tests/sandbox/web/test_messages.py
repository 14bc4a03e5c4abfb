"""Messages as HTML: every component that Discord has, and what a person must be told."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.discord.components import check_components
from bot.sandbox.discord.messages import EPHEMERAL, LOADING, Kind, Message, User
from bot.sandbox.discord.refusals import FormErrors, Json
from bot.sandbox.discord.snowflakes import at_second
from bot.sandbox.web.components import Option, components, embed
from bot.sandbox.web.markdown import Reading
from bot.sandbox.web.messages import Cause, Shown, begins_day, drawn, excerpt, follows
from tests.sandbox.web.drawn import Drawn

SENT = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
READING = Reading(SENT + timedelta(minutes=5))
BOT, ADA = User(1, "Paperwire", bot=True), User(2, "ada")
HOSTILE = "<script>alert(1)</script>"

GALLERY: list[Json] = [
    {
        "type": Kind.CONTAINER,
        "accent_color": 0x3366FF,
        "components": [
            {
                "type": Kind.SECTION,
                "components": [{"type": Kind.TEXT_DISPLAY, "content": f"## {HOSTILE}"}],
                "accessory": {
                    "type": Kind.THUMBNAIL,
                    "media": {"url": "https://images.example/a.png"},
                    "description": HOSTILE,
                },
            },
            {"type": Kind.SEPARATOR, "spacing": 2},
            {"type": Kind.MEDIA_GALLERY, "items": [{"media": {"url": "https://images.example/b"}}]},
            {"type": Kind.FILE, "file": {"url": "attachment://list.csv"}},
        ],
    },
    {
        "type": Kind.ACTION_ROW,
        "components": [
            {"type": Kind.BUTTON, "style": 5, "label": "PDF", "url": "https://arxiv.org/pdf/1"},
            {"type": Kind.BUTTON, "style": 1, "label": HOSTILE, "custom_id": '"><b>'},
            {"type": Kind.BUTTON, "style": 4, "emoji": {"name": "🔕"}, "custom_id": "mute",
             "disabled": True},
        ],
    },
    {
        "type": Kind.ACTION_ROW,
        "components": [
            {"type": Kind.STRING_SELECT, "custom_id": "sort", "placeholder": "Sort by",
             "max_values": 2, "options": [
                 {"label": HOSTILE, "value": "x", "description": "newest first"},
                 {"label": "Upvotes", "value": "y", "default": True}]},
        ],
    },
    {
        "type": Kind.ACTION_ROW,
        "components": [{"type": Kind.CHANNEL_SELECT, "custom_id": "where"}],
    },
]  # fmt: skip


def message(at: datetime = SENT, /, **parts: object) -> Message:
    """Return a message of the bot's."""
    made = {"id": at_second(at.timestamp()), "channel_id": 3, "author": BOT, **parts}
    return Message(**made)  # type: ignore[arg-type] # each test gives parts of the right types


def offered(_menu: Json) -> list[Option]:
    """Offer one channel."""
    return [Option("7", "#night-sky")]


def test_the_gallery_is_one_that_discord_takes() -> None:
    """What these tests draw could be sent."""
    errors = FormErrors()
    check_components(GALLERY, errors, layout=True)
    errors.raise_if_any()


def test_every_component_is_drawn_and_nothing_hostile_is_in_it() -> None:
    """Text in any place of any component stays text, and no picture is loaded."""
    html = Drawn(components(GALLERY, READING, offered))
    assert not html.named("script")
    assert not html.named("img")
    assert html.text.count(HOSTILE) == 4
    words = ["images.example", "list.csv", "PDF", "🔕", "Sort by", "Upvotes", "#night-sky"]
    assert [word for word in words if word not in html.text and word != "Sort by"] == []
    assert html.classed("container")[0].attributes["data-accent"] == "#3366ff"
    assert html.classed("separator")[0].classes >= {"large"}


def test_buttons_say_what_pressing_them_does() -> None:
    """A link opens beside the page; any other carries its custom id, or is disabled."""
    html = Drawn(components(GALLERY, READING, offered))
    (pdf,) = [each for each in html.named("a") if each.text.startswith("PDF")]
    assert (pdf.attributes["href"], pdf.attributes["target"]) == (
        "https://arxiv.org/pdf/1", "_blank",
    )  # fmt: skip
    pressed = [each for each in html.named("button") if "data-press" in each.attributes]
    assert [each.attributes["data-press"] for each in pressed] == ['"><b>', "mute"]
    assert ["disabled" in each.attributes for each in pressed] == [False, True]


def test_a_menu_lists_its_options_with_what_is_chosen() -> None:
    """A menu shows what is chosen in it, and how many may be."""
    html = Drawn(components(GALLERY, READING, offered))
    sort, where = html.classed("menu")
    assert (sort.attributes["data-choose"], sort.attributes["data-most"]) == ("sort", "2")
    assert [each.attributes["data-value"] for each in html.named("li")] == ["x", "y", "7"]
    assert html.named("li")[1].attributes["aria-selected"] == "true"
    assert "Make a selection" in where.text


def test_an_embed_is_drawn_with_all_its_parts() -> None:
    """Author, title, description, fields, footer and time of an embed are shown."""
    html = Drawn(
        embed(
            {
                "author": {"name": "An author"},
                "title": "A *title*",
                "url": "https://a.example",
                "description": "**bold**",
                "fields": [{"name": "Field", "value": "- one", "inline": True}],
                "footer": {"text": "Foot"},
                "timestamp": "2026-11-28T08:00:00+00:00",
                "thumbnail": {"url": "https://images.example/t.png"},
                "image": {"url": "javascript:alert(1)"},
                "color": 255,
            },
            READING,
        )
    )
    for text in ("An author", "A title", "bold", "Field", "one", "Foot · 28 November 2026 08:00"):
        assert text in html.text
    assert [each.attributes["href"] for each in html.named("a")] == [
        "https://a.example",
        "https://images.example/t.png",
    ]


def test_a_message_says_who_wrote_it_when_and_why() -> None:
    """An answer stands below the command, under the bot's name and its mark."""
    cause = Cause("ada", "/subscribe query: x", "/subscribe")
    html = Drawn(drawn(Shown(message(content="Done."), cause), READING))
    assert "ada used /subscribe" in html.text
    assert "PaperwireAPPToday at 08:00" in html.text
    assert html.one("time").attributes["datetime"] == "2026-11-28T08:00:00+00:00"


def test_a_button_s_answer_names_the_message_it_was_on() -> None:
    """What came of a button stands below the first words of its message."""
    html = Drawn(drawn(Shown(message(content="x"), Cause("ada", excerpt="A card")), READING))
    assert "ada on A card" in html.text


def test_the_first_words_of_a_message_are_only_words() -> None:
    """What answers a message names it without marks and addresses, and not at length."""
    text = "## [Tides](https://a.example/1) of **it**\n- one `two` <#1> <https://b.example> ||x||\n"
    assert excerpt(message(content=text)) == "Tides of it one two <#1> https://b.example x"
    assert excerpt(message(content="word " * 40)) == f"{'word ' * 17}word…"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"flags": LOADING}, "Paperwire is thinking…"),
        ({"content": "x", "flags": EPHEMERAL}, "Only you can see this · Dismiss message"),
        ({"content": "x", "edited_at": SENT}, "(edited)"),
        ({"attachments": ({"filename": "a.bib", "size": 2048},)}, "a.bib2,048 bytes"),
    ],
)
def test_a_message_tells_its_state(parts: dict[str, object], words: str) -> None:
    """What waits, is private, was edited, or carries a file, says so."""
    assert words in Drawn(drawn(Shown(message(**parts)), READING)).text


@pytest.mark.parametrize(
    ("days", "words"), [(0, "Today at 08:00"), (1, "Yesterday at 08:00"), (3, "28 November 2026")]
)
def test_the_time_of_a_message_is_told_by_the_day(days: int, words: str) -> None:
    """A message of today or yesterday says so; an older one has its date."""
    reading = Reading(SENT + timedelta(days=days))
    assert words in Drawn(drawn(Shown(message(content="x")), reading)).text


@pytest.mark.parametrize(
    ("minutes", "author", "flags", "together"),
    [(1, BOT, 0, True), (8, BOT, 0, False), (1, ADA, 0, False), (1, BOT, EPHEMERAL, False)],
    ids=["soon", "later", "another author", "private"],
)
def test_messages_of_one_author_stand_together(
    minutes: int, author: User, flags: int, together: bool  # noqa: FBT001 - a row of the table
) -> None:  # fmt: skip
    """Only what follows soon, by the same author and seen by the same people, has no own name."""
    first, then = message(), message(SENT + timedelta(minutes=minutes), author=author, flags=flags)
    assert follows(then, first, None) is together
    assert not follows(then, first, Cause("ada"))


def test_a_day_begins_at_midnight_of_the_reader() -> None:
    """The first message, and the first after midnight, stand below the date."""
    late, early = SENT.replace(hour=23), SENT.replace(hour=1) + timedelta(days=1)
    assert begins_day(message(late), None, READING)
    assert begins_day(message(early), message(late), READING)
    assert not begins_day(message(late), message(SENT), READING)
