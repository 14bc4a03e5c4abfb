"""Every documented limit on messages, modals, choices and commands, on both of its sides."""

from typing import Any

import pytest

from bot.sandbox.discord.commands import check_commands
from bot.sandbox.discord.limits import check_choices, check_message, check_modal
from bot.sandbox.discord.messages import IS_COMPONENTS_V2, Kind
from bot.sandbox.discord.refusals import Json, Refusal


def text(content: str) -> Json:
    """Return a text display."""
    return {"type": Kind.TEXT_DISPLAY, "content": content}


def button(**changes: Any) -> Json:  # noqa: ANN401 - any part of a button
    """Return a button that is in order, but for the changes."""
    return {"type": Kind.BUTTON, "style": 2, "label": "PDF", "custom_id": "pdf", **changes}


def link(url: str) -> Json:
    """Return a button that is a link."""
    return {"type": Kind.BUTTON, "style": 5, "label": "PDF", "url": url}


def row(*inside: Json) -> Json:
    """Return an action row."""
    return {"type": Kind.ACTION_ROW, "components": list(inside)}


def box(*inside: Json) -> Json:
    """Return a container."""
    return {"type": Kind.CONTAINER, "components": list(inside)}


def section(accessory: Json, *inside: Json) -> Json:
    """Return a section."""
    return {"type": Kind.SECTION, "components": list(inside), "accessory": accessory}


def menu(options: int = 1, **changes: Any) -> Json:  # noqa: ANN401 - any part of a menu
    """Return a select menu with so many options."""
    listed = [{"label": f"{each}", "value": f"{each}"} for each in range(options)]
    return {"type": Kind.STRING_SELECT, "custom_id": "menu", "options": listed, **changes}


def layout(*components: Json) -> Json:
    """Return a message of Components V2."""
    return {"flags": IS_COMPONENTS_V2, "components": list(components)}


def legacy(*components: Json) -> Json:
    """Return a message with legacy components."""
    return {"content": "x", "components": list(components)}


def embeds(*each: Json) -> Json:
    """Return a message of embeds."""
    return {"embeds": list(each)}


def buttons(count: int) -> list[Json]:
    """Return so many buttons."""
    return [button(custom_id=f"b{each}") for each in range(count)]


TAKEN = {
    "content": {"content": "x" * 2000},
    "content counted in code points": {"content": "😀" * 2000},
    "nonce": {"content": "x", "nonce": "n" * 25},
    "ten embeds": embeds(*[{"title": "x"}] * 10),
    "embed title": embeds({"title": "x" * 256}),
    "embed title is trimmed": embeds({"title": " " * 9 + "x" * 256}),
    "embed description": embeds({"description": "x" * 4096}),
    "embed fields": embeds({"fields": [{"name": "x" * 256, "value": "y"}] * 23}),
    "embeds together": embeds({"description": "x" * 4000}, {"description": "x" * 2000}),
    "silent": {"content": "x", "flags": 1 << 12},
    "five rows of five": legacy(
        *(row(*[button(custom_id=f"{r}{b}") for b in range(5)]) for r in range(5))
    ),
    "button label": legacy(row(button(label="x" * 80))),
    "button address": legacy(row(link("https://a.example/" + "x" * 494))),
    "button to the client": legacy(row(link("discord://-/channels/1"))),
    "custom id": legacy(row(button(custom_id="x" * 100))),
    "menu": legacy(row(menu(25, placeholder="x" * 150))),
    "forty components": layout(box(*[text("x")] * 39)),
    "all text": layout(text("x" * 2000), box(text("x" * 2000))),
    "bytes of text": layout(text("€" * 3386)),
    "section": layout(section(button(), text("a"), text("b"), text("c"))),
    "section with a picture": layout(
        section({"type": Kind.THUMBNAIL, "media": {"url": "https://a.example/x.png"}}, text("a"))
    ),
    "gallery": layout(
        {"type": Kind.MEDIA_GALLERY, "items": [{"media": {"url": "https://a.example/x"}}] * 10}
    ),
    "separator": layout(text("x"), {"type": Kind.SEPARATOR, "spacing": 2}),
    "colour": layout({**box(text("x")), "accent_color": 0xFFFFFF}),
}

