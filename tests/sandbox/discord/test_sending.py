"""Messages through the unmodified client: the retry table, nonces, permissions, history."""

from collections.abc import Callable

import aiohttp
import discord
import pytest

from bot.sandbox.discord import (
    Channel,
    Community,
    DiscordSandbox,
    Failure,
    Lost,
    Permission,
    Refused,
    Rule,
    Stalled,
    TooMany,
)
from bot.sandbox.discord.faults import Fault, Faults
from tests.sandbox.discord.sample_bot import SampleBot

POST = "/channels/{channel_id}/messages"


@pytest.fixture
def channel(guild: Community) -> Channel:
    """Make a channel to send to."""
    return guild.add_text_channel("nlp")


@pytest.fixture
def target(client: SampleBot, channel: Channel) -> discord.PartialMessageable:
    """Return the channel as the client sees it."""
    return client.get_partial_messageable(channel.id)


def posts(sandbox: DiscordSandbox) -> list[int | None]:
    """Return the statuses of all posts, None for a dropped connection."""
    return [each.status for each in sandbox.requests if each.route == POST]


@pytest.mark.parametrize(
    ("fault", "statuses", "stored"),
    [
        pytest.param(TooMany(0.05), [429, 200], 1, id="429"),
        pytest.param(TooMany(0.05, is_global=True), [429, 200], 1, id="429 for all"),
        pytest.param(Failure(500), [500, 200], 1, id="500"),
        pytest.param(Failure(502), [502, 200], 1, id="502"),
        pytest.param(Stalled(0.05), [200], 1, id="a late answer"),
    ],
)
async def test_faults_that_the_client_retries(
    sandbox: DiscordSandbox,
    channel: Channel,
    target: discord.PartialMessageable,
    fault: Fault,
    statuses: list[int],
    stored: int,
) -> None:
    """The client waits and sends again, and one message is stored."""
    sandbox.fault(fault)

    sent = await target.send("paper")

    assert posts(sandbox) == statuses
    assert [each.id for each in channel.messages] == [sent.id]
    assert len(channel.messages) == stored


@pytest.mark.parametrize(
    ("fault", "error", "statuses", "stored"),
    [
        pytest.param(TooMany(via=False), discord.HTTPException, [429], 0, id="ban"),
        pytest.param(Failure(503), discord.DiscordServerError, [503], 0, id="503"),
        pytest.param(Lost(), aiohttp.ServerDisconnectedError, [None], 1, id="lost"),
        pytest.param(Lost(reset=True), aiohttp.ClientError, [None], 1, id="lost by reset"),
        pytest.param(Refused(), aiohttp.ServerDisconnectedError, [None], 0, id="refused"),
    ],
)
async def test_faults_that_the_client_reports(
    sandbox: DiscordSandbox,
    channel: Channel,
    target: discord.PartialMessageable,
    fault: Fault,
    error: type[Exception],
    statuses: list[int | None],
    stored: int,
) -> None:
    """The client gives up at once; the same nonce then makes one message in the end."""
    sandbox.fault(fault)

    with pytest.raises(error):
        await target.send("paper", nonce="delivery-1")

    assert posts(sandbox) == statuses
    assert len(channel.messages) == stored

    sent = await target.send("paper", nonce="delivery-1")
    assert [each.id for each in channel.messages] == [sent.id]


async def test_a_stalled_answer_is_released(
    sandbox: DiscordSandbox, channel: Channel, http: aiohttp.ClientSession
) -> None:
    """An answer kept back comes when it is released; the message was stored before."""
    rule = sandbox.fault(Stalled())
    address = f"{sandbox.api_url}/channels/{channel.id}/messages"

    async with aiohttp.ClientSession() as impatient:
        with pytest.raises(TimeoutError):
            await impatient.post(
                address,
                json={"content": "x"},
                headers=http.headers,
                timeout=aiohttp.ClientTimeout(total=0.1),
            )
    assert len(channel.messages) == 1

    rule.release()
    assert rule.hits == 1
    await sandbox.wait_until(lambda: posts(sandbox) == [200])


async def test_faults_strike_as_often_as_told(
    sandbox: DiscordSandbox, channel: Channel, http: aiohttp.ClientSession
) -> None:
    """A rule passes over requests of other paths, skips, strikes, and is spent."""
    sandbox.fault(Failure(500), path=f"/channels/{channel.id}/messages", times=2, skip=1)
    address = f"{sandbox.api_url}/channels/{channel.id}"

    got = [(await http.get(address)).status]
    got += [
        (await http.post(f"{address}/messages", json={"content": "x"})).status for _ in range(4)
    ]

    assert got == [200, 200, 500, 500, 200]


