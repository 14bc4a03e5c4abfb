"""Answers to interactions: private, and never with a mention; what an error says to the person.

`answer_error` is the border where whatever a command, button or form raises ends.
"""

import logging
import unicodedata
from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.errors import OperationalError, QueryError, UserError

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

BROKEN = "Something went wrong; it is logged. Try again, and tell the operator if it stays so."
BUSY = "That did not work just now. Try again in a moment."
CHANGED = "This command has changed. Reload Discord (Ctrl+R, on a Mac ⌘R) and type it again."
NO_SERVER = "This works in servers only. Type the command in a channel of a server that I am in."
NOT_HERE = "You cannot use this command here. Ask somebody with the permission Manage Channels."
ODD_OPTION = "I do not understand an option. Pick one that appears as you type, and try again."

_SAYINGS: tuple[tuple[type[Exception], str], ...] = (
    (OperationalError, BUSY),
    (app_commands.NoPrivateMessage, NO_SERVER),
    (app_commands.CheckFailure, NOT_HERE),
    (app_commands.CommandNotFound, CHANGED),
    (app_commands.CommandSignatureMismatch, CHANGED),
    (app_commands.TransformerError, ODD_OPTION),
)
"""The first that fits counts."""

_TOO_LATE = frozenset({10062, 40060})
"""Unknown interaction, already acknowledged: nobody waits for an answer (JSON Error Codes)."""
FORM_SECONDS = 15 * 60.0
"""The life of an interaction's token (Receiving and Responding)."""
_CONTEXT = 48
"""Columns of a query shown on either side of the caret, so that a phone does not wrap the line."""


async def answer(
    interaction: Interaction, text: str, view: discord.ui.View = discord.utils.MISSING
) -> None:
    """Send a private text of at most 2,000 characters, as the first response or after it."""
    if view is not discord.utils.MISSING:
        _let_go(view)
    if interaction.response.is_done():
        await interaction.followup.send(text, view=view, ephemeral=True, suppress_embeds=True)
    else:
        await interaction.response.send_message(
            text, view=view, ephemeral=True, suppress_embeds=True
        )


async def attach(interaction: Interaction, text: str, file: discord.File) -> None:
    """Send a private file with a text, after `defer`."""
    await interaction.followup.send(text, file=file, ephemeral=True)


async def replace(interaction: Interaction, text: str, view: discord.ui.View | None = None) -> None:
    """Put a text in the place of the private message whose button was pressed."""
    if not interaction.response.is_done():
        await interaction.response.defer()
    await interaction.edit_original_response(content=text, view=view)


async def show(interaction: Interaction, view: discord.ui.LayoutView) -> None:
    """Send a private message made of components, as the first response or after it."""
    _let_go(view)
    if interaction.response.is_done():
        await interaction.followup.send(view=view, ephemeral=True)
    else:
        await interaction.response.send_message(view=view, ephemeral=True)


def _let_go(view: discord.ui.View | discord.ui.LayoutView) -> None:
    """Have discord.py keep nothing of a view: its parts are known by their custom ids for ever.

    It would keep a private one, and a task that waits for its end, for 15 minutes.
    """
    view.stop()


async def defer(interaction: Interaction) -> None:
    """Tell Discord that a private answer follows: due within 3 seconds of the command."""
    await interaction.response.defer(ephemeral=True, thinking=True)


async def answer_error(interaction: Interaction, error: Exception) -> None:
    """Tell the person what went wrong and log what is not theirs; never raises."""
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and cause.code in _TOO_LATE:
        log.warning("Too late for an answer to %s: %s", _name(interaction), cause)
        return
    text = explanation(cause)
    if isinstance(cause, OperationalError):
        log.warning("%s: %s", _name(interaction), cause)
    elif text == BROKEN:
        log.error("%s broke", _name(interaction), exc_info=cause)
    if interaction.type is discord.InteractionType.autocomplete:
        return
    try:
        await answer(interaction, text)
    except Exception as failure:  # noqa: BLE001 - the border: there is nobody left to tell
        log.warning("No answer to %s: %s", _name(interaction), failure)