REFUSED = {
    "content": ({"content": "x" * 2001}, "content"),
    "nonce": ({"content": "x", "nonce": "n" * 26}, "nonce"),
    "eleven embeds": (embeds(*[{"title": "x"}] * 11), "embeds"),
    "embed title": (embeds({"title": "x" * 257}), "embeds.0.title"),
    "embed description": (embeds({"description": "x" * 4097}), "embeds.0.description"),
    "embed author": (embeds({"author": {"name": "x" * 257}}), "embeds.0.author.name"),
    "embed footer": (embeds({"footer": {"text": "x" * 2049}}), "embeds.0.footer.text"),
    "embed fields": (embeds({"fields": [{"name": "x", "value": "y"}] * 26}), "embeds.0.fields"),
    "embed field name": (
        embeds({"fields": [{"name": "x" * 257, "value": "y"}]}),
        "embeds.0.fields.0.name",
    ),
    "embed field value": (
        embeds({"fields": [{"name": "x", "value": "y" * 1025}]}),
        "embeds.0.fields.0.value",
    ),
    "empty embed field": (
        embeds({"fields": [{"name": "x", "value": " "}]}),
        "embeds.0.fields.0.value",
    ),
    "embeds together": (
        embeds({"description": "x" * 4000}, {"description": "x" * 2001}),
        "embeds",
    ),
    "empty embed": (embeds({"color": 1}), "embeds.0.description"),
    "flags": ({"content": "x", "flags": 1 << 4}, "flags"),
    "mentions both ways": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
    ),
    "six rows": (legacy(*[row(button(custom_id=f"{each}")) for each in range(6)]), "components"),
    "text without the flag": (legacy(text("x")), "components.0.type"),
    "six buttons in a row": (legacy(row(*buttons(6))), "components.0.components"),
    "empty row": (legacy(row()), "components.0.components"),
    "menu beside a button": (legacy(row(button(), menu())), "components.0.components.1"),
    "button label": (
        legacy(row(button(label="x" * 81))),
        "components.0.components.0.label",
    ),
    "button without label": (
        legacy(row(button(label=""))),
        "components.0.components.0.label",
    ),
    "button without custom id": (
        legacy(row(button(custom_id=""))),
        "components.0.components.0.custom_id",
    ),
    "long custom id": (
        legacy(row(button(custom_id="x" * 101))),
        "components.0.components.0.custom_id",
    ),
    "same custom id": (legacy(row(button(), button())), "components"),
    "long address": (
        legacy(row(link("https://a.example/" + "x" * 495))),
        "components.0.components.0.url",
    ),
    "address of a script": (
        legacy(row(link("javascript:alert(1)"))),
        "components.0.components.0.url",
    ),
    "address without host": (legacy(row(link("https://"))), "components.0.components.0.url"),
    "address with a space": (
        legacy(row(link("https://a.example/a b"))),
        "components.0.components.0.url",
    ),
    "link with custom id": (
        legacy(row({**link("https://a.example"), "custom_id": "x"})),
        "components.0.components.0.custom_id",
    ),
    "menu of 26": (legacy(row(menu(26))), "components.0.components.0.options"),
    "menu of none": (legacy(row(menu(0))), "components.0.components.0.options"),
    "menu placeholder": (
        legacy(row(menu(placeholder="x" * 151))),
        "components.0.components.0.placeholder",
    ),
    "content beside a layout": ({**layout(text("x")), "content": "x"}, "content"),
    "embeds beside a layout": ({**layout(text("x")), "embeds": [{"title": "x"}]}, "embeds"),
    "41 components": (layout(box(*[text("x")] * 40)), "components"),
    "text in all": (layout(text("x" * 2000), text("x" * 2001)), "components"),
    "long text": (layout(text("x" * 4001)), "components.0.content"),
    "empty text": (layout(text("")), "components.0.content"),
    "text of spaces": (layout(text(" \n")), "components.0.content"),
    "bare button": (layout(button()), "components.0.type"),
    "container in a container": (layout(box(box(text("x")))), "components.0.components.0.type"),
    "empty container": (layout(box()), "components.0.components"),
    "button in a container": (layout(box(button())), "components.0.components.0.type"),
    "colour": (layout({**box(text("x")), "accent_color": 1 << 24}), "components.0.accent_color"),
    "section of four": (
        layout(section(button(), *[text("x")] * 4)),
        "components.0.components",
    ),
    "section of none": (layout(section(button())), "components.0.components"),
    "section without accessory": (
        layout({"type": Kind.SECTION, "components": [text("x")]}),
        "components.0.accessory",
    ),
    "section with a text beside": (
        layout(section(text("x"), text("x"))),
        "components.0.accessory.type",
    ),
    "section with a row inside": (
        layout(section(button(), row(button(custom_id="y")))),
        "components.0.components.0.type",
    ),
    "gallery of eleven": (
        layout(
            {"type": Kind.MEDIA_GALLERY, "items": [{"media": {"url": "https://a.example/x"}}] * 11}
        ),
        "components.0.items",
    ),
    "separator": (layout({"type": Kind.SEPARATOR, "spacing": 3}), "components.0.spacing"),
    "same id": (layout({**text("x"), "id": 4}, {**text("x"), "id": 4}), "components"),
}


