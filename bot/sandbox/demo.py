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

from bot.paper_ids import find_id
from bot.sandbox.discord import Channel, DiscordSandbox, Message, Permission, Person, Reply
from bot.sandbox.discord.transcript import rendered_message, with_names
from bot.sandbox.feeds import SourcesSandbox
from bot.sandbox.papers import demo_batch, preprints
from bot.sandbox.process import BotProcess

WIDTH = 100
PATIENCE = 30.0
"""Seconds that a step may take before the demo says that it failed."""
POLL_SECONDS = 0.5
FOLLOW_UP_SECONDS = 0.5
"""An answer is whole once nothing follows it for so long."""
LAST_POLLED = "/api/daily_papers"
"""Feeds are asked by name: arXiv's archives, then Hugging Face."""


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

    `keep` leaves everything running at the end until Ctrl-C; `svg` writes there what the
    channels received.
    """
    console = Console(width=WIDTH, record=svg is not None, highlight=False)
    with tempfile.TemporaryDirectory(prefix="paperwire-demo-") as folder:
        async with _stage(Path(folder)) as stage:
            try:
                await _play(stage, console, svg)
            except TimeoutError as error:
                console.print(f"The demo failed: {error}", style="bold red")
                console.print((Path(folder) / "paperwire.log").read_text(encoding="utf-8"))
                return 1
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


async def _play(stage: Stage, console: Console, svg: Path | None) -> None:
    batch, posted_elsewhere = demo_batch(), preprints()
    _say(
        console,
        "A Discord and paper sources run on this machine's loopback, and the real bot between "
        "them: `python -m bot run`. No account, no network.",
    )
    await stage.discord.ready(PATIENCE)
    await _type(stage, console, stage.language, "subscribe", query="language model, RAG")
    await _type(stage, console, stage.language, "subscribe", query="benchmark")
    await _type(stage, console, stage.sky, "subscribe", query="galaxy, exoplanet")
    await _type(
        stage, console, stage.sky, "subscribe", query="dark matter, telescope", when="daily"
    )
    await _between_polls(stage)
    day = datetime.now(UTC).date()
    stage.sources.post(posted_elsewhere, on=day)
    stage.sources.publish(batch, on=day)
    if svg is not None:
        console.export_text()  # forgets what was recorded up to here
    total = len(batch) + len(posted_elsewhere)
    _say(
        console,
        f"arXiv announces {len(batch)} papers, bioRxiv posts {len(posted_elsewhere)}. What each "
        "channel received:",
    )
    for channel in (stage.language, stage.sky):
        await _received(console, channel)
    if svg is not None:
        console.save_svg(str(svg), title="Paperwire")
    await _type(stage, console, stage.sky, "digest now")
    await _type(stage, console, stage.language, "search", query="diffusion model")
    about = "machines that ask people for advice"
    await _type(stage, console, stage.language, "similar", paper=about)
    messages = [message for channel in (stage.language, stage.sky) for message in channel.messages]
    posted = sum(len(cards_in(message)) for message in messages)
    _say(
        console,
        f"{total} papers announced, {posted} posted in {len(messages)} messages, each once in "
        f"its channel; Discord refused {stage.discord.invalid_requests} requests.",
    )


async def _between_polls(stage: Stage) -> None:
    """Wait until a poll has asked its last source, so that the next one sees the whole batch."""
    asked = sum(request.path.startswith(LAST_POLLED) for request in stage.sources.requests)
    async with asyncio.timeout(PATIENCE):
        await stage.sources.wait_for_requests(asked + 1, LAST_POLLED)


def cards_in(message: Message) -> set[str]:
    """Return the ids of the papers in a message."""
    return {named[0] for link in message.links if (named := find_id(link))}


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
) -> None:
    """Type a slash command as Ada and print it with its answer."""
    typed = Text(f"ada in #{channel.name}  ", "dim")
    typed.append(f"/{command}", "bold")
    for name, value in options.items():
        typed.append(f" {name}: ", "dim").append(value, "bold")
    console.print(typed)
    reply = await stage.ada.command(channel, command, **options)
    while await _follows(stage, reply, len(reply.messages)):
        pass
    for message in reply.messages:
        _show(console, rendered_message(with_names(message, (stage.language, stage.sky))))


async def _follows(stage: Stage, reply: Reply, known: int) -> bool:
    """Wait for a message after those known of an answer; False if none comes."""
    try:
        await stage.discord.wait_until(lambda: len(reply.messages) > known, FOLLOW_UP_SECONDS)
    except TimeoutError:
        return False
    return True


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
