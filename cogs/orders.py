"""What is under an answer of /subscribe: Subscribe, Change, Cancel; Change and Undo; narrower ones.

Each reads the permissions again when it is pressed. Contains no command.
"""

from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

import discord
from discord import ButtonStyle, ui

from bot.client import PaperwireBot
from bot.delivery import answers
from bot.delivery.answers import AnsweringButton, AnsweringModal, AnsweringView
from bot.domain import ChannelId, Mode, Subscription, SubscriptionId
from bot.errors import NotFound
from bot.matching.parser import MAX_CHARACTERS
from cogs.kept import Kept
from cogs.named import NamedButton
from cogs.narrower import NarrowerMenu, Options, query_of
from cogs.targets import Target, changeable
from cogs.wording import code

Interaction = discord.Interaction[PaperwireBot]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asks /subscribe for; ``replaces`` is the query that it takes the place of."""

    channel: ChannelId
    query: str
    mode: Mode
    look_back: int = 0
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What the answer says, and its buttons, MISSING for none."""

    text: str
    view: ui.View


class Counter(Protocol):
    """The cog that takes orders."""

    kept: Kept[Order]
    queries: Kept[str]

    async def take(
        self, interaction: Interaction, order: Order, target: Target, *, may_ask: bool
    ) -> Offer:
        """Subscribe, or ask first."""


def asking_view(name: str, narrower: Options) -> ui.View:
    """Return what is under a broad query, kept under this name: buttons, and narrower queries."""
    menu = [TakeMenu(name, narrower)] if narrower else []
    return _view(*menu, GoButton(name), EditButton(name), CancelButton(name))


def done_view(channel: ChannelId, subscription: SubscriptionId, narrower: Options) -> ui.View:
    """Return what is under a new subscription."""
    name = f"{channel}:{subscription}"
    menu = [SwapMenu(name, narrower)] if narrower else []
    return _view(*menu, ChangeButton(name), UndoButton(name))


def _view(*items: AnsweringButton | NarrowerMenu) -> ui.View:
    view = AnsweringView(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def _counter(interaction: Interaction) -> Counter:
    return cast("Counter", interaction.client.get_cog("Subscriptions"))


async def _place(interaction: Interaction, order: Order, *, may_ask: bool) -> None:
    target = changeable(interaction, order.channel)
    target.must_take_posts()
    await interaction.response.defer()
    offer = await _counter(interaction).take(interaction, order, target, may_ask=may_ask)
    view = None if offer.view is discord.utils.MISSING else offer.view
    await answers.replace(interaction, offer.text, view)


class GoButton(NamedButton, template=r"pw1:go:(?P<name>[\w-]+)"):
    """Subscribes all the same."""

    kind, label, style = "go", "Subscribe", ButtonStyle.primary

    async def pressed(self, interaction: Interaction, /) -> None:
        """Take the order without asking again."""
        await _place(interaction, _counter(interaction).kept.get(self.name), may_ask=False)


class EditButton(NamedButton, template=r"pw1:edit:(?P<name>[\w-]+)"):
    """Opens the query of an order."""

    kind, label = "edit", "Change"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Open the form."""
        order = _counter(interaction).kept.get(self.name)
        await interaction.response.send_modal(QueryForm(order))


class CancelButton(NamedButton, template=r"pw1:cancel:(?P<name>[\w-]+)"):
    """Drops an order."""

    kind, label = "cancel", "Cancel"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Say that nothing happened."""
        await answers.replace(interaction, "Nothing was subscribed.")


class ChangeButton(NamedButton, template=r"pw1:change:(?P<name>[0-9]+:[0-9]+)"):
    """Opens the query of a subscription."""

    kind, label = "change", "Change"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Open the form."""
        order = await _change_of(interaction, self.name)
        await interaction.response.send_modal(QueryForm(order))


class UndoButton(NamedButton, template=r"pw1:undo:(?P<name>[0-9]+:[0-9]+)"):
    """Ends a subscription."""

    kind, label = "undo", "Undo"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Unsubscribe."""
        kept = await subscription_of(interaction, self.name)
        await interaction.response.defer()
        services = interaction.client.services
        await services.subscriptions.unsubscribe(kept.channel_id, kept.query)
        text = f"Undone: <#{kept.channel_id}> gets no papers for {code(kept.query)}."
        await answers.replace(interaction, text)


async def subscription_of(interaction: Interaction, name: str) -> Subscription:
    """Return the subscription of a name such as ``900:7``, if the person may change it.

    Raises NotAllowed, and NotFound for one that has ended.
    """
    channel, number = map(int, name.split(":"))
    changeable(interaction, ChannelId(channel))
    services = interaction.client.services
    for kept in await services.subscriptions.of_channel(ChannelId(channel)):
        if kept.id == number:
            return kept
    raise NotFound("This subscription has ended already. See `/subscriptions`.")


async def _change_of(interaction: Interaction, name: str) -> Order:
    """Return the order that would replace the subscription that a button or menu is about."""
    kept = await subscription_of(interaction, name)
    return Order(kept.channel_id, kept.query, kept.mode, replaces=kept.query)


class TakeMenu(NarrowerMenu, template=r"pw1:take:(?P<name>[\w-]+)"):
    """Takes an order with a narrower query."""

    kind, placeholder = "take", "Subscribe to a narrower one…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Subscribe."""
        counter = _counter(interaction)
        query = query_of(self.chosen(interaction), counter.queries)
        order = replace(counter.kept.get(self.name), query=query)
        await _place(interaction, order, may_ask=True)


class SwapMenu(NarrowerMenu, template=r"pw1:swap:(?P<name>[0-9]+:[0-9]+)"):
    """Puts a narrower query in the place of a subscription's."""

    kind, placeholder = "swap", "Change it to a narrower one…"

    async def pressed(self, interaction: Interaction, /) -> None:
        """Subscribe, and end the broader subscription."""
        query = query_of(self.chosen(interaction), _counter(interaction).queries)
        order = replace(await _change_of(interaction, self.name), query=query)
        await _place(interaction, order, may_ask=True)


class QueryForm(AnsweringModal, title="Change the query"):
    """A form with the query."""

    query: ui.TextInput["QueryForm"] = ui.TextInput(
        label="Query", style=discord.TextStyle.paragraph, max_length=MAX_CHARACTERS
    )

    def __init__(self, order: Order) -> None:
        super().__init__()
        self._order = order
        self.query.default = order.query[:MAX_CHARACTERS]

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Take the order with the new query."""
        await _place(interaction, replace(self._order, query=self.query.value), may_ask=True)


LASTING = (GoButton, EditButton, CancelButton, TakeMenu, ChangeButton, UndoButton, SwapMenu)
"""For the client to know again after a restart."""
