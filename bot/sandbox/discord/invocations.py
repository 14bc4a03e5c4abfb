"""What Discord's own client makes of a typed command: the interaction's data, or a refusal.

Built from the commands as the bot registered them, so an option that is not registered, or a value
out of its bounds, cannot be sent here either. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.sandbox.discord import payloads
from bot.sandbox.discord.commands import (
    CHAT_INPUT,
    MESSAGE_COMMAND,
    SUB_COMMAND,
    SUB_COMMAND_GROUP,
)
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.world import Channel, Member, Role

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10
ATTACHMENT = 11


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person gives, as Discord describes it once it has it."""

    described: Json


Value = str | int | float | bool | Member | Channel | Role | Upload
"""What a person can give as an option."""


class CannotDo(Exception):  # noqa: N818 - reads as what happened
    """Discord's own client would not let a person do this; the message says why."""


@dataclass(slots=True)
class Resolved:
    """The objects that an interaction's ids stand for."""

    who: Member | None
    tables: dict[str, Json] = field(default_factory=dict)

    def add(self, value: Member | Channel | Role | Upload) -> str:
        """Describe an object, and return its id."""
        if isinstance(value, Upload):
            self.tables.setdefault("attachments", {})[value.described["id"]] = value.described
            return str(value.described["id"])
        key = str(value.id)
        if isinstance(value, Member):
            self.tables.setdefault("users", {})[key] = payloads.user(value.user)
            self.tables.setdefault("members", {})[key] = payloads.member(value, with_user=False)
        elif isinstance(value, Role):
            self.tables.setdefault("roles", {})[key] = payloads.role(value)
        else:
            channel = payloads.resolved_channel(value, self.who) if self.who else {"id": key}
            self.tables.setdefault("channels", {})[key] = channel
        return key


def find(commands: list[Json], name: str) -> tuple[Json, list[Json]]:
    """Return a registered command and the path of subcommands below it, by ``digest set``.

    Raises CannotDo if there is none.
    """
    first, *rest = name.removeprefix("/").split()
    typed = [each for each in commands if each["type"] == CHAT_INPUT]
    command = next((each for each in typed if each["name"] == first), None)
    if command is None:
        known = ", ".join(str(each["name"]) for each in typed) or "none at all"
        raise CannotDo(f"/{first} is not registered; registered: {known}")
    path: list[Json] = []
    for word in rest:
        options = (path[-1] if path else command).get("options") or []
        nested = [each for each in options if each["type"] in {SUB_COMMAND, SUB_COMMAND_GROUP}]
        below = next((each for each in nested if each["name"] == word), None)
        if below is None:
            raise CannotDo(f"/{name}: there is no subcommand {word!r}")
        path.append(below)
    last = path[-1] if path else command
    if any(each["type"] in {SUB_COMMAND, SUB_COMMAND_GROUP} for each in last.get("options") or []):
        raise CannotDo(f"/{name} cannot be typed alone; it has subcommands")
    return command, path


def find_message_command(commands: list[Json], name: str) -> Json:
    """Return a registered command of messages; raises CannotDo if there is none."""
    for command in commands:
        if command["type"] == MESSAGE_COMMAND and command["name"] == name:
            return command
    raise CannotDo(f"messages have no command {name!r}")


def check_allowed(command: Json, who: Member | None, channel: Channel) -> None:
    """Raise CannotDo if the member does not see this command in this channel."""
    contexts = command.get("contexts")
    if who is None:
        if (contexts is not None and 1 not in contexts) or command.get("dm_permission") is False:
            raise CannotDo(f"/{command['name']} is not there in direct messages")
        return
    if contexts is not None and 0 not in contexts:
        raise CannotDo(f"/{command['name']} is not there in servers")
    permissions = who.permissions_in(channel)
    needed = Permission.VIEW_CHANNEL | Permission.USE_APPLICATION_COMMANDS
    if needed not in permissions:
        raise CannotDo(f"{who.name} cannot use commands in #{channel.name}")
    default = command.get("default_member_permissions")
    if default is not None:
        wanted = Permission(int(default))
        if (default == "0" and Permission.ADMINISTRATOR not in permissions) or (
            wanted not in permissions
        ):
            raise CannotDo(f"/{command['name']} is hidden from {who.name}: needs {wanted!r}")


