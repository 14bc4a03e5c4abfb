"""What channels were owed and what stands in them: each paper once, or it is told. Pure.

Reads the messages alone; of how the bot works it knows nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.arxiv_ids import find_id
from bot.domain import PaperId
from bot.sandbox.discord import Channel

Key = tuple[int, PaperId]
"""A channel's id, and a paper."""


@dataclass(slots=True)
class Account:
    """Which paper is owed to which channel, and how often it stands there, both by channel id."""

    owed: set[Key] = field(default_factory=set)
    posted: Counter[Key] = field(default_factory=Counter)
    carried_by: dict[Key, int] = field(default_factory=dict)
    """The id of the last message that holds the paper."""
    read: Counter[int] = field(default_factory=Counter)
    """Messages of each channel that are in the account."""

    def update(self, channels: Iterable[Channel]) -> int:
        """Add the messages that came since the last call; return how many papers they hold."""
        papers = 0
        for channel in channels:
            messages = channel.messages[self.read[channel.id] :]
            self.read[channel.id] += len(messages)
            for message in messages:
                ids = {named[0] for link in message.links if (named := find_id(link))}
                keys = [(channel.id, id_) for id_ in ids]
                self.posted.update(keys)
                self.carried_by.update(dict.fromkeys(keys, message.id))
                papers += len(ids)
        return papers

    @property
    def messages(self) -> int:
        """Messages in the account."""
        return self.read.total()

    @property
    def doubled(self) -> int:
        """Posts beyond the first of a paper in a channel."""
        return sum(count - 1 for count in self.posted.values())

    @property
    def lost(self) -> int:
        """Posts owed and not there."""
        return len(self.owed - self.posted.keys())

    @property
    def unowed(self) -> int:
        """Posts there and not owed."""
        return len(self.posted.keys() - self.owed)
