"""What happens in a simulation, drawn from its seed: announcements, orders, and what breaks when.

Pure. Every happening is a value with a number, so that a run can leave some of them out.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.announcements import Calendar, Outlet, closed_at, due_at
from bot.domain import AnnounceType, ChannelId, Mode, Paper, PaperId
from bot.sandbox.feed_faults import Fault
from bot.sandbox.simulation.discord import Trouble
from bot.sandbox.simulation.life import Step

WORDS = ("tide", "lantern", "harbour", "kite", "orchard", "glacier")
FILLING = ("Notes on a", "The slow", "A second look at the", "Counting a", "Beyond the")
CHANNELS = tuple(ChannelId(900 + number) for number in range(6))
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
PATHS = ("/atom/cs", "/atom/math", "/atom", "/api/query", "/oai", "/api/daily_papers", "/")


@dataclass(frozen=True, slots=True)
class Batch:
    """Papers announced, in the listing of a day."""

    day: date
    papers: tuple[Paper, ...]

    def __str__(self) -> str:
        return f"the batch of {self.day}: {', '.join(map(_told, self.papers))}"


@dataclass(frozen=True, slots=True)
class Featured:
    """Papers shown in the Daily Papers of a day."""

    day: date
    papers: tuple[Paper, ...]

    def __str__(self) -> str:
        return f"Daily Papers of {self.day}: {', '.join(it.id for it in self.papers)}"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A channel subscribes to a word, changes when it posts, or ends it (``mode`` None)."""

    channel: ChannelId
    word: str
    mode: Mode | None

    def __str__(self) -> str:
        return f"channel {self.channel}: {self.mode or 'no more'} {self.word}"


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel sets its digest."""

    channel: ChannelId
    hour: int
    zone: str

    def __str__(self) -> str:
        return f"channel {self.channel}: digest at {self.hour}, {self.zone}"


@dataclass(frozen=True, slots=True)
class Permission:
    """A channel shuts the bot out, or lets it in again."""

    channel: ChannelId
    is_given: bool

    def __str__(self) -> str:
        return f"channel {self.channel} {'lets the bot in' if self.is_given else 'shuts it out'}"


@dataclass(frozen=True, slots=True)
class SourceFault:
    """A source goes wrong, or is well again (``fault`` None)."""

    path: str
    fault: Fault | None

    def __str__(self) -> str:
        return f"sources {self.path}: {self.fault or 'all is well'}"


@dataclass(frozen=True, slots=True)
class DiscordFault:
    """Discord goes wrong for a share of the messages, or is well again (share 0)."""

    trouble: Trouble
    share: float

    def __str__(self) -> str:
        return f"Discord: {self.trouble} for {self.share:.0%}"


@dataclass(frozen=True, slots=True)
class DiskFault:
    """The disk is full, the database locked, or all well again (``name`` None)."""

    name: str | None

    def __str__(self) -> str:
        return f"the disk: {self.name or 'all is well'}"


@dataclass(frozen=True, slots=True)
class Power:
    """The process is ended, or started; ``fuse`` says after how many more steps it is killed."""

    is_on: bool
    fuse: tuple[Step, int] | None = None

    def __str__(self) -> str:
        return f"power {'on' if self.is_on else 'off'}" + (
            f", killed at {self.fuse[0]} {self.fuse[1]} from here" if self.fuse else ""
        )


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The machine's clock is off by so much from now on."""

    off: timedelta

    def __str__(self) -> str:
        return f"the clock is off by {self.off}"


What = (
    Batch
    | Featured
    | Ordered
    | Digest
    | Permission
    | SourceFault
    | DiscordFault
    | DiskFault
    | Power
    | ClockStep
)


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    """Something that happens at a moment. ``group`` is what is left out together."""

    at: datetime
    number: int
    group: int
    what: What


@dataclass(frozen=True, slots=True)
class Plan:
    """All that happens; after `end` nothing goes wrong any more."""

    start: datetime
    end: datetime
    happenings: tuple[Happening, ...]


class _Plan:
    """Collects happenings; those of one call are of one group."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []
        self._groups = 0

    def add(self, *parts: tuple[datetime, What]) -> None:
        """Add a group."""
        self._groups += 1
        for at, what in parts:
            self.happenings.append(Happening(at, len(self.happenings), self._groups, what))


def plan(seed: int, days: int) -> Plan:
    """Return what happens over so many announcement days; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    calendar = Calendar()
    first = calendar.after(date(2025, 9, 1) + timedelta(days=chance.randrange(420)))
    listed = [first]
    while len(listed) < days:
        listed.append(calendar.after(listed[-1]))
    start = due_at(first, Outlet.LISTING) - timedelta(hours=30)
    end = due_at(listed[-1], Outlet.LISTING) + timedelta(days=1)
    made = _Plan()
    made.add((start, Power(is_on=True)))
    _announcements(made, listed, chance)
    _orders(made, start, end, chance)
    _faults(made, start, end, chance)
    return Plan(start, end, tuple(sorted(made.happenings)))


