"""/saved list and export, and the buttons and forms of reading lists."""

import io
import re
from typing import Any, Self

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import answers, cards
from bot.delivery.answers import (
    AnsweringMenu,
    AnsweringModal,
    AnsweringView,
    answer,
    attach,
    defer,
    show,
)
from bot.delivery.components import view_of
from bot.delivery.escape import inert_within
from bot.delivery.lines import choice
from bot.domain import PaperId, PaperMatch, UserId
from bot.errors import NotFound
from bot.services.reading import LONGEST_NOTE, Shelf
from bot.text.citations import FILE_ENDINGS, Format
from bot.text.plain import readable
from cogs.named import NamedButton, turns
from cogs.wording import plural

Interaction = discord.Interaction[PaperwireBot]

_FORMATS = {
    Format.BIBTEX: "BibTeX",
    Format.RIS: "RIS (Zotero, EndNote, Mendeley)",
    Format.CSV: "CSV (spreadsheets)",
    Format.MARKDOWN: "Markdown",
}
_LONGEST_TITLE = 150


class SavedPapers(
    commands.GroupCog, group_name="saved", group_description="Your own list of papers to read"
):
    """Everybody's own reading list."""

    def __init__(self, bot: PaperwireBot) -> None:
        super().__init__()
        self._lists = bot.services.reading

    @app_commands.command(name="list")
    async def list_(self, interaction: Interaction) -> None:
        """Show only you the papers that you saved, with your notes."""
        await defer(interaction)
        await show_shelf(interaction, 1)

    @app_commands.command()
    @app_commands.describe(format="What the file is for.")
    @app_commands.choices(
        format=[app_commands.Choice(name=name, value=form) for form, name in _FORMATS.items()]
    )
    async def export(self, interaction: Interaction, format: str) -> None:  # noqa: A002 - an option of the command
        """Give you a file of the papers that you saved: BibTeX, RIS, CSV or Markdown."""
        await defer(interaction)
        form = Format(format)
        text = await self._lists.exported(_user(interaction), form)
        file = discord.File(io.BytesIO(text.encode()), f"papers.{FILE_ENDINGS[form]}")
        await attach(interaction, "Your list:", file)

    async def save(self, interaction: Interaction, paper: PaperId) -> None:
        """Put a paper on the list of whoever pressed the button."""
        await defer(interaction)
        is_new = await self._lists.save(_user(interaction), paper)
        title = await _title(interaction, paper)
        done = "Saved" if is_new else "On your list already"
        await answer(interaction, f"{done}: {title}\n-# `/saved list` has it.", _choices(paper))


async def show_shelf(interaction: Interaction, page: int) -> None:
    """Answer with a page of a person's reading list; raises NotFound for an empty one."""
    shelf = await interaction.client.services.reading.shelf(_user(interaction), page)
    if not shelf.entries:
        raise NotFound("Your list is empty. Press **Save** under a paper to begin it.")
    await show(interaction, shelf_view(shelf))


def shelf_view(shelf: Shelf) -> ui.LayoutView:
    """Return a page of a list, a menu to choose from it, and buttons to the pages beside it."""
    notes = {each.paper.id: f"Your note: {each.note}" for each in shelf.entries if each.note}
    told = plural(shelf.total, "paper")
    message = cards.annotated_page(
        [PaperMatch(each.paper) for each in shelf.entries],
        notes,
        heading="Your reading list",
        note=f"{told} · Page {shelf.page} of {shelf.pages}" if shelf.pages > 1 else told,
    )
    view = view_of(message)
    options = [
        discord.SelectOption(label=label, value=id_)
        for label, id_ in filter(None, (choice(each.paper) for each in shelf.entries))
    ]
    if options:
        view.add_item(ui.ActionRow(ShelfMenu(options)))
    for row in turns(ShelfButton, "", shelf.page, has_more=shelf.page < shelf.pages):
        view.add_item(row)
    return view


def _choices(paper: PaperId) -> ui.View:
    """Return what can be done with a saved paper."""
    view = AnsweringView(timeout=None)
    view.add_item(NoteButton(paper))
    view.add_item(RemoveButton(paper))
    return view


async def _title(interaction: Interaction, paper: PaperId) -> str:
    found = await interaction.client.services.lookups.by_id(paper)
    title = inert_within(readable(found.entries[0].paper.title), _LONGEST_TITLE)
    return f"**{title}**" if title else paper


def _user(interaction: Interaction) -> UserId:
    return UserId(interaction.user.id)


class ShelfMenu(AnsweringMenu, template=r"pw1:shelf:choose"):
    """Chooses a paper of the list."""

    def __init__(self, options: list[discord.SelectOption]) -> None:
        menu = ui.Select[Any](
            custom_id="pw1:shelf:choose", placeholder="A note, or remove one…", options=options
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Return the menu in which something was chosen, also one from before a restart."""
        return cls([])

    async def pressed(self, interaction: Interaction, /) -> None:
        """Offer what can be done with the paper."""
        await defer(interaction)
        paper = PaperId(self.chosen(interaction))
        note = await interaction.client.services.reading.note_on(_user(interaction), paper)
        said = f"\nYour note: {inert_within(note, LONGEST_NOTE * 2)}" if note else ""
        await answer(interaction, await _title(interaction, paper) + said, _choices(paper))


class ShelfButton(NamedButton, template=r"pw1:shelf:(?P<name>[1-9][0-9]{0,3})"):
    """Shows another page."""

    kind = "shelf"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Show the page privately."""
        await defer(interaction)
        await show_shelf(interaction, int(self.name))


class NoteButton(NamedButton, template=r"pw1:note:(?P<name>\S{1,80})"):
    """Opens a person's note."""

    kind, label = "note", "Note…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Open the form with the note there is."""
        lists = interaction.client.services.reading
        paper = PaperId(self.name)
        note = await lists.note_on(_user(interaction), paper)
        await interaction.response.send_modal(NoteForm(paper, note))


class RemoveButton(NamedButton, template=r"pw1:unsave:(?P<name>\S{1,80})"):
    """Takes a paper off the list."""

    kind, label = "unsave", "Remove"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Remove it and say so in the place of what was asked."""
        paper = PaperId(self.name)
        await interaction.client.services.reading.remove(_user(interaction), paper)
        title = await _title(interaction, paper)
        await answers.replace(interaction, f"Removed: {title}")


class NoteForm(AnsweringModal, title="Your note"):
    """A form with a note that only its writer sees."""

    note: ui.TextInput["NoteForm"] = ui.TextInput(
        label="Note",
        style=discord.TextStyle.paragraph,
        max_length=LONGEST_NOTE,
        required=False,
        placeholder="Why you want to read it, or what you made of it. Leave it empty for none.",
    )

    def __init__(self, paper: PaperId, note: str) -> None:
        super().__init__()
        self._paper = paper
        self.note.default = note

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Keep the note."""
        await defer(interaction)
        lists = interaction.client.services.reading
        await lists.note(_user(interaction), self._paper, self.note.value)
        done = "Your note is kept" if self.note.value.strip() else "Your note is gone"
        await answer(interaction, f"{done}: {await _title(interaction, self._paper)}")


async def setup(bot: PaperwireBot) -> None:
    """Add the commands, the act and the buttons."""
    cog = SavedPapers(bot)
    bot.paper_acts["save"] = cog.save
    bot.add_dynamic_items(ShelfMenu, ShelfButton, NoteButton, RemoveButton)
    await bot.add_cog(cog)
