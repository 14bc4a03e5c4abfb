"""The sender against a real HTTP server with Discord's rules, over the unmodified discord.py."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import discord
import pytest

from bot.delivery import cards
from bot.delivery import sender as sending
from bot.delivery.message import Message, Note
from bot.delivery.sender import DiscordSender
from bot.domain import ChannelId, PaperMatch
from bot.errors import (
    AlreadyDeleted,
    ConfigError,
    NotNow,
    Refused,
    Unanswered,
    Unreachable,
)
from bot.sandbox.discord import (
    Channel,
    Community,
    DiscordSandbox,
    Failure,
    Lost,
    Permission,
    Stalled,
    TooMany,
)
from bot.sandbox.discord import Refused as ConnectionRefused
from tests.delivery.papers import numbered

MESSAGE = cards.post(numbered(2))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def test_a_message_arrives_as_it_was_made(
    sender: DiscordSender, channel: Channel, channel_id: ChannelId
) -> None:
    """Texts, buttons and links are stored as rendered, and the id is the stored one's."""
    sent = await sender.send(channel_id, MESSAGE, nonce="n1")
    (stored,) = channel.messages
    assert stored.id == sent
    assert stored.nonce == "n1"
    assert set(MESSAGE.links) <= set(stored.links)
    assert [button["label"] for button in stored.buttons] == [
        "Abstract",
        "Save",
        "👍",
        "👎",
        "More…",
    ] * 2


async def test_nobody_is_pinged(
    sender: DiscordSender, guild: Community, channel: Channel, channel_id: ChannelId
) -> None:
    """Mentions that got into a message by whatever mistake ping nobody."""
    channel.allow(guild.bot, Permission.MENTION_EVERYONE)
    await sender.send(channel_id, Message((Note(f"@everyone <@{guild.bot.id}>"),)), nonce="n1")
    assert channel.messages[0].pinged == frozenset()


async def test_a_resend_is_dropped(
    sender: DiscordSender, channel: Channel, channel_id: ChannelId
) -> None:
    """The same nonce returns the first message, also when its wording has changed since."""
    first = await sender.send(channel_id, MESSAGE, nonce="n1")
    shorter = [PaperMatch(entry.paper) for entry in numbered(2)]
    reworded = cards.digest_page(shorter, date(2026, 11, 24), page=1, pages=1, total=2)
    assert await sender.send(channel_id, reworded, nonce="n1") == first
    assert len(channel.messages) == 1


@pytest.mark.parametrize("other", [cards.post(numbered(3)), Message((Note("Other"),))])
async def test_another_message_under_the_nonce_is_noticed(
    sender: DiscordSender, channel: Channel, channel_id: ChannelId, other: Message
) -> None:
    """When Discord returns some other message for the nonce, ours does not count as sent."""
    await sender.send(channel_id, MESSAGE, nonce="n1")
    with pytest.raises(Refused, match="another message"):
        await sender.send(channel_id, other, nonce="n1")
    assert len(channel.messages) == 1


async def test_a_short_rate_limit_is_waited_for(
    sandbox: DiscordSandbox, sender: DiscordSender, channel: Channel, channel_id: ChannelId
) -> None:
    """After a 429 from Discord the message is sent once."""
    sandbox.fault(TooMany(retry_after=0.01))
    await sender.send(channel_id, MESSAGE, nonce="n1")
    assert len(channel.messages) == 1


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        pytest.param(TooMany(retry_after=90), 90, id="a long pause"),
        pytest.param(TooMany(retry_after=7, via=False), 7, id="from Cloudflare"),
    ],
)
async def test_a_long_rate_limit_is_not_now(
    sandbox: DiscordSandbox,
    sender: DiscordSender,
    channel: Channel,
    channel_id: ChannelId,
    fault: TooMany,
    seconds: float,
) -> None:
    """Nothing was stored, and the error says when to try again."""
    sandbox.fault(fault)
    with pytest.raises(NotNow) as raised:
        await sender.send(channel_id, MESSAGE, nonce="n1")
    assert raised.value.retry_after == seconds
    assert channel.messages == ()


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        pytest.param(Failure(503), 0, id="503"),
        pytest.param(Lost(), 1, id="stored, then closed"),
        pytest.param(Lost(reset=True), 1, id="stored, then reset"),
        pytest.param(ConnectionRefused(), 0, id="closed at once"),
        pytest.param(Stalled(), 1, id="stored, then silence"),
    ],
)
async def test_no_answer_may_mean_that_it_was_sent(
    sandbox: DiscordSandbox,
    client: discord.Client,
    channel: Channel,
    channel_id: ChannelId,
    fault: Failure | Lost | ConnectionRefused | Stalled,
    stored: int,
) -> None:
    """Whatever became of the message, it is unanswered, and a resend leaves exactly one."""
    impatient = DiscordSender(client, seconds=0.5)
    sandbox.fault(fault)
    with pytest.raises(Unanswered):
        await impatient.send(channel_id, MESSAGE, nonce="n1")
    assert len(channel.messages) == stored
    sandbox.clear_faults()
    sent = await DiscordSender(client).send(channel_id, MESSAGE, nonce="n1")
    assert [message.id for message in channel.messages] == [sent]


