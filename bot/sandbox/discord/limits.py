"""Discord's documented limits on a message, a modal and a list of choices. Pure.

Notes every fault of a form and raises once. Lengths are code points; embeds are trimmed first.
Source: Discord's documents, resources/message ("Embed Limits", "Create Message").
"""

from bot.sandbox.discord.components import (
    check_components,
    check_custom_id,
    check_select,
    check_text_display,
    fails_by_size,
)
from bot.sandbox.discord.mentions import check_allowed
from bot.sandbox.discord.messages import IS_COMPONENTS_V2, SELECTS, Kind, embed_texts, walk
from bot.sandbox.discord.refusals import FormErrors, Json, empty_message, server_error

CONTENT = 2000
EMBEDS = 10
EMBED_TOTAL = 6000
NONCE = 25
SETTABLE_FLAGS = (1 << 2) | (1 << 6) | (1 << 12) | (1 << 13) | (1 << 15)
"""Suppress embeds, ephemeral (interactions only), silent, voice message, Components V2."""


def check_message(body: Json) -> None:
    """Raise `Refusal` for a message that Discord does not take: 50035, 50006, or its plain 500."""
    errors = FormErrors()
    layout = bool((body.get("flags") or 0) & IS_COMPONENTS_V2)
    errors.length("content", body.get("content") or "", 0, CONTENT)
    _check_embeds(body.get("embeds") or [], errors)
    check_components(body.get("components") or [], errors, layout=layout)
    check_allowed(body.get("allowed_mentions"), errors)
    _check_nonce(body, errors)
    if (body.get("flags") or 0) & ~SETTABLE_FLAGS:
        errors.add("flags", "BASE_TYPE_CHOICES", "Only some flags can be set.")
    if layout:
        _check_layout_alone(body, errors)
    errors.raise_if_any()
    if not any(body.get(part) for part in ("content", "embeds", "components", "attachments")):
        raise empty_message()
    if fails_by_size(body.get("components") or []):
        raise server_error()


def _check_layout_alone(body: Json, errors: FormErrors) -> None:
    for part in ("content", "embeds", "sticker_ids", "poll"):
        if body.get(part):
            text = f"The '{part}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            errors.add(part, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)


def _check_nonce(body: Json, errors: FormErrors) -> None:
    nonce = body.get("nonce")
    if nonce is None:
        return
    if not isinstance(nonce, str | int):
        errors.add("nonce", "BASE_TYPE_BAD_TYPE", "Must be a string or an integer.")
        return
    errors.length("nonce", str(nonce), 0, NONCE)


def _check_embeds(embeds: object, errors: FormErrors) -> None:
    known = errors.count("embeds", embeds, 0, EMBEDS)
    for index, embed in enumerate(known):
        _check_embed(embed, f"embeds.{index}", errors)
    total = sum(len(text.strip()) for embed in known for text in embed_texts(embed))
    if total > EMBED_TOTAL:
        text = f"Embed size exceeds maximum size of {EMBED_TOTAL}"
        errors.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", text)


def _check_embed(embed: Json, path: str, errors: FormErrors) -> None:
    for where, text, most in (
        ("title", embed.get("title"), 256),
        ("description", embed.get("description"), 4096),
        ("author.name", (embed.get("author") or {}).get("name"), 256),
        ("footer.text", (embed.get("footer") or {}).get("text"), 2048),
    ):
        errors.length(f"{path}.{where}", (text or "").strip(), 0, most)
    fields = errors.count(f"{path}.fields", embed.get("fields") or [], 0, 25)
    for index, field in enumerate(fields):
        for key, most in (("name", 256), ("value", 1024)):
            text = (field.get(key) or "").strip()
            errors.length(f"{path}.fields.{index}.{key}", text, 1, most)
    if not embed_texts(embed) and not any(embed.get(key) for key in ("image", "thumbnail")):
        errors.add(f"{path}.description", "BASE_TYPE_REQUIRED", "This field is required")


def check_choices(choices: object) -> None:
    """Raise `Refusal` for autocomplete choices: over 25, or texts not of 1 to 100 code points."""
    errors = FormErrors()
    known = errors.count("data.choices", choices, 0, 25)
    for index, choice in enumerate(known):
        errors.length(f"data.choices.{index}.name", choice.get("name"), 1, 100)
        if isinstance(choice.get("value"), str):
            errors.length(f"data.choices.{index}.value", choice["value"], 1, 100)
    errors.raise_if_any()


def check_modal(modal: Json) -> None:
    """Raise `Refusal` for a modal: title 1 to 45, 1 to 5 components, each within its limits."""
    errors = FormErrors()
    errors.length("data.title", modal.get("title"), 1, 45)
    check_custom_id(modal, "data", errors)
    rows = errors.count("data.components", modal.get("components"), 1, 5)
    for index, row in enumerate(rows):
        _check_row(row, f"data.components.{index}", errors)
    errors.raise_if_any()


def _check_row(row: Json, path: str, errors: FormErrors) -> None:
    if row.get("type") == Kind.TEXT_DISPLAY:
        check_text_display(row, path, errors)
        return
    if row.get("type") == Kind.LABEL:
        errors.length(f"{path}.label", row.get("label"), 1, 45)
        errors.length(f"{path}.description", row.get("description") or "", 0, 100)
    elif row.get("type") != Kind.ACTION_ROW:
        errors.add(f"{path}.type", "UNION_TYPE_CHOICES", "Must be one of (1, 10, 18).")
        return
    for field in walk([row]):
        if field.get("type") == Kind.TEXT_INPUT:
            _check_text_input(field, path, errors, labelled=row["type"] == Kind.LABEL)
        elif field.get("type") in SELECTS:
            check_select(field, path, errors)


def _check_text_input(field: Json, path: str, errors: FormErrors, *, labelled: bool) -> None:
    check_custom_id(field, path, errors)
    if not labelled:
        errors.length(f"{path}.label", field.get("label"), 1, 45)
    errors.length(f"{path}.placeholder", field.get("placeholder") or "", 0, 100)
    errors.length(f"{path}.value", field.get("value") or "", 0, 4000)
    for key, low in (("min_length", 0), ("max_length", 1)):
        value = field.get(key)
        if value is not None and value not in range(low, 4001):
            errors.add(f"{path}.{key}", "NUMBER_TYPE_RANGE", f"Must be {low} to 4000.")
