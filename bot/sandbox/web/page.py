"""The page around the messages: channels, people, message box, and where the guide stands. Pure."""

from collections.abc import Callable
from typing import Protocol

from bot.sandbox.discord import Channel, Permission, Person
from bot.sandbox.discord.threads import (
    ANNOUNCEMENT_THREAD,
    FORUM,
    PUBLIC_THREAD,
    Forum,
    threads_of,
)
from bot.sandbox.discord.world import DIRECT
from bot.sandbox.web.html import Html, element, joined

THEMES = ("dark", "light")
MOST_POSTS = 8
"""Of a forum, in the list of channels; where there are more, they stand in the forum only."""
_SIGNS = {DIRECT: "@", FORUM: "≡", ANNOUNCEMENT_THREAD: "↳", PUBLIC_THREAD: "↳"}


class Place(Protocol):
    """Who looks, and at which channel."""

    person: Person
    channel: Channel


Unread = Callable[[Person, Channel], bool]


def address(person: Person, channel: Channel) -> str:
    """Return the path of a channel as somebody sees it."""
    return f"/channels/{channel.id}?as={person.id}"


def title(channel: Channel) -> str:
    """Return a channel's name as it is written in a sentence."""
    sign = sign_of(channel)
    return f"{sign}{name_of(channel)}" if sign in "#@" else name_of(channel)


def sign_of(channel: Channel) -> str:
    """Return what stands before a channel's name in the list: what kind of channel it is."""
    return _SIGNS.get(channel.kind, "#")


def name_of(channel: Channel) -> str:
    """Return a channel's name; a direct message is called after the bot."""
    return channel.world.bot.name if channel.kind == DIRECT else channel.name


def channels(place: Place, unread: Unread) -> Html:
    """Return the list of the server's channels and the direct messages."""
    guild = place.person.guild
    seen = [
        channel
        for channel in guild.channels
        if Permission.VIEW_CHANNEL in channel.permissions_of(place.person)
    ]
    return joined(
        [
            element("p", guild.name, class_="server"),
            element("h2", "Text channels"),
            element("ul", *(_channel(place, each, unread) for each in seen)),
            element("h2", "Direct messages"),
            element("ul", _channel(place, place.person.direct, unread)),
        ]
    )


def _channel(place: Place, channel: Channel, unread: Unread) -> Html:
    here = channel is place.channel
    is_new = not here and unread(place.person, channel)
    mark = element("span", "unread", class_="unread") if is_new else None
    threads = [it for it in threads_of(channel) if not it.archived or it is place.channel]
    shown = [] if isinstance(channel, Forum) and len(threads) > MOST_POSTS else threads
    return element(
        "li",
        element(
            "a",
            element("span", sign_of(channel), class_="sign", aria_hidden="true"),
            element("span", name_of(channel)),
            mark,
            href=address(place.person, channel),
            aria_current="page" if here else None,
            class_="is-unread" if is_new else None,
        ),
        element("ul", *(_channel(place, it, unread) for it in shown)) if shown else None,
    )


def people(place: Place) -> Html:
    """Return the switch between those whom one can be."""
    found = [it for it in place.person.guild.members.values() if isinstance(it, Person)]
    lines = (_person(place, each) for each in found if each.id != each.guild.owner_id)
    return joined([element("h2", "You are"), element("ul", *lines)])


def _person(place: Place, person: Person) -> Html:
    may = Permission.MANAGE_CHANNELS in person.guild_permissions
    return element(
        "li",
        element(
            "a",
            element("span", person.name[:1].upper(), class_="avatar", aria_hidden="true"),
            element("span", person.name, element("small", "Manage Channels" if may else "member")),
            href=address(person, person.direct if place.channel.kind == DIRECT else place.channel),
            aria_current="true" if person is place.person else None,
        ),
    )


def presence(name: str, *, here: bool) -> Html:
    """Return whether the bot is connected."""
    return element(
        "span", f"{name} is {'online' if here else 'offline'}", class_="presence", data_here=here
    )


