"""What a person can pick: channels, members and roles of a server, for options and menus. Pure.

Turns what was picked or typed back into the objects that the loopback Discord takes.
"""

from collections.abc import Collection, Sequence

from bot.sandbox.discord import CannotDo, Channel, Permission, Person
from bot.sandbox.discord.invocations import (
    BOOLEAN,
    CHANNEL,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    USER,
    Value,
)
from bot.sandbox.discord.messages import Kind
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.world import Member, Role
from bot.sandbox.web.components import Option

_MENUS = {
    Kind.CHANNEL_SELECT: CHANNEL,
    Kind.USER_SELECT: USER,
    Kind.ROLE_SELECT: ROLE,
    Kind.MENTIONABLE_SELECT: MENTIONABLE,
}
_OBJECTS = frozenset({CHANNEL, USER, ROLE, MENTIONABLE})
_TRUE, _FALSE = "True", "False"


class Offers:
    """What one member can pick."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def in_menu(self, menu: Json) -> Sequence[Option]:
        """Return what a menu of channels, members or roles offers."""
        found = self._objects(_MENUS[menu["type"]], menu.get("channel_types") or ())
        return tuple(map(_as_option, found))

    def for_option(self, option: Json) -> Sequence[Option]:
        """Return the fixed choices of a command's option; none where anything may be typed."""
        if option.get("choices"):
            return tuple(Option(str(it["value"]), str(it["name"])) for it in option["choices"])
        if option["type"] == BOOLEAN:
            return Option(_TRUE, _TRUE), Option(_FALSE, _FALSE)
        if option["type"] in _OBJECTS:
            kinds = option.get("channel_types") or ()
            return tuple(map(_as_option, self._objects(option["type"], kinds)))
        return ()

    def chosen(self, menu: Json, values: Sequence[str]) -> list[Value]:
        """Return what the values of a menu stand for; raises CannotDo for what it lacks."""
        if menu["type"] == Kind.STRING_SELECT:
            return list(values)
        found = {str(it.id): it for it in self._objects(_MENUS[menu["type"]], ())}
        unknown = [value for value in values if value not in found]
        if unknown:
            raise CannotDo(f"{unknown[0]!r} is not on offer")
        return [found[value] for value in values]

    def typed(self, option: Json, text: str) -> Value:
        """Return the value that a text stands for; raises CannotDo with what is wrong."""
        name, kind = option["name"], option["type"]
        if kind in _OBJECTS:
            return self._named(option, text)
        if kind == BOOLEAN:
            if text not in {_TRUE, _FALSE}:
                raise CannotDo(f"{name} is either {_TRUE} or {_FALSE}.")
            return text == _TRUE
        if kind in {INTEGER, NUMBER}:
            return _number(option, text)
        return text

    def _named(self, option: Json, text: str) -> Member | Channel | Role:
        wanted = text.strip().removeprefix("#").removeprefix("@")
        for found in self._objects(option["type"], option.get("channel_types") or ()):
            if wanted in {str(found.id), found.name}:
                return found
        raise CannotDo(f"{option['name']}: there is no {text!r} to pick.")

    def _objects(self, kind: int, channels: Collection[int]) -> list[Member | Channel | Role]:
        guild = self._person.guild
        if kind == CHANNEL:
            return [it for it in guild.channels if self._lists(it, channels)]
        people = [*guild.members.values()] if kind in {USER, MENTIONABLE} else []
        roles = [*guild.roles[1:]] if kind in {ROLE, MENTIONABLE} else []
        return [*people, *roles]

    def _lists(self, channel: Channel, kinds: Collection[int]) -> bool:
        seen = Permission.VIEW_CHANNEL in channel.permissions_of(self._person)
        return seen and (not kinds or channel.kind in kinds)


def _as_option(what: Member | Channel | Role) -> Option:
    return Option(str(what.id), f"{'#' if isinstance(what, Channel) else '@'}{what.name}")


def _number(option: Json, text: str) -> int | float:
    chosen = next((it for it in option.get("choices") or () if str(it["value"]) == text), None)
    if chosen is not None:
        value: int | float = chosen["value"]
        return value
    try:
        return int(text) if option["type"] == INTEGER else float(text)
    except ValueError:
        whole = "whole " if option["type"] == INTEGER else ""
        raise CannotDo(f"{option['name']} takes a {whole}number.") from None
