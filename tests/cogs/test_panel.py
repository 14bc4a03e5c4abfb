"""The panel under /subscriptions, through a real client."""

import pytest

from bot.domain import ChannelId, GuildId, Mode, UserId
from bot.sandbox.discord import Permission, Reply
from bot.services.subscriptions import Subscriptions
from tests.cogs.parts import Hash, Stage, running, services_of
from tests.samples import paper
from tests.services.parts import announce

CHOOSE, COPY, MOVE = "Choose one to change it…", "Copy it to…", "Move it to…"


async def followed(stage: Stage, query: str = "seals", mode: Mode = Mode.NOW) -> None:
    """Let the channel follow a query."""
    kept = Subscriptions(stage.database)
    channel, guild = ChannelId(stage.ml.id), GuildId(stage.guild.id)
    await kept.subscribe(channel, guild, query, mode, UserId(5), now=stage.clock())


async def opened(stage: Stage, query: str = "seals") -> Reply:
    """Open the panel of a subscription."""
    listed = await stage.alice.command(stage.ml, "subscriptions")
    return await stage.alice.choose(listed, CHOOSE, query)


async def seen(stage: Stage, reply: Reply, text: str) -> None:
    """Wait until the panel, which is replaced at each step, shows a text."""
    await stage.discord.wait_until(lambda: text in reply.text, 5, text)


async def listing(stage: Stage, where: str = "ml") -> str:
    """Return what a channel follows, as anybody sees it."""
    channel = stage.ml if where == "ml" else stage.other
    return (await stage.mallory.command(channel, "subscriptions")).text


async def test_a_subscription_is_shown_with_its_numbers(stage: Stage) -> None:
    """When it posts, since when, and how much it selected in 30 days."""
    await followed(stage)
    stage.clock.advance(hours=1)
    await announce(stage.database, paper(title="Seals"), now=stage.clock())
    reply = await opened(stage)
    assert reply.ephemeral
    assert "as papers come" in reply.text
    assert "selected 1 paper in the last 30 days" in reply.text


async def test_only_who_may_change_a_channel_has_the_panel(stage: Stage) -> None:
    """Others see the list; who lost the right since changes nothing."""
    await followed(stage)
    listed = await stage.mallory.command(stage.ml, "subscriptions")
    assert listed.components == ()
    reply = await opened(stage)
    stage.ml.deny(stage.alice, Permission.MANAGE_CHANNELS)
    refused = await stage.alice.press(reply, "End it")
    assert "You need the permission Manage Channels" in refused.text
    assert "`seals`" in await listing(stage)


@pytest.mark.parametrize(
    ("button", "said"), [("Mute for a week", "**Muted**"), ("Pause", "**Paused**")]
)
async def test_what_is_muted_is_not_owed(stage: Stage, button: str, said: str) -> None:
    """Not then and not after, and /why says so; resumed, the next paper comes."""
    await followed(stage)
    reply = await opened(stage)
    await stage.alice.press(reply, button)
    await seen(stage, reply, said)
    assert "`seals` (muted)" in await listing(stage)
    stage.clock.advance(days=1)
    await announce(stage.database, paper("2511.00001", title="Seals"), now=stage.clock())
    await stage.deliver()
    why = await stage.mallory.command(stage.ml, "why", paper="2511.00001")
    assert "was muted when it came" in why.text
    await stage.alice.press(reply, "Resume")
    await stage.discord.wait_until(lambda: said not in reply.text, 5, "the end of it")
    await announce(stage.database, paper("2511.00002", title="More seals"), now=stage.clock())
    await stage.deliver()
    assert [each.text.count("More") for each in stage.ml.messages] == [1]


async def test_a_week_passes(stage: Stage) -> None:
    """A subscription that was muted for a week is heard again after it, by itself."""
    await followed(stage)
    reply = await opened(stage)
    await stage.alice.press(reply, "Mute for a week")
    await seen(stage, reply, "**Muted**")
    stage.clock.advance(days=7, minutes=1)
    assert "(muted)" not in await listing(stage)
    await announce(stage.database, paper("2511.00001", title="Seals"), now=stage.clock())
    await stage.deliver()
    assert len(stage.ml.messages) == 1


async def test_another_subscription_still_brings_a_paper(stage: Stage) -> None:
    """Muting one query does not hide what another selects too."""
    await followed(stage)
    await followed(stage, "harbour")
    reply = await opened(stage)
    await stage.alice.press(reply, "Pause")
    await seen(stage, reply, "**Paused**")
    await announce(stage.database, paper(title="Harbour seals"), now=stage.clock())
    await stage.deliver()
    assert len(stage.ml.messages) == 1


async def test_when_papers_come_is_switched(stage: Stage) -> None:
    """At once to the digest and back."""
    await followed(stage)
    reply = await opened(stage)
    await stage.alice.press(reply, "In the digest")
    await seen(stage, reply, "in the daily digest")
    await stage.alice.press(reply, "At once")
    await seen(stage, reply, "as papers come")


async def test_a_subscription_is_copied_and_moved(stage: Stage) -> None:
    """To a channel that the person may change and the bot may post in."""
    await followed(stage)
    reply = await opened(stage)
    await stage.alice.choose(reply, COPY, stage.other)
    await seen(stage, reply, "too.")
    assert "`seals`" in await listing(stage)
    assert "`seals`" in await listing(stage, "other")
    await followed(stage, "walrus")
    moving = await opened(stage, "walrus")
    await stage.alice.choose(moving, MOVE, stage.other)
    await seen(stage, moving, "in place of this channel")
    assert "walrus" not in await listing(stage)
    assert "`walrus`" in await listing(stage, "other")
    stage.other.deny(stage.guild.bot, Permission.SEND_MESSAGES)
    again = await opened(stage)
    refused = await stage.alice.choose(again, MOVE, stage.other)
    assert "I cannot post in" in refused.text
    assert "`seals`" in await listing(stage)


async def test_a_subscription_is_ended_after_a_restart(stage: Stage) -> None:
    """The panel outlives the bot; what has ended says so."""
    await followed(stage)
    reply = await opened(stage)
    await stage.bot.close()
    services = services_of(stage.database, stage.clock, stage.library, stage.woken)
    async with running(stage.discord, services, Hash()):
        await stage.alice.press(reply, "End it")
        await seen(stage, reply, "gets no papers for")
        assert "no subscriptions" in await listing(stage)


async def test_hundreds_are_in_several_menus(stage: Stage) -> None:
    """Each menu has 25 of them, and there are as many menus as a message holds."""
    for number in range(30):
        await followed(stage, f"seal number{number}")
    listed = await stage.alice.command(stage.ml, "subscriptions")
    menus = [each for row in listed.components for each in row["components"]]
    assert [len(each["options"]) for each in menus] == [25, 5]