def test_clearing_releases_what_was_kept_back() -> None:
    """A stall that has struck is let go by clearing, also after other requests."""
    faults = Faults(0)
    path = "/channels/1/messages"
    rule = Rule(Stalled(), method="POST", path="/channels/*", times=1, skip=0, probability=1.0)
    faults.add(rule)

    assert faults.striking("POST", path) is rule
    assert faults.striking("POST", path) is None
    faults.release_all()

    assert rule.released.is_set()


async def test_chance_is_repeatable() -> None:
    """Two sandboxes of one seed let the same requests go wrong."""
    outcomes = []
    for _ in range(2):
        async with DiscordSandbox(rate_limits=False, seed=7) as sandbox:
            sandbox.fault(Failure(500), method="GET", path="/gateway", times=None, probability=0.5)
            async with aiohttp.ClientSession() as session:
                got = [(await session.get(f"{sandbox.api_url}/gateway")).status for _ in range(20)]
            outcomes.append(got)

    assert outcomes[0] == outcomes[1]
    assert set(outcomes[0]) == {200, 500}


async def test_a_nonce_makes_one_message_over_all_channels(
    client: SampleBot, guild: Community, channel: Channel, target: discord.PartialMessageable
) -> None:
    """The same nonce gives the first message again, even for another channel."""
    first = await target.send("paper", nonce="n")
    other = guild.add_text_channel("other")

    again = await client.get_partial_messageable(other.id).send("different", nonce="n")

    assert (again.id, again.content) == (first.id, "paper")
    assert other.messages == ()
    assert channel.messages[0].nonce == "n"


async def test_a_deleted_message_keeps_its_nonce(target: discord.PartialMessageable) -> None:
    """A nonce whose message was deleted answers 404 Unknown Message."""
    sent = await target.send("paper", nonce="n")
    await sent.delete()

    with pytest.raises(discord.NotFound) as caught:
        await target.send("paper", nonce="n")

    assert caught.value.code == 10008


async def test_a_nonce_is_forgotten_after_its_window(
    point: Callable[[DiscordSandbox], None],
) -> None:
    """After the window the same nonce makes a second message."""
    now = [1_800_000_000.0]
    async with DiscordSandbox(nonce_window=180, clock=lambda: now[0]) as sandbox:
        channel = sandbox.add_guild("G").add_text_channel("c")
        point(sandbox)
        async with SampleBot() as bot:
            await discord.Client.login(bot, sandbox.token)
            target = bot.get_partial_messageable(channel.id)
            for wait, stored in ((0, 1), (179, 1), (2, 2)):
                now[0] += wait
                await target.send("paper", nonce="n")
                assert len(channel.messages) == stored


async def test_history_is_read_by_time_and_without_nonces(
    target: discord.PartialMessageable, channel: Channel
) -> None:
    """Messages come by ``after``, ``before`` and ``limit``, and do not show their nonce."""
    sent = [await target.send(f"paper {each}") for each in range(3)]

    newer = [each.content async for each in target.history(after=sent[0])]
    older = [each.content async for each in target.history(before=sent[2], limit=1)]
    around = [each.content async for each in target.history(around=sent[1], limit=2)]
    read = await target.fetch_message(sent[0].id)

    assert newer == ["paper 1", "paper 2"]
    assert older == ["paper 1"]
    assert "paper 1" in around
    assert read.nonce is None
    assert channel.messages[0].nonce is not None


async def test_an_edit_replaces_what_it_names(
    target: discord.PartialMessageable, channel: Channel
) -> None:
    """An edit keeps the id, and the parts that it does not name."""
    sent = await target.send("before", embed=discord.Embed(title="kept"))

    await sent.edit(content="after")

    (stored,) = channel.messages
    assert (stored.id, stored.text) == (sent.id, "after\nkept")
    assert stored.edited


async def test_a_layout_stays_one(target: discord.PartialMessageable, channel: Channel) -> None:
    """Components V2 are stored with numbered parts, can be read, and take no content later."""
    view = discord.ui.LayoutView()
    card: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(
        discord.ui.TextDisplay("### [A title](https://arxiv.example/abs/1)")
    )
    card.add_item(
        discord.ui.ActionRow(discord.ui.Button(label="PDF", url="https://arxiv.example/pdf/1"))
    )
    view.add_item(card)
    sent = await target.send(view=view)

    (stored,) = channel.messages
    assert stored.has_layout
    assert stored.text == "### [A title](https://arxiv.example/abs/1)"
    assert stored.links == ("https://arxiv.example/abs/1", "https://arxiv.example/pdf/1")
    assert [each["label"] for each in stored.buttons] == ["PDF"]
    assert stored.components[0]["id"] == 1
    with pytest.raises(discord.HTTPException) as caught:
        await sent.edit(content="x")
    assert caught.value.code == 50035


