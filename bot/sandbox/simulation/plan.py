"""What happens in a simulation, drawn from its seed: announcements, orders, and what breaks when.

Pure. Every happening is a value with a number, so that a run can leave some of them out.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.announcements import Calendar, Outlet, closed_at, due_at
from bot.domain import AnnounceType, Mode, Paper, PaperId, Updates
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.feed_faults import Fault
from bot.sandbox.simulation.discord import GUILDS, Trouble
from bot.sandbox.simulation.happenings import (
    Access,
    Batch,
    CatchUp,
    ClockStep,
    Curse,
    Deleted,
    Digest,
    DiscordFault,
    DiskFault,
    Featured,
    Follow,
    Gateway,
    Happening,
    Membership,
    Ordered,
    Power,
    Quiet,
    Retry,
    SourceFault,
    What,
)
from bot.sandbox.simulation.life import Step

WORDS = ("tide", "lantern", "harbour", "kite", "orchard", "glacier")
CURSED = "basilisk"
"""In the title of a paper that Discord takes in no message, for a time."""
FILLING = ("Notes on a", "The slow", "A second look at the", "Counting a", "Beyond the")
CHANNELS = range(sum(GUILDS))
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
NIGHTS = (
    # When clocks change in those zones.
    date(2025, 10, 5),
    date(2025, 10, 26),
    date(2025, 11, 2),
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
)
PATHS = ("/atom/cs", "/atom/math", "/atom", "/api/query", "/oai", "/api/daily_papers", "/")
DENIED = (
    Permission.SEND_MESSAGES,
    Permission.VIEW_CHANNEL,
    Permission.READ_MESSAGE_HISTORY,
)

_WATCHED = timedelta(days=3)
"""After the start: what was announced before the first listing came is nobody's to miss."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that happens; after `end` nothing goes wrong any more."""

    start: datetime
    end: datetime
    happenings: tuple[Happening, ...]


class _Plan:
    """Collects happenings; those of one call are of one group."""

    def __init__(self, start: datetime, end: datetime, chance: random.Random) -> None:
        self.start = start
        self.end = end
        self.chance = chance
        self.happenings: list[Happening] = []
        self._groups = 0

    def add(self, *parts: tuple[datetime, What]) -> None:
        """Add a group."""
        self._groups += 1
        for at, what in parts:
            self.happenings.append(Happening(at, len(self.happenings), self._groups, what))

    def moments(self, about: float, after: timedelta = timedelta()) -> Iterator[datetime]:
        """Yield moments at random, about so many in sixty announcement days."""
        length = self.end - self.start
        count = about * (length / timedelta(days=86))
        for _ in range(int(count) + (self.chance.random() < count % 1)):
            yield self.start + after + self.chance.random() * (length - after)

    def lasting(self, at: datetime, *hours: float) -> datetime:
        """Return when something ends that begins at a moment."""
        return at + timedelta(hours=self.chance.choice(hours) * self.chance.uniform(0.7, 1.3))


