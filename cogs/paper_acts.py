"""What the buttons under papers do: the whole abstract, BibTeX, and what else there is.

Votes, the reading list, similar papers and reasons are in their own files. Contains no command.
"""

import io

import discord
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import answer, attach, defer, show
from bot.delivery.components import view_of
from bot.domain import PaperId
from bot.text.citations import Reference, bibtex
from cogs.wording import LONGEST_TEXT

Interaction = discord.Interaction[PaperwireBot]

_ROOM_FOR_CODE = LONGEST_TEXT - 20
"""What a code block's own marks leave."""


class PaperActs(commands.Cog):
    """Answers to the buttons under papers."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._lookups = bot.services.lookups

    async def abstract(self, interaction: Interaction, paper: PaperId) -> None:
        """Show a paper with its whole abstract."""
        await defer(interaction)
        found = await self._lookups.by_id(paper)
        await show(interaction, view_of(cards.paper(found.entries[0])))

    async def bibtex(self, interaction: Interaction, paper: PaperId) -> None:
        """Give the BibTeX entry, as a file where it does not fit in a message."""
        await defer(interaction)
        found = await self._lookups.by_id(paper)
        entry = bibtex([Reference(found.entries[0].paper)])
        if len(entry) <= _ROOM_FOR_CODE and "```" not in entry:
            await answer(interaction, f"```bibtex\n{entry}```")
        else:
            file = discord.File(io.BytesIO(entry.encode()), "citation.bib")
            await attach(interaction, "BibTeX:", file)

    async def more(self, interaction: Interaction, paper: PaperId) -> None:
        """Offer what else can be done with a paper."""
        await defer(interaction)
        found = await self._lookups.by_id(paper)
        await show(interaction, view_of(cards.more(found.entries[0])))


async def setup(bot: PaperwireBot) -> None:
    """Teach the client the acts."""
    cog = PaperActs(bot)
    bot.paper_acts |= {"abstract": cog.abstract, "bibtex": cog.bibtex, "more": cog.more}
    await bot.add_cog(cog)
