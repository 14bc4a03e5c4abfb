"""Message components and embeds as HTML: every kind that Discord has. Pure.

What can be pressed or chosen carries its custom id; pictures from elsewhere are named and linked,
never loaded.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from bot.sandbox.discord.messages import SELECTS, Kind
from bot.sandbox.discord.refusals import Json
from bot.sandbox.web.html import NOTHING, Attribute, Html, element, joined
from bot.sandbox.web.markdown import Reading, blocks, line, link, moment

LINK_STYLE = 5
_BUTTONS = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 6: "secondary"}
ATTACHED = "attachment://"
"""What the address of a file begins with that was sent along with the message."""
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_LARGE = 2
"""A separator's spacing."""


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen in a menu."""

    value: str
    label: str
    description: str = ""
    chosen: bool = False


Offered = Callable[[Json], Sequence[Option]]
"""What a menu of channels, members or roles offers."""


def nothing(_menu: Json) -> Sequence[Option]:
    """Offer nothing: for where there is no server."""
    return ()


def components(parts: Iterable[Json], reading: Reading, offered: Offered = nothing) -> Html:
    """Return components one below the other."""
    return joined(_component(part, reading, offered) for part in parts)


def _component(part: Json, reading: Reading, offered: Offered) -> Html:
    kind = part["type"]
    if kind in _DRAWN:
        return _DRAWN[kind](part, reading, offered)
    return menu(part, offered) if kind in SELECTS else NOTHING


def _text(part: Json, reading: Reading, _offered: Offered) -> Html:
    return element("div", blocks(str(part["content"]), reading), class_="text")


def _row(part: Json, reading: Reading, offered: Offered) -> Html:
    return element("div", components(part["components"], reading, offered), class_="row")


def _container(part: Json, reading: Reading, offered: Offered) -> Html:
    inside = components(part["components"], reading, offered)
    spoiler = " hidden-spoiler" if part.get("spoiler") else ""
    return element(
        "div", inside, class_=f"container{spoiler}", data_accent=_colour(part.get("accent_color"))
    )


def _colour(number: object) -> str | None:
    return f"#{number:06x}" if isinstance(number, int) and 0 <= number < 0x1000000 else None


def _section(part: Json, reading: Reading, offered: Offered) -> Html:
    texts = element("div", components(part["components"], reading, offered), class_="texts")
    beside = _component(part["accessory"], reading, offered)
    return element("div", texts, element("div", beside, class_="beside"), class_="section")


def _separator(part: Json, _reading: Reading, _offered: Offered) -> Html:
    words = ["separator"]
    words += ["large"] if part.get("spacing") == _LARGE else []
    words += [] if part.get("divider", True) else ["bare"]
    return element("hr", class_=" ".join(words))


def _thumbnail(part: Json, reading: Reading, _offered: Offered) -> Html:
    return picture(part["media"], part.get("description"), "thumbnail", reading)


def _gallery(part: Json, reading: Reading, _offered: Offered) -> Html:
    items = (
        picture(it["media"], it.get("description"), "picture", reading) for it in part["items"]
    )
    return element("div", *items, class_="gallery")


def _file(part: Json, reading: Reading, _offered: Offered) -> Html:
    name = str(part["file"]["url"]).rpartition("/")[2]
    return _download(name, reading.files.get(name), None)


def picture(media: Json, description: object, class_: str, reading: Reading) -> Html:
    """Return a picture that was sent along; of any other the place, described or by its host."""
    url = str(media.get("url", ""))
    own = reading.files.get(url.removeprefix(ATTACHED)) if url.startswith(ATTACHED) else None
    if own is not None:
        return _image(own, str(description or ""), class_)
    said = str(description or _host(url) or "picture")
    inside = element("span", said)
    return link(url, inside, class_=class_, title=url)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _image(path: str, description: str, class_: str) -> Html:
    image = element("img", src=path, alt=description)
    return element("a", image, href=path, class_=f"{class_} shown", target="_blank", rel="noopener")


def uploaded(attachment: Json) -> Html:
    """Return a file that was sent along: a picture as such, any other to be saved."""
    name, path = str(attachment["filename"]), path_of(attachment)
    if path is not None and name.lower().endswith(_PICTURES):
        return _image(path, str(attachment.get("description") or name), "picture")
    return _download(name, path, attachment.get("size"))


def path_of(attachment: Json) -> str | None:
    """Return where the page has a file that was sent along."""
    number = str(attachment.get("id", ""))
    return f"/files/{number}" if number.isascii() and number.isdecimal() else None


def _download(name: str, path: str | None, size: object) -> Html:
    told = f"{size:,} bytes" if isinstance(size, int) else "file"
    named = element("a", name, href=path, download=name, class_="name") if path else name
    return element("div", named, element("small", told), class_="file")


def _button(part: Json, _reading: Reading, _offered: Offered) -> Html:
    return button(part)


def button(part: Json) -> Html:
    """Return a button; one that is a link opens beside the page."""
    shown = (*_emoji(part.get("emoji")), element("span", str(part.get("label") or "")))
    if part["style"] == LINK_STYLE:
        leaving = element("span", "↗", class_="leaving", aria_hidden="true")
        return link(part["url"], *shown, leaving, class_="button secondary", title=part["url"])
    return element(
        "button",
        *shown,
        type="button",
        class_=f"button {_BUTTONS.get(part['style'], 'secondary')}",
        data_press=str(part.get("custom_id") or ""),
        disabled=bool(part.get("disabled")),
    )


def _emoji(emoji: Json | None) -> tuple[Html, ...]:
    name = str((emoji or {}).get("name") or "")
    if not name:
        return ()
    shown = f":{name}:" if (emoji or {}).get("id") else name
    return (element("span", shown, class_="emoji"),)


def menu(part: Json, offered: Offered) -> Html:
    """Return a select menu, folded: a button, and the list that it opens."""
    options = _options(part) if part["type"] == Kind.STRING_SELECT else offered(part)
    chosen = ", ".join(option.label for option in options if option.chosen)
    placeholder = str(part.get("placeholder") or "Make a selection")
    return unfolding(
        element("span", chosen or placeholder, class_="" if chosen else "placeholder"),
        placeholder,
        options,
        off=bool(part.get("disabled")),
        class_="menu",
        data_choose=str(part["custom_id"]),
        data_least=int(part.get("min_values", 1)),
        data_most=int(part.get("max_values", 1)),
    )


def unfolding(
    shown: str,
    label: str,
    options: Sequence[Option],
    *,
    off: bool = False,
    **attributes: Attribute,
) -> Html:
    """Return a button that opens a list; what a choice does is said by the attributes."""
    opener = element(
        "button",
        shown,
        element("span", "▾", class_="arrow", aria_hidden="true"),
        type="button",
        class_="menu-opener",
        aria_haspopup="listbox",
        aria_expanded="false",
        aria_label=None if isinstance(shown, Html) else label,
        disabled=off,
    )
    most = attributes.get("data_most")
    listed = element(
        "ul",
        *map(option_line, options),
        role="listbox",
        tabindex=-1,
        aria_label=label,
        aria_multiselectable="true" if isinstance(most, int) and most > 1 else None,
        hidden=True,
    )
    return element("div", opener, listed, **attributes)


def _options(part: Json) -> list[Option]:
    return [
        Option(
            str(option["value"]),
            " ".join(filter(None, [_emoji_name(option), str(option["label"])])),
            str(option.get("description") or ""),
            bool(option.get("default")),
        )
        for option in part["options"]
    ]


def _emoji_name(option: Json) -> str:
    return str((option.get("emoji") or {}).get("name") or "")


def option_line(option: Option) -> Html:
    """Return one line of a list to choose from."""
    told = element("small", option.description) if option.description else None
    return element(
        "li",
        element("span", option.label, class_="name"),
        told,
        role="option",
        aria_selected="true" if option.chosen else "false",
        data_value=option.value,
    )


_DRAWN: dict[int, Callable[[Json, Reading, Offered], Html]] = {
    Kind.ACTION_ROW: _row,
    Kind.BUTTON: _button,
    Kind.SECTION: _section,
    Kind.TEXT_DISPLAY: _text,
    Kind.THUMBNAIL: _thumbnail,
    Kind.MEDIA_GALLERY: _gallery,
    Kind.FILE: _file,
    Kind.SEPARATOR: _separator,
    Kind.CONTAINER: _container,
}


def embed(what: Json, reading: Reading) -> Html:
    """Return an embed."""
    title = line(str(what["title"]), reading) if what.get("title") else None
    if title is not None and what.get("url"):
        title = link(what["url"], title)
    author = what.get("author") or {}
    thumbnail = what.get("thumbnail")
    return element(
        "div",
        element("div", author["name"], class_="embed-author") if author.get("name") else None,
        element("div", title, class_="embed-title") if title else None,
        element("div", blocks(str(what["description"]), reading), class_="text")
        if what.get("description")
        else None,
        _fields(what.get("fields") or (), reading),
        picture(thumbnail, None, "thumbnail", reading) if thumbnail else None,
        picture(what["image"], None, "picture", reading) if what.get("image") else None,
        _footer(what, reading),
        class_="container embed",
        data_accent=_colour(what.get("color")),
    )


def _fields(fields: Sequence[Json], reading: Reading) -> Html | None:
    if not fields:
        return None
    shown = (
        element(
            "div",
            element("dt", line(str(field["name"]), reading)),
            element("dd", blocks(str(field["value"]), reading)),
            class_="inline" if field.get("inline") else None,
        )
        for field in fields
    )
    return element("dl", *shown)


def _footer(what: Json, reading: Reading) -> Html | None:
    text = (what.get("footer") or {}).get("text")
    at = _seconds(what.get("timestamp"))
    parts = [text, None if at is None else moment(at, "f", reading)]
    known = [part for part in parts if part]
    if not known:
        return None
    between: list[str] = [known[0]]
    for part in known[1:]:
        between += [" · ", part]
    return element("div", *between, class_="embed-footer")


def _seconds(timestamp: object) -> int | None:
    try:
        return int(datetime.fromisoformat(str(timestamp)).timestamp())
    except ValueError:
        return None
