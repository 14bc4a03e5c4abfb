"""The message command "Look up papers": the papers whose numbers, DOIs or links a message has.

Discord gives the message with the command; no intent to read messages is needed.
"""

from collections.abc import Iterator

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import cards
from bot.delivery.answers import defer, show
from bot.delivery.components import texts_in, view_of
from bot.domain import PaperMatch
from bot.errors import NotFound
from bot.paper_ids import find_ids
from cogs.wording import plural

Interaction = discord.Interaction[PaperwireBot]

MOST_PAPERS = 10
"""Of one message: what is not stored is asked of its source, one after the other."""
NAME = "Look up papers"


class Mentioned(commands.Cog):
    """Papers in messages."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._lookups = bot.services.lookups

    async def look_up(self, interaction: Interaction, message: discord.Message) -> None:
        """Show, only to you, the papers that the message names."""
        ids = find_ids("\n".join(_texts(message)))
        if not ids:
            raise NotFound(
                "I find no paper in this message: no arXiv number, no link to a paper, no DOI of "
                "a preprint. Try `/search` with words."
            )
        await defer(interaction)
        entries: list[PaperMatch] = []
        missing: list[str] = []
        for id_ in ids[:MOST_PAPERS]:
            try:
                entries += (await self._lookups.by_id(id_)).entries
            except NotFound:
                missing.append(id_)
        if not entries:
            raise NotFound(f"No source has {', '.join(missing)} now. Try again in a minute.")
        await show(interaction, view_of(_message(entries, len(missing), len(ids))))


def _message(entries: list[PaperMatch], missing: int, named: int) -> cards.Message:
    if len(entries) == 1 and named == 1:
        return cards.paper(entries[0])
    notes = (
        f"{plural(missing, 'paper')} could not be found" if missing else "",
        f"the first {MOST_PAPERS} of {named}" if named > MOST_PAPERS else "",
    )
    told = " · ".join(filter(None, notes)) or "What the message names, in its order."
    return cards.page_of_results(
        entries, heading="Papers in this message", note=told, keywords=False
    )


def _texts(message: discord.Message) -> Iterator[str]:
    """Yield everything of a message that may name a paper."""
    yield message.content
    for embed in message.embeds:
        yield from filter(None, (embed.url, embed.title, embed.description))
    yield from texts_in(message.components)


async def setup(bot: PaperwireBot) -> None:
    """Add the message command."""
    cog = Mentioned(bot)
    await bot.add_cog(cog)
    bot.tree.add_command(app_commands.ContextMenu(name=NAME, callback=cog.look_up))