def errors_at(refusal: Refusal, path: str) -> list[Json]:
    """Return the errors of a form at a dotted path."""
    node = refusal.body["errors"]
    for part in path.split("."):
        node = node[part]
    found: list[Json] = node["_errors"]
    return found


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_what_is_within_a_limit_is_taken(body: Json) -> None:
    """A message just inside a documented limit raises nothing."""
    check_message(body)


@pytest.mark.parametrize(("body", "path"), REFUSED.values(), ids=REFUSED)
def test_what_is_over_a_limit_is_refused_where_it_is(body: Json, path: str) -> None:
    """A message just over a limit is 50035, and the error stands at the field as an object."""
    with pytest.raises(Refusal) as caught:
        check_message(body)

    assert (caught.value.status, caught.value.body["code"]) == (400, 50035)
    assert all(set(each) == {"code", "message"} for each in errors_at(caught.value, path))


def test_an_empty_message_is_refused() -> None:
    """A message with nothing to show has a code of its own."""
    with pytest.raises(Refusal) as caught:
        check_message({"content": "  ".strip()})

    assert caught.value.body["code"] == 50006


def test_too_many_bytes_are_a_failure_of_discord() -> None:
    """Text within 4,000 characters but over 10,170 bytes answers 500, as Discord does."""
    with pytest.raises(Refusal) as caught:
        check_message(layout(text("€" * 3387)))

    assert caught.value.status == 500


def test_one_answer_names_every_error() -> None:
    """All wrong fields of a form are reported at once."""
    with pytest.raises(Refusal) as caught:
        check_message({"content": "x" * 2001, "nonce": "n" * 26})

    assert set(caught.value.body["errors"]) == {"content", "nonce"}


FIELD = {"type": Kind.TEXT_INPUT, "custom_id": "f", "label": "Words", "style": 1}
FORM = {"custom_id": "form", "title": "x" * 45, "components": [row(FIELD)]}


def test_a_modal_within_its_limits_is_taken() -> None:
    """A title of 45 and a labelled field raise nothing."""
    labelled = {"type": Kind.LABEL, "label": "x", "component": {**FIELD, "label": None}}

    check_modal({**FORM, "components": [row(FIELD), labelled, text("hello")]})


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        pytest.param({"title": "x" * 46}, "data.title", id="title"),
        pytest.param({"title": ""}, "data.title", id="no title"),
        pytest.param({"components": []}, "data.components", id="no field"),
        pytest.param({"components": [row(FIELD)] * 6}, "data.components", id="six fields"),
        pytest.param(
            {"components": [row({**FIELD, "label": "x" * 46})]},
            "data.components.0.label",
            id="label",
        ),
        pytest.param(
            {"components": [row({**FIELD, "max_length": 4001})]},
            "data.components.0.max_length",
            id="length",
        ),
        pytest.param({"components": [button()]}, "data.components.0.type", id="bare button"),
    ],
)
def test_a_modal_over_a_limit_is_refused(changes: Json, path: str) -> None:
    """Each limit of a modal is an error at its field."""
    with pytest.raises(Refusal) as caught:
        check_modal({**FORM, **changes})

    assert errors_at(caught.value, path)


