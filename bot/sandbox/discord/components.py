"""The structure and the limits of message components, legacy and V2. Pure; notes every error.

Source: Discord's component reference; the total of text is Discord's too, documented elsewhere
(discord-api-docs pull request 8562).
"""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from bot.sandbox.discord.messages import SELECTS, Kind, walk
from bot.sandbox.discord.refusals import FormErrors, Json

TOTAL_COMPONENTS = 40
TOTAL_TEXT = 4000
"""Code points over all text displays of one message."""
LEGACY_ROWS = 5
LINK_STYLE = 5
PREMIUM_STYLE = 6

_IN_CONTAINER = frozenset(
    {
        Kind.ACTION_ROW,
        Kind.SECTION,
        Kind.TEXT_DISPLAY,
        Kind.MEDIA_GALLERY,
        Kind.FILE,
        Kind.SEPARATOR,
    }
)
_TOP_LEVEL = _IN_CONTAINER | {Kind.CONTAINER}
_TYPE_CODE = "UNION_TYPE_CHOICES"


def check_components(components: object, errors: FormErrors, *, layout: bool) -> None:
    """Note all that Discord refuses; ``layout`` says that the message has IS_COMPONENTS_V2."""
    most = TOTAL_COMPONENTS if layout else LEGACY_ROWS
    known = errors.count("components", components, 0, most)
    allowed = _TOP_LEVEL if layout else frozenset({Kind.ACTION_ROW})
    for index, component in enumerate(known):
        _check(component, f"components.{index}", errors, allowed)
    everything = list(walk(known))
    if len(everything) > TOTAL_COMPONENTS:
        text = f"The total number of components must be {TOTAL_COMPONENTS} or fewer."
        errors.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", text)
    if total_text(everything) > TOTAL_TEXT:
        text = f"The total displayable text size exceeds the maximum of {TOTAL_TEXT}."
        errors.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)
    check_unique("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", everything, errors)
    check_unique("id", "COMPONENT_ID_DUPLICATED", everything, errors)


def total_text(everything: list[Json]) -> int:
    """Return the code points of all text displays in a walked list of components."""
    return sum(len(text) for text in displayed(everything))


def displayed(everything: list[Json]) -> list[str]:
    """Return the contents of all text displays in a walked list of components."""
    return [
        each["content"]
        for each in everything
        if each.get("type") == Kind.TEXT_DISPLAY and isinstance(each.get("content"), str)
    ]


def fails_by_size(components: list[Json]) -> bool:
    """Return whether Discord answers 500 instead of storing these.

    Undocumented and deterministic: UTF-8 bytes of all text displays, plus 12 for each, over
    10,170 (discord-api-docs issue 8554).
    """
    texts = displayed(list(walk(components)))
    return sum(len(text.encode()) + 12 for text in texts) > 10_170


def check_unique(key: str, code: str, everything: list[Json], errors: FormErrors) -> None:
    """Note a value of ``key`` that two components share."""
    values = Counter(str(each[key]) for each in everything if each.get(key))
    for value, times in values.items():
        if times > 1:
            errors.add("components", code, f"Component {key} cannot be duplicated: {value}")


def _check(component: Json, path: str, errors: FormErrors, allowed: frozenset[Kind]) -> None:
    kind = component.get("type")
    if kind not in allowed:
        names = tuple(sorted(int(each) for each in allowed))
        errors.add(f"{path}.type", _TYPE_CODE, f"Value of field type must be one of {names}.")
        return
    _CHECKS[Kind(kind)](component, path, errors)


def _check_row(row: Json, path: str, errors: FormErrors) -> None:
    inside = errors.count(f"{path}.components", row.get("components"), 1, 5)
    for index, each in enumerate(inside):
        _check(each, f"{path}.components.{index}", errors, SELECTS | {Kind.BUTTON})
    if len(inside) > 1 and any(each.get("type") in SELECTS for each in inside):
        text = "The specified component exceeds the maximum width"
        errors.add(f"{path}.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", text)


