"""/updates: managers choose what becomes of posts, through the loopback Discord."""

import discord
import pytest
from discord import ChannelType

from bot.domain import ChannelId, GuildId, Updates
from bot.errors import UserError
from bot.sandbox.discord import Permission
from bot.storage import subscriptions
from cogs.targets import Target
from cogs.updates import must_take_threads
from tests.cogs.parts import Stage


async def chosen(stage: Stage) -> Updates:
    """Return what the channel wants."""
    known = await subscriptions.channel_of(stage.database.read, ChannelId(stage.ml.id))
    assert known is not None
    return known.updates


async def test_a_channel_chooses(stage: Stage) -> None:
    """The answer says what happens from now on, and /status says it where posts stay."""
    reply = await stage.alice.command(stage.ml, "updates", how="off")
    assert f"Posts in {stage.ml.mention} stay as they are" in reply.text
    assert await chosen(stage) is Updates.OFF
    assert "posts stay as they are" in (await stage.mallory.command(stage.ml, "status")).text
    reply = await stage.alice.command(stage.other, "updates", how="edit", channel=stage.ml)
    assert "its post is edited" in reply.text
    assert await chosen(stage) is Updates.EDIT


async def test_only_managers_may(stage: Stage) -> None:
    """Whoever sees the command still needs Manage Channels in the channel that is named."""
    stage.other.deny(stage.alice, Permission.MANAGE_CHANNELS)
    reply = await stage.alice.command(stage.ml, "updates", how="off", channel=stage.other)
    assert "You need the permission Manage Channels" in reply.text


async def test_edits_that_wait_and_that_are_parked_are_told(stage: Stage) -> None:
    """/status says how many posts are behind, how many Discord refused, and why."""
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    async with stage.database.transaction() as tx:
        for post, is_refused in ((1, 0), (2, 1)):
            await tx.run(
                "INSERT INTO posts (id, channel_id, kind, state, papers, created_at,"
                " next_attempt_at, message_id) VALUES (?, ?, 'papers', 'sent', 1, 0, 0, 5)",
                (post, stage.ml.id),
            )
            await tx.run(
                "INSERT INTO revisions (post_id, channel_id, event, owed_at, next_attempt_at,"
                " refused, error) VALUES (?, ?, 1, 0, 0, ?, '*Invalid*')",
                (post, stage.ml.id, is_refused),
            )
    text = (await stage.mallory.command(stage.ml, "status")).text
    assert "**Posts to be brought up to date:** 1; the last try: \\*Invalid\\*" in text
    assert "did not let me edit:** 1, the last one because: \\*Invalid\\* `/retry`" in text
    reply = await stage.alice.command(stage.ml, "retry")
    assert "1 message" in reply.text


@pytest.mark.parametrize("kind", [ChannelType.public_thread, ChannelType.voice])
def test_threads_need_a_channel_that_has_them(kind: ChannelType) -> None:
    """A thread has no threads, nor has a voice channel."""
    everything = discord.Permissions.all()
    target = Target(ChannelId(1), GuildId(2), kind, everything, everything)
    with pytest.raises(UserError, match="has no threads of its own"):
        must_take_threads(target)


async def test_threads_need_permissions(stage: Stage) -> None:
    """Answers in threads are refused where the bot may not start or use them."""
    stage.ml.deny(stage.guild.everyone, Permission.CREATE_PUBLIC_THREADS)
    reply = await stage.alice.command(stage.ml, "updates", how="thread")
    assert "give me Create Public Threads there" in reply.text
    stage.ml.allow(stage.guild.bot, Permission.CREATE_PUBLIC_THREADS)
    reply = await stage.alice.command(stage.ml, "updates", how="thread")
    assert "its post is edited and answered in its thread" in reply.text
    assert await chosen(stage) is Updates.THREAD
