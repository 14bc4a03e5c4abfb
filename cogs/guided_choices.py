"""What one chooses in /setup: field, keywords, hour and zone. Contains no command.

Each step reads the permissions again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, Self, cast

import discord
from discord import ButtonStyle, ui

from bot.client import PaperwireBot
from bot.delivery import answers
from bot.delivery.answers import AnsweringMenu, AnsweringModal, AnsweringView
from bot.domain import ChannelId
from bot.errors import UserError
from cogs.fields import FIELDS, categories_in, query_of
from cogs.kept import Kept
from cogs.named import NamedButton
from cogs.targets import Target, changeable
from cogs.wording import code
from cogs.zones import COMMON

Interaction = discord.Interaction[PaperwireBot]

AT_ONCE = "now"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has chosen so far; ``hour`` is None for papers as they come."""

    channel: ChannelId
    field: str = ""
    categories: tuple[str, ...] = ()
    keywords: str = ""
    hour: int | None = None
    zone: str = "UTC"

    @property
    def query(self) -> str:
        """The query that this makes; empty while nothing is chosen."""
        return query_of(self.categories, self.keywords)


class Leader(Protocol):
    """The cog that leads through the steps."""

    drafts: Kept[Draft]

    async def step(self, draft: Draft) -> tuple[str, ui.View]:
        """Return what is chosen so far, and the next choices."""

    async def finish(self, interaction: Interaction, draft: Draft, target: Target) -> str:
        """Do what was chosen, and return what was done."""


def steps(draft: Draft) -> list[str]:
    """Return the steps with what is chosen at each."""
    when = "as they come" if draft.hour is None else f"daily at {draft.hour:02}:00 ({draft.zone})"
    return [
        f"1. Field: {draft.field or '*choose one below*'}",
        f"2. Keywords: {code(draft.query) if draft.query else '*press Keywords…*'}",
        f"3. Papers come: {when}",
        "4. Press **Finish**." if draft.query else "",
    ]


def step_view(name: str, draft: Draft) -> ui.View:
    """Return the menus and buttons of a step."""
    view = AnsweringView(timeout=None)
    view.add_item(FieldMenu(name, draft))
    view.add_item(WhenMenu(name, draft))
    if draft.hour is not None:
        view.add_item(ZoneMenu(name, draft))
    view.add_item(WordsButton(name))
    if draft.query:
        view.add_item(FinishButton(name))
    view.add_item(CancelSetupButton(name))
    return view


def _leader(interaction: Interaction) -> Leader:
    return cast("Leader", interaction.client.get_cog("Guided"))


async def _go_on(interaction: Interaction, draft: Draft) -> None:
    """Show the step after a choice in the place of the one before."""
    changeable(interaction, draft.channel).must_take_posts()
    if not interaction.response.is_done():
        await interaction.response.defer()
    text, view = await _leader(interaction).step(draft)
    await answers.replace(interaction, text, view)


