"""`python -m bot demo`: the main job on one machine, with the real bot between loopback servers.

Nothing here is simulated but Discord's and the sources' ends: the bot is the one that `run` starts,
a process of its own, and what is shown is what it sent.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from bot.sandbox.discord import Channel, DiscordSandbox, Permission, Person, Reply
from bot.sandbox.discord.transcript import rendered_message, rendered_reply
from bot.sandbox.feeds import SourcesSandbox
from bot.sandbox.papers import demo_batch
from bot.sandbox.process import BotProcess

WIDTH = 100
PATIENCE = 30.0
"""Seconds that a step may take before the demo says that it failed."""
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Stage:
    """The people and channels of the demo."""

    discord: DiscordSandbox
    sources: SourcesSandbox
    ada: Person
    language: Channel
    sky: Channel


async def demo(*, keep: bool = False, svg: Path | None = None) -> int:
    """Run the demo and print it; 0 if both channels received their papers.

    `keep` leaves everything running at the end until Ctrl-C; `svg` writes what was printed there.
    """
    console = Console(width=WIDTH, record=svg is not None, highlight=False)
    with tempfile.TemporaryDirectory(prefix="paperwire-demo-") as folder:
        async with _stage(Path(folder)) as stage:
            try:
                await _play(stage, console)
            except TimeoutError as error:
                console.print(f"The demo failed: {error}", style="bold red")
                console.print((Path(folder) / "paperwire.log").read_text(encoding="utf-8"))
                return 1
            if svg is not None:
                console.save_svg(str(svg), title="make demo")
            if keep:
                await _keep(stage, console)
    return 0


@asynccontextmanager
async def _stage(folder: Path) -> AsyncIterator[Stage]:
    async with DiscordSandbox() as discord, SourcesSandbox() as sources:
        guild = discord.add_guild("Reading group")
        stage = Stage(
            discord,
            sources,
            guild.add_member("ada", Permission.MANAGE_CHANNELS),
            guild.add_text_channel("language-models"),
            guild.add_text_channel("night-sky"),
        )
        settings = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DATABASE_URL": f"sqlite:///{folder}/paperwire.db",
            "POLL_SECONDS": str(POLL_SECONDS),
            **sources.environment(),
        }
        async with BotProcess(folder, settings):
            yield stage


async def _play(stage: Stage, console: Console) -> None:
    batch = demo_batch()
    _say(
        console,
        "A Discord and paper sources run on this machine's loopback, and the real bot between "
        "them: `python -m bot run`. No account, no network.",
    )
    await stage.discord.ready(PATIENCE)
    await _type(stage, console, stage.language, "subscribe", query="language model, RAG")
    await _type(stage, console, stage.language, "subscribe", query="benchmark")
    await _type(stage, console, stage.sky, "subscribe", query="galaxy, exoplanet")
    await _type(stage, console, stage.sky, "subscribe", query="telescope", when="daily")
    day = datetime.now(UTC).date()
    stage.sources.publish(batch, on=day)
    _say(console, f"The sources announce {len(batch)} papers. What each channel received:")
    for channel in (stage.language, stage.sky):
        await _received(console, channel)
    await _type(stage, console, stage.sky, "digest now")
    await _type(stage, console, stage.language, "search", query="diffusion model")
    posts = sum(len(channel.messages) for channel in (stage.language, stage.sky))
    links = {
        link
        for channel in (stage.language, stage.sky)
        for m in channel.messages
        for link in m.links
        if "/abs/" in link
    }
    _say(
        console,
        f"{len(batch)} papers announced, {len(links)} posted in {posts} messages, "
        f"{stage.discord.invalid_requests} requests refused by Discord.",
    )


async def _received(console: Console, channel: Channel) -> None:
    """Print a channel once it has messages and no more come for some polls."""
    await channel.wait_for_messages(1, PATIENCE)
    await _quiet(channel)
    console.print(Rule(f"#{channel.name}", align="left"))
    for message in channel.messages:
        _show(console, rendered_message(message))


async def _quiet(channel: Channel) -> None:
    """Wait until nothing new comes to the channel for two polls."""
    while True:
        count = len(channel.messages)
        try:
            await channel.wait_for_messages(count + 1, 2 * POLL_SECONDS)
        except TimeoutError:
            return


async def _type(
    stage: Stage, console: Console, channel: Channel, command: str, **options: str
) -> Reply:
    """Type a slash command as Ada and print it with its answer."""
    typed = Text(f"ada in #{channel.name}  ", "dim")
    typed.append(f"/{command}", "bold")
    for name, value in options.items():
        typed.append(f" {name}: ", "dim").append(value, "bold")
    console.print(typed)
    reply = await stage.ada.command(channel, command, **options)
    _show(console, rendered_reply(reply))
    return reply


def _show(console: Console, what: RenderableType) -> None:
    console.print(Padding(Group(what, ""), (0, 0, 0, 4)))


def _say(console: Console, text: str) -> None:
    console.print(Text(text, "italic"), "")


async def _keep(stage: Stage, console: Console) -> None:
    _say(
        console,
        f"Still running: Discord's API at {stage.discord.api_url}, arXiv at "
        f"{stage.sources.rss_url}. Ctrl-C ends it.",
    )
    await asyncio.Event().wait()
