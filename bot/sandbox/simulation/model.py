"""What the simulation must come to, worked out from what happened alone. Pure.

It knows words in titles, when papers were published, since when whom they were promised to, and
when something was wrong; nothing of how the bot works.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain import AnnounceType, Mode, Paper, PaperId, Updates
from bot.sandbox.simulation.digest_days import Schedule, judged
from bot.sandbox.simulation.discord import Sent
from bot.sandbox.simulation.edits import outdated, unanswered
from bot.sandbox.simulation.messages import Posted, posted
from bot.sandbox.simulation.nights import Night, woken
from bot.sandbox.simulation.troubles import Troubles

FORGIVEN = timedelta(days=2)
"""Between how late a paper is to the model and to the bot, whose clock may be wrong."""
PROMPT = timedelta(hours=8)
"""From the listing to the post, where all is well: a poll and a half."""
_USUAL_LIMIT = 7


@dataclass(slots=True)
class Promise:
    """A channel follows a word: surely since ``since``, perhaps since ``asked``, until ``until``.

    ``since`` is None where the command never came through; ``modes`` are all it ever had.
    """

    channel: int
    word: str
    modes: set[Mode]
    asked: datetime
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Model:
    """What was published and promised, and when the bot first had a paper."""

    published: dict[PaperId, tuple[datetime, Paper]] = field(default_factory=dict)
    shown: dict[PaperId, list[tuple[datetime, int]]] = field(default_factory=dict)
    """When papers were in a listing and in which version, also again or in more categories."""
    promises: list[Promise] = field(default_factory=list)
    had: dict[PaperId, datetime] = field(default_factory=dict)
    schedules: list[Schedule] = field(default_factory=list)
    limits: list[tuple[datetime, int, int]] = field(default_factory=list)
    """When a channel set how many days old papers may be that it gets one by one."""
    troubles: Troubles = field(default_factory=Troubles)
    wrong_clock: Troubles = field(default_factory=Troubles)
    """When the bot could not know the time."""
    nights: list[Night] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    """Channels that are gone."""
    follows: dict[int, list[tuple[datetime, Updates]]] = field(default_factory=dict)
    """What channels wanted to become of their posts, and since when."""

    def publish(self, papers: Iterable[Paper], now: datetime) -> None:
        """Note new papers as they are announced."""
        for paper in papers:
            self.shown.setdefault(paper.id, []).append((now, paper.version or 1))
            if paper.announce_type is AnnounceType.NEW:
                self.published.setdefault(paper.id, (now, paper))

    def ask(self, channel: int, word: str, mode: Mode, now: datetime) -> Promise:
        """Note that a channel asks to follow a word; return the promise, which may stand."""
        standing = self._standing(channel, word)
        if standing is not None:
            standing.modes.add(mode)
            return standing
        promise = Promise(channel, word, {mode}, now)
        self.promises.append(promise)
        return promise

    def end(self, channel: int, word: str, now: datetime) -> None:
        """Note that a channel asks to follow a word no longer."""
        standing = self._standing(channel, word)
        if standing is not None:
            standing.until = now

    def close(self, channel: int, now: datetime) -> None:
        """Note that a channel is gone for good, and all its promises with it."""
        self.follows.pop(channel, None)
        self.closed.add(channel)
        for promise in self.promises:
            if promise.channel == channel and promise.until is None:
                promise.until = now
        for schedule in self.schedules:
            if schedule.channel == channel and schedule.until is None:
                schedule.until = now

    def end_schedules(self, now: datetime) -> None:
        """Note that all is over."""
        for schedule in self.schedules:
            schedule.until = schedule.until or now

    def schedule(
        self, channel: int, hour: int, zone: str, now: datetime, *, tells_empty: bool
    ) -> None:
        """Note that a channel sets its digest."""
        for schedule in self.schedules:
            if schedule.channel == channel and schedule.until is None:
                schedule.until = now
        self.schedules.append(Schedule(channel, hour, zone, now, tells_empty=tells_empty))

    def limit(self, channel: int, days: int, now: datetime) -> None:
        """Note that a channel sets how old papers may be that it gets one by one."""
        self.limits.append((now, channel, days))

    def follow(self, channel: int, updates: Updates, now: datetime) -> None:
        """Note what a channel wants to become of its posts."""
        if channel not in self.closed:
            self.follows.setdefault(channel, []).append((now, updates))

    def quiet(self, channel: int, hours: tuple[int, int] | None, zone: str, now: datetime) -> None:
        """Note that a channel sets its quiet hours, or has none any more."""
        for night in self.nights:
            if night.channel == channel and night.until is None:
                night.until = now
        if hours is not None:
            self.nights.append(Night(channel, *hours, zone, now))

    def _standing(self, channel: int, word: str) -> Promise | None:
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
        messages = [posted(it) for it in sent]
        first: dict[tuple[int, PaperId], Posted] = {}
        for message in messages:
            for paper in message.papers:
                first.setdefault((message.channel, paper), message)
        return [
            *sorted(self._counted(messages, first)),
            *judged(self.schedules, messages, self.troubles),
            *sorted(self._flooded(messages)),
            *sorted(self._late(first)),
            *woken(self.nights, messages, self.wrong_clock),
            *sorted(outdated(sent, self.shown, self.follows)),
            *sorted(unanswered(messages, self.shown, self.follows)),
        ]

    def _counted(
        self, messages: Iterable[Posted], first: dict[tuple[int, PaperId], Posted]
    ) -> Iterator[str]:
        held = Counter((it.channel, paper) for it in messages for paper in it.papers)
        for key, count in held.items():
            if count > 1:
                yield f"doubled: {_told(key)}, {count} times"
        for key in self._due():
            if key not in held:
                yield f"lost: {_told(key)}"
        for key, message in first.items():
            if not self._may_have(*key):
                yield f"not promised: {_told(key)} at {message.at:%Y-%m-%d %H:%M}"

    def _due(self) -> list[tuple[int, PaperId]]:
        return sorted(
            {
                (promise.channel, id_)
                for promise in self.promises
                if promise.since is not None and promise.until is None
                for id_, (at, paper) in self.published.items()
                if at > promise.since and promise.word in paper.title
            }
        )

    def _may_have(self, channel: int, id_: PaperId) -> bool:
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

    def _flooded(self, messages: Iterable[Posted]) -> Iterator[str]:
        """Yield the papers that were long out when the bot found them, and came one by one."""
        for message in messages:
            for id_ in message.papers if message.is_single else ():
                had = self.had.get(id_, message.at)
                at = max((it for it, _ in self.shown.get(id_, ()) if it <= had), default=had)
                late = had - at - FORGIVEN
                if late > timedelta(days=self._limit(message.channel, had)):
                    yield f"flood: {_told((message.channel, id_))}, found {late.days} days late"

    def _limit(self, channel: int, at: datetime) -> int:
        """Return the most days that a channel may have had set at about a time."""
        set_ = [(since, days) for since, which, days in self.limits if which == channel]
        before = [days for since, days in set_ if since <= at - FORGIVEN]
        near = [days for since, days in set_ if abs(since - at) < FORGIVEN]
        return max([*before[-1:], *near, *([] if before else [_USUAL_LIMIT])])

    def _late(self, first: dict[tuple[int, PaperId], Posted]) -> Iterator[str]:
        """Yield what is posted at once, and was not, though nothing was in the way."""
        for (channel, id_), message in first.items():
            if id_ not in self.published:
                continue
            at, paper = self.published[id_]
            if any(it.channel == channel for it in self.nights):
                continue
            prompt = any(
                it.channel == channel
                and it.modes == {Mode.NOW}
                and it.word in paper.title
                and it.since is not None
                and it.since < at
                and (it.until is None or it.until > message.at)
                for it in self.promises
            )
            due = at + PROMPT
            if prompt and message.at > due and self.troubles.none(channel, at - PROMPT, due):
                yield f"late: {_told((channel, id_))} at {message.at:%Y-%m-%d %H:%M}"


def _told(key: tuple[int, PaperId]) -> str:
    channel, paper = key
    return f"{paper} in channel {channel}"
