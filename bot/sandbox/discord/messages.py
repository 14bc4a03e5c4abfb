"""A stored message and what a person can read, follow and press in it. Values only."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.snowflakes import created_at

EPHEMERAL = 1 << 6
LOADING = 1 << 7
IS_COMPONENTS_V2 = 1 << 15

_URL = re.compile(r"https?://[^\s<>()\[\]]+(?:\([^\s<>()]*\)[^\s<>()\[\]]*)*")


class Kind(IntEnum):
    """Types of component (Discord's component reference)."""

    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


SELECTS = frozenset(
    {
        Kind.STRING_SELECT,
        Kind.USER_SELECT,
        Kind.ROLE_SELECT,
        Kind.MENTIONABLE_SELECT,
        Kind.CHANNEL_SELECT,
    }
)


@dataclass(frozen=True, slots=True)
class User:
    """A Discord account."""

    id: int
    name: str
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as Discord keeps it; an edit makes a new value under the same id."""

    id: int
    channel_id: int
    author: User
    content: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    flags: int = 0
    nonce: str | None = None
    edited_at: datetime | None = None
    pinged: frozenset[str] = frozenset()
    """Mentions that notified somebody: ``@everyone``, ``@here``, ``<@id>``, ``<@&id>``."""
    replies_to: int | None = None
    interaction: Json | None = None
    """``interaction_metadata`` of an answer to a command."""

    @property
    def created_at(self) -> datetime:
        """When it was sent."""
        return created_at(self.id)

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was sent."""
        return self.edited_at is not None

    @property
    def ephemeral(self) -> bool:
        """Whether only the person who typed the command sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it still shows "is thinking…"."""
        return bool(self.flags & LOADING)

    @property
    def has_layout(self) -> bool:
        """Whether it is made of Components V2."""
        return bool(self.flags & IS_COMPONENTS_V2)

    @property
    def text(self) -> str:
        """All that can be read in it, part by part, one below the other, markdown as sent."""
        parts = [self.content]
        for embed in self.embeds:
            parts += embed_texts(embed)
        parts += [
            str(each["content"])
            for each in walk(self.components)
            if each["type"] == Kind.TEXT_DISPLAY
        ]
        return "\n".join(part for part in parts if part)

    @property
    def buttons(self) -> tuple[Json, ...]:
        """Its buttons, in order of reading."""
        return tuple(each for each in walk(self.components) if each["type"] == Kind.BUTTON)

    @property
    def selects(self) -> tuple[Json, ...]:
        """Its select menus, in order of reading."""
        return tuple(each for each in walk(self.components) if each["type"] in SELECTS)

    @property
    def links(self) -> tuple[str, ...]:
        """Every address in its text, its embeds and its buttons, once each, in order."""
        found = _URL.findall(self.text)
        found += [str(embed["url"]) for embed in self.embeds if embed.get("url")]
        found += [str(button["url"]) for button in self.buttons if button.get("url")]
        return tuple(dict.fromkeys(found))


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Yield components and all that is inside them, in order of reading."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        yield from walk(
            component[slot] for slot in ("accessory", "component") if component.get(slot)
        )


def embed_texts(embed: Json) -> list[str]:
    """Return the readable parts of an embed, from author to footer."""
    parts = [
        (embed.get("author") or {}).get("name"),
        embed.get("title"),
        embed.get("description"),
    ]
    for field in embed.get("fields") or ():
        parts += [field.get("name"), field.get("value")]
    parts.append((embed.get("footer") or {}).get("text"))
    return [part for part in parts if part]
