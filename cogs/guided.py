"""/setup: a channel's first subscription in a minute: field, keywords, when, and what it brings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self, cast

import discord
from discord import ButtonStyle, app_commands, ui
from discord.ext import commands

from bot.client import PaperwireBot
from bot.delivery import answers
from bot.delivery.answers import (
    AnsweringButton,
    AnsweringMenu,
    AnsweringModal,
    AnsweringView,
    answer,
    defer,
)
from bot.domain import ChannelId, Mode, UserId
from bot.errors import UserError
from cogs.fields import FIELDS, categories_in, query_of
from cogs.kept import Kept
from cogs.preview_text import fitting, preview_lines
from cogs.targets import ChannelOption, Target, changeable, target_of
from cogs.wording import code, timestamp
from cogs.zones import COMMON

Interaction = discord.Interaction[PaperwireBot]

AT_ONCE = "now"
_SECONDS_TO_LOOK = 1.5


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


class Guided(commands.Cog):
    """Setting a channel up."""

    def __init__(self, bot: PaperwireBot) -> None:
        self._services = bot.services
        self.drafts: Kept[Draft] = Kept()

    @app_commands.command()
    @app_commands.default_permissions(manage_channels=True)
    @app_commands.describe(channel="The channel to set up; this one if you name none.")
    async def setup(self, interaction: Interaction, channel: ChannelOption | None = None) -> None:
        """Set a channel up in a minute: field, keywords, and when papers come."""
        target = target_of(interaction, channel)
        target.must_be_changeable()
        target.must_take_posts()
        await defer(interaction)
        text, view = await self.step(Draft(target.id))
        await answer(interaction, text, view)

    async def step(self, draft: Draft) -> tuple[str, ui.View]:
        """Return what is chosen so far, what it would have posted, and the next choices."""
        name = self.drafts.put(draft)
        lines = [f"**Setting up <#{draft.channel}>**", *steps(draft)]
        if draft.query:
            preview = await self._services.previews.of(draft.query, seconds=_SECONDS_TO_LOOK)
            lines += preview_lines(preview)
        return fitting(lines), step_view(name, draft)

    async def finish(self, interaction: Interaction, draft: Draft, target: Target) -> str:
        """Subscribe the channel, and give it its digest; return what was done."""
        mode = Mode.NOW if draft.hour is None else Mode.DAILY
        now = self._services.clock()
        when = "Each paper is posted as it comes."
        if draft.hour is not None:
            stored = await self._services.digests.set(
                target.id, target.guild_id, draft.hour, draft.zone, now=now
            )
            when = (
                f"They come in a daily digest at {draft.hour:02}:00 ({draft.zone}); the first one "
                f"{timestamp(stored.next_at)}."
            )
        user = UserId(interaction.user.id)
        done = await self._services.subscriptions.subscribe(
            target.id, target.guild_id, draft.query, mode, user, now=now, kind=target.holds
        )
        self._services.wake_outbox()
        return (
            f"**Done.** {target.mention} gets papers for {code(done.subscription.query)}. {when}\n"
            "`/subscribe` adds more, `/subscriptions` shows what there is, `/status` says why "
            "nothing comes, and `/help` has the rest."
        )


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


def _cog(interaction: Interaction) -> Guided:
    return cast("Guided", interaction.client.get_cog("Guided"))


async def _go_on(interaction: Interaction, draft: Draft) -> None:
    """Show the step after a choice in the place of the one before."""
    changeable(interaction, draft.channel).must_take_posts()
    if not interaction.response.is_done():
        await interaction.response.defer()
    text, view = await _cog(interaction).step(draft)
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
        draft = _cog(interaction).drafts.get(self.name)
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


class _SetupButton(AnsweringButton, template=r"(?!)"):
    """A button of the flow."""

    kind: ClassVar[str]
    label: ClassVar[str]
    style: ClassVar[ButtonStyle] = ButtonStyle.secondary

    def __init__(self, name: str) -> None:
        self.name = name
        custom_id = f"pw1:setup-{self.kind}:{name}"
        super().__init__(ui.Button(label=self.label, style=self.style, custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls(match["name"])


class WordsButton(_SetupButton, template=r"pw1:setup-words:(?P<name>[\w-]+)"):
    """Opens the categories and keywords."""

    kind, label = "words", "2. Keywords…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Open the form."""
        draft = _cog(interaction).drafts.get(self.name)
        await interaction.response.send_modal(WordsForm(draft))


class FinishButton(_SetupButton, template=r"pw1:setup-finish:(?P<name>[\w-]+)"):
    """Does what was chosen."""

    kind, label, style = "finish", "Finish", ButtonStyle.primary

    async def pressed(self, interaction: Interaction, /) -> None:
        """Subscribe, and say what was done."""
        cog = _cog(interaction)
        draft = cog.drafts.get(self.name)
        target = changeable(interaction, draft.channel)
        target.must_take_posts()
        await interaction.response.defer()
        await answers.replace(interaction, await cog.finish(interaction, draft, target))


class CancelSetupButton(_SetupButton, template=r"pw1:setup-cancel:(?P<name>[\w-]+)"):
    """Drops what was chosen."""

    kind, label = "cancel", "Cancel"

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


async def setup(bot: PaperwireBot) -> None:
    """Add the command, and what is under its answers."""
    bot.add_dynamic_items(
        FieldMenu, WhenMenu, ZoneMenu, WordsButton, FinishButton, CancelSetupButton
    )
    await bot.add_cog(Guided(bot))
