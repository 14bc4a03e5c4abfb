"""The border: whatever a command, button or form raises is answered there, privately."""

import asyncio
import logging
import re
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from bot.delivery.answers import (
    BROKEN,
    BUSY,
    CHANGED,
    NO_SERVER,
    AnsweringButton,
    AnsweringLayout,
    AnsweringModal,
    AnsweringView,
)
from bot.errors import DatabaseBusy, NotFound
from bot.sandbox.discord import NoAnswer
from bot.storage.database import Database
from tests.cogs.parts import Stage, staged

BREAKS = RuntimeError("a secret path: /srv/paperwire")


class Odd(app_commands.Command[Any, Any, Any]):
    """A command that raises what it is told to."""

    def __init__(self, error: Exception, *, deferring: bool) -> None:
        async def odd(interaction: discord.Interaction) -> None:
            """Fail."""
            if deferring:
                await interaction.response.defer(ephemeral=True)
            raise error

        super().__init__(name="help", description="Fail.", callback=odd)


@pytest.mark.parametrize("deferring", [False, True], ids=["at once", "deferred"])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotFound("Look there."), "Look there."),
        (DatabaseBusy("locked by /srv/other"), BUSY),
        (BREAKS, BROKEN),
    ],
    ids=["user", "operational", "bug"],
)
async def test_whatever_a_command_raises_is_answered_privately(
    stage: Stage, error: Exception, said: str, *, deferring: bool
) -> None:
    """Deferred or not, the person learns what to do, and nobody else sees it."""
    stage.bot.tree.add_command(Odd(error, deferring=deferring), override=True)
    reply = await stage.mallory.command(stage.ml, "help")
    assert reply.text == said
    assert reply.ephemeral


async def test_a_bug_is_logged_with_its_traceback(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The person sees no detail; the log has all of it."""
    stage.bot.tree.add_command(Odd(BREAKS, deferring=False), override=True)
    await stage.mallory.command(stage.ml, "help")
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.message == "/help broke"
    assert record.exc_info is not None
    assert record.exc_info[1] is BREAKS


async def test_trouble_of_the_world_is_logged_in_one_line(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """An operational error needs no traceback."""
    stage.bot.tree.add_command(Odd(DatabaseBusy("locked"), deferring=False), override=True)
    await stage.mallory.command(stage.ml, "help")
    (record,) = [each for each in caplog.records if each.name == "bot.delivery.answers"]
    assert (record.levelname, record.message) == ("WARNING", "/help: locked")
    assert record.exc_info is None


async def test_a_command_that_is_gone_asks_to_reload(stage: Stage) -> None:
    """What Discord still shows after an update is answered with how to see the new one."""
    stage.bot.tree.remove_command("help")
    reply = await stage.mallory.command(stage.ml, "help")
    assert reply.text == CHANGED


class Heard(logging.Handler):
    """Gives a sign when something is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []
        self.some = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record."""
        self.records.append(record)
        self.some.set()


async def test_too_late_is_logged_and_no_more(database: Database) -> None:
    """When Discord has given the interaction up, nobody is left to be told."""
    heard = Heard()
    logger = logging.getLogger("bot.delivery.answers")
    logger.addHandler(heard)
    try:
        async with staged(database, response_seconds=0.0) as stage:
            with pytest.raises(NoAnswer):
                await stage.mallory.command(stage.ml, "status")
            async with asyncio.timeout(5):
                await heard.some.wait()
    finally:
        logger.removeHandler(heard)
    (record,) = heard.records
    assert record.levelno == logging.WARNING
    assert "Too late for an answer to /status" in record.getMessage()


class FailingButton(AnsweringButton, template=r"test:fail:1"):
    """A button that outlives restarts, and fails."""

    def __init__(self) -> None:
        super().__init__(ui.Button(label="Persistent", custom_id="test:fail:1"))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], _match: re.Match[str], /
    ) -> "FailingButton":
        """Return the button that was pressed."""
        return cls()

    async def pressed(self, _interaction: discord.Interaction[Any], /) -> None:
        """Fail."""
        raise NotFound("Look there.")


class FailingModal(AnsweringModal, title="Form"):
    """A form that fails."""

    name: ui.TextInput["FailingModal"] = ui.TextInput(label="Name")

    async def on_submit(self, _interaction: discord.Interaction[Any], /) -> None:
        """Fail."""
        raise NotFound("Look there.")


class Opens(ui.Button[Any]):
    """A button that opens the failing form."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Open it."""
        await interaction.response.send_modal(FailingModal())


class Fails(ui.Button[Any]):
    """A button that fails."""

    async def callback(self, _interaction: discord.Interaction[Any]) -> None:
        """Fail."""
        raise NotFound("Look there.")


async def test_errors_of_buttons_and_forms_end_at_the_same_border(stage: Stage) -> None:
    """Views, layouts, forms and persistent buttons answer as commands do."""
    stage.bot.add_dynamic_items(FailingButton)
    view = AnsweringView().add_item(Fails(label="Plain")).add_item(Opens(label="Form"))
    view.add_item(FailingButton())
    layout = AnsweringLayout().add_item(ui.ActionRow(Fails(label="Layout")))
    channel = stage.bot.get_partial_messageable(stage.ml.id)
    await channel.send("buttons", view=view)
    await channel.send(view=layout)
    plain, laid_out = stage.ml.messages
    form = await stage.alice.press(plain, "Form")
    replies = [
        await stage.alice.press(plain, "Plain"),
        await stage.alice.press(plain, "Persistent"),
        await stage.alice.press(laid_out, "Layout"),
        await stage.alice.submit(form.modal, {"Name": "x"}),
    ]
    assert [reply.text for reply in replies] == ["Look there."] * 4
    assert all(reply.ephemeral for reply in replies)


async def test_commands_without_the_bot_in_the_server_are_refused(stage: Stage) -> None:
    """A server that has only the commands is told to take the bot too."""
    stage.bot._connection._remove_guild(stage.bot.guilds[0])  # noqa: SLF001 - no public way to forget a server
    reply = await stage.mallory.command(stage.ml, "status")
    assert reply.text == NO_SERVER
    assert reply.ephemeral