@pytest.mark.parametrize("missing", [Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES])
async def test_a_closed_channel_is_unreachable(
    sender: DiscordSender,
    guild: Community,
    channel: Channel,
    channel_id: ChannelId,
    missing: Permission,
) -> None:
    """The reason says which permissions to give, and where."""
    channel.deny(guild.everyone, missing)
    with pytest.raises(Unreachable) as raised:
        await sender.send(channel_id, MESSAGE, nonce="n1")
    reason = f"I may not post in <#{channel.id}>: give me View Channel and Send Messages there."
    assert str(raised.value) == reason


async def test_a_deleted_channel_is_unreachable(
    sender: DiscordSender, guild: Community, channel: Channel, channel_id: ChannelId
) -> None:
    """A channel that is gone is said to be gone, for sending and for looking."""
    guild.delete_channel(channel)
    with pytest.raises(Unreachable, match="The channel is gone"):
        await sender.send(channel_id, MESSAGE, nonce="n1")
    with pytest.raises(Unreachable, match="The channel is gone"):
        await sender.find(channel_id, LONG_AGO, MESSAGE.links)


async def test_a_deleted_message_was_delivered(
    sender: DiscordSender, channel: Channel, channel_id: ChannelId
) -> None:
    """Somebody deleted what we sent: it was delivered, and is not sent again."""
    sent = await sender.send(channel_id, MESSAGE, nonce="n1")
    del channel.stored[sent]
    with pytest.raises(AlreadyDeleted):
        await sender.send(channel_id, MESSAGE, nonce="n1")
    assert channel.messages == ()


async def test_a_malformed_message_is_refused(
    sender: DiscordSender, channel: Channel, channel_id: ChannelId
) -> None:
    """What Discord will never take is told apart from what may pass later."""
    with pytest.raises(Refused, match="will not take"):
        await sender.send(channel_id, Message((Note("x" * 4001),)), nonce="n1")
    assert channel.messages == ()


async def test_a_wrong_token_is_a_setting(
    client: discord.Client, sender: DiscordSender, channel_id: ChannelId
) -> None:
    """An unknown token is no fault of the channel."""
    client.http.token = "wrong"
    with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
        await sender.send(channel_id, MESSAGE, nonce="n1")


async def test_a_closed_client_sends_later(
    client: discord.Client, sender: DiscordSender, channel_id: ChannelId
) -> None:
    """At shutdown nothing is sent, and nothing is lost."""
    await client.close()
    with pytest.raises(NotNow):
        await sender.send(channel_id, MESSAGE, nonce="n1")


