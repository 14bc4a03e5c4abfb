"""Slash commands as one types them: the list, and a form with the options of one. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.sandbox.discord import CannotDo, Channel
from bot.sandbox.discord.commands import (
    CHAT_INPUT,
    MESSAGE_COMMAND,
    SUB_COMMAND,
    SUB_COMMAND_GROUP,
)
from bot.sandbox.discord.invocations import ATTACHMENT, INTEGER, NUMBER, check_allowed
from bot.sandbox.discord.refusals import Json
from bot.sandbox.discord.world import Member
from bot.sandbox.web.components import Option, option_line
from bot.sandbox.web.html import NOTHING, Html, element, joined
from bot.sandbox.web.offers import Offers


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be typed; a subcommand is one, with its group's name before its own."""

    name: str
    description: str
    options: tuple[Json, ...]

    def option(self, name: str) -> Json:
        """Return an option by its name; raises CannotDo if there is none."""
        for option in self.options:
            if option["name"] == name:
                return option
        raise CannotDo(f"/{self.name} has no option {name!r}.")


def allowed(registered: Sequence[Json], who: Member | None, where: Channel) -> tuple[Command, ...]:
    """Return the commands that somebody sees in a channel; who is None in a direct message."""
    return tuple(
        command
        for each in registered
        if each.get("type", CHAT_INPUT) == CHAT_INPUT and _sees(each, who, where)
        for command in _commands(each, "")
    )


def on_messages(registered: Sequence[Json], who: Member | None, where: Channel) -> tuple[str, ...]:
    """Return the names of the commands that somebody can use on a message."""
    return tuple(
        str(each["name"])
        for each in registered
        if each.get("type") == MESSAGE_COMMAND and _sees(each, who, where)
    )


def _sees(registered: Json, who: Member | None, where: Channel) -> bool:
    try:
        check_allowed(registered, who, where)
    except CannotDo:
        return False
    return True


def _commands(node: Json, before: str) -> Iterator[Command]:
    name = f"{before} {node['name']}".strip()
    options = tuple(node.get("options") or ())
    below = [each for each in options if each["type"] in {SUB_COMMAND, SUB_COMMAND_GROUP}]
    if not below:
        yield Command(name, str(node["description"]), options)
    for each in below:
        yield from _commands(each, name)


def listed(commands: Sequence[Command]) -> Html:
    """Return the lines of the list that opens at a slash."""
    return joined(_line(command) for command in commands)


def _line(command: Command) -> Html:
    required = [str(it["name"]) for it in command.options if it.get("required")]
    return element(
        "li",
        element("span", f"/{command.name}", class_="name"),
        *(element("span", name, class_="wanted") for name in required),
        element("small", command.description),
        role="option",
        aria_selected="false",
        data_value=command.name,
    )


def form(command: Command, offers: Offers) -> Html:
    """Return the form of a command: required options, and the others to be added."""
    fields = [_field(option, offers.for_option(option)) for option in command.options]
    optional = [option for option in command.options if not option.get("required")]
    return element(
        "form",
        element(
            "p",
            element("b", f"/{command.name}", class_="mention"),
            element("span", command.description, class_="about"),
            class_="command-name",
        ),
        element("div", *fields, class_="fields"),
        _more(optional),
        element("p", class_="option-told", id="told", role="status"),
        element("p", class_="wrong", role="alert"),
        element(
            "div",
            element("button", "Cancel", type="button", class_="button secondary", data_leave=True),
            element("button", "Send", type="submit", class_="button primary"),
            class_="sending",
        ),
        class_="command",
        data_command=command.name,
        autocomplete="off",
        novalidate=True,
        aria_label=f"Options of /{command.name}",
    )


def _field(option: Json, fixed: Sequence[Option]) -> Html:
    name, required = str(option["name"]), bool(option.get("required"))
    if option["type"] == ATTACHMENT:
        return _file_field(option)
    lists = bool(fixed or option.get("autocomplete"))
    field = element(
        "input",
        type="text",
        id=f"o-{name}",
        name=name,
        role="combobox" if lists else None,
        aria_expanded="false" if lists else None,
        aria_controls=f"l-{name}" if lists else None,
        aria_autocomplete="list" if lists else None,
        aria_describedby="told",
        aria_required="true" if required else None,
        inputmode="numeric" if option["type"] in {INTEGER, NUMBER} else None,
        maxlength=option.get("max_length"),
        data_told=str(option["description"]),
        data_completes=bool(option.get("autocomplete")),
        data_fixed=bool(fixed),
    )
    return element(
        "div",
        element("label", name, for_=f"o-{name}"),
        field,
        _list(name, fixed) if lists else None,
        class_="field",
        hidden=not required,
    )


def _file_field(option: Json) -> Html:
    name, required = str(option["name"]), bool(option.get("required"))
    field = element(
        "input",
        type="file",
        id=f"o-{name}",
        name=name,
        aria_describedby="told",
        aria_required="true" if required else None,
        data_told=str(option["description"]),
    )
    label = element("label", name, for_=f"o-{name}")
    return element("div", label, field, class_="field", hidden=not required)


def _list(name: str, fixed: Sequence[Option]) -> Html:
    lines = map(option_line, fixed)
    return element(
        "ul", *lines, id=f"l-{name}", role="listbox", aria_label=f"For {name}", hidden=True
    )


def _more(optional: Sequence[Json]) -> Html:
    if not optional:
        return NOTHING
    adders = (
        element(
            "button",
            f"+ {option['name']}",
            type="button",
            class_="adder",
            title=str(option["description"]),
            data_add=str(option["name"]),
        )
        for option in optional
    )
    return element("p", "Optional: ", *adders, class_="more")


def choices(found: Sequence[Option]) -> Html:
    """Return the lines of a list that the bot completed."""
    return joined(map(option_line, found))
