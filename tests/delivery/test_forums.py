"""Forum posts against a real HTTP server with Discord's rules, over the unmodified discord.py."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import discord
import pytest

from bot.client import paced
from bot.delivery import cards
from bot.delivery.budget import Budget
from bot.delivery.message import Message, Note
from bot.delivery.sender import DiscordSender
from bot.domain import ChannelId, MessageId
from bot.errors import Gone, NotNow, Refused, Unanswered, Unreachable
from bot.sandbox.discord import (
    Community,
    DiscordSandbox,
    Failure,
    Forum,
    Lost,
    Permission,
    Tag,
    TooMany,
)
from tests.delivery.papers import numbered

FIRST = cards.post(numbered(1))
NAME = "Tides"
PATH = "/channels/*/threads"


@pytest.fixture
async def client(sandbox: DiscordSandbox) -> AsyncIterator[discord.Client]:
    """Log a client in whose requests are traced, as the bot's are."""
    async with discord.Client(
        intents=discord.Intents(guilds=True),
        max_ratelimit_timeout=30,
        http_trace=paced(Budget()),
    ) as logged_in:
        await logged_in.login(sandbox.token)
        yield logged_in


@pytest.fixture
def forum(guild: Community) -> Forum:
    """Make a forum with tags."""
    return guild.add_forum("papers", ["cs.CV", Tag(7, "cs.LG", moderated=True), "Talk"])


@pytest.fixture
def forum_id(forum: Forum) -> ChannelId:
    """Name the forum as Paperwire does."""
    return ChannelId(forum.id)


def ago(**parts: float) -> datetime:
    """Return a time before now."""
    return datetime.now(UTC) - timedelta(**parts)


async def start(sender: DiscordSender, forum_id: ChannelId, message: Message = FIRST) -> MessageId:
    """Make a post."""
    return await sender.start(forum_id, message, name=NAME, topics=["cs.LG", "CS.cv"])


async def find(
    sender: DiscordSender,
    forum_id: ChannelId,
    after: datetime | None = None,
    newer_than: MessageId | None = None,
) -> MessageId | None:
    """Look for the post."""
    return await sender.find_started(
        forum_id, after or ago(minutes=10), FIRST.links, name=NAME, newer_than=newer_than
    )


async def test_a_post_begins_with_its_message(
    sender: DiscordSender, forum: Forum, forum_id: ChannelId
) -> None:
    """It has the name, a tag that fits and is for all, the card and its buttons; pings nobody."""
    made = await start(sender, forum_id)
    (post,) = forum.posts
    (first,) = post.messages
    assert made == post.id == first.id
    assert post.name == NAME
    assert post.tags == (forum.tags[0].id,)
    assert set(FIRST.links) <= set(first.links)
    assert not first.pinged


async def test_further_pages_are_messages_in_it(
    sender: DiscordSender, forum: Forum, forum_id: ChannelId
) -> None:
    """Sent with a nonce, as in any channel."""
    made = await start(sender, forum_id)
    for _ in range(2):
        await sender.send(ChannelId(made), cards.post(numbered(2)), nonce="n1")
    assert len(forum.posts[0].messages) == 2


async def test_a_forum_that_wants_a_tag_gets_the_first(
    sender: DiscordSender, guild: Community
) -> None:
    """Where none names a topic of the paper."""
    forum = guild.add_forum("wants", [Tag(9, "Rules", moderated=True), "Any"], requires_tag=True)
    await sender.start(ChannelId(forum.id), FIRST, name=NAME, topics=["math.AG"])
    assert forum.posts[0].tags == (forum.tags[1].id,)


async def test_a_forum_that_wants_a_tag_and_has_none_for_us_says_so(
    sender: DiscordSender, guild: Community
) -> None:
    """The message is refused in Discord's words, which /status shows."""
    forum = guild.add_forum("wants", [Tag(9, "Rules", moderated=True)], requires_tag=True)
    with pytest.raises(Refused, match="A tag is required"):
        await start(sender, ChannelId(forum.id))


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        pytest.param(Failure(500), 0, id="500"),
        pytest.param(Failure(502), 0, id="502"),
        pytest.param(Failure(503), 0, id="503"),
        pytest.param(Lost(), 1, id="stored, then closed"),
        pytest.param(Lost(reset=True), 1, id="stored, then reset"),
    ],
)
async def test_discord_py_does_not_send_a_post_again(
    sandbox: DiscordSandbox,
    sender: DiscordSender,
    forum: Forum,
    forum_id: ChannelId,
    fault: Failure | Lost,
    stored: int,
) -> None:
    """Without a nonce a second request may be a second post: it leaves that to us."""
    sandbox.fault(fault, path=PATH)
    with pytest.raises(Unanswered):
        await start(sender, forum_id)
    assert sum(each.route.endswith("/threads") for each in sandbox.requests) == 1
    assert len(forum.posts) == stored
    assert (await find(sender, forum_id)) == (forum.posts[0].id if stored else None)