def plan(seed: int, days: int) -> Plan:
    """Return what happens over so many announcement days; the same for the same seed.

    At least one of the nights in which clocks change is among them.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    calendar = Calendar()
    night = chance.choice(NIGHTS)
    first = calendar.after(night - timedelta(days=chance.randrange(3, max(4, days * 7 // 5))))
    listed = [first]
    while len(listed) < days:
        listed.append(calendar.after(listed[-1]))
    start = due_at(first, Outlet.LISTING) - timedelta(hours=30)
    end = due_at(listed[-1], Outlet.LISTING) + timedelta(days=1)
    made = _Plan(start, end, chance)
    made.add((start, Power(is_on=True)))
    _announcements(made, listed)
    _orders(made)
    _access(made)
    _source_faults(made)
    _discord_faults(made)
    _machine_faults(made)
    return Plan(start, end, tuple(sorted(made.happenings)))


def _announcements(made: _Plan, listed: Sequence[date]) -> None:
    chance = made.chance
    before: list[Paper] = []
    serial = 0
    for day in listed:
        new = []
        for _ in range(chance.randrange(1, 7)):
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
    words = chance.sample(WORDS, chance.choice((0, 1, 1, 2)))
    if chance.random() < 0.02:
        words.append(CURSED)
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


def _again(paper: Paper, chance: random.Random) -> Paper:
    """Return a paper as a later batch has it: a new version, or in one more category."""
    if chance.random() < 0.5:
        version = (paper.version or 1) + 1
        return replace(paper, version=version, announce_type=AnnounceType.REPLACE)
    more = "math.PR" if paper.categories[0].startswith("cs") else "cs.DM"
    categories = tuple(dict.fromkeys((*paper.categories, more)))
    return replace(paper, categories=categories, announce_type=AnnounceType.CROSS)


def _orders(made: _Plan) -> None:
    chance = made.chance
    for channel in CHANNELS:
        made.add((made.start, _digest(channel, chance)))
        for word in chance.sample(WORDS, 2):
            made.add((made.start, Ordered(channel, word, chance.choice((Mode.NOW, Mode.DAILY)))))
    for at in made.moments(16):
        channel, word = chance.choice(CHANNELS), chance.choice(WORDS)
        made.add((at, Ordered(channel, word, chance.choice((Mode.NOW, Mode.DAILY, None)))))
    for at in made.moments(4):
        made.add((at, _digest(chance.choice(CHANNELS), chance)))
    for at in made.moments(3):
        made.add((at, CatchUp(chance.choice(CHANNELS), chance.choice((1, 2, 7, 30)))))

    for at in made.moments(3):
        start, end = chance.sample(range(24), 2)
        hours = None if chance.random() < 0.3 else (start, end)
        made.add((at, Quiet(chance.choice(CHANNELS), hours, chance.choice(ZONES))))
    _settings(made)


def _settings(made: _Plan) -> None:
    chance = made.chance
    for channel in CHANNELS:
        if chance.random() < 0.3:
            made.add((made.start, Follow(channel, Updates.THREAD)))
    for at in made.moments(1):
        made.add((at, Follow(chance.choice(CHANNELS), chance.choice(list(Updates)))))
    for at in made.moments(2):
        made.add((at, Retry(chance.choice(CHANNELS))))


def _digest(channel: int, chance: random.Random) -> Digest:
    # The hours that clocks skip and repeat, as often as all others.
    hour = chance.choice((1, 2, 3)) if chance.random() < 0.5 else chance.randrange(24)
    return Digest(channel, hour, chance.choice(ZONES), chance.random() < 0.4)


def _access(made: _Plan) -> None:
    chance = made.chance
    for at in made.moments(6):
        channel = chance.choice(CHANNELS)
        until = made.lasting(at, 0.1, 1, 8, 30, 100)
        denied = Access(channel, chance.choice(DENIED))
        made.add((at, denied), (until, Access(channel, None)))
    for at in made.moments(0.5):
        made.add((at, Deleted(chance.choice(CHANNELS))))
    for at in made.moments(1):
        guild = chance.randrange(len(GUILDS))
        until = made.lasting(at, 0.1, 5, 60, 200)
        made.add((at, Membership(guild, is_in=False)), (until, Membership(guild, is_in=True)))
    for at in made.moments(8):
        until = made.lasting(at, 0.01, 0.2, 3, 20)
        closed = Gateway(is_open=False, forgets=chance.random() < 0.5)
        made.add((at, closed), (until, Gateway(is_open=True)))


def _source_faults(made: _Plan) -> None:
    for at in made.moments(12, _WATCHED):
        fault, path = made.chance.choice(list(Fault)), made.chance.choice(PATHS)
        until = made.lasting(at, 1, 3, 8, 30, 80)
        made.add((at, SourceFault(path, fault)), (until, SourceFault(path, None)))


def _discord_faults(made: _Plan) -> None:
    chance = made.chance
    for at in made.moments(16):
        trouble, share = chance.choice(list(Trouble)), chance.choice((0.1, 0.5, 1.0))
        until = made.lasting(at, 0.05, 0.3, 0.3, 3)
        made.add((at, DiscordFault(trouble, share)), (until, DiscordFault(trouble, 0)))
    for at in made.moments(2):
        made.add((at, Curse(CURSED)), (made.lasting(at, 8, 40, 100), Curse("")))


def _machine_faults(made: _Plan) -> None:
    chance = made.chance
    for at in made.moments(4):
        name = chance.choice(("SQLITE_FULL", "SQLITE_BUSY"))
        until = made.lasting(at, 0.02, 0.1, 0.3)
        made.add((at, DiskFault(name)), (until, DiskFault(None)))
    for at in made.moments(30):
        kind = chance.choice(list(Step))
        steps = int(10 ** chance.uniform(0, 3.5 if kind is Step.STATEMENT else 1.3))
        made.add((at, Power(is_on=True, fuse=(kind, steps))))
    for at in made.moments(3, _WATCHED):
        until = made.lasting(at, 0.1, 5, 20, 75, 240)
        gentle = chance.random() < 0.5
        made.add((at, Power(is_on=False, is_gentle=gentle)), (until, Power(is_on=True)))
    for at in made.moments(2):
        off = timedelta(minutes=chance.choice((-600, -70, -3, 3, 45, 500)))
        until = made.lasting(at, 1, 10, 40)
        made.add((at, ClockStep(off)), (until, ClockStep(timedelta())))
