"""/subscribe, /unsubscribe and /subscriptions through a real client and the loopback Discord."""

import pytest

from bot.domain import ChannelId
from bot.sandbox.discord import CannotDo, Permission
from bot.sandbox.discord.world import ANNOUNCEMENT
from bot.storage import subscriptions
from tests.cogs.parts import POSTING, Stage
from tests.samples import paper
from tests.services.parts import announce

HOSTILE = (
    "`` `graph` @everyone <@1> <#2> [x](https://evil.example)",
    "graph ``` **bold** ||spoiler||",
    "graph \u202e reversed \u200b",
)


async def queries(stage: Stage) -> list[str]:
    """Return what #ml is subscribed to."""
    found = await subscriptions.of_channel(stage.database.read, ChannelId(stage.ml.id))
    return [each.query for each in found]


async def test_subscribe_says_what_where_and_when(stage: Stage) -> None:
    """The answer names the query, the channel, that each paper comes, and that it starts now."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="diffusion model")
    assert reply.ephemeral
    assert reply.deferred
    assert "`diffusion model`" in reply.text
    assert stage.ml.mention in reply.text
    assert "from now on" in reply.text
    assert "as it comes" in reply.text
    assert stage.ml.messages == ()


async def test_subscribing_again_changes_when_it_posts(stage: Stage) -> None:
    """A second /subscribe with the same query is no second subscription."""
    await stage.alice.command(stage.ml, "subscribe", query="diffusion model")
    reply = await stage.alice.command(stage.ml, "subscribe", query="diffusion model", when="daily")
    assert "already" in reply.text
    assert await queries(stage) == ["diffusion model"]


async def test_subscribing_again_unchanged_says_so(stage: Stage) -> None:
    """The same query, also in the plural, is followed already, and nothing changed."""
    await stage.alice.command(stage.ml, "subscribe", query="diffusion model")
    reply = await stage.alice.command(stage.ml, "subscribe", query="Diffusion models")
    assert "follows `diffusion model` already; nothing changed." in reply.text
    assert await queries(stage) == ["diffusion model"]


async def test_the_answer_shows_what_was_typed(stage: Stage) -> None:
    """Order and case stay as typed; how the query is grouped is told where it was not typed."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="NeRF, cat:cs.CL")
    assert "papers for `NeRF, cat:cs.CL`," in reply.text
    assert "I read it as" not in reply.text
    listed = await stage.alice.command(stage.ml, "subscriptions")
    assert "`cat:cs.CL OR nerf`" in listed.text
    mixed = await stage.alice.command(stage.ml, "subscribe", query="mesh -cat:cs.CV")
    assert "I read it as `mesh AND NOT cat:cs.CV`." in mixed.text


@pytest.mark.parametrize(
    ("query", "said"),
    [("mesh or nerf", "`or` is read as a word here"), ("type:replace", "are not posted yet")],
)
async def test_a_query_that_may_mean_something_else_gets_a_hint(
    stage: Stage, query: str, said: str
) -> None:
    """It is subscribed all the same."""
    reply = await stage.alice.command(stage.ml, "subscribe", query=query)
    assert said in reply.text
    assert await queries(stage) == [query]


async def test_daily_says_when_the_digest_comes(stage: Stage) -> None:
    """A daily subscription tells the digest's hour and zone, and what changes them."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh", when="daily")
    assert "at 09:00 (UTC)" in reply.text
    assert "<t:" in reply.text
    assert "/digest set" in reply.text


async def test_look_back_counts_and_wakes_the_outbox(stage: Stage) -> None:
    """Earlier papers are counted in the answer, and the outbox hears of them at once."""
    await announce(stage.database, *(paper(f"2511.0000{n}", title=f"Mesh {n}") for n in range(3)))
    stage.clock.advance(hours=1)
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh", look_back=7)
    assert "3 papers of the last 7 days are on the way" in reply.text
    assert stage.woken.is_set()
    await stage.deliver()
    assert len(stage.ml.messages) == 1


async def test_look_back_that_finds_nothing_says_so(stage: Stage) -> None:
    """Nobody waits for earlier papers that are not there."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh", look_back=1)
    assert "From the last day there is nothing more to post." in reply.text