def explanation(error: BaseException) -> str:
    """Return what an error says to the person: a sentence or two with what to do."""
    if isinstance(error, QueryError):
        return f"{error.hint}\n{caret_block(error)}" if error.query.strip() else error.hint
    if isinstance(error, UserError):
        return str(error)
    return next((text for kind, text in _SAYINGS if isinstance(error, kind)), BROKEN)


def caret_block(error: QueryError) -> str:
    """Return a code block with the query, or the part around the trouble, and a caret under it."""
    before, first = _shown(reversed(error.query[: error.offset]))
    after, last = _shown(error.query[error.offset :])
    lead = f"{'' if first else '…'}{''.join(reversed(before))}"
    line = f"{lead}{''.join(after)}{'' if last else '…'}"
    return f"```\n{line}\n{' ' * sum(map(_columns, lead))}^\n```"


def _shown(letters: Iterable[str]) -> tuple[list[str], bool]:
    """Return letters as a code block can show them, and whether these are all of them."""
    shown: list[str] = []
    columns = 0
    for letter in letters:
        safe = _safe(letter)
        columns += _columns(safe)
        if columns > _CONTEXT or len(shown) > 2 * _CONTEXT:
            return shown, False
        shown.append(safe)
    return shown, True


def _safe(letter: str) -> str:
    if letter == "`":
        return "'"
    if letter.isspace():
        return " "
    return "�" if unicodedata.category(letter)[0] == "C" else letter


def _columns(letter: str) -> int:
    if unicodedata.category(letter) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(letter) in {"W", "F"} else 1


def _cause(error: Exception) -> BaseException:
    """Return what discord.py wrapped, or the error itself."""
    if isinstance(error, app_commands.CommandInvokeError):
        return error.original
    wrapped = error.__cause__
    if isinstance(error, app_commands.TransformerError) and isinstance(
        wrapped, UserError | OperationalError
    ):
        return wrapped
    return error


def _name(interaction: Interaction) -> str:
    command = interaction.command
    if command is not None:
        return f"/{command.qualified_name}"
    return f"a {interaction.type.name}"


class AnsweringView(discord.ui.View):
    """A view whose items' errors are answered like those of commands."""

    async def on_error(
        self, interaction: Interaction, error: Exception, _item: discord.ui.Item[Any], /
    ) -> None:
        """Answer an error of an item."""
        await answer_error(interaction, error)


class AnsweringLayout(discord.ui.LayoutView):
    """A layout (Components V2) whose items' errors are answered like those of commands."""

    async def on_error(
        self, interaction: Interaction, error: Exception, _item: discord.ui.Item[Any], /
    ) -> None:
        """Answer an error of an item."""
        await answer_error(interaction, error)


class AnsweringModal(discord.ui.Modal):
    """A form whose errors are answered like those of commands.

    One that is closed and never sent is forgotten after `FORM_SECONDS`: nobody tells the bot that
    it was closed, and discord.py would keep it for ever.
    """

    def __init__(self) -> None:
        super().__init__(timeout=FORM_SECONDS)

    async def on_error(  # type: ignore[override]  # discord.py's own modal is called without an item
        self, interaction: Interaction, error: Exception, /
    ) -> None:
        """Answer an error of the form."""
        await answer_error(interaction, error)


class _AnsweringItem(discord.ui.DynamicItem[discord.ui.Item[Any]], template=r"(?!)"):
    """A part of a message that outlives restarts; its errors are answered like those of commands.

    Subclasses give a versioned `template`, `from_custom_id` and `pressed`; discord.py has no
    error hook for dynamic items and would only log.
    """

    async def callback(self, interaction: Interaction) -> None:
        """Do what the part does, and answer its errors."""
        try:
            await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001 - the border of a button or menu
            await answer_error(interaction, error)

    async def pressed(self, interaction: Interaction, /) -> None:
        """Do what the part does."""
        raise NotImplementedError


class AnsweringButton(_AnsweringItem, template=r"(?!)"):
    """A button that outlives restarts."""


class AnsweringMenu(_AnsweringItem, template=r"(?!)"):
    """A menu of texts, of which one is chosen, that outlives restarts."""

    @staticmethod
    def chosen(interaction: Interaction) -> str:
        """Return the value of what was chosen."""
        sent: Any = (
            interaction.data
        )  # discord.py types the data of all kinds of interactions as one
        return str(sent["values"][0])
