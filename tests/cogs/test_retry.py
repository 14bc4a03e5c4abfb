"""/retry: what Discord refused is told in /status and sent again, through the loopback Discord."""

from bot.sandbox.discord import Permission
from tests.cogs.parts import Stage
from tests.samples import paper
from tests.services.parts import announce


async def test_what_is_parked_is_told_and_sent_again(stage: Stage) -> None:
    """/status says how many, why and what to type; /retry says how many are tried again."""
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    await announce(stage.database, paper("2511.00001", title="Seal"))
    async with stage.database.transaction() as tx:
        await tx.run(
            "INSERT INTO posts (channel_id, kind, state, papers, created_at, next_attempt_at,"
            " error) VALUES (?, 'papers', 'refused', 1, 0, 0, '*Invalid* form')",
            (stage.ml.id,),
        )
        await tx.run("UPDATE deliveries SET post_id = 1")
    text = (await stage.mallory.command(stage.ml, "status")).text
    assert (
        "**Parked:** 1 message that Discord did not take, the last one because: \\*Invalid\\* form "
        "`/retry` tries again."
    ) in text
    assert "`/retry`, ask somebody with Manage Channels." in text
    reply = await stage.alice.command(stage.other, "retry", channel=stage.ml)
    assert reply.ephemeral
    assert f"I am trying 1 message to {stage.ml.mention} again." in reply.text
    assert stage.woken.is_set()
    await stage.deliver()
    assert "Seal" in stage.ml.messages[0].text
    reply = await stage.alice.command(stage.ml, "retry")
    assert "is parked" in reply.text


async def test_only_managers_may(stage: Stage) -> None:
    """Whoever sees the command still needs Manage Channels in the channel that is named."""
    stage.other.deny(stage.alice, Permission.MANAGE_CHANNELS)
    reply = await stage.alice.command(stage.ml, "retry", channel=stage.other)
    assert "You need the permission Manage Channels" in reply.text
    assert not stage.woken.is_set()
