"""Commands and modals as forms: what can be typed, and what it means."""

from collections.abc import Callable

import pytest

from bot.sandbox.discord import CannotDo, Community, DiscordSandbox, Permission
from bot.sandbox.discord.messages import Kind
from bot.sandbox.discord.refusals import Json
from bot.sandbox.web import commands
from bot.sandbox.web.modals import dialog
from bot.sandbox.web.offers import Offers
from tests.sandbox.web.drawn import Drawn
from tests.sandbox.web.test_markdown import READING

REGISTERED: list[Json] = [
    {
        "id": "1", "name": "subscribe", "description": "Post papers", "contexts": [0],
        "default_member_permissions": str(int(Permission.MANAGE_CHANNELS)),
        "options": [
            {"type": 3, "name": "query", "description": "<b>", "required": True,
             "autocomplete": True},
            {"type": 3, "name": "when", "description": "When",
             "choices": [{"name": "at once", "value": "now"}]},
            {"type": 7, "name": "channel", "description": "Where", "channel_types": [0]},
            {"type": 4, "name": "days", "description": "How many"},
            {"type": 5, "name": "quiet", "description": "Quietly"},
            {"type": 10, "name": "share", "description": "A share"},
            {"type": 6, "name": "who", "description": "Who"},
            {"type": 8, "name": "role", "description": "Role"},
        ],
    },
    {
        "id": "2", "name": "digest", "description": "Digest", "options": [
            {"type": 1, "name": "now", "description": "Show it"},
            {"type": 2, "name": "hour", "description": "Hour", "options": [
                {"type": 1, "name": "set", "description": "Set it"}]},
        ],
    },
    {"id": "3", "name": "Look up", "type": 3},
]  # fmt: skip


@pytest.fixture
def guild() -> Community:
    """Make a server with a member who may manage channels, and one who may not."""
    made = DiscordSandbox().add_guild("Reading group")
    made.add_member("ada", Permission.MANAGE_CHANNELS)
    made.add_member("ben")
    made.add_text_channel("night-sky")
    made.add_text_channel("news", 5)
    return made


def named(guild: Community, name: str) -> Offers:
    """Return what somebody can pick."""
    return Offers(next(it for it in guild.members.values() if it.name == name))  # type: ignore[arg-type] # people are persons


def names(guild: Community, who: str) -> list[str]:
    """Return the commands that somebody sees."""
    member = next(it for it in guild.members.values() if it.name == who)
    found = commands.allowed(REGISTERED, member, guild.channels[0])
    return [each.name for each in found]


def test_only_commands_that_somebody_may_use_are_listed(guild: Community) -> None:
    """A subcommand has its group's name before its own; what is hidden from one is not there."""
    assert names(guild, "ada") == ["subscribe", "digest now", "digest hour set"]
    assert names(guild, "ben") == ["digest now", "digest hour set"]


def test_only_commands_of_direct_messages_are_listed_there(guild: Community) -> None:
    """What is for servers only is not there in a direct message."""
    found = commands.allowed(REGISTERED, None, guild.owner.direct)
    assert [each.name for each in found] == ["digest now", "digest hour set"]


def test_the_list_shows_what_a_command_needs(guild: Community) -> None:
    """A line has the name, the required options and the description, all as text."""
    found = commands.allowed(REGISTERED, guild.owner, guild.channels[0])
    html = Drawn(commands.listed(found))
    first = html.named("li")[0]
    assert first.text == "/subscribequeryPost papers"
    assert first.attributes["data-value"] == "subscribe"


def test_a_form_shows_what_is_required_and_offers_the_rest(guild: Community) -> None:
    """Required options stand there, the others can be added; descriptions are text."""
    (command, *_) = commands.allowed(REGISTERED, guild.owner, guild.channels[0])
    html = Drawn(commands.form(command, named(guild, "ada")))
    hidden = ["hidden" in each.attributes for each in html.classed("field")]
    assert hidden == [False] + [True] * 7
    assert [each.attributes["data-add"] for each in html.classed("adder")][:2] == [
        "when",
        "channel",
    ]
    query = html.named("input")[0].attributes
    assert (query["aria-required"], query["data-told"]) == ("true", "<b>")
    assert "data-completes" in query
    lists = [each.text for each in html.named("ul")]
    assert lists == ["", "at once", "#night-sky", "TrueFalse", "@Paperwire@owner@ada@ben",
                     "@Paperwire@ada's"]  # fmt: skip