class _SetupMenu(AnsweringMenu, template=r"(?!)"):
    """A menu of the flow; `name` is that of the draft before the choice."""

    kind: ClassVar[str]
    placeholder: ClassVar[str]

    def __init__(self, name: str, draft: Draft | None = None) -> None:
        self.name = name
        options = [] if draft is None else self.options_for(draft)
        custom_id = f"pw1:setup-{self.kind}:{name}"
        super().__init__(
            ui.Select[Any](custom_id=custom_id, placeholder=self.placeholder, options=options)
        )

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the menu in which something was chosen."""
        return cls(match["name"])

    async def pressed(self, interaction: Interaction, /) -> None:
        """Go on with what was chosen."""
        draft = _leader(interaction).drafts.get(self.name)
        await _go_on(interaction, self.chose(draft, self.chosen(interaction)))

    @classmethod
    def options_for(cls, draft: Draft) -> list[discord.SelectOption]:
        """Return what can be chosen."""
        raise NotImplementedError

    def chose(self, draft: Draft, value: str) -> Draft:
        """Return the draft after a choice."""
        raise NotImplementedError


def _options(labels: Sequence[tuple[str, str]], chosen: str) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=label, value=value, default=value == chosen)
        for value, label in labels
    ]


class FieldMenu(_SetupMenu, template=r"pw1:setup-field:(?P<name>[\w-]+)"):
    """Chooses a field of research."""

    kind, placeholder = "field", "1. Your field…"

    @classmethod
    def options_for(cls, draft: Draft) -> list[discord.SelectOption]:
        """Return the fields."""
        return _options([(each.name, each.name) for each in FIELDS], draft.field)

    def chose(self, draft: Draft, value: str) -> Draft:
        """Take over the categories of the field, and its keywords for a start."""
        chosen = next((each for each in FIELDS if each.name == value), FIELDS[-1])
        return replace(
            draft, field=chosen.name, categories=chosen.categories, keywords=chosen.keywords
        )


class WhenMenu(_SetupMenu, template=r"pw1:setup-when:(?P<name>[\w-]+)"):
    """Chooses when papers come."""

    kind, placeholder = "when", "3. As they come, or daily at…"

    @classmethod
    def options_for(cls, draft: Draft) -> list[discord.SelectOption]:
        """Return "as they come" and the hours of a day: as many as a menu holds."""
        hours = [(str(hour), f"Daily at {hour:02}:00") for hour in range(24)]
        chosen = AT_ONCE if draft.hour is None else str(draft.hour)
        return _options([(AT_ONCE, "Each paper as it comes"), *hours], chosen)

    def chose(self, draft: Draft, value: str) -> Draft:
        """Take the hour over."""
        return replace(draft, hour=None if value == AT_ONCE else int(value))


class ZoneMenu(_SetupMenu, template=r"pw1:setup-zone:(?P<name>[\w-]+)"):
    """Chooses the time zone of the hour."""

    kind, placeholder = "zone", "In which time zone…"

    @classmethod
    def options_for(cls, draft: Draft) -> list[discord.SelectOption]:
        """Return the zones where most readers are; /digest set knows all."""
        labels = [(zone, zone.replace("_", " ")) for zone in COMMON]
        return _options(labels, draft.zone)

    def chose(self, draft: Draft, value: str) -> Draft:
        """Take the zone over."""
        return replace(draft, zone=value)


class WordsButton(NamedButton, template=r"pw1:setup-words:(?P<name>[\w-]+)"):
    """Opens the categories and keywords."""

    kind, label = "setup-words", "2. Keywords…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Open the form."""
        draft = _leader(interaction).drafts.get(self.name)
        await interaction.response.send_modal(WordsForm(draft))


class FinishButton(NamedButton, template=r"pw1:setup-finish:(?P<name>[\w-]+)"):
    """Does what was chosen."""

    kind, label, style = "setup-finish", "Finish", ButtonStyle.primary

    async def pressed(self, interaction: Interaction, /) -> None:
        """Subscribe, and say what was done."""
        cog = _leader(interaction)
        draft = cog.drafts.get(self.name)
        target = changeable(interaction, draft.channel)
        target.must_take_posts()
        await interaction.response.defer()
        await answers.replace(interaction, await cog.finish(interaction, draft, target))


class CancelSetupButton(NamedButton, template=r"pw1:setup-cancel:(?P<name>[\w-]+)"):
    """Drops what was chosen."""

    kind, label = "setup-cancel", "Cancel"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Say that nothing happened."""
        await answers.replace(interaction, "Nothing was set up.")


class WordsForm(AnsweringModal, title="What to look for"):
    """A form with the categories and the keywords."""

    keywords: ui.TextInput["WordsForm"] = ui.TextInput(
        label="Keywords, with commas; any of them",
        placeholder="diffusion model, gaussian splatting",
        style=discord.TextStyle.paragraph,
        max_length=300,
        required=False,
    )
    categories: ui.TextInput["WordsForm"] = ui.TextInput(
        label="In these categories; none: everywhere",
        placeholder="cs.CV, eess.IV",
        max_length=150,
        required=False,
    )

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self.keywords.default = draft.keywords
        self.categories.default = ", ".join(draft.categories)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Go on with what was typed."""
        draft = replace(
            self._draft,
            field=self._draft.field or FIELDS[-1].name,
            keywords=self.keywords.value,
            categories=categories_in(self.categories.value),
        )
        if not draft.query:
            raise UserError("Type a keyword or a category, for example: diffusion model.")
        await _go_on(interaction, draft)


LASTING = (FieldMenu, WhenMenu, ZoneMenu, WordsButton, FinishButton, CancelSetupButton)
"""For the client to know; what they stand for is forgotten at a restart, and they say so."""