async def test_a_short_rate_limit_is_waited_for(
    sandbox: DiscordSandbox, sender: DiscordSender, forum: Forum, forum_id: ChannelId
) -> None:
    """A 429 stored nothing, and the post is made after it; a long one comes back."""
    sandbox.fault(TooMany(retry_after=0.01), path=PATH)
    await start(sender, forum_id)
    assert len(forum.posts) == 1
    sandbox.fault(TooMany(retry_after=90), path=PATH)
    with pytest.raises(NotNow):
        await start(sender, forum_id)


@pytest.mark.parametrize("archived", [False, True], ids=["active", "archived"])
async def test_a_post_is_found_among_others(
    sender: DiscordSender,
    guild: Community,
    forum: Forum,
    forum_id: ChannelId,
    archived: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """By its name and by its first message: not others' of the name, nor ours of other papers."""
    ann = guild.add_member("ann")
    other = guild.add_forum("other")
    await ann.start_post(forum, NAME, " ".join(FIRST.links))
    await sender.start(forum_id, cards.post(numbered(3)[1:]), name=NAME, topics=())
    await start(sender, ChannelId(other.id))
    if archived:
        for post in forum.posts:
            post.archive()
    assert await find(sender, forum_id) is None
    made = await start(sender, forum_id)
    for _ in range(3):
        await ann.start_post(forum, NAME, " ".join(FIRST.links))
    if archived:
        for post in forum.posts:
            post.archive()
    assert await find(sender, forum_id) == made


async def test_a_post_that_was_renamed_at_once_is_found(
    sender: DiscordSender, forum: Forum, forum_id: ChannelId
) -> None:
    """Moderators tidy up fast."""
    made = await start(sender, forum_id)
    forum.posts[0].change(name="Tides (read this)")
    assert await find(sender, forum_id) == made


async def test_a_post_whose_message_was_deleted_was_delivered(
    sender: DiscordSender, forum: Forum, forum_id: ChannelId
) -> None:
    """What a moderator took away is not posted again."""
    made = await start(sender, forum_id)
    del forum.posts[0].stored[made]
    assert await find(sender, forum_id) == made


async def test_clocks_that_disagree_hide_no_post(
    sender: DiscordSender, forum_id: ChannelId
) -> None:
    """What is newer than the last known post is looked at, whatever our clock says of it."""
    known = await sender.start(forum_id, cards.post(numbered(3)[1:]), name=NAME, topics=())
    made = await start(sender, forum_id)
    assert await find(sender, forum_id, ago(hours=-8), known) == made
    assert await find(sender, forum_id, ago(hours=-8)) == made
    assert await find(sender, forum_id, newer_than=made) is None


@pytest.mark.parametrize(
    "missing", [Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES], ids=["view", "send"]
)
async def test_a_closed_forum_is_unreachable(
    sender: DiscordSender,
    guild: Community,
    forum: Forum,
    forum_id: ChannelId,
    missing: Permission,
) -> None:
    """The reason says which permissions to give, and where."""
    forum.deny(guild.everyone, missing)
    with pytest.raises(Unreachable, match="give me View Channel and Send Messages there"):
        await start(sender, forum_id)


async def test_a_deleted_forum_is_gone(
    sender: DiscordSender, guild: Community, forum: Forum, forum_id: ChannelId
) -> None:
    """For a post, and for looking."""
    guild.delete_channel(forum)
    with pytest.raises(Gone):
        await start(sender, forum_id)
    with pytest.raises(Gone):
        await find(sender, forum_id)


async def test_a_channel_that_is_no_forum_takes_messages_only(
    sender: DiscordSender, guild: Community, forum_id: ChannelId
) -> None:
    """What is told to be a forum and is none, or the other way round, is refused with a reason."""
    text = ChannelId(guild.add_text_channel("text").id)
    with pytest.raises(Refused, match="no forum"):
        await start(sender, text)
    with pytest.raises(Unreachable, match="takes no messages"):
        await sender.send(forum_id, Message((Note("hello"),)), nonce="n1")


async def test_looking_that_fails_is_no_proof(
    sandbox: DiscordSandbox, sender: DiscordSender, forum_id: ChannelId
) -> None:
    """Where a list cannot be had, nothing is concluded."""
    await start(sender, forum_id)
    for path in ("/guilds/*/threads/active", "/channels/*/threads/archived/public"):
        sandbox.fault(Failure(503), method="GET", path=path)
        with pytest.raises(Unanswered):
            await sender.find_started(forum_id, ago(minutes=9), ["https://x.org"], name="Other")


async def test_the_trace_lets_other_requests_be_repeated(
    sandbox: DiscordSandbox, sender: DiscordSender, guild: Community
) -> None:
    """A message has a nonce: discord.py may send it again after a 502."""
    channel = guild.add_text_channel("text")
    sandbox.fault(Failure(502))
    async with asyncio.timeout(10):
        await sender.send(ChannelId(channel.id), FIRST, nonce="n1")
    assert len(channel.messages) == 1
