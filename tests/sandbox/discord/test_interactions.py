"""A member's acts and the unmodified client's answers."""

import pytest

from bot.sandbox.discord import CannotDo, Community, DiscordSandbox, NoAnswer, Permission
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.world import Channel
from tests.sandbox.discord.conftest import Running
from tests.sandbox.discord.sample_bot import SampleBot

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def channel(guild: Community) -> Channel:
    """Make a channel to type in."""
    return guild.add_text_channel("nlp")


@pytest.fixture
def alice(guild: Community) -> Person:
    """Let a member in who may manage channels."""
    return guild.add_member("alice", Permission.MANAGE_CHANNELS)


async def test_a_deferred_answer_is_waited_for(alice: Person, channel: Channel) -> None:
    """A command that thinks first gives the finished text, privately, with options resolved."""
    reply = await alice.command(channel, "subscribe", query="large models", channel=channel)

    assert reply.text == "large models -> nlp by alice, True"
    assert reply.ephemeral
    assert reply.deferred
    assert reply.followups == ()
    assert reply.seconds < 3
    assert channel.messages == ()


async def test_a_subcommand_is_typed_with_its_group(alice: Person, channel: Channel) -> None:
    """``digest set`` reaches the subcommand, a choice is given by its name."""
    reply = await alice.command(channel, "digest set", hour=9, zone="Berlin")

    assert reply.text == "9 Europe/Berlin"
    assert not reply.ephemeral
    assert [each.text for each in channel.messages] == ["9 Europe/Berlin"]


async def test_autocomplete_gives_the_choices(alice: Person, channel: Channel) -> None:
    """What the bot offers while an option is typed comes back as choices."""
    (choice,) = await alice.autocomplete(channel, "subscribe", query="diff")

    assert (choice.name, choice.value) == ("diffusion", "diffusion")


async def test_a_form_is_filled_in_and_submitted(alice: Person, channel: Channel) -> None:
    """A modal that a command opened can be submitted by label, and the bot reads it."""
    opened = await alice.command(channel, "note")
    assert opened.modal is not None
    assert opened.modal.title == "A note"

    reply = await alice.submit(opened.modal, {"Words": "read this"})

    assert reply.text == "noted: read this"
    assert reply.ephemeral


async def test_a_button_changes_its_message(alice: Person, channel: Channel) -> None:
    """A button whose answer is an update leaves one message, edited."""
    shown = await alice.command(channel, "panel")

    await alice.press(shown, "Update")

    assert [each.text for each in channel.messages] == ["updated"]
    assert channel.messages[0].edited


async def test_a_button_that_only_acknowledges_may_answer_later(
    sandbox: DiscordSandbox, alice: Person, channel: Channel
) -> None:
    """After a bare acknowledgement the reply fills as follow-ups come."""
    shown = await alice.command(channel, "panel")

    reply = await alice.press(shown, "later")
    await sandbox.wait_until(lambda: reply.followups)

    assert reply.followups[0].text == "apart"
    assert reply.followups[0].ephemeral


async def test_a_menu_is_chosen_from(alice: Person, channel: Channel) -> None:
    """An option is chosen by its label in a menu found by its placeholder."""
    shown = await alice.command(channel, "panel")

    reply = await alice.choose(shown, "Hour", "Nine")

    assert reply.text == "chose 9"


async def test_a_command_reaches_the_bot_in_a_direct_message(alice: Person) -> None:
    """Direct messages carry a user instead of a member, and no guild."""
    reply = await alice.command(alice.direct, "note")

    assert reply.modal is not None


@pytest.mark.parametrize(
    ("button", "why"),
    [
        pytest.param("Abstract", "is a link", id="link"),
        pytest.param("Closed", "is disabled", id="disabled"),
        pytest.param("Nothing", "there is no", id="absent"),
    ],
)
async def test_a_button_that_cannot_be_pressed_is_refused(
    alice: Person, channel: Channel, button: str, why: str
) -> None:
    """The driver refuses what a person could not do either, and says why."""
    shown = await alice.command(channel, "panel")

    with pytest.raises(CannotDo, match=why):
        await alice.press(shown, button)


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        pytest.param("nonsense", {}, "is not registered", id="unknown command"),
        pytest.param("subscribe", {}, "required options are missing: query", id="missing"),
        pytest.param("note", {"words": "x"}, "no option 'words'", id="unknown option"),
        pytest.param("subscribe", {"query": ""}, "1 to 50 characters", id="too short"),
        pytest.param("subscribe", {"query": "x" * 51}, "1 to 50 characters", id="too long"),
        pytest.param("subscribe", {"query": 5}, "takes text", id="wrong type"),
        pytest.param("digest set", {"hour": 24}, "0 to 23", id="too much"),
        pytest.param("digest set", {"hour": 1.5}, "whole number", id="not whole"),
        pytest.param("digest set", {"hour": 1, "zone": "Mars"}, "must be one of", id="choice"),
        pytest.param("digest", {}, "has subcommands", id="group alone"),
        pytest.param("digest get", {}, "no subcommand 'get'", id="unknown subcommand"),
    ],
)
async def test_what_discord_would_not_send_is_not_sent(
    alice: Person, channel: Channel, name: str, options: dict[str, str | int], why: str
) -> None:
    """Commands are checked against what the bot registered, as Discord's own client does."""
    with pytest.raises(CannotDo, match=why):
        await alice.command(channel, name, **options)


async def test_a_hidden_command_cannot_be_typed(guild: Community, channel: Channel) -> None:
    """A member without a command's default permission does not see it."""
    bob = guild.add_member("bob")

    with pytest.raises(CannotDo, match="hidden from bob"):
        await bob.command(channel, "subscribe", query="x")


async def test_an_invisible_channel_cannot_be_named(alice: Person, guild: Community) -> None:
    """A channel option lists only channels that the person sees."""
    here, secret = guild.add_text_channel("here"), guild.add_text_channel("secret")
    secret.deny(guild.everyone, Permission.VIEW_CHANNEL)

    with pytest.raises(CannotDo, match="not visible"):
        await alice.command(here, "subscribe", query="x", channel=secret)


async def test_silence_is_noticed(running: Running) -> None:
    """A command that is not answered in time raises NoAnswer."""
    async with DiscordSandbox(response_seconds=0.2) as hasty:
        guild = hasty.add_guild("Hasty")
        channel = guild.add_text_channel("x")
        async with running(hasty):
            with pytest.raises(NoAnswer, match="did not respond"):
                await guild.owner.command(channel, "silence")


async def test_the_bot_may_leave_and_come_back(
    sandbox: DiscordSandbox, bot: SampleBot, running: Running, guild: Community
) -> None:
    """A second client finds the same guild and its commands keep their ids."""
    before = {each["name"]: each["id"] for each in sandbox.commands}
    await bot.close()
    await sandbox.wait_until(lambda: not sandbox.connected)

    async with running(sandbox) as again:
        assert {each["name"]: each["id"] for each in sandbox.commands} == before
        await again.wait_until_ready()
        assert again.get_guild(guild.id)
