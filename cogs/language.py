"""/language: the language in which a channel's papers are summed up."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery.answers import answer, defer
from bot.services.summaries import NO_LANGUAGE
from bot.text.languages import LANGUAGES
from cogs.targets import ChannelOption, target_of

Interaction = discord.Interaction[PaperwireBot]

_MOST_CHOICES = 25
_AUTHORS_WORDS = "none: a sentence of the abstract, as the authors wrote it"


class Language(commands.Cog):
    """In which language papers are summed up."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._telling = bot.services.telling

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(
        language="Pick one; none for the authors' own words.",
        channel="The channel; this one if you name none.",
    )
    async def language(
        self, interaction: Interaction, language: str, channel: ChannelOption | None = None
    ) -> None:
        """Choose the language in which a channel's papers are summed up."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        target.must_take_posts()
        await defer(interaction)
        code = await self._telling.choose(target.id, target.guild_id, language)
        await answer(interaction, chosen_text(target.mention, code))

    @language.autocomplete("language")
    async def _languages(
        self, _interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return choices(typed)


def choices(typed: str) -> list[app_commands.Choice[str]]:
    """Return the languages whose name, here or there, holds what was typed; all if none does."""
    labels = {code: f"{known.name} ({known.english})" for code, known in LANGUAGES.items()}
    labels |= {"en": "English", NO_LANGUAGE: _AUTHORS_WORDS}
    wanted = typed.casefold().strip()
    fitting = [
        app_commands.Choice(name=label, value=code)
        for code, label in labels.items()
        if wanted == code or wanted in label.casefold()
    ]
    return (fitting or choices(""))[:_MOST_CHOICES]


def chosen_text(where: str, code: str | None) -> str:
    """Return what becomes of a channel's summaries."""
    if code is None:
        return f"Papers in {where} come with a sentence of their abstract from now on."
    return (
        f"Papers in {where} are summed up in {LANGUAGES[code].english} from now on, by a language "
        "model. A summary with a number or a name that its abstract does not have is not posted: "
        "a sentence of the abstract stands there then."
    )


async def setup(bot: PaperwireBot) -> None:
    """Add the command."""
    await bot.add_cog(Language(bot))
