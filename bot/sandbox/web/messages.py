"""A message as HTML: who wrote it and when, what it answers, what is in it. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.sandbox.discord.markup import words
from bot.sandbox.discord.messages import Message
from bot.sandbox.web.components import (
    Offered,
    Option,
    components,
    embed,
    nothing,
    unfolding,
    uploaded,
)
from bot.sandbox.web.html import Html, element
from bot.sandbox.web.markdown import Reading, blocks, moment

TOGETHER = timedelta(minutes=7)
"""Messages of one author in so short a time stand under one name, as in Discord."""
_LONGEST_EXCERPT = 90


@dataclass(frozen=True, slots=True)
class Cause:
    """What a message answers: a command that somebody used, or another message."""

    who: str
    typed: str = ""
    """The command with its options; empty where a button, menu or form was used."""
    command: str = ""
    """Its name as Discord shows it: `/digest set`, or the bare name of one in a menu."""
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Below:
    """A thread: what it is called, where it is, how much is in it."""

    name: str
    address: str
    messages: int
    tags: tuple[str, ...] = ()
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A message and what decides how it is drawn."""

    message: Message
    cause: Cause | None = None
    continued: bool = False
    """Whether it stands under the name of the one before."""
    new_day: bool = False
    offered: Offered = field(default=nothing)
    apps: tuple[str, ...] = ()
    """The commands that can be used on it."""
    thread: "Below | None" = None


_EYE = element(
    "svg",
    element("path", d="M8 3C4 3 1.5 6.5 .5 8c1 1.5 3.5 5 7.5 5s6.5-3.5 7.5-5C14.5 6.5 12 3 8 3z"),
    element("circle", cx=8, cy=8, r="2.5"),
    viewBox="0 0 16 16",
    class_="eye",
    aria_hidden="true",
)


def follows(message: Message, before: Message | None, cause: Cause | None) -> bool:
    """Return whether a message stands under the name of the one before it."""
    if before is None or cause is not None or message.ephemeral is not before.ephemeral:
        return False
    soon = message.created_at - before.created_at < TOGETHER
    return soon and message.author == before.author


def begins_day(message: Message, before: Message | None, reading: Reading) -> bool:
    """Return whether a message is the first of its day in the reader's zone."""
    zone = reading.zone
    day = message.created_at.astimezone(zone).date()
    return before is None or before.created_at.astimezone(zone).date() != day


def excerpt(message: Message) -> str:
    """Return the first words of a message, for what answers it."""
    said = words(message.text)
    return said if len(said) <= _LONGEST_EXCERPT else f"{said[:_LONGEST_EXCERPT].rstrip()}…"


def drawn(shown: Shown, reading: Reading) -> Html:
    """Return a message as an item of a list."""
    message = shown.message
    day = _day(message.created_at.astimezone(reading.zone).date()) if shown.new_day else None
    words = ["message"]
    words += ["ephemeral"] if message.ephemeral else []
    words += ["continued"] if shown.continued and not shown.new_day else []
    header = None if "continued" in words else _header(shown, reading)
    return element(
        "li",
        day,
        element("article", header, _body(shown, reading), _apps(shown), class_=" ".join(words)),
        id=f"m{message.id}",
    )


def _day(day: date) -> Html:
    return element("h2", f"{day.day} {day:%B %Y}", class_="day")


def _header(shown: Shown, reading: Reading) -> Html:
    author = shown.message.author
    tag = element("span", "APP", class_="tag") if author.bot else None
    return element(
        "header",
        _cause(shown.cause) if shown.cause else None,
        element("span", author.name[:1].upper(), class_=_avatar(author.bot), aria_hidden="true"),
        element("span", author.name, class_="author"),
        tag,
        _sent_at(shown.message, reading),
    )


def _avatar(bot: bool) -> str:  # noqa: FBT001 - what the author is
    return "avatar app" if bot else "avatar"


def _sent_at(message: Message, reading: Reading) -> Html:
    sent = message.created_at.astimezone(reading.zone)
    at = moment(int(sent.timestamp()), "t", reading)
    days = (reading.now.astimezone(reading.zone).date() - sent.date()).days
    told = {0: "Today at ", 1: "Yesterday at "}.get(days, f"{sent.day} {sent:%B %Y} ")
    return element("small", told, at, class_="sent")


def _cause(cause: Cause) -> Html:
    if cause.command:
        used = element("span", cause.command, class_="mention", title=cause.typed)
        return element("div", element("b", cause.who), " used ", used, class_="cause")
    did = f" on {cause.excerpt}" if cause.excerpt else " filled in a form"
    return element("div", element("b", cause.who), did, class_="cause")


def _body(shown: Shown, reading: Reading) -> Html:
    message = shown.message
    content = _content(message, reading)
    return element(
        "div",
        content,
        *(embed(each, reading) for each in message.embeds),
        components(message.components, reading, shown.offered),
        *map(uploaded, message.attachments),
        element("small", "(edited)", class_="edited") if message.edited else None,
        _thread(shown.thread) if shown.thread else None,
        _private(message) if message.ephemeral else None,
        element("p", class_="failed", role="alert"),
        class_="body",
    )


def _content(message: Message, reading: Reading) -> Html | None:
    if message.loading:
        dots = element("span", class_="thinking", aria_hidden="true")
        return element("p", dots, f"{message.author.name} is thinking…", class_="loading")
    return (
        element("div", blocks(message.content, reading), class_="text") if message.content else None
    )


def _apps(shown: Shown) -> Html | None:
    if not shown.apps or shown.message.loading:
        return None
    options = [Option(name, name) for name in shown.apps]
    return unfolding("⋯", "Apps", options, class_="menu apps", data_apps=True)


def _thread(below: Below) -> Html:
    count = f"{below.messages:,} message{'s' * (below.messages != 1)}"
    return element(
        "p",
        element("a", element("b", below.name), f" {count}", href=below.address),
        class_="thread",
    )


def post(below: Below, key: str) -> Html:
    """Return a post of a forum, which is a thread, as an item of the forum's list."""
    chips = [element("span", tag, class_="wanted") for tag in below.tags]
    tags = element("p", *chips) if chips else None
    begins = element("p", below.begins, class_="begins") if below.begins else None
    inside = element("div", tags, _thread(below), begins, class_="container")
    return element("li", element("article", inside, class_="post"), id=key)


def _private(message: Message) -> Html:
    dismiss = element(
        "button", "Dismiss message", type="button", class_="as-link", data_dismiss=str(message.id)
    )
    return element("p", _EYE, "Only you can see this · ", dismiss, class_="private")
