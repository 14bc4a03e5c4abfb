"""What Discord checks when an application registers its commands. Pure.

Source: Discord's documents, interactions/application-commands ("Application Command Naming",
structures and limits). Localisations are not checked.
"""

import re
import unicodedata
from collections.abc import Callable

from bot.sandbox.discord.refusals import FormErrors, Json

CHAT_INPUT = 1
MESSAGE_COMMAND = 3
SUB_COMMAND = 1
SUB_COMMAND_GROUP = 2
STRING = 3
CHARACTERS = 8000
"""Names, descriptions and values of a command with all that is inside it."""
_DEVANAGARI_OR_THAI = re.compile(r"[\u0900-\u097f\u0e00-\u0e7f]")
_OPTION_TYPES = range(1, 12)
_WITH_CHOICES = (3, 4, 10)


def check_commands(commands: list[Json]) -> None:
    """Raise `Refusal` 50035 unless Discord would register this whole list of global commands."""
    errors = FormErrors()
    for index, command in enumerate(commands):
        _check_command(command, str(index), errors)
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        names = [each.get("name") for each in commands if each.get("type", CHAT_INPUT) == kind]
        if len(names) > most:
            text = f"Maximum number of application commands reached ({most})."
            errors.add("commands", "APPLICATION_COMMANDS_MAX", text)
        if len(set(names)) < len(names):
            text = "Application command names must be unique"
            errors.add("commands", "APPLICATION_COMMANDS_DUPLICATE_NAME", text)
    errors.raise_if_any()


def _check_command(command: Json, path: str, errors: FormErrors) -> None:
    if command.get("type", CHAT_INPUT) != CHAT_INPUT:
        errors.length(f"{path}.name", command.get("name"), 1, 32)
        return
    _check_name(command.get("name"), f"{path}.name", errors)
    errors.length(f"{path}.description", command.get("description"), 1, 100)
    _check_options(command.get("options") or [], path, errors)
    if _characters(command) > CHARACTERS:
        text = f"Command exceeds maximum size ({CHARACTERS})"
        errors.add(path, "APPLICATION_COMMAND_TOO_LARGE", text)


def _check_name(name: object, path: str, errors: FormErrors) -> None:
    errors.length(path, name, 1, 32)
    if isinstance(name, str) and name and not is_command_name(name):
        text = "Command name is invalid"
        errors.add(path, "APPLICATION_COMMAND_INVALID_NAME", text)


def is_command_name(name: str) -> bool:
    r"""Return whether ``name`` is ``^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$``, lower case."""
    return name == name.lower() and all(
        letter in "-_'"
        or unicodedata.category(letter)[0] in "LN"
        or _DEVANAGARI_OR_THAI.match(letter)
        for letter in name
    )


def _check_options(options: object, path: str, errors: FormErrors) -> None:
    known = errors.count(f"{path}.options", options, 0, 25)
    for index, option in enumerate(known):
        _check_option(option, f"{path}.options.{index}", errors)
    names = [option.get("name") for option in known]
    if len(set(names)) < len(names):
        text = "Option names must be unique"
        errors.add(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", text)
    required = [bool(option.get("required")) for option in known]
    if required != sorted(required, reverse=True):
        text = "Required options must be placed before non-required options"
        errors.add(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
    nests = [option.get("type") in {SUB_COMMAND, SUB_COMMAND_GROUP} for option in known]
    if any(nests) and not all(nests):
        text = "Sub-command and sub-command group option types are mutually exclusive to others"
        errors.add(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)


def _check_option(option: Json, path: str, errors: FormErrors) -> None:
    _check_name(option.get("name"), f"{path}.name", errors)
    errors.length(f"{path}.description", option.get("description"), 1, 100)
    if option.get("type") not in _OPTION_TYPES:
        errors.add(f"{path}.type", "BASE_TYPE_CHOICES", "Must be one of 1 to 11.")
    _check_options(option.get("options") or [], path, errors)
    choices = errors.count(f"{path}.choices", option.get("choices") or [], 0, 25)
    for index, choice in enumerate(choices):
        errors.length(f"{path}.choices.{index}.name", choice.get("name"), 1, 100)
        if option.get("type") == STRING:
            errors.length(f"{path}.choices.{index}.value", choice.get("value"), 1, 100)
    if option.get("autocomplete"):
        if choices:
            text = "Options cannot have both choices and autocomplete"
            errors.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE", text)
        if option.get("type") not in _WITH_CHOICES:
            text = "Only strings, integers and numbers complete themselves"
            errors.add(path, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_TYPE", text)


def _characters(node: Json) -> int:
    own = sum(len(str(node.get(key) or "")) for key in ("name", "description", "value"))
    inside = [*(node.get("options") or []), *(node.get("choices") or [])]
    return own + sum(_characters(each) for each in inside if isinstance(each, dict))


def registered(
    commands: list[Json], before: dict[str, Json], new_id: Callable[[], int], app_id: int
) -> list[Json]:
    """Return commands as Discord keeps them; one that keeps its name keeps its id."""
    version = str(new_id())
    return [
        {
            "type": CHAT_INPUT,
            "description": "",
            "default_member_permissions": None,
            "nsfw": False,
            "contexts": None,
            "integration_types": [0],
            **command,
            "id": (before.get(command["name"]) or {}).get("id") or str(new_id()),
            "application_id": str(app_id),
            "version": version,
        }
        for command in commands
    ]
