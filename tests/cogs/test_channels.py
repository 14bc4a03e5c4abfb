"""Channels that are gone are paused, and those that open again go on, with nothing lost."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.domain import ChannelId, GuildId
from bot.sandbox.discord import Permission
from bot.storage import subscriptions
from cogs.channels import DELETED, REMOVED
from tests.cogs.parts import POSTING, Hash, Stage, running
from tests.samples import paper
from tests.services.parts import MONDAY, announce

SECONDS = 5.0
LOST = "I may not post there"


async def reason(stage: Stage) -> str | None:
    """Return why #ml is paused."""
    channel = await subscriptions.channel_of(stage.database.read, ChannelId(stage.ml.id))
    assert channel is not None
    return channel.paused_because


async def comes_to(reached: Callable[[], Awaitable[bool]]) -> None:
    """Ask the database again and again: a change of state there gives no sign of itself."""
    async with asyncio.timeout(SECONDS):
        while not await reached():
            pass


async def pause(stage: Stage) -> None:
    """Pause #ml as the outbox does when Discord answers 403."""
    async with stage.database.transaction() as tx:
        await subscriptions.pause_channel(tx, ChannelId(stage.ml.id), LOST, MONDAY)
    stage.woken.clear()


@pytest.fixture
async def subscribed(stage: Stage) -> Stage:
    """Return the stage with a subscription in #ml."""
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    return stage


async def test_a_deleted_channel_is_paused(subscribed: Stage) -> None:
    """The reason is remembered, and nothing is sent into the void."""
    subscribed.guild.delete_channel(subscribed.ml)

    async def paused() -> bool:
        return await reason(subscribed) == DELETED

    await comes_to(paused)


async def test_a_server_that_throws_the_bot_out_is_paused(subscribed: Stage) -> None:
    """All its channels are paused at once."""
    subscribed.discord.remove_guild(subscribed.guild)

    async def paused() -> bool:
        return await reason(subscribed) == REMOVED

    await comes_to(paused)


def _allow(stage: Stage) -> None:
    stage.ml.allow(stage.guild.bot, Permission.SEND_MESSAGES)


def _strengthen_role(stage: Stage) -> None:
    stage.guild.bot.roles[0].set_permissions(POSTING | Permission.ADMINISTRATOR)


def _give_role(stage: Stage) -> None:
    stage.guild.bot.give(stage.guild.add_role("trusted", Permission.ADMINISTRATOR))


@pytest.mark.parametrize("opening", [_allow, _strengthen_role, _give_role])
async def test_a_permission_given_back_resumes(
    subscribed: Stage, opening: Callable[[Stage], None]
) -> None:
    """By the channel, a role or a new role: the channel goes on, and what was owed comes."""
    subscribed.ml.deny(subscribed.guild.bot, Permission.SEND_MESSAGES)
    await announce(subscribed.database, paper("2511.00001", title="Seal"))
    await subscribed.deliver()
    assert await reason(subscribed) is not None
    subscribed.woken.clear()
    opening(subscribed)
    async with asyncio.timeout(SECONDS):
        await subscribed.woken.wait()
    assert await reason(subscribed) is None
    await subscribed.deliver()
    assert len(subscribed.ml.messages) == 1


async def test_what_opened_while_the_bot_was_away_resumes(subscribed: Stage) -> None:
    """A bot that starts looks at all its paused channels."""
    await pause(subscribed)
    async with running(subscribed.discord, subscribed.bot.services, Hash()):
        async with asyncio.timeout(SECONDS):
            await subscribed.woken.wait()
        assert await reason(subscribed) is None


async def test_a_channel_still_closed_stays_paused(subscribed: Stage) -> None:
    """A change that gives nothing back resumes nothing."""
    subscribed.ml.deny(subscribed.guild.bot, Permission.SEND_MESSAGES)
    await pause(subscribed)
    subscribed.ml.rename("still-closed")
    subscribed.guild.everyone.set_permissions(subscribed.guild.everyone.permissions)
    # A command after the events: they were dealt with when it is answered.
    await subscribed.alice.command(subscribed.other, "status")
    assert await reason(subscribed) == LOST
    assert not subscribed.woken.is_set()


async def test_subscribing_opens_a_paused_channel(subscribed: Stage) -> None:
    """Whoever subscribes again wants papers again."""
    await pause(subscribed)
    await subscribed.alice.command(subscribed.ml, "subscribe", query="seal")
    assert await reason(subscribed) is None


async def test_another_server_is_left_alone(subscribed: Stage) -> None:
    """Being thrown out of one server pauses nothing in another."""
    elsewhere = subscribed.discord.add_guild("Elsewhere", POSTING)
    channel = elsewhere.add_text_channel("theirs")
    async with subscribed.database.transaction() as tx:
        await subscriptions.add_channel(tx, ChannelId(channel.id), GuildId(elsewhere.id))
    subscribed.discord.remove_guild(elsewhere)

    async def paused() -> bool:
        found = await subscriptions.channel_of(subscribed.database.read, ChannelId(channel.id))
        return found is not None and found.paused_because == REMOVED

    await comes_to(paused)
    assert await reason(subscribed) is None
