"""What a person and the bot may do in the channel that a command is about."""

import pytest
from discord import ChannelType, Permissions

from bot.domain import ChannelId, GuildId
from bot.errors import NotAllowed, UserError
from cogs.targets import Target, missing

BOTH = Permissions(view_channel=True, send_messages=True)
IN_THREADS = Permissions(view_channel=True, send_messages_in_threads=True)


def target(
    kind: ChannelType = ChannelType.text,
    persons: Permissions = BOTH,
    bots: Permissions = BOTH,
) -> Target:
    """Return a target."""
    return Target(ChannelId(5), GuildId(1), kind, persons, bots)


def test_a_channel_that_one_cannot_see_is_not_told_about() -> None:
    """Whoever names a channel must see it."""
    with pytest.raises(NotAllowed, match="You cannot see <#5>"):
        target(persons=Permissions.none()).must_be_visible()
    target(persons=Permissions(view_channel=True)).must_be_visible()


@pytest.mark.parametrize(
    "persons",
    [Permissions(manage_channels=True), Permissions(administrator=True)],
    ids=["manage channels", "administrator"],
)
def test_those_who_manage_the_channel_may_change_it(persons: Permissions) -> None:
    """Manage Channels is enough, and administrators have all permissions."""
    target(persons=persons).must_be_changeable()


@pytest.mark.parametrize(
    "persons", [BOTH, Permissions(manage_guild=True, manage_messages=True)], ids=["member", "other"]
)
def test_others_may_not_change_it(persons: Permissions) -> None:
    """No other permission stands in for Manage Channels."""
    with pytest.raises(NotAllowed, match="Manage Channels in <#5>"):
        target(persons=persons).must_be_changeable()


@pytest.mark.parametrize(
    ("kind", "bots"),
    [
        (ChannelType.text, BOTH),
        (ChannelType.news, BOTH),
        (ChannelType.voice, BOTH),
        (ChannelType.stage_voice, BOTH),
        (ChannelType.public_thread, IN_THREADS),
        (ChannelType.private_thread, IN_THREADS),
        (ChannelType.text, Permissions(administrator=True)),
    ],
)
def test_channels_with_text_take_posts(kind: ChannelType, bots: Permissions) -> None:
    """Text, announcement and voice channels and threads, each with its own permission."""
    target(kind, bots=bots).must_take_posts()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ChannelType.media, "takes no messages"),
        (ChannelType.category, "takes no messages"),
    ],
)
def test_channels_without_text_do_not(kind: ChannelType, said: str) -> None:
    """The answer says what to name instead."""
    with pytest.raises(UserError, match=said):
        target(kind).must_take_posts()


@pytest.mark.parametrize(
    ("kind", "bots", "lacking"),
    [
        (ChannelType.text, Permissions.none(), ["View Channel", "Send Messages"]),
        (ChannelType.text, IN_THREADS, ["Send Messages"]),
        (ChannelType.public_thread, BOTH, ["Send Messages in Threads"]),
        (ChannelType.text, BOTH, []),
        (ChannelType.forum, BOTH, ["Send Messages in Threads"]),
        (ChannelType.forum, IN_THREADS, ["Send Messages"]),
    ],
)
def test_what_the_bot_lacks_is_named_as_discord_names_it(
    kind: ChannelType, bots: Permissions, lacking: list[str]
) -> None:
    """In threads it is another permission than in channels."""
    assert missing(bots, kind) == lacking
