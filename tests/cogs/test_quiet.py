"""/quiet set and off, and what others say of quiet hours, through the loopback Discord."""

from datetime import UTC, datetime

from bot.sandbox.discord import Permission
from bot.sandbox.discord.invocations import Value
from tests.cogs.parts import Stage
from tests.samples import paper
from tests.services.parts import announce

MORNING = int(datetime(2026, 11, 24, 6, tzinfo=UTC).timestamp())


async def set_(stage: Stage) -> str:
    """Set the quiet hours of #ml from another channel, and return the answer."""
    options: dict[str, Value] = {"from": 22, "until": 7, "timezone": "berlin", "channel": stage.ml}
    reply = await stage.alice.command(stage.other, "quiet set", **options)
    assert reply.ephemeral
    return reply.text


async def test_set_says_when_it_is_quiet_and_what_that_means(stage: Stage) -> None:
    """With the next time in each reader's own clock; the outbox hears of it."""
    text = await set_(stage)
    evening = int(datetime(2026, 11, 23, 21, tzinfo=UTC).timestamp())
    assert f"{stage.ml.mention} is quiet from 22:00 until 07:00 (Europe/Berlin), every day" in text
    assert f"The next time: <t:{evening}:F>" in text
    assert "A digest comes at its own hour all the same" in text
    assert stage.woken.is_set()
    stage.clock.advance(hours=20)
    assert f"It is quiet now, until <t:{MORNING}:F>" in await set_(stage)


async def test_zones_are_offered_as_they_are_typed(stage: Stage) -> None:
    """As for digests, each with the time of its clocks."""
    offered = await stage.alice.autocomplete(stage.ml, "quiet set", timezone="berl")
    assert offered[0].name == "Europe/Berlin (07:00)"
    assert offered[0].value == "Europe/Berlin"


async def test_what_waits_is_told(stage: Stage) -> None:
    """By /status with how many papers, by /subscribe, /why and /retry; posted in the morning."""
    await set_(stage)
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    status = await stage.mallory.command(stage.ml, "status")
    assert "**Quiet hours:** from 22:00 until 07:00 (Europe/Berlin), every day" in status.text
    stage.clock.advance(hours=20)
    await announce(
        stage.database,
        *(paper(f"2511.0000{n}", title="Seal") for n in range(2)),
        now=stage.clock(),
    )
    await stage.deliver()
    assert stage.ml.messages == ()
    status = await stage.mallory.command(stage.ml, "status")
    assert f"**Quiet until 07:00** (2 papers wait), <t:{MORNING}:R>" in status.text
    reply = await stage.alice.command(stage.ml, "subscribe", query="walrus")
    assert f"nothing is posted before <t:{MORNING}:t>" in reply.text
    reply = await stage.mallory.command(stage.ml, "why", paper="2511.00001")
    assert "but for the quiet hours, from 22:00" in reply.text
    stage.clock.now = datetime(2026, 11, 24, 6, tzinfo=UTC)
    await stage.deliver()
    assert len(stage.ml.messages) == 1


async def test_a_retry_in_quiet_hours_says_when(stage: Stage) -> None:
    """What was parked comes with the rest."""
    await set_(stage)
    stage.clock.advance(hours=20)
    await stage.deliver()
    async with stage.database.transaction() as tx:
        await tx.run(
            "INSERT INTO posts (channel_id, kind, state, papers, created_at, next_attempt_at)"
            " VALUES (?, 'papers', 'refused', 1, 0, 0)",
            (stage.ml.id,),
        )
    reply = await stage.alice.command(stage.ml, "retry")
    assert f"again when its quiet hours end, <t:{MORNING}:R>" in reply.text


async def test_off_ends_them(stage: Stage) -> None:
    """And says that what waited comes now; without any it says how to set them."""
    await set_(stage)
    stage.woken.clear()
    reply = await stage.alice.command(stage.ml, "quiet off")
    assert "no quiet hours any more" in reply.text
    assert stage.woken.is_set()
    reply = await stage.alice.command(stage.ml, "quiet off")
    assert "`/quiet set`" in reply.text


async def test_only_managers_may(stage: Stage) -> None:
    """Manage Channels is needed in the channel that is named."""
    stage.other.deny(stage.alice, Permission.MANAGE_CHANNELS)
    reply = await stage.alice.command(stage.ml, "quiet off", channel=stage.other)
    assert "You need the permission Manage Channels" in reply.text
