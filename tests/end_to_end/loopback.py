"""A reading group on loopback, and the bot's process beside it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain import Paper, PaperId
from bot.paper_ids import find_id
from bot.sandbox.discord import Channel, Community, DiscordSandbox, Person
from bot.sandbox.feeds import SourcesSandbox
from bot.sandbox.process import BotProcess
from tests.samples import paper

PATIENCE = 60.0
"""Seconds after which something will not come any more, on a machine however busy."""


@dataclass(frozen=True)
class Loopback:
    """The servers, a guild with two channels, and one member who may manage them."""

    discord: DiscordSandbox
    sources: SourcesSandbox
    folder: Path
    guild: Community
    ada: Person
    tides: Channel
    hills: Channel

    @property
    def database(self) -> Path:
        """The bot's database file."""
        return self.folder / "paperwire.db"

    def settings(self) -> dict[str, str]:
        """Return the settings of a bot between these servers."""
        return {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "POLL_SECONDS": "0.3",
            **self.sources.environment(),
        }

    def bot(self, **settings: str) -> BotProcess:
        """Return the bot, not started, with some settings otherwise."""
        return BotProcess(self.folder, {**self.settings(), **settings})

    def publish(self, papers: Iterable[Paper]) -> None:
        """Let arXiv announce a batch today."""
        self.sources.publish(papers, on=datetime.now(UTC).date())

    async def ready(self) -> None:
        """Wait until the bot is connected and its commands are there."""
        await self.discord.ready(PATIENCE)

    async def posted(self, channel: Channel, papers: Sequence[Paper]) -> None:
        """Wait until each of the papers stands in the channel; no other, and none twice."""
        wanted = {each.id for each in papers}
        await self.discord.wait_until(
            lambda: wanted <= posts(channel).keys(), PATIENCE, f"{len(wanted)} papers"
        )
        assert posts(channel) == Counter(wanted)


def posts(channel: Channel) -> Counter[PaperId]:
    """Return in how many messages of the channel each paper stands."""
    found: Counter[PaperId] = Counter()
    for message in channel.messages:
        found.update({named[0] for link in message.links if (named := find_id(link))})
    return found


def batch(topic: str, count: int, start: int = 0) -> list[Paper]:
    """Return papers about a topic, with ids from `start` on."""
    return [
        paper(f"2611.{start + number:05}", title=f"{topic} of the coast, part {start + number}")
        for number in range(count)
    ]
