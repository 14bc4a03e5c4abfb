"""Threads and forums through the unmodified client."""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox.discord import Channel, Community, DiscordSandbox, Permission, Tag, Thread
from bot.sandbox.discord.refusals import Json
from tests.sandbox.discord.sample_bot import SampleBot


@pytest.fixture
def channel(guild: Community) -> Channel:
    """Make a text channel."""
    return guild.add_text_channel("nlp")


async def forum_of(bot: SampleBot, forum: Channel) -> discord.ForumChannel:
    """Return a forum as the client sees it."""
    found = bot.get_channel(forum.id) or await bot.fetch_channel(forum.id)
    assert isinstance(found, discord.ForumChannel)
    return found


async def text_of(bot: SampleBot, channel: Channel) -> discord.TextChannel:
    """Return a text channel as the client sees it."""
    found = await bot.fetch_channel(channel.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def test_a_forum_post_is_a_thread_with_the_id_of_its_message(
    guild: Community, bot: SampleBot
) -> None:
    """The client makes a post with a tag, reads it back, and writes more into it."""
    forum = guild.add_forum("papers", ["cs.CV", "cs.CL"])
    seen = await forum_of(bot, forum)
    made = await seen.create_thread(
        name="Tides", content="first", applied_tags=[seen.available_tags[1]]
    )
    (post,) = forum.posts
    assert made.thread.id == made.message.id == post.id == post.messages[0].id
    assert post.tags == (forum.tags[1].id,)
    assert (await made.thread.fetch_message(post.id)).content == "first"
    await made.thread.send("second")
    assert [each.text for each in post.messages] == ["first", "second"]
    assert made.thread in guild_of(bot, guild).threads


def guild_of(bot: SampleBot, guild: Community) -> discord.Guild:
    """Return the guild as the client sees it."""
    found = bot.get_guild(guild.id)
    assert found is not None
    return found


async def test_active_and_archived_threads_are_listed_apart(
    guild: Community, bot: SampleBot
) -> None:
    """The active ones of the guild, and the archived ones of the forum, the last archived first."""
    forum = guild.add_forum("papers")
    ann = guild.add_member("ann")
    posts = [await ann.start_post(forum, f"Post {number}", "words") for number in range(4)]
    posts[2].archive()
    posts[0].archive()
    active = await guild_of(bot, guild).active_threads()
    assert [each.id for each in active] == [posts[3].id, posts[1].id]
    seen = await forum_of(bot, forum)
    archived = [each.id async for each in seen.archived_threads(limit=None)]
    assert archived == [posts[0].id, posts[2].id]


async def test_archived_threads_come_in_pages(guild: Community, bot: SampleBot) -> None:
    """More than a hundred are read in several requests, each once."""
    forum = guild.add_forum("papers")
    ann = guild.add_member("ann")
    for number in range(130):
        thread = await ann.start_post(forum, f"Post {number}", "words")
        thread.archive()
        thread.archive_changed_at = 1_700_000_000 + number
    seen = await forum_of(bot, forum)
    archived = [each.id async for each in seen.archived_threads(limit=None)]
    assert archived == [each.id for each in reversed(forum.posts)]


async def test_a_thread_from_a_message_has_its_id(
    channel: Channel, bot: SampleBot, guild: Community
) -> None:
    """The message shows its thread, and a second one is refused with 160004."""
    message = await (await text_of(bot, channel)).send("hello")
    thread = await message.create_thread(name="Talk")
    assert thread.id == message.id
    assert thread.parent_id == channel.id
    again = await (await text_of(bot, channel)).fetch_message(message.id)
    assert again.flags.has_thread
    assert again.thread is not None
    assert again.thread.id == thread.id
    with pytest.raises(discord.HTTPException) as raised:
        await again.create_thread(name="Talk")
    assert raised.value.code == 160004
    assert guild.channels == (channel,)


@pytest.mark.parametrize(
    ("locked", "moderates", "code"),
    [
        (False, False, None),
        (True, False, 50083),
        (True, True, None),
    ],
)
async def test_a_message_opens_an_archived_thread_unless_it_is_locked(
    guild: Community,
    channel: Channel,
    bot: SampleBot,
    locked: bool,  # noqa: FBT001 - a column of the table
    moderates: bool,  # noqa: FBT001 - a column of the table
    code: int | None,
) -> None:
    """Only moderators write in a locked one."""
    thread = await guild.add_member("ann").start_thread(channel, "Talk")
    thread.archive(locked=locked)
    if moderates:
        channel.allow(guild.bot, Permission.MANAGE_THREADS)
    target = bot.get_partial_messageable(thread.id)
    if code is None:
        await target.send("late")
        assert not thread.archived
    else:
        with pytest.raises(discord.HTTPException) as raised:
            await target.send("late")
        assert raised.value.code == code


async def test_in_an_archived_thread_nothing_is_edited(
    guild: Community, channel: Channel, bot: SampleBot
) -> None:
    """Its starter opens it first, and then may."""
    message = await (await text_of(bot, channel)).send("hello")
    thread = await message.create_thread(name="Talk")
    said = await thread.send("one")
    assert isinstance(guild.world.channels[thread.id], Thread)
    await thread.edit(archived=True)
    with pytest.raises(discord.HTTPException) as raised:
        await said.edit(content="two")
    assert raised.value.code == 50083
    await thread.edit(archived=False)
    await said.edit(content="two")


async def test_writing_in_threads_is_a_permission_of_its_own(
    guild: Community, channel: Channel, bot: SampleBot
) -> None:
    """It comes from the parent channel, and Send Messages does not matter."""
    thread = await guild.add_member("ann").start_thread(channel, "Talk")
    channel.deny(guild.bot, Permission.SEND_MESSAGES)
    target = bot.get_partial_messageable(thread.id)
    await target.send("yes")
    channel.deny(guild.bot, Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(discord.Forbidden) as raised:
        await target.send("no")
    assert raised.value.code == 50013


async def test_the_client_hears_of_threads(
    sandbox: DiscordSandbox, guild: Community, channel: Channel, bot: SampleBot
) -> None:
    """What others start, archive and delete is in its cache, and not after the end."""
    thread = await guild.add_member("ann").start_thread(channel, "Talk")
    seen = guild_of(bot, guild)
    created = await until(bot, lambda: seen.get_thread(thread.id))
    assert created.parent_id == channel.id
    thread.archive()
    await until(bot, lambda: seen.get_thread(thread.id) is None or created.archived)
    guild.delete_channel(channel)
    assert thread.id not in sandbox.world.channels


async def until(bot: SampleBot, found: Any) -> Any:  # noqa: ANN401 - whatever is waited for
    """Wait for the client's events until something is so."""
    async with asyncio.timeout(5):
        while not (value := found()):
            await bot.wait_for("socket_event_type")
    return value


POST: Json = {"name": "Tides", "message": {"content": "words"}}


@pytest.mark.parametrize(
    ("form", "code"),
    [
        pytest.param({**POST, "name": ""}, 50035, id="no name"),
        pytest.param({**POST, "name": "x" * 101}, 50035, id="a long name"),
        pytest.param({"name": "x" * 100}, 50035, id="no message"),
        pytest.param({**POST, "auto_archive_duration": 61}, 50035, id="an odd duration"),
        pytest.param({**POST, "message": {"content": ""}}, 50006, id="an empty message"),
        pytest.param({**POST, "message": {"content": "x" * 2001}}, 50035, id="a long message"),
        pytest.param({**POST, "applied_tags": ["1"]}, 10087, id="no such tag"),
        pytest.param({**POST, "applied_tags": ["1"] * 6}, 50035, id="six tags"),
        pytest.param({**POST, "applied_tags": ["7"]}, 50013, id="a moderated tag"),
        pytest.param(POST, 40067, id="no tag where one is required"),
    ],
)
async def test_forms_that_discord_refuses(
    sandbox: DiscordSandbox, guild: Community, http: aiohttp.ClientSession, form: Json, code: int
) -> None:
    """With its documented codes, and no post is made."""
    forum = guild.add_forum("papers", [Tag(7, "news", moderated=True)], requires_tag=True)
    url = f"{sandbox.api_url}/channels/{forum.id}/threads"
    async with http.post(url, json=form) as answer:
        assert (await answer.json())["code"] == code
    assert forum.posts == ()


async def test_a_forum_takes_no_message_of_its_own(guild: Community, bot: SampleBot) -> None:
    """A message to the forum itself is refused with 50008, a post in a text channel with 50024."""
    forum = guild.add_forum("papers")
    with pytest.raises(discord.HTTPException) as raised:
        await bot.get_partial_messageable(forum.id).send("hello")
    assert raised.value.code == 50008


async def test_a_guild_has_so_many_active_threads(
    guild: Community, channel: Channel, bot: SampleBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One more is refused with 160006."""
    monkeypatch.setattr("bot.sandbox.discord.starting.MOST_ACTIVE", 1)
    await guild.add_member("ann").start_thread(channel, "Talk")
    message = await (await text_of(bot, channel)).send("hello")
    with pytest.raises(discord.HTTPException) as raised:
        await message.create_thread(name="More")
    assert raised.value.code == 160006
