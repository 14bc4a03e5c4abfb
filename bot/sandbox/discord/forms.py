"""A modal as a person fills it in: the submitted components, checked as Discord's client does."""

from collections.abc import Mapping

from bot.sandbox.discord.invocations import CannotDo
from bot.sandbox.discord.messages import SELECTS, Kind
from bot.sandbox.discord.refusals import Json

FieldValue = str | bool | tuple[str, ...]


def filled(form: Json, values: Mapping[str, FieldValue]) -> Json:
    """Return the ``data`` of a modal's submission.

    ``values`` are by custom id or by label; what is left out keeps its preset value. Raises
    CannotDo for unknown fields, missing ones and texts out of their bounds.
    """
    left = dict(values)
    rows = [_row(row, left) for row in form["components"]]
    if left:
        raise CannotDo(f"the form has no field {', '.join(left)}")
    return {"custom_id": form["custom_id"], "components": rows}


def _row(row: Json, left: dict[str, FieldValue]) -> Json:
    base = {"type": row["type"], "id": row.get("id", 0)}
    if row["type"] == Kind.LABEL:
        field = {"label": row["label"], **row["component"]}
        return {**base, "component": _field(field, left)}
    if row["type"] == Kind.ACTION_ROW:
        return {**base, "components": [_field(field, left) for field in row["components"]]}
    return base


def _field(field: Json, left: dict[str, FieldValue]) -> Json:
    label = str(field.get("label") or field["custom_id"])
    given = left.pop(field["custom_id"], None)
    if given is None:
        given = left.pop(label, None)
    base = {
        "type": field["type"],
        "id": field.get("id", 0),
        "custom_id": field["custom_id"],
    }
    if field["type"] == Kind.TEXT_INPUT:
        return {**base, "value": _text(field, label, given)}
    if field["type"] == Kind.CHECKBOX:
        return {**base, "value": bool(field.get("default") if given is None else given)}
    chosen = _chosen(field, label, given)
    if field["type"] == Kind.RADIO_GROUP:
        return {**base, "value": chosen[0] if chosen else None}
    return {**base, "values": chosen}


def _text(field: Json, label: str, given: FieldValue | None) -> str:
    text = (field.get("value") or "") if given is None else given
    if not isinstance(text, str):
        raise CannotDo(f"{label} takes text")
    if not text and field.get("required", True):
        raise CannotDo(f"{label} must be filled in")
    low, high = field.get("min_length") or 0, field.get("max_length") or 4000
    if text and not low <= len(text) <= high:
        raise CannotDo(f"{label} takes {low} to {high} characters, not {len(text)}")
    return text


def _chosen(field: Json, label: str, given: FieldValue | None) -> list[str]:
    options = field.get("options") or []
    if given is None:
        chosen = [str(option["value"]) for option in options if option.get("default")]
    else:
        chosen = [given] if isinstance(given, str) else [str(each) for each in _many(given, label)]
    if field["type"] in SELECTS - {Kind.STRING_SELECT}:
        return chosen
    known = {option["label"]: option["value"] for option in options}
    chosen = [known.get(each, each) for each in chosen]
    strange = [each for each in chosen if each not in known.values()]
    if strange:
        raise CannotDo(f"{label} does not offer {', '.join(strange)}")
    if not chosen and field.get("required", True):
        raise CannotDo(f"{label} must be chosen")
    return chosen


def _many(given: FieldValue, label: str) -> tuple[str, ...]:
    if isinstance(given, tuple):
        return given
    raise CannotDo(f"{label} takes choices")
