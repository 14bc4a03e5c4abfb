"""A modal as a dialog with labels and fields. Pure; `discord.forms` checks what is filled in."""

from collections.abc import Callable

from bot.sandbox.discord.messages import SELECTS, Kind, walk
from bot.sandbox.discord.refusals import Json
from bot.sandbox.web.components import Offered
from bot.sandbox.web.html import NOTHING, Attribute, Html, element, joined
from bot.sandbox.web.markdown import Reading, blocks

PARAGRAPH = 2
"""A text input's style of many lines."""


def dialog(form: Json, number: int, reading: Reading, offered: Offered) -> Html:
    """Return a dialog that submits the modal with this number."""
    rows = (_row(row, reading, offered) for row in form["components"])
    return element(
        "dialog",
        element(
            "form",
            element("h2", str(form["title"]), id="dialog-title"),
            *rows,
            element("p", class_="wrong", role="alert"),
            element(
                "div",
                element(
                    "button", "Cancel", type="button", class_="button secondary", data_close=True
                ),
                element("button", "Submit", type="submit", class_="button primary"),
                class_="sending",
            ),
            data_modal=number,
            novalidate=True,
        ),
        aria_labelledby="dialog-title",
    )


def _row(row: Json, reading: Reading, offered: Offered) -> Html:
    if row["type"] == Kind.TEXT_DISPLAY:
        return element("div", blocks(str(row["content"]), reading), class_="text")
    if row["type"] == Kind.LABEL:
        described = {"description": row.get("description"), "label": row["label"]}
        return _field({**row["component"], **described}, offered)
    return joined(_field(field, offered) for field in row.get("components") or ())


def _field(field: Json, offered: Offered) -> Html:
    key = str(field["custom_id"])
    label = str(field.get("label") or key)
    needed = field.get("required", True)
    star = element("span", " *", class_="needed", title="required") if needed else None
    if field["type"] == Kind.CHECKBOX:
        box = element("input", type="checkbox", name=key, checked=bool(field.get("default")))
        return element("div", element("label", box, label, class_="check"), class_="field")
    if field["type"] in {Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP}:
        legend = element("legend", label, star)
        return element("fieldset", legend, _told(field), _boxes(field))
    drawn = _DRAWN.get(field["type"])
    inside = drawn(field) if drawn else _select(field, offered)
    return element(
        "div", element("label", label, star, for_=f"f-{key}"), _told(field), inside, class_="field"
    )


def _told(field: Json) -> Html | None:
    said = field.get("description")
    return element("small", str(said)) if said else None


def _text_input(field: Json) -> Html:
    key, text = str(field["custom_id"]), str(field.get("value") or "")
    shared: dict[str, Attribute] = {
        "id": f"f-{key}",
        "name": key,
        "placeholder": str(field.get("placeholder") or ""),
        "maxlength": int(field.get("max_length") or 4000),
        "aria_required": "true" if field.get("required", True) else None,
    }
    if field.get("style") == PARAGRAPH:
        # A line break right after the tag would be dropped.
        return element("textarea", f"\n{text}", rows=5, **shared)
    return element("input", type="text", value=text, **shared)


def _boxes(field: Json) -> Html:
    kind = "radio" if field["type"] == Kind.RADIO_GROUP else "checkbox"
    return joined(
        element(
            "label",
            element(
                "input",
                type=kind,
                name=str(field["custom_id"]),
                value=str(option["value"]),
                checked=bool(option.get("default")),
            ),
            str(option["label"]),
            class_="check",
        )
        for option in field.get("options") or ()
    )


def _select(field: Json, offered: Offered) -> Html:
    if field["type"] not in SELECTS:
        return NOTHING
    options = (
        [(str(it["value"]), str(it["label"]), bool(it.get("default"))) for it in field["options"]]
        if field["type"] == Kind.STRING_SELECT
        else [(it.value, it.label, False) for it in offered(field)]
    )
    lines = [element("option", label, value=value, selected=on) for value, label, on in options]
    many = int(field.get("max_values", 1)) > 1
    first = [] if many else [element("option", str(field.get("placeholder") or "—"), value="")]
    key = str(field["custom_id"])
    return element("select", *first, *lines, id=f"f-{key}", name=key, multiple=many)


_DRAWN: dict[int, Callable[[Json], Html]] = {Kind.TEXT_INPUT: _text_input}


def text_inputs(form: Json) -> list[Json]:
    """Return the fields of a modal that take text."""
    return [field for field in walk(form["components"]) if field["type"] == Kind.TEXT_INPUT]
