"""/paper and /search: single papers, and those that a query finds, page by page."""

import re
from typing import Any, cast

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import AnsweringButton, AnsweringMenu, answer, defer, show
from bot.delivery.components import view_of
from bot.domain import Sort
from bot.services.lookups import Results
from cogs import near
from cogs.asked import EVERYTHING, EVERYTHING_READ, category_choices, heading_of, quoted
from cogs.kept import Kept
from cogs.wording import ask_note, code

Interaction = discord.Interaction[PaperwireBot]

_MOST_CHOICES = 25
_MOST_PAGES = 999
_SORTS = {
    Sort.NEWEST: "Newest first",
    Sort.RELEVANT: "Most relevant first",
    Sort.UPVOTES: "Most upvoted first",
}
_LONGEST_ID = 100
"""Characters of a button's custom id (Component Reference)."""


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
        query = f"cat:{quoted(category)}" if category else EVERYTHING
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
        found = await self._lookups.search(f"author:{quoted(name)}")
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
        """Return a page of results, with a menu to sort it and buttons to the pages beside it."""
        heading = heading_of(found.query, found.sort)
        # What all of them matched says nothing of one.
        keywords = not found.is_one_term and found.query != EVERYTHING_READ
        if found.page == 1 and not found.has_more:
            view = view_of(cards.results(found.entries, heading=heading, keywords=keywords))
        else:
            note = f"Page {found.page}{'' if found.has_more else ', the last one'}"
            view = view_of(
                cards.page_of_results(found.entries, heading=heading, note=note, keywords=keywords)
            )
        query = self._query_of(found)
        view.add_item(ui.ActionRow(SortMenu(query, found.sort)))
        row: ui.ActionRow[Any] = ui.ActionRow()
        if found.page > 1:
            row.add_item(PageButton("Previous", found.sort, found.page - 1, query))
        if found.has_more:
            row.add_item(PageButton("Next", found.sort, found.page + 1, query))
        if row.children:
            view.add_item(row)
        return view

    def _query_of(self, found: Results) -> str:
        """Return how buttons name a query: in full where it is short enough for them all."""
        inline = f"={found.query}"
        longest = PageButton.custom_id_of(Sort.RELEVANT, _MOST_PAGES, inline)
        return inline if len(longest) <= _LONGEST_ID else f"#{self.kept.put(found.query)}"

    async def turn(self, interaction: Interaction, query: str, sort: Sort, page: int) -> None:
        """Put a page in the place of the one whose button or menu was used; raises NotFound."""
        text = query[1:] if query[0] == "=" else self.kept.get(query[1:])
        await interaction.response.defer()
        found = await self._lookups.search(text, sort, page=page)
        if not found.entries:
            await answer(interaction, _nothing(interaction, found))
            return
        await interaction.edit_original_response(view=self.page_view(found))


def _cog(interaction: Interaction) -> Papers:
    return cast("Papers", interaction.client.get_cog("Papers"))


class SortMenu(AnsweringMenu, template=r"pw1:sort:(?P<query>[=#].+)"):
    """Sorts what was found in another way, from its first page on."""

    def __init__(self, query: str, sort: Sort) -> None:
        self._query = query
        options = [
            discord.SelectOption(label=_SORTS[each], value=each, default=each is sort)
            for each in Sort
        ]
        super().__init__(ui.Select[Any](custom_id=f"pw1:sort:{query}", options=options))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> "SortMenu":
        """Return the menu in which something was chosen, also one from before a restart."""
        return cls(match["query"], Sort.NEWEST)

    async def pressed(self, interaction: Interaction, /) -> None:
        """Put the first page in that order in the place of this one."""
        sort = Sort(self.chosen(interaction))
        await _cog(interaction).turn(interaction, self._query, sort, 1)


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
        await _cog(interaction).turn(interaction, self._query, self._sort, self._page)


def version_note(found: Results) -> str:
    """Return which version is shown, where another one was asked for."""
    known = found.entries[0].paper.version
    if found.asked_version is None or found.asked_version == known:
        return ""
    shown = "the newest version that I know" if known is None else f"version {known}"
    return f"You asked for version {found.asked_version}; this is {shown}."


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
    bot.add_dynamic_items(PageButton, SortMenu)
    await bot.add_cog(Papers(bot))
