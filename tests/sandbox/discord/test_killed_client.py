"""A client that is killed does not break the server, and the next one finds everything there."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox.discord import DiscordSandbox, Stalled

ROOT = Path(__file__).parents[3]
PROGRAM = """
import sys, discord
from tests.sandbox.discord.sample_bot import SampleBot
discord.http.Route.BASE = sys.argv[1]
channel_id = int(sys.argv[3])
class Sender(SampleBot):
    async def on_ready(self):
        await self.get_partial_messageable(channel_id).send("paper", nonce="delivery-1")
Sender().run(sys.argv[2], log_handler=None)
"""


@asynccontextmanager
async def client(
    sandbox: DiscordSandbox, channel_id: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the client as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, sandbox.api_url, sandbox.token, str(channel_id), cwd=ROOT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_killed_client_may_come_back(sandbox: DiscordSandbox) -> None:
    """Killed between Discord's storing and answering, the next process sends nothing twice."""
    guild = sandbox.add_guild("G")
    channel = guild.add_text_channel("c")
    sandbox.fault(Stalled())
    async with client(sandbox, channel.id) as first:
        await channel.wait_for_messages(1, 20)
        first.send_signal(signal.SIGKILL)
        await first.wait()
        await sandbox.wait_until(lambda: not sandbox.connected)
    sandbox.clear_faults()

    async with client(sandbox, channel.id):
        await sandbox.ready()
        sent = "/channels/{channel_id}/messages"
        await sandbox.wait_until(
            lambda: [each.route for each in sandbox.requests].count(sent) == 2, 20
        )
        reply = await guild.owner.command(channel, "panel")

    assert reply.text == "a panel"
    assert [each.text for each in channel.messages] == ["paper", "a panel"]