Pick = Callable[[Community], object]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("query", "deep nets", lambda _: "deep nets"),
        ("days", "7", lambda _: 7),
        ("share", "0.5", lambda _: 0.5),
        ("quiet", "True", lambda _: True),
        ("channel", "#night-sky", lambda guild: guild.channels[0]),
        ("who", "@ben", lambda guild: [*guild.members.values()][-1]),
        ("role", "ada's", lambda guild: guild.roles[-1]),
    ],
)
def test_what_is_typed_is_read_as_the_option_takes_it(
    guild: Community, name: str, text: str, value: Pick
) -> None:
    """Numbers, truths, channels, members and roles are what their text names."""
    (command, *_) = commands.allowed(REGISTERED, guild.owner, guild.channels[0])
    assert named(guild, "ada").typed(command.option(name), text) == value(guild)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("days", "seven", "whole number"),
        ("share", "half", "a number"),
        ("quiet", "perhaps", "either True or False"),
        ("channel", "#news", "no '#news'"),
        ("who", "@nobody", "no '@nobody'"),
    ],
)
def test_what_an_option_cannot_take_is_explained(
    guild: Community, name: str, text: str, words: str
) -> None:
    """A wrong value is refused with a sentence that names the option."""
    (command, *_) = commands.allowed(REGISTERED, guild.owner, guild.channels[0])
    with pytest.raises(CannotDo, match=words) as refused:
        named(guild, "ada").typed(command.option(name), text)
    assert name in str(refused.value)


def test_a_modal_is_a_dialog_with_labels(guild: Community) -> None:
    """Each field has its label and its preset value; text in it stays text."""
    form: Json = {
        "title": "<Change>",
        "custom_id": "m",
        "components": [
            {"type": Kind.ACTION_ROW, "components": [
                {"type": Kind.TEXT_INPUT, "custom_id": "q", "label": "Query", "style": 2,
                 "value": "</textarea><script>", "max_length": 300}]},
            {"type": Kind.LABEL, "label": "Note", "description": "Why", "component":
                {"type": Kind.TEXT_INPUT, "custom_id": "n", "style": 1, "required": False}},
            {"type": Kind.LABEL, "label": "Sort", "component":
                {"type": Kind.STRING_SELECT, "custom_id": "s", "options": [
                    {"label": "Newest", "value": "new", "default": True}]}},
            {"type": Kind.LABEL, "label": "Where", "component":
                {"type": Kind.CHANNEL_SELECT, "custom_id": "w"}},
            {"type": Kind.LABEL, "label": "How", "component":
                {"type": Kind.RADIO_GROUP, "custom_id": "h", "options": [
                    {"label": "Now", "value": "now"}]}},
            {"type": Kind.LABEL, "label": "Quiet", "component":
                {"type": Kind.CHECKBOX, "custom_id": "c", "default": True}},
            {"type": Kind.TEXT_DISPLAY, "content": "**Read** this"},
        ],
    }  # fmt: skip
    html = Drawn(dialog(form, 5, READING, named(guild, "ada").in_menu))
    assert not html.named("script")
    assert html.one("textarea").text.strip() == "</textarea><script>"
    assert html.one("h2").text == "<Change>"
    labels = {each.attributes["for"]: each.text for each in html.named("label") if
              "for" in each.attributes}  # fmt: skip
    assert labels == {"f-q": "Query *", "f-n": "Note", "f-s": "Sort *", "f-w": "Where *"}
    ids = {each.attributes["id"] for each in html.elements if "id" in each.attributes}
    assert labels.keys() <= ids
    assert "selected" in next(it for it in html.named("option") if it.text == "Newest").attributes
    assert "#night-sky" in html.text
