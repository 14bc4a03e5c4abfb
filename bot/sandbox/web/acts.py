"""What the page's script asks for, as values; and what is done about it.

Each act is one of a person's in Discord's client, or one of the sandbox's controls. What Discord's
client or the bot refuses comes back as a sentence.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.discord import CannotDo, Message, Modal, NoAnswer, Reply
from bot.sandbox.discord.invocations import ATTACHMENT, Upload, Value
from bot.sandbox.discord.refusals import Json
from bot.sandbox.web import commands, modals
from bot.sandbox.web.components import Option
from bot.sandbox.web.html import Html
from bot.sandbox.web.views import View

NO_ANSWER = "The application did not respond."
_ONLY_COMMANDS = "Written. Paperwire does not read messages, only commands: type / to see them."
_MOST_MODALS = 20
_MOST_FILES = 20
_TEXT = Field(max_length=6000)


class Act(BaseModel):
    """A request of the page."""

    model_config = ConfigDict(extra="forbid")


class Say(Act):
    """Write a message."""

    text: str = Field(max_length=2000)


class Open(Act):
    """Open the form of a command."""

    command: str = _TEXT


class Use(Act):
    """Use a command with its options as they were typed."""

    command: str = _TEXT
    options: dict[str, str] = Field(max_length=25)


class Complete(Use):
    """Ask the bot to complete an option."""

    focused: str = _TEXT


class Apply(Act):
    """Use a command on a message."""

    message: int
    command: str = _TEXT


class Press(Act):
    """Press a button."""

    message: int
    custom_id: str = _TEXT


class Choose(Press):
    """Choose in a menu."""

    values: tuple[str, ...] = Field(max_length=25)


class Submit(Act):
    """Submit a modal."""

    modal: int
    values: dict[str, bool | str | tuple[str, ...]] = Field(max_length=25)


class Dismiss(Act):
    """See a private message no more."""

    message: int


class Control(Act):
    """Let the sandbox do something."""

    name: Literal["publish", "hour", "morning"]


Answer = dict[str, str | int | None]
"""What the script gets: ``error``, ``said``, ``html``, ``dialog`` or ``file``."""

T = TypeVar("T")


class Hands:
    """Does what the page asks for; remembers the forms that the bot opened."""

    def __init__(self) -> None:
        self._modals: dict[int, Modal] = {}
        self._files: dict[str, Upload] = {}

    def take(self, filename: str, content: bytes, view: View) -> Answer:
        """Take a file for an option; its ``file`` is what stands for it there."""
        upload = view.discord.file(filename, content)
        number = str(upload.described["id"])
        self._files[number] = upload
        _keep_latest(self._files, _MOST_FILES)
        return {"file": number}

    async def do(self, act: Act, view: View) -> Answer:
        """Do it; an ``error`` says what Discord's client, or the bot's silence, is about."""
        try:
            return await self._do(act, view)
        except CannotDo as refused:
            return {"error": str(refused)}
        except NoAnswer:
            return {"error": NO_ANSWER}

    async def _do(self, act: Act, view: View) -> Answer:
        match act:
            case Say():
                return await _say(act, view)
            case Open():
                return {"html": commands.form(_command(act.command, view), view.offers())}
            case Complete():
                return {"html": await _complete(act, view)}
            case Use() | Apply() | Press() | Submit():
                return self._opened(await self._reply(act, view), view)
            case Dismiss():
                view.reader.dismiss(act.message)
            case Control():
                await _control(act, view)
        view.discord.world.changes.announce()
        return {}

    async def _reply(self, act: Use | Apply | Press | Submit, view: View) -> Reply:
        match act:
            case Use():
                return await self._use(act, view)
            case Apply():
                return await view.person.use_on(_message(act.message, view), act.command)
            case Choose():
                return await _choose(act, view)
            case Press():
                return await view.person.press(_message(act.message, view), act.custom_id)
        return await self._submit(act, view)

    async def _use(self, act: Use, view: View) -> Reply:
        command = _command(act.command, view)
        options = {
            name: self._value(command.option(name), text, view)
            for name, text in act.options.items()
            if text
        }
        return await view.person.command(view.channel, command.name, **options)

    def _value(self, option: Json, text: str, view: View) -> Value:
        if option["type"] != ATTACHMENT:
            return view.offers().typed(option, text)
        upload = self._files.get(text)
        if upload is None:
            raise CannotDo(f"{option['name']} takes a file. Choose it again.")
        return upload

    async def _submit(self, act: Submit, view: View) -> Reply:
        modal = self._modals.get(act.modal)
        if modal is None:
            raise CannotDo("This form is closed. Open it again.")
        texts = {str(field["custom_id"]) for field in modals.text_inputs(modal.form)}
        # A menu in which nothing was chosen is left out; a text that was emptied is empty.
        given = {key: value for key, value in act.values.items() if value != "" or key in texts}
        reply = await view.person.submit(modal, given)
        self._modals.pop(act.modal, None)
        return reply

    def _opened(self, reply: Reply, view: View) -> Answer:
        modal = reply.modal
        if modal is None:
            return {}
        number = modal.interaction.id
        self._modals[number] = modal
        _keep_latest(self._modals, _MOST_MODALS)
        offered = view.offers().in_menu
        return {"dialog": modals.dialog(modal.form, number, view.reading(), offered)}


def _keep_latest(kept: dict[T, Any], most: int) -> None:
    while len(kept) > most:
        del kept[next(iter(kept))]


async def _say(act: Say, view: View) -> Answer:
    if not act.text.strip():
        return {}
    await view.person.say(view.channel, act.text)
    return {"said": _ONLY_COMMANDS}


def _command(name: str, view: View) -> commands.Command:
    for command in view.commands():
        if command.name == name:
            return command
    raise CannotDo(f"{view.person.name} has no command /{name} here. Try another channel.")


async def _complete(act: Complete, view: View) -> Html:
    command = _command(act.command, view)
    others = {name: text for name, text in act.options.items() if name != act.focused and text}
    options: dict[str, Value] = {**_typed_so_far(command, others, view)}
    options[act.focused] = act.options.get(act.focused, "")
    found = await view.person.autocomplete(view.channel, command.name, **options)
    return commands.choices([Option(str(each.value), each.name) for each in found])


def _typed_so_far(
    command: commands.Command, texts: Mapping[str, str], view: View
) -> dict[str, Value]:
    """Return the options that are whole already; an unfinished one does not stop completion."""
    offers = view.offers()
    values: dict[str, Value] = {}
    for name, text in texts.items():
        try:
            values[name] = offers.typed(command.option(name), text)
        except CannotDo:
            continue
    return values


async def _choose(act: Choose, view: View) -> Reply:
    message = _message(act.message, view)
    menu = next((it for it in message.selects if it["custom_id"] == act.custom_id), None)
    if menu is None:
        raise CannotDo("This menu is gone.")
    values = view.offers().chosen(menu, act.values)
    return await view.person.choose(message, act.custom_id, *values)


def _message(message_id: int, view: View) -> Message:
    for message in view.reader.visible(view.person, view.channel):
        if message.id == message_id:
            return message
    raise CannotDo("This message is gone.")


async def _control(act: Control, view: View) -> None:
    if view.controls is None:
        raise CannotDo("Nothing here can be controlled.")
    if act.name == "publish":
        await view.controls.publish()
    elif act.name == "hour":
        await view.controls.move_to(view.now + timedelta(hours=1))
    else:
        await view.controls.move_to(view.morning())