async def test_a_reply_points_at_its_message(
    target: discord.PartialMessageable, channel: Channel
) -> None:
    """A reply carries its reference; one to a message that is gone is refused."""
    first = await target.send("paper")
    reply = await first.reply("new version", mention_author=True)

    assert channel.messages[1].replies_to == first.id
    assert channel.messages[1].pinged
    assert reply.reference is not None
    await first.delete()
    with pytest.raises(discord.HTTPException) as caught:
        await target.send("x", reference=first)
    assert caught.value.code == 50035


async def test_nothing_pings_without_allowed_mentions(
    client: SampleBot, guild: Community, channel: Channel, target: discord.PartialMessageable
) -> None:
    """The client's AllowedMentions.none() reaches the message; without it mentions notify."""
    alice = guild.add_member("alice")
    words = f"@everyone {alice.mention}"

    await target.send(words)
    await target.send(words, allowed_mentions=discord.AllowedMentions.all())

    assert client.allowed_mentions is not None
    assert [each.pinged for each in channel.messages] == [frozenset(), {alice.mention}]


@pytest.mark.parametrize(
    ("denied", "code"),
    [
        pytest.param(Permission.VIEW_CHANNEL, 50001, id="cannot see"),
        pytest.param(Permission.SEND_MESSAGES, 50013, id="cannot send"),
    ],
)
async def test_a_closed_channel_is_forbidden(
    guild: Community,
    channel: Channel,
    target: discord.PartialMessageable,
    denied: Permission,
    code: int,
) -> None:
    """Without View Channel or Send Messages the bot's message is refused, until it may again."""
    channel.deny(guild.bot, denied)
    with pytest.raises(discord.Forbidden) as caught:
        await target.send("paper")
    assert caught.value.code == code

    channel.clear_overwrite(guild.bot)
    await target.send("paper")


async def test_a_deleted_channel_is_unknown(
    guild: Community, channel: Channel, target: discord.PartialMessageable
) -> None:
    """A message to a channel that is gone is 404 with code 10003."""
    guild.delete_channel(channel)

    with pytest.raises(discord.NotFound) as caught:
        await target.send("paper")

    assert caught.value.code == 10003


async def test_only_own_messages_are_edited(
    guild: Community, channel: Channel, target: discord.PartialMessageable
) -> None:
    """Another's message cannot be edited, and deleted only with Manage Messages."""
    said = await guild.add_member("alice").say(channel, "hello")
    theirs = await target.fetch_message(said.id)

    with pytest.raises(discord.Forbidden) as caught:
        await theirs.edit(content="x")
    assert caught.value.code == 50005
    with pytest.raises(discord.Forbidden) as caught:
        await theirs.delete()
    assert caught.value.code == 50013

    channel.allow(guild.bot, Permission.MANAGE_MESSAGES)
    await theirs.delete()
    assert channel.messages == ()


async def test_a_file_is_an_attachment(
    target: discord.PartialMessageable, channel: Channel
) -> None:
    """An uploaded file is kept by name and size."""
    await target.send("export", file=discord.File(fp=__file__, filename="papers.bib"))

    assert [each["filename"] for each in channel.messages[0].attachments] == ["papers.bib"]


async def test_a_wrong_token_is_refused(
    sandbox: DiscordSandbox, point: Callable[[DiscordSandbox], None]
) -> None:
    """A client with another token cannot log in, and the request counts as invalid."""
    point(sandbox)
    async with SampleBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await discord.Client.login(bot, "wrong")

    assert sandbox.invalid_requests == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        pytest.param("GET", "/nowhere", 404, 0, id="route"),
        pytest.param("GET", "/channels/1", 404, 10003, id="channel"),
        pytest.param("GET", "/guilds/1", 404, 10004, id="guild"),
        pytest.param("POST", "/interactions/1/x/callback", 404, 10062, id="interaction"),
        pytest.param("POST", "/webhooks/1/x", 404, 10015, id="webhook"),
        pytest.param("PUT", "/applications/1/commands", 403, 50001, id="application"),
    ],
)
async def test_unknown_things_have_codes(
    sandbox: DiscordSandbox,
    http: aiohttp.ClientSession,
    method: str,
    path: str,
    status: int,
    code: int,
) -> None:
    """What does not exist is answered in Discord's JSON, with bare application/json."""
    async with http.request(method, sandbox.api_url + path, json={"type": 4}) as answer:
        body = await answer.json()

    assert (answer.status, body["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/json"


async def test_broken_json_is_refused(
    sandbox: DiscordSandbox, channel: Channel, http: aiohttp.ClientSession
) -> None:
    """A body that is no JSON object is 400, not a failure of the server."""
    address = f"{sandbox.api_url}/channels/{channel.id}/messages"
    for body in (b"{", b"[]", b""):
        async with http.post(address, data=body) as answer:
            assert answer.status == 400
