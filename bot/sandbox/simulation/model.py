"""What the simulation must come to, worked out from what happened alone. Pure.

It knows words in titles, when papers were published, and since when whom they were promised to;
nothing of how the bot works.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import AnnounceType, ChannelId, Paper, PaperId
from bot.sandbox.simulation.discord import Sent


@dataclass(slots=True)
class Promise:
    """A channel follows a word: surely since ``since``, perhaps since ``asked``, until ``until``.

    ``since`` is None where the command never came through.
    """

    channel: ChannelId
    word: str
    asked: datetime
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Model:
    """What was published and promised, and when the bot first had a paper."""

    published: dict[PaperId, tuple[datetime, Paper]] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    had: dict[PaperId, datetime] = field(default_factory=dict)

    def publish(self, papers: Iterable[Paper], now: datetime) -> None:
        """Note new papers as they are announced."""
        for paper in papers:
            if paper.announce_type is AnnounceType.NEW:
                self.published.setdefault(paper.id, (now, paper))

    def ask(self, channel: ChannelId, word: str, now: datetime) -> Promise:
        """Note that a channel asks to follow a word; return the promise, which may stand."""
        standing = self._standing(channel, word)
        if standing is not None:
            return standing
        promise = Promise(channel, word, now)
        self.promises.append(promise)
        return promise

    def end(self, channel: ChannelId, word: str, now: datetime) -> None:
        """Note that a channel asks to follow a word no longer."""
        standing = self._standing(channel, word)
        if standing is not None:
            standing.until = now

    def _standing(self, channel: ChannelId, word: str) -> Promise | None:
        return next(
            (
                it
                for it in self.promises
                if it.channel == channel and it.word == word and it.until is None
            ),
            None,
        )

    def broken(self, sent: Iterable[Sent]) -> list[str]:
        """Return every way in which the messages differ from what was promised."""
        sent = list(sent)
        held = Counter((it.channel, paper) for it in sent for paper in _papers_in(it))
        due = self._due()
        faults = [
            f"doubled: {_told(key)}, {count} times" for key, count in held.items() if count > 1
        ]
        faults += [f"lost: {_told(key)}" for key in due if key not in held]
        faults += [f"not promised: {_told(key)}" for key in held if not self._may_have(*key)]
        days = Counter((it.channel, it.digest, it.at.year) for it in sent if it.digest)
        faults += [
            f"digest doubled: channel {channel}, {day}"
            for (channel, day, _), count in days.items()
            if count > 1
        ]
        return sorted(faults)

    def _due(self) -> list[tuple[ChannelId, PaperId]]:
        return sorted(
            {
                (promise.channel, id_)
                for promise in self.promises
                if promise.since is not None and promise.until is None
                for id_, (at, paper) in self.published.items()
                if at > promise.since and promise.word in paper.title
            }
        )

    def _may_have(self, channel: ChannelId, id_: PaperId) -> bool:
        if id_ not in self.published:
            return False
        at, paper = self.published[id_]
        had = self.had.get(id_, at)
        return any(
            promise.channel == channel
            and promise.word in paper.title
            and had >= promise.asked
            and (promise.until is None or promise.until >= at)
            for promise in self.promises
        )


def _papers_in(sent: Sent) -> set[PaperId]:
    return {PaperId(link.rpartition("/abs/")[2]) for link in sent.links}


def _told(key: tuple[ChannelId, PaperId]) -> str:
    channel, paper = key
    return f"{paper} in channel {channel}"