def about(channel: Channel) -> str:
    """Return what stands under a channel's welcome."""
    if channel.kind == DIRECT:
        return "Direct messages with Paperwire. Type / to see what it answers here."
    if channel.parent is not None:
        return "The start of a thread."
    if isinstance(channel, Forum):
        return (
            "A forum: each post is a thread of its own. Nothing is typed here; in another channel, "
            f"/subscribe with channel: {channel.name} lets papers be posted here."
        )
    return (
        "A sandbox: the Discord and the papers are invented, the bot is the real one. "
        "Type / in the box below, or take the first steps at the side."
    )


def whole(
    place: Place,
    *,
    theme: str | None,
    token: str,
    regions: dict[str, Html],
    shown: Html,
    marks: str,
) -> str:
    """Return the page, ready to be sent; ``marks`` says which parts it already has, as JSON."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content=theme or "dark light"),
        element("title", f"{title(place.channel)} · Paperwire in the sandbox"),
        element("link", rel="icon", href="/icon.svg", type="image/svg+xml"),
        element("link", rel="stylesheet", href="/page.css"),
        element("script", src="/zone.js"),
        element("script", src="/page.js", type="module"),
    )
    body = element(
        "body",
        element("a", "To the message box", href="#box", class_="skip"),
        _sidebar(place, regions),
        _main(place, regions, shown),
        element("aside", regions["guide"], id="guide", aria_label="First steps"),
        element("div", id="dialogs"),
        element("noscript", element("p", "This page needs its script to be live.")),
        data_channel=str(place.channel.id),
        data_as=str(place.person.id),
        data_token=token,
        data_marks=marks,
    )
    return f"<!doctype html>{element('html', head, body, lang='en', data_theme=theme)}"


def _sidebar(place: Place, regions: dict[str, Html]) -> Html:
    return element(
        "nav",
        element("div", regions["channels"], id="channels"),
        element("div", people(place), class_="people"),
        element(
            "p",
            element("span", regions["bot"], id="bot", role="status"),
            element("button", "Light or dark", type="button", class_="as-link", data_theme=True),
            class_="foot",
        ),
        id="side",
        aria_label="Channels",
    )


def _main(place: Place, regions: dict[str, Html], shown: Html) -> Html:
    name = title(place.channel)
    burger = element(
        "button",
        element("span", "☰", aria_hidden="true"),
        element("span", "Channels", class_="unseen"),
        type="button",
        class_="burger",
        data_side=True,
        aria_expanded="false",
        aria_controls="side",
    )
    above = place.channel.parent
    back = element("a", title(above), href=address(place.person, above)) if above else None
    welcome = element(
        "div",
        element("p", "In ", back) if back else None,
        element("h2", name if back else f"Welcome to {name}!"),
        element("p", about(place.channel)),
        class_="greeting",
    )
    log = element(
        "div",
        element("ol", shown, id="messages"),
        role="log",
        aria_live="polite",
        aria_label=f"Messages in {name}",
    )
    return element(
        "main",
        element("header", burger, element("h1", name, class_="channel-name"), class_="top"),
        element("div", welcome, log, id="scroll", tabindex=0, role="region", aria_label=name),
        element("button", "New messages ↓", type="button", id="newer", hidden=True),
        _composer(name, regions, off=isinstance(place.channel, Forum)),
    )


def _composer(name: str, regions: dict[str, Html], *, off: bool) -> Html:
    box = element(
        "input",
        type="text",
        id="box",
        autocomplete="off",
        maxlength=2000,
        placeholder="Posts only: type commands elsewhere" if off else "Type / for commands",
        disabled=off,
        role="combobox",
        aria_expanded="false",
        aria_controls="slash",
        aria_autocomplete="list",
    )
    return element(
        "div",
        element(
            "ul", regions["slash"], id="slash", role="listbox", aria_label="Commands", hidden=True
        ),
        element("p", id="said", role="status"),
        element(
            "form",
            element("label", f"Message {name}", for_="box", class_="unseen"),
            box,
            id="plain",
            autocomplete="off",
        ),
        element("div", id="options"),
        id="composer",
    )