def _check_button(button: Json, path: str, errors: FormErrors) -> None:
    style = button.get("style")
    if style not in range(1, 7):
        errors.add(f"{path}.style", "BASE_TYPE_CHOICES", "Must be one of 1 to 6.")
    if button.get("label") is not None:
        errors.length(f"{path}.label", button["label"], 0, 80)
    if style == PREMIUM_STYLE:
        return
    if not button.get("label") and not button.get("emoji"):
        errors.add(f"{path}.label", "BUTTON_COMPONENT_REQUIRES_LABEL", "A label is required.")
    if style != LINK_STYLE:
        check_custom_id(button, path, errors)
        if button.get("url"):
            text = "A custom id and url cannot both be specified"
            errors.add(f"{path}.url", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", text)
        return
    if button.get("custom_id"):
        text = "A custom id and url cannot both be specified"
        errors.add(f"{path}.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", text)
    _check_url(button.get("url"), f"{path}.url", errors, longest=512)


def check_custom_id(component: Json, path: str, errors: FormErrors) -> None:
    """Note a custom id that is not of 1 to 100 code points."""
    errors.length(f"{path}.custom_id", component.get("custom_id"), 1, 100)


def _check_url(url: object, path: str, errors: FormErrors, *, longest: int) -> None:
    errors.length(path, url, 1, longest)
    if not isinstance(url, str) or not url:
        return
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme.lower(), parts.netloc
    except ValueError:
        scheme, host = "", ""
    if scheme not in {"http", "https", "discord", "attachment"}:
        text = f'Scheme "{scheme}" is not supported. Scheme must be one of (http, https, discord).'
        errors.add(path, "URL_TYPE_INVALID_SCHEME", text)
    elif not host or any(letter.isspace() for letter in url):
        errors.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def check_select(select: Json, path: str, errors: FormErrors) -> None:
    """Note what Discord refuses in a select menu."""
    check_custom_id(select, path, errors)
    errors.length(f"{path}.placeholder", select.get("placeholder") or "", 0, 150)
    for key, low, usual in (("min_values", 0, 1), ("max_values", 1, 1)):
        value = select.get(key, usual)
        if not isinstance(value, int) or not low <= value <= 25:
            errors.add(f"{path}.{key}", "NUMBER_TYPE_RANGE", f"Must be {low} to 25.")
    if select.get("type") != Kind.STRING_SELECT:
        return
    options = errors.count(f"{path}.options", select.get("options"), 1, 25)
    for index, option in enumerate(options):
        errors.length(f"{path}.options.{index}.label", option.get("label"), 1, 100)
        errors.length(f"{path}.options.{index}.value", option.get("value"), 1, 100)
        errors.length(
            f"{path}.options.{index}.description", option.get("description") or "", 0, 100
        )
    values = [option.get("value") for option in options]
    if len(set(values)) < len(values):
        text = "The specified option value is already used"
        errors.add(f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text)


def _check_section(section: Json, path: str, errors: FormErrors) -> None:
    texts = errors.count(f"{path}.components", section.get("components"), 1, 3)
    for index, each in enumerate(texts):
        _check(each, f"{path}.components.{index}", errors, frozenset({Kind.TEXT_DISPLAY}))
    accessory = section.get("accessory")
    if not isinstance(accessory, dict):
        errors.add(f"{path}.accessory", "BASE_TYPE_REQUIRED", "This field is required")
        return
    _check(accessory, f"{path}.accessory", errors, frozenset({Kind.BUTTON, Kind.THUMBNAIL}))


def check_text_display(display: Json, path: str, errors: FormErrors) -> None:
    """Note a text display with nothing to read in it, or too much."""
    content = display.get("content")
    trimmed = content.strip() if isinstance(content, str) else content
    errors.length(f"{path}.content", trimmed, 1, TOTAL_TEXT)


def _check_media(holder: Json, path: str, errors: FormErrors, slot: str = "media") -> None:
    media = holder.get(slot)
    url = media.get("url") if isinstance(media, dict) else None
    _check_url(url, f"{path}.{slot}.url", errors, longest=2048)
    if holder.get("description") is not None:
        errors.length(f"{path}.description", holder["description"], 1, 1024)


def _check_gallery(gallery: Json, path: str, errors: FormErrors) -> None:
    items = errors.count(f"{path}.items", gallery.get("items"), 1, 10)
    for index, item in enumerate(items):
        _check_media(item, f"{path}.items.{index}", errors)


def _check_file(file: Json, path: str, errors: FormErrors) -> None:
    _check_media(file, path, errors, slot="file")


def _check_separator(separator: Json, path: str, errors: FormErrors) -> None:
    if separator.get("spacing", 1) not in {1, 2}:
        errors.add(f"{path}.spacing", "BASE_TYPE_CHOICES", "Must be one of (1, 2).")


def _check_container(container: Json, path: str, errors: FormErrors) -> None:
    colour = container.get("accent_color")
    if colour is not None and colour not in range(0x1000000):
        errors.add(f"{path}.accent_color", "NUMBER_TYPE_MAX", "Must be 0 to 16777215.")
    inside = errors.count(f"{path}.components", container.get("components"), 1, TOTAL_COMPONENTS)
    for index, each in enumerate(inside):
        _check(each, f"{path}.components.{index}", errors, _IN_CONTAINER)


_CHECKS: dict[Kind, Callable[[Json, str, FormErrors], None]] = {
    Kind.ACTION_ROW: _check_row,
    Kind.BUTTON: _check_button,
    Kind.SECTION: _check_section,
    Kind.TEXT_DISPLAY: check_text_display,
    Kind.THUMBNAIL: _check_media,
    Kind.MEDIA_GALLERY: _check_gallery,
    Kind.FILE: _check_file,
    Kind.SEPARATOR: _check_separator,
    Kind.CONTAINER: _check_container,
    **dict.fromkeys(SELECTS, check_select),
}


def stored(components: list[Json]) -> tuple[Json, ...]:
    """Return components as Discord keeps them: numbered in order, media with a proxy address."""
    taken = {each["id"] for each in walk(components) if each.get("id")}
    free = (number for number in range(1, 10_000) if number not in taken)
    return tuple(_stored(each, lambda: next(free)) for each in components)


def _stored(component: Json, number: Callable[[], int]) -> Json:
    kept = {**component, "id": component.get("id") or number()}
    if kept.get("components"):
        kept["components"] = [_stored(each, number) for each in kept["components"]]
    if kept.get("accessory"):
        kept["accessory"] = _stored(kept["accessory"], number)
    if kept.get("items"):
        kept["items"] = [{**item, "media": _media(item["media"])} for item in kept["items"]]
    for slot in ("media", "file"):
        if kept.get(slot):
            kept[slot] = _media(kept[slot])
    return kept


def _media(media: Json) -> Json:
    return {"proxy_url": media["url"], "loading_state": 0, "placeholder": "", **media}