@pytest.mark.parametrize(
    ("choices", "path"),
    [
        pytest.param([{"name": "x", "value": "y"}] * 26, "data.choices", id="26"),
        pytest.param([{"name": "x" * 101, "value": "y"}], "data.choices.0.name", id="name"),
        pytest.param([{"name": "x", "value": "y" * 101}], "data.choices.0.value", id="value"),
        pytest.param([{"name": "", "value": "y"}], "data.choices.0.name", id="empty name"),
    ],
)
def test_choices_over_a_limit_are_refused(choices: list[Json], path: str) -> None:
    """Autocomplete takes 25 choices with texts of 1 to 100."""
    check_choices([{"name": "x" * 100, "value": "y" * 100}] * 25)
    with pytest.raises(Refusal) as caught:
        check_choices(choices)

    assert errors_at(caught.value, path)


OPTION = {"type": 3, "name": "query", "description": "x"}
COMMAND = {"name": "subscribe", "description": "x" * 100, "options": [OPTION]}


@pytest.mark.parametrize(
    "name", ["a", "x" * 32, "new-papers", "d_1", "日本語", "ไทยไม้", "हिन्दी", "it's"]
)
def test_command_names_of_the_documented_form_are_taken(name: str) -> None:
    """Letters and digits of any script, hyphen, underscore and apostrophe make a name."""
    check_commands([{**COMMAND, "name": name}])


def choices(count: int, **changes: str) -> Json:
    """Return an option with so many choices."""
    listed = [{"name": f"{each}", "value": f"{each}", **changes} for each in range(count)]
    return {**OPTION, "choices": listed}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        pytest.param({"name": "Subscribe"}, "0.name", id="capitals"),
        pytest.param({"name": "new papers"}, "0.name", id="space"),
        pytest.param({"name": "x" * 33}, "0.name", id="long name"),
        pytest.param({"name": ""}, "0.name", id="no name"),
        pytest.param({"description": ""}, "0.description", id="no description"),
        pytest.param({"description": "x" * 101}, "0.description", id="long description"),
        pytest.param(
            {"options": [{**OPTION, "name": f"o{each}"} for each in range(26)]},
            "0.options",
            id="26 options",
        ),
        pytest.param({"options": [OPTION, OPTION]}, "0.options", id="same option"),
        pytest.param(
            {"options": [OPTION, {**OPTION, "name": "other", "required": True}]},
            "0.options",
            id="required last",
        ),
        pytest.param({"options": [choices(26)]}, "0.options.0.choices", id="26 choices"),
        pytest.param(
            {"options": [choices(1, name="x" * 101)]},
            "0.options.0.choices.0.name",
            id="choice name",
        ),
        pytest.param(
            {"options": [{**choices(1), "autocomplete": True}]}, "0.options.0", id="both ways"
        ),
        pytest.param(
            {"options": [{**OPTION, "type": 5, "autocomplete": True}]}, "0.options.0", id="boolean"
        ),
        pytest.param(
            {"options": [OPTION, {**OPTION, "name": "sub", "type": 1}]}, "0.options", id="mixed"
        ),
        pytest.param(
            {
                "options": [
                    {**choices(25, value="x" * 100), "name": f"o{each}"} for each in range(4)
                ]
            },
            "0",
            id="8000 characters",
        ),
    ],
)
def test_commands_over_a_limit_are_refused(changes: Json, path: str) -> None:
    """Each limit of an application command is an error at its place in the list."""
    check_commands([COMMAND])
    with pytest.raises(Refusal) as caught:
        check_commands([{**COMMAND, **changes}])

    assert errors_at(caught.value, path)


def test_a_hundred_commands_are_taken_and_no_more() -> None:
    """Discord registers 100 global commands, all with different names."""
    many = [{**COMMAND, "name": f"c{each}"} for each in range(101)]
    check_commands(many[:100])
    for refused in (many, [COMMAND, COMMAND]):
        with pytest.raises(Refusal):
            check_commands(refused)