def invocation(
    command: Json,
    path: list[Json],
    values: Mapping[str, Value],
    who: Member | None,
    focused: str | None = None,
) -> Json:
    """Return the ``data`` of a command interaction; with ``focused``, of an autocomplete one.

    Raises CannotDo for unknown, missing or impossible options.
    """
    registered = (path[-1] if path else command).get("options") or []
    known = {option["name"]: option for option in registered}
    for name in values:
        if name not in known:
            raise CannotDo(f"no option {name!r}; there are: {', '.join(known) or 'none'}")
    missing = [each for each in known if known[each].get("required") and each not in values]
    if missing and focused is None:
        raise CannotDo(f"required options are missing: {', '.join(missing)}")
    resolved = Resolved(who)
    options = [
        _given(known[name], value, resolved, focused=name == focused)
        for name, value in values.items()
    ]
    for below in reversed(path):
        options = [{"name": below["name"], "type": below["type"], "options": options}]
    body: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    return {**body, "resolved": resolved.tables} if resolved.tables else body


def _given(option: Json, value: Value, resolved: Resolved, *, focused: bool) -> Json:
    given: Json = {"name": option["name"], "type": option["type"]}
    if focused:
        if not option.get("autocomplete"):
            raise CannotDo(f"{option['name']} does not complete itself")
        return {**given, "value": str(value), "focused": True}
    return {**given, "value": _checked(option, value, resolved)}


def _checked(option: Json, value: Value, resolved: Resolved) -> str | int | float | bool:
    if option["type"] in {USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT}:
        return _object(option, value, resolved)
    if option.get("choices"):
        return _chosen(option, value)
    if option["type"] == STRING:
        return _text(option, value)
    if option["type"] == BOOLEAN:
        if not isinstance(value, bool):
            raise CannotDo(f"{option['name']} takes True or False, not {value!r}")
        return value
    return _number(option, value)


def _object(option: Json, value: Value, resolved: Resolved) -> str:
    kinds: dict[int, tuple[type, ...]] = {
        USER: (Member,),
        CHANNEL: (Channel,),
        ROLE: (Role,),
        MENTIONABLE: (Member, Role),
        ATTACHMENT: (Upload,),
    }
    if not isinstance(value, kinds[option["type"]]) or isinstance(value, str | int | float):
        raise CannotDo(f"{option['name']} does not take {value!r}")
    if isinstance(value, Channel):
        allowed = option.get("channel_types")
        if allowed and value.kind not in allowed:
            raise CannotDo(f"{option['name']} does not list #{value.name}: wrong type of channel")
        visible = resolved.who and Permission.VIEW_CHANNEL in value.permissions_of(resolved.who)
        if not visible:
            raise CannotDo(f"#{value.name} is not visible to the one who types")
    return resolved.add(value)


def _chosen(option: Json, value: Value) -> str | int | float:
    for choice in option["choices"]:
        if value in {choice["name"], choice["value"]}:
            chosen: str | int | float = choice["value"]
            return chosen
    names = [choice["name"] for choice in option["choices"]]
    raise CannotDo(f"{option['name']} must be one of {names}, not {value!r}")


def _text(option: Json, value: Value) -> str:
    if not isinstance(value, str):
        raise CannotDo(f"{option['name']} takes text, not {value!r}")
    low, high = option.get("min_length") or 0, option.get("max_length") or 6000
    if not low <= len(value) <= high:
        raise CannotDo(f"{option['name']} takes {low} to {high} characters, not {len(value)}")
    return value


def _number(option: Json, value: Value) -> int | float:
    whole = option["type"] == INTEGER
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise CannotDo(f"{option['name']} takes a {'whole ' if whole else ''}number, not {value!r}")
    low, high = option.get("min_value"), option.get("max_value")
    if (low is not None and value < low) or (high is not None and value > high):
        raise CannotDo(f"{option['name']} takes {low} to {high}, not {value}")
    return value
