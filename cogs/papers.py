"""/paper and /search: single papers, and those that a query finds, page by page."""

import re
from typing import Any, cast

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import AnsweringButton, answer, defer, show
from bot.delivery.components import view_of
from bot.delivery.lines import SOURCES
from bot.domain import Sort
from bot.matching.facts import category_name
from bot.matching.parser import parse
from bot.services.lookups import Results
from bot.text.categories import NAMES, in_words
from cogs import near
from cogs.kept import Kept
from cogs.wording import ask_note, code

Interaction = discord.Interaction[PaperwireBot]

_MOST_CHOICES = 25
_LONGEST_ID = 100
"""Characters of a button's custom id (Component Reference)."""
_HEADINGS = {
    Sort.NEWEST: "Newest papers",
    Sort.RELEVANT: "Most relevant papers",
    Sort.UPVOTES: "Most upvoted papers",
}


EVERYTHING = (
    f"({', '.join(f'source:{name}' for name in SOURCES)}) -type:replace -type:replace-cross"
)
"""The query of /new without a category: all but replacements."""
_EVERYTHING_READ = str(parse(EVERYTHING))
_CATEGORY = re.compile(r"[a-z.-]+")
_ONE_NAME = re.compile(r'[\w.-]+|"[\w .-]+"')


class Papers(commands.Cog):
    """Looking papers up."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._lookups = bot.services.lookups
        self.kept: Kept[str] = Kept()
        """Queries too long for a button."""

    @app_commands.command()
    @app_commands.describe(reference="An arXiv number, a DOI, a link to the paper, or words.")
    async def paper(self, interaction: Interaction, reference: str) -> None:
        """Show one paper: its abstract, authors and links."""
        await defer(interaction)
        found = await self._lookups.paper(reference)
        await self._show(interaction, found)

    @paper.autocomplete("reference")
    async def _titles(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await near.titles(interaction, typed)

    @app_commands.command()
    @app_commands.describe(
        query="Keywords, as for /subscribe: diffusion model AND 3d",
        sort="Which come first; the newest if you name nothing.",
    )
    @app_commands.choices(sort=[app_commands.Choice(name=sort, value=sort) for sort in Sort])
    async def search(self, interaction: Interaction, query: str, sort: str = Sort.NEWEST) -> None:
        """Show the stored papers that a query finds, page by page."""
        await defer(interaction)
        found = await self._lookups.search(query, Sort(sort))
        await self._show(interaction, found)
        if not found.entries:
            await near.show_instead(interaction, found.query)

    @app_commands.command()
    @app_commands.describe(category="Type a field: vision, cs.CL, number theory. All if none.")
    async def new(self, interaction: Interaction, category: str | None = None) -> None:
        """Show the newest papers, of a category if you name one."""
        await defer(interaction)
        query = f"cat:{_quoted(category)}" if category else EVERYTHING
        found = await self._lookups.search(query)
        await self._show(interaction, found)

    @new.autocomplete("category")
    async def _categories(
        self, _interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return category_choices(typed)

    @app_commands.command()
    @app_commands.describe(name="In any order; initials are fine: Yann LeCun, Y. LeCun.")
    async def author(self, interaction: Interaction, name: str) -> None:
        """Show the newest papers of an author."""
        await defer(interaction)
        found = await self._lookups.search(f"author:{_quoted(name)}")
        await self._show(interaction, found)

    async def _show(self, interaction: Interaction, found: Results) -> None:
        if not found.entries:
            await answer(interaction, _nothing(interaction, found))
        elif len(found.entries) == 1 and not found.has_more:
            await show(interaction, view_of(cards.paper(found.entries[0])))
            if note := version_note(found):
                await answer(interaction, note)
        else:
            await show(interaction, self.page_view(found))

    def page_view(self, found: Results) -> ui.LayoutView:
        """Return a page of results, with buttons to the pages beside it."""
        heading = heading_of(found.query, found.sort)
        # What all of them matched says nothing of one.
        keywords = not found.is_one_term and found.query != _EVERYTHING_READ
        if found.page == 1 and not found.has_more:
            return view_of(cards.results(found.entries, heading=heading, keywords=keywords))
        note = f"Page {found.page}{'' if found.has_more else ', the last one'}"
        page = cards.page_of_results(found.entries, heading=heading, note=note, keywords=keywords)
        view = view_of(page)
        buttons: list[ui.Item[Any]] = []
        if found.page > 1:
            buttons.append(self._button("Previous", found, found.page - 1))
        if found.has_more:
            buttons.append(self._button("Next", found, found.page + 1))
        view.add_item(ui.ActionRow(*buttons))
        return view

    def _button(self, label: str, found: Results, page: int) -> "PageButton":
        inline = f"={found.query}"
        if len(PageButton.custom_id_of(found.sort, page, inline)) <= _LONGEST_ID:
            return PageButton(label, found.sort, page, inline)
        return PageButton(label, found.sort, page, f"#{self.kept.put(found.query)}")


class PageButton(
    AnsweringButton,
    template=r"pw1:page:(?P<sort>[a-z]+):(?P<page>[0-9]{1,3}):(?P<query>[=#].+)",
):
    """Shows another page; the query is in the button where it is short enough."""

    def __init__(self, label: str, sort: Sort, page: int, query: str) -> None:
        self._sort, self._page, self._query = sort, page, query
        super().__init__(ui.Button(label=label, custom_id=self.custom_id_of(sort, page, query)))

    @staticmethod
    def custom_id_of(sort: Sort, page: int, query: str) -> str:
        """Return what the button is known by."""
        return f"pw1:page:{sort}:{page}:{query}"

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> "PageButton":
        """Return the button that was pressed, also one from before a restart."""
        label = item.label if isinstance(item, ui.Button) else None
        return cls(label or "Page", Sort(match["sort"]), int(match["page"]), match["query"])

    async def pressed(self, interaction: Interaction, /) -> None:
        """Put the other page in the place of this one."""
        cog = cast("Papers", interaction.client.get_cog("Papers"))
        query = self._query[1:] if self._query[0] == "=" else cog.kept.get(self._query[1:])
        await interaction.response.defer()
        found = await interaction.client.services.lookups.search(query, self._sort, page=self._page)
        if not found.entries:
            await answer(interaction, _nothing(interaction, found))
            return
        await interaction.edit_original_response(view=cog.page_view(found))


def version_note(found: Results) -> str:
    """Return which version is shown, where another one was asked for."""
    known = found.entries[0].paper.version
    if found.asked_version is None or found.asked_version == known:
        return ""
    shown = "the newest version that I know" if known is None else f"version {known}"
    return f"You asked for version {found.asked_version}; this is {shown}."


def heading_of(query: str, sort: Sort) -> str:
    """Return what stands above the papers that a canonical query finds."""
    field, _, value = query.partition(":")
    if query == _EVERYTHING_READ:
        return _HEADINGS[sort]
    if field == "cat" and _CATEGORY.fullmatch(value):
        return f"{_HEADINGS[sort]} in {in_words(category_name(value))}"
    if field == "author" and _ONE_NAME.fullmatch(value):
        return f"{_HEADINGS[sort]} by {value.strip(chr(34)).title()}"
    return f"{_HEADINGS[sort]} for “{query}”"


def category_choices(typed: str) -> list[app_commands.Choice[str]]:
    """Return the categories whose code or name holds what was typed; all if none does."""
    wanted = typed.casefold().strip()
    labels = {code: f"{code} · {name}" for code, name in NAMES.items()}
    fitting = [code for code, label in labels.items() if wanted in label.casefold()]
    # Codes that begin so come before names that hold it somewhere.
    fitting.sort(key=lambda code: not code.casefold().startswith(wanted))
    return [
        app_commands.Choice(name=labels[code], value=code)
        for code in (fitting or list(labels))[:_MOST_CHOICES]
    ]


def _quoted(words: str) -> str:
    """Return words as one value of a field, whatever signs they hold."""
    return f'"{words.replace(chr(34), " ").strip()}"'


def _nothing(interaction: Interaction, found: Results) -> str:
    text = nothing_text(found.query)
    note = ask_note([text], may_change=interaction.permissions.manage_channels)
    return "\n".join(filter(None, (text, *found.advice, note)))


def nothing_text(query: str) -> str:
    """Return what to do when a query finds nothing."""
    return (
        f"I have seen no paper for {code(query)} yet. Try fewer or other words, or give the "
        "paper's number, DOI or link to `/paper`. `/subscribe` tells you when one comes."
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the commands and the buttons."""
    bot.add_dynamic_items(PageButton)
    await bot.add_cog(Papers(bot))