async def test_cancelling_is_not_swallowed(
    sandbox: DiscordSandbox, sender: DiscordSender, channel: Channel, channel_id: ChannelId
) -> None:
    """A send that is cancelled while Discord is silent ends as cancelled."""
    sandbox.fault(Stalled())
    task = asyncio.create_task(sender.send(channel_id, MESSAGE, nonce="n1"))
    await channel.wait_for_messages(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_global_pause_ends_though_its_request_was_given_up(
    sandbox: DiscordSandbox,
    client: discord.Client,
    channel: Channel,
    channel_id: ChannelId,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """discord.py's global lock does not stay shut when we stop waiting in it."""
    monkeypatch.setattr(sending, "_LONGEST_GLOBAL_PAUSE", 0.05)
    sandbox.fault(TooMany(retry_after=20, is_global=True))
    with pytest.raises(Unanswered):
        await DiscordSender(client, seconds=0.2).send(channel_id, MESSAGE, nonce="n1")
    await DiscordSender(client, seconds=5).send(channel_id, MESSAGE, nonce="n2")
    assert len(channel.messages) == 1


async def test_what_was_sent_is_found_again(
    sender: DiscordSender, guild: Community, channel: Channel, channel_id: ChannelId
) -> None:
    """Among many messages, ours is known by its links alone, in any order, without a nonce."""
    ann = guild.add_member("ann")
    await sender.send(channel_id, cards.post(numbered(1)), nonce="n1")
    for number in range(120):
        await ann.say(channel, f"chat {number} " + " ".join(MESSAGE.links))
    sent = await sender.send(channel_id, MESSAGE, nonce="n2")
    assert await sender.find(channel_id, LONG_AGO, set(MESSAGE.links)) == sent


async def test_what_was_not_sent_is_not_found(
    sender: DiscordSender, channel: Channel, channel_id: ChannelId
) -> None:
    """Another paper, one link too few, and messages from before do not count."""
    sent = await sender.send(channel_id, MESSAGE, nonce="n1")
    more = cards.post(numbered(3)).links
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await sender.find(channel_id, LONG_AGO, more) is None
    assert await sender.find(channel_id, LONG_AGO, ["https://arxiv.org/abs/2411.0000"]) is None
    assert await sender.find(channel_id, later, MESSAGE.links, sent) is None
    assert len(channel.messages) == 1


async def test_what_was_sent_is_found_by_a_clock_that_is_ahead(
    sender: DiscordSender, channel_id: ChannelId
) -> None:
    """What is newer than the last known message is looked at whatever our clock says of it."""
    known = await sender.send(channel_id, cards.post(numbered(1)), nonce="n1")
    sent = await sender.send(channel_id, MESSAGE, nonce="n2")
    ahead = datetime.now(UTC) + timedelta(hours=8)
    assert await sender.find(channel_id, ahead, MESSAGE.links, known) == sent
    assert await sender.find(channel_id, ahead, MESSAGE.links) == sent


async def test_looking_for_nothing_is_a_mistake(
    sender: DiscordSender, channel_id: ChannelId
) -> None:
    """Every message would have no links at all."""
    with pytest.raises(ValueError, match="nothing to look for"):
        await sender.find(channel_id, LONG_AGO, [])


async def test_a_history_that_may_not_be_read_is_not_taken_for_empty(
    sandbox: DiscordSandbox,
    client: discord.Client,
    sender: DiscordSender,
    guild: Community,
    channel: Channel,
    channel_id: ChannelId,
) -> None:
    """Without Read Message History Discord shows no messages: we ask for it, and send nothing."""
    channel.deny(guild.everyone, Permission.READ_MESSAGE_HISTORY)
    connection = asyncio.create_task(client.connect())
    await client.wait_until_ready()
    with pytest.raises(Unreachable, match="history of #papers: give me Read Message History"):
        await sender.find(channel_id, LONG_AGO, MESSAGE.links)
    channel.deny(guild.everyone, Permission.SEND_MESSAGES)
    with pytest.raises(Unreachable, match="post in #papers"):
        await sender.send(channel_id, MESSAGE, nonce="n1")
    await client.close()
    await connection
    assert sandbox.too_many_requests == 0


async def test_a_history_that_does_not_answer_is_no_proof(
    sandbox: DiscordSandbox, sender: DiscordSender, channel_id: ChannelId
) -> None:
    """When the history cannot be had, nothing is concluded."""
    sandbox.fault(Failure(503), method="GET")
    with pytest.raises(Unanswered):
        await sender.find(channel_id, LONG_AGO, MESSAGE.links)
