"""Who may do what where: roles, overwrites, owners; and which mentions notify."""

import pytest

from bot.sandbox.discord import Channel, Community, DiscordSandbox, Permission
from bot.sandbox.discord.mentions import pinged
from bot.sandbox.discord.permissions import ALL, EVERYONE, NONE, Overwrite, in_channel
from bot.sandbox.discord.refusals import Json

GUILD, ROLE, OTHER_ROLE, MEMBER = 1, 2, 3, 4
VIEW, SEND = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES


@pytest.mark.parametrize(
    ("base", "overwrites", "expected"),
    [
        pytest.param(VIEW | SEND, [], VIEW | SEND, id="none"),
        pytest.param(VIEW | SEND, [Overwrite(GUILD, False, deny=SEND)], VIEW, id="everyone"),
        pytest.param(
            VIEW | SEND,
            [Overwrite(ROLE, False, allow=SEND), Overwrite(GUILD, False, deny=SEND)],
            VIEW | SEND,
            id="role over everyone",
        ),
        pytest.param(
            VIEW,
            [Overwrite(ROLE, False, deny=SEND), Overwrite(OTHER_ROLE, False, allow=SEND)],
            VIEW | SEND,
            id="one role allows what another denies",
        ),
        pytest.param(
            VIEW,
            [Overwrite(MEMBER, True, deny=SEND), Overwrite(ROLE, False, allow=SEND)],
            VIEW,
            id="member over role",
        ),
        pytest.param(VIEW, [Overwrite(9, False, allow=SEND)], VIEW, id="a stranger's role"),
        pytest.param(
            EVERYONE, [Overwrite(MEMBER, True, deny=VIEW)], NONE, id="nothing without seeing"
        ),
        pytest.param(VIEW | Permission.EMBED_LINKS, [], VIEW, id="no embeds without sending"),
        pytest.param(
            Permission.ADMINISTRATOR, [Overwrite(MEMBER, True, deny=VIEW)], ALL, id="administrator"
        ),
    ],
)
def test_overwrites_are_applied_in_discords_order(
    base: Permission, overwrites: list[Overwrite], expected: Permission
) -> None:
    """Everyone's overwrite is applied first, then the roles' together, then the member's."""
    found = in_channel(
        base,
        overwrites,
        everyone_id=GUILD,
        role_ids=frozenset({GUILD, ROLE, OTHER_ROLE}),
        member_id=MEMBER,
    )

    assert found == expected


async def test_an_owner_may_do_everything(sandbox: DiscordSandbox) -> None:
    """The owner's permissions are not touched by any overwrite."""
    guild = sandbox.add_guild("G")
    channel = guild.add_text_channel("c")
    channel.deny(guild.owner, VIEW)

    assert guild.owner.permissions_in(channel) == ALL


async def test_roles_are_given_and_taken(guild: Community) -> None:
    """A member has a role's permissions as long as it is theirs."""
    alice = guild.add_member("alice")
    channel: Channel = guild.add_text_channel("c")
    editors = guild.add_role("editors", Permission.MANAGE_CHANNELS)

    alice.give(editors)
    assert Permission.MANAGE_CHANNELS in alice.permissions_in(channel)
    alice.take(editors)
    assert Permission.MANAGE_CHANNELS not in alice.permissions_in(channel)


WORDS = "@everyone @here <@5> <@!6> <@&7>"


@pytest.mark.parametrize(
    ("allowed", "may_mention_all", "expected"),
    [
        pytest.param({"parse": []}, True, set(), id="none"),
        pytest.param(None, False, {"<@5>", "<@6>"}, id="unsaid"),
        pytest.param(
            None, True, {"@everyone", "@here", "<@5>", "<@6>", "<@&7>"}, id="unsaid, with right"
        ),
        pytest.param({"parse": ["everyone"]}, True, {"@everyone", "@here"}, id="everyone"),
        pytest.param({"parse": ["everyone"]}, False, set(), id="everyone, without right"),
        pytest.param({"parse": [], "users": ["5"]}, False, {"<@5>"}, id="one user"),
        pytest.param({"parse": ["roles"]}, True, {"<@&7>"}, id="roles"),
    ],
)
def test_mentions_notify_whom_they_may(
    *, allowed: Json | None, may_mention_all: bool, expected: set[str]
) -> None:
    """A mention notifies if the message allows it and the author has the right."""
    assert pinged(WORDS, allowed, may_mention_all=may_mention_all) == expected