def _announcements(made: _Plan, listed: Sequence[date], chance: random.Random) -> None:
    before: list[Paper] = []
    serial = 0
    for day in listed:
        new = []
        for _ in range(chance.randrange(2, 12)):
            serial += 1
            new.append(_paper(serial, day, chance))
        again = [_again(it, chance) for it in chance.sample(before, min(len(before), 3))]
        at = due_at(day, Outlet.LISTING) + timedelta(minutes=chance.randrange(40))
        if chance.random() < 0.06:
            at += timedelta(hours=chance.randrange(1, 9))
        made.add((at, Batch(day, (*new, *again))))
        known = {it.id: it for it in (*before, *new, *again)}
        before = list(known.values())[-40:]
        if chance.random() < 0.5:
            shown = [replace(it, upvotes=chance.randrange(1, 90)) for it in new[:3]]
            later = datetime.combine(day, time(chance.randrange(8, 20)), UTC)
            made.add((later, Featured(later.date(), tuple(shown))))


def _paper(serial: int, day: date, chance: random.Random) -> Paper:
    words = chance.sample(WORDS, chance.randrange(0, 3))
    title = f"{chance.choice(FILLING)} {' and the '.join(words) or 'study'} {serial}"
    held_back = timedelta(days=chance.randrange(1, 5)) if chance.random() < 0.1 else timedelta()
    return Paper(
        # Numbers are given at the announcement and in its order.
        id=PaperId(f"{day:%y%m}.{serial:05}"),
        title=title,
        abstract=f"We look at {serial} things in turn and say what we saw of them.",
        authors=("Ada Quill",),
        categories=chance.choice((("cs.LG",), ("math.CO",), ("cs.CL", "math.ST"))),
        sources=("arxiv",),
        version=1,
        announce_type=AnnounceType.NEW,
        published=closed_at(day) - timedelta(minutes=chance.randrange(1, 1_400)) - held_back,
    )


def _told(paper: Paper) -> str:
    return f"{paper.id} {paper.announce_type}: {paper.title}"


def _again(paper: Paper, chance: random.Random) -> Paper:
    """Return a paper as a later batch has it: a new version, or in one more category."""
    if chance.random() < 0.5:
        version = (paper.version or 1) + 1
        return replace(paper, version=version, announce_type=AnnounceType.REPLACE)
    more = "math.PR" if paper.categories[0].startswith("cs") else "cs.DM"
    categories = tuple(dict.fromkeys((*paper.categories, more)))
    return replace(paper, categories=categories, announce_type=AnnounceType.CROSS)


def _orders(made: _Plan, start: datetime, end: datetime, chance: random.Random) -> None:
    for channel in CHANNELS:
        made.add((start, Digest(channel, chance.randrange(24), chance.choice(ZONES))))
        for word in chance.sample(WORDS, 2):
            made.add((start, Ordered(channel, word, chance.choice((Mode.NOW, Mode.DAILY)))))
    for at in _moments(start, end, 14, chance):
        channel, word = chance.choice(CHANNELS), chance.choice(WORDS)
        made.add((at, Ordered(channel, word, chance.choice((Mode.NOW, Mode.DAILY, None)))))
    for at in _moments(start, end, 3, chance):
        made.add((at, Digest(chance.choice(CHANNELS), chance.randrange(24), chance.choice(ZONES))))
    for at in _moments(start, end, 3, chance):
        channel = chance.choice(CHANNELS)
        until = at + timedelta(hours=chance.randrange(1, 100))
        made.add((at, Permission(channel, is_given=False)), (until, Permission(channel, True)))


def _faults(made: _Plan, start: datetime, end: datetime, chance: random.Random) -> None:
    # What was announced before the first listing came is nobody's to miss.
    for at in _moments(start + timedelta(days=3), end, 12, chance):
        fault = chance.choice(list(Fault))
        until = at + timedelta(hours=chance.choice((1, 3, 8, 30, 80)))
        path = chance.choice(PATHS)
        made.add((at, SourceFault(path, fault)), (until, SourceFault(path, None)))
    for at in _moments(start, end, 16, chance):
        trouble, share = chance.choice(list(Trouble)), chance.choice((0.1, 0.5, 1.0))
        until = at + timedelta(minutes=chance.choice((2, 20, 200, 900)))
        made.add((at, DiscordFault(trouble, share)), (until, DiscordFault(trouble, 0)))
    for at in _moments(start, end, 4, chance):
        name = chance.choice(("SQLITE_FULL", "SQLITE_BUSY"))
        until = at + timedelta(minutes=chance.choice((1, 10, 50)))
        made.add((at, DiskFault(name)), (until, DiskFault(None)))
    for at in _moments(start, end, 40, chance):
        kind = chance.choice(list(Step))
        steps = int(10 ** chance.uniform(0, 3.5 if kind is Step.STATEMENT else 1.3))
        made.add((at, Power(is_on=True, fuse=(kind, steps))))
    for at in _moments(start, end, 2, chance):
        until = at + timedelta(hours=chance.choice((5, 20, 75, 240)))
        made.add((at, Power(is_on=False)), (until, Power(is_on=True)))
    for at in _moments(start, end, 2, chance):
        off = timedelta(minutes=chance.choice((-600, -70, -3, 3, 45, 500)))
        until = at + timedelta(hours=chance.randrange(1, 40))
        made.add((at, ClockStep(off)), (until, ClockStep(timedelta())))


def _moments(
    start: datetime, end: datetime, about: int, chance: random.Random
) -> Iterator[datetime]:
    """Yield moments at random, about so many in sixty announcement days."""
    length = (end - start).total_seconds()
    count = about * (end - start) / timedelta(days=86)
    for _ in range(int(count) + (chance.random() < count % 1)):
        yield start + timedelta(seconds=chance.uniform(0, length))