async def test_another_channel_can_be_named(stage: Stage) -> None:
    """A subscription goes to the channel that is named."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh", channel=stage.other)
    assert stage.other.mention in reply.text
    assert await queries(stage) == []


async def test_a_person_without_the_permission_does_not_see_the_command(stage: Stage) -> None:
    """Discord hides /subscribe from members without Manage Channels by default."""
    with pytest.raises(CannotDo, match="hidden"):
        await stage.mallory.command(stage.ml, "subscribe", query="mesh")


@pytest.mark.parametrize("command", ["subscribe", "unsubscribe"])
async def test_the_target_channel_decides_who_may_change_it(stage: Stage, command: str) -> None:
    """Manage Channels where the command is typed does not count in the channel that is named."""
    stage.other.deny(stage.alice, Permission.MANAGE_CHANNELS)
    reply = await stage.alice.command(stage.ml, command, query="mesh", channel=stage.other)
    assert reply.ephemeral
    assert "You need the permission Manage Channels" in reply.text
    assert stage.other.mention in reply.text


@pytest.mark.parametrize(
    ("denied", "said"),
    [
        (Permission.SEND_MESSAGES, "give me Send Messages there"),
        (Permission.VIEW_CHANNEL, "give me View Channel and Send Messages there"),
    ],
    ids=["cannot send", "cannot see"],
)
async def test_a_channel_closed_to_the_bot_is_refused(
    stage: Stage, denied: Permission, said: str
) -> None:
    """The answer names the permissions to give the bot, and nothing is subscribed."""
    stage.ml.deny(stage.guild.bot, denied)
    here = await stage.alice.command(stage.ml, "subscribe", query="mesh")
    there = await stage.alice.command(stage.other, "subscribe", query="mesh", channel=stage.ml)
    assert said in here.text
    assert said in there.text
    assert await queries(stage) == []


async def test_a_lacking_history_is_no_obstacle_but_said(stage: Stage) -> None:
    """Without Read Message History the subscription stands, and the answer asks for it."""
    stage.ml.deny(stage.guild.bot, Permission.READ_MESSAGE_HISTORY)
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh")
    assert "Read Message History" in reply.text
    assert await queries(stage) == ["mesh"]


async def test_an_announcement_channel_is_taken(stage: Stage) -> None:
    """Announcement channels take posts like text channels."""
    news = stage.guild.add_text_channel("news", ANNOUNCEMENT)
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh", channel=news)
    assert f"{news.mention} now gets" in reply.text


async def test_a_channel_of_another_server_cannot_be_named(stage: Stage) -> None:
    """Even a request that Discord's own client would not make reaches no other server."""
    foreign = stage.discord.add_guild("Elsewhere", POSTING).add_text_channel("theirs")
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh", channel=foreign)
    assert "I do not know this channel" in reply.text
    assert await stage.database.read.value("SELECT COUNT(*) FROM subscriptions") == 0


async def test_a_bad_query_is_answered_with_a_caret(stage: Stage) -> None:
    """The hint comes with the query in a code block and a caret under the place."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="mesh AND (nerf")
    hint, fence, query, caret, end = reply.text.splitlines()
    assert reply.ephemeral
    assert hint
    assert (fence, query, end) == ("```", "mesh AND (nerf", "```")
    assert caret.strip() == "^"


@pytest.mark.parametrize("query", HOSTILE, ids=["mentions", "fence", "bidi"])
async def test_a_hostile_query_stays_inside_its_code(stage: Stage, query: str) -> None:
    """What is shown back, as subscription or as error, holds no mention and no open code."""
    reply = await stage.alice.command(stage.ml, "subscribe", query=query)
    listed = await stage.alice.command(stage.ml, "subscriptions")
    for text in (reply.text, listed.text):
        outside = "".join(text.replace("```", "`").split("`")[::2])
        assert "graph" not in outside.lower()
        assert "@" not in outside
        assert "\u202e" not in text
    assert text.count("`") % 2 == 0


async def test_unsubscribe_completes_what_the_channel_has(stage: Stage) -> None:
    """Autocomplete finds the channel's queries by any part of them, in any case."""
    for query in ("diffusion model", "graph network", "model pruning"):
        await stage.alice.command(stage.ml, "subscribe", query=query)
    names = [
        each.name for each in await stage.alice.autocomplete(stage.ml, "unsubscribe", query="MODEL")
    ]
    assert names == ["diffusion model", "model pruning"]


