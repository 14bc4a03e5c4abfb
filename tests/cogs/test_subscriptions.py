"""/subscribe, /unsubscribe and /subscriptions through a real client and the loopback Discord."""

from tests.cogs.parts import Stage


async def test_subscribe_says_what_where_and_when(stage: Stage) -> None:
    """The answer names the query, the channel, that each paper comes, and that it starts now."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="diffusion model")
    assert reply.ephemeral
    assert "`diffusion model`" in reply.text
    assert stage.ml.mention in reply.text
    assert "from now on" in reply.text
    assert "as it comes" in reply.text