async def test_unsubscribe_completes_at_most_25(stage: Stage) -> None:
    """Of more subscriptions than Discord shows, the first 25 are offered."""
    for number in range(27):
        await stage.alice.command(stage.ml, "subscribe", query=f"mesh{number}")
    offered = await stage.alice.autocomplete(stage.ml, "unsubscribe", query="")
    assert len(offered) == 25


async def test_unsubscribe_offers_nothing_of_a_channel_that_one_may_not_change(
    stage: Stage,
) -> None:
    """Autocomplete is no way around the permission."""
    await stage.alice.command(stage.other, "subscribe", query="secret plans")
    stage.other.deny(stage.alice, Permission.MANAGE_CHANNELS)
    offered = await stage.alice.autocomplete(
        stage.ml, "unsubscribe", channel=stage.other, query="secret"
    )
    assert offered == ()


async def test_a_long_query_can_be_picked(stage: Stage) -> None:
    """A query longer than a choice may be is offered by number, and picking it ends it."""
    long = ", ".join(f"keyword number {n}" for n in range(12))
    await stage.alice.command(stage.ml, "subscribe", query=long)
    (choice,) = await stage.alice.autocomplete(stage.ml, "unsubscribe", query="number 11")
    assert len(choice.name) <= 100
    reply = await stage.alice.command(stage.ml, "unsubscribe", query=str(choice.value))
    assert "no longer gets papers" in reply.text
    assert await queries(stage) == []


async def test_unsubscribe_takes_a_query_typed_whole(stage: Stage) -> None:
    """The same query, typed another way, ends the subscription."""
    await stage.alice.command(stage.ml, "subscribe", query="mesh, nerf")
    reply = await stage.alice.command(stage.ml, "unsubscribe", query="nerf OR mesh")
    assert "no longer gets papers" in reply.text
    assert reply.ephemeral
    assert await queries(stage) == []


@pytest.mark.parametrize("typed", ["nerf", "#123"])
async def test_unsubscribe_from_what_is_not_there_says_where_to_look(
    stage: Stage, typed: str
) -> None:
    """The answer points to /subscriptions."""
    reply = await stage.alice.command(stage.ml, "unsubscribe", query=typed)
    assert "/subscriptions" in reply.text


async def test_subscriptions_lists_them_to_anybody_privately(stage: Stage) -> None:
    """Every member may see what a channel has, and which come in the digest."""
    await stage.alice.command(stage.ml, "subscribe", query="mesh")
    await stage.alice.command(stage.ml, "subscribe", query="nerf", when="daily")
    reply = await stage.mallory.command(stage.ml, "subscriptions")
    assert reply.ephemeral
    assert "2 subscriptions" in reply.text
    assert "`mesh`\n" in reply.text
    assert "`nerf` (daily digest)" in reply.text


async def test_subscriptions_of_none_says_how_to_add_one(stage: Stage) -> None:
    """An empty list is an invitation."""
    reply = await stage.mallory.command(stage.ml, "subscriptions")
    assert "/subscribe" in reply.text


async def test_many_subscriptions_come_in_several_messages(stage: Stage) -> None:
    """A list longer than a message goes on in the next one, whole."""
    for number in range(60):
        await stage.alice.command(
            stage.ml, "subscribe", query=f"some rather long keyword x{number}"
        )
    reply = await stage.alice.command(stage.ml, "subscriptions")
    await stage.discord.wait_until(lambda: "x59`" in reply.text)
    assert len(reply.messages) == 2
    assert reply.ephemeral
    assert all(f"x{number}`" in reply.text for number in range(60))
