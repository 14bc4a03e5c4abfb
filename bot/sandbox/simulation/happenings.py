"""What can happen in a simulation, as values that tell themselves in the story. Pure.

Channels and guilds are numbers here; the run knows which ones they are.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain import Mode, Paper, Updates
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.feed_faults import Fault
from bot.sandbox.simulation.discord import Trouble
from bot.sandbox.simulation.life import Step


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

    channel: int
    word: str
    mode: Mode | None

    def __str__(self) -> str:
        return f"channel {self.channel}: {self.mode or 'no more'} {self.word}"


@dataclass(frozen=True, slots=True)
class Digest:
    """A channel sets its digest."""

    channel: int
    hour: int
    zone: str
    tells_empty: bool

    def __str__(self) -> str:
        also = ", also without papers" if self.tells_empty else ""
        return f"channel {self.channel}: digest at {self.hour}, {self.zone}{also}"


@dataclass(frozen=True, slots=True)
class CatchUp:
    """A channel says how old papers may be that it gets one by one."""

    channel: int
    days: int

    def __str__(self) -> str:
        return f"channel {self.channel}: papers over {self.days} days old in one list"


@dataclass(frozen=True, slots=True)
class Quiet:
    """A channel sets its quiet hours, from one to another, or has none any more (None)."""

    channel: int
    hours: tuple[int, int] | None
    zone: str

    def __str__(self) -> str:
        if self.hours is None:
            return f"channel {self.channel}: no quiet hours"
        return "channel {}: quiet from {} until {}, {}".format(self.channel, *self.hours, self.zone)


@dataclass(frozen=True, slots=True)
class Follow:
    """A channel says what becomes of its posts when something happens to their papers."""

    channel: int
    updates: Updates

    def __str__(self) -> str:
        return f"channel {self.channel}: updates {self.updates}"


@dataclass(frozen=True, slots=True)
class Retry:
    """A channel has what Discord refused tried again."""

    channel: int

    def __str__(self) -> str:
        return f"channel {self.channel}: retry"


@dataclass(frozen=True, slots=True)
class Access:
    """A channel takes a permission away from the bot, or gives all back (None)."""

    channel: int
    denied: Permission | None

    def __str__(self) -> str:
        what = "gives all permissions back"
        if self.denied is not None:
            what = f"denies {str(self.denied.name).lower().replace('_', ' ')}"
        return f"channel {self.channel} {what}"


@dataclass(frozen=True, slots=True)
class Deleted:
    """A channel is deleted."""

    channel: int

    def __str__(self) -> str:
        return f"channel {self.channel} is deleted"


@dataclass(frozen=True, slots=True)
class Membership:
    """A guild throws the bot out, or takes it back."""

    guild: int
    is_in: bool

    def __str__(self) -> str:
        return f"guild {self.guild} {'takes the bot back' if self.is_in else 'throws the bot out'}"


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway closes, or takes connections again; it may have forgotten the session."""

    is_open: bool
    forgets: bool = False

    def __str__(self) -> str:
        if self.is_open:
            return "the gateway is open"
        return f"the gateway closes{' and forgets the session' if self.forgets else ''}"


@dataclass(frozen=True, slots=True)
class SourceFault:
    """A source goes wrong, or is well again (``fault`` None)."""

    path: str
    fault: Fault | None

    def __str__(self) -> str:
        return f"sources {self.path}: {self.fault or 'all is well'}"


@dataclass(frozen=True, slots=True)
class DiscordFault:
    """Discord goes wrong for a share of the requests, or is well again (share 0)."""

    trouble: Trouble
    share: float

    def __str__(self) -> str:
        return f"Discord: {self.trouble}, for {self.share:.0%}"


@dataclass(frozen=True, slots=True)
class Curse:
    """Discord takes no message with this word, or all messages again (``word`` empty)."""

    word: str

    def __str__(self) -> str:
        return f"Discord takes no message with {self.word!r}" if self.word else "it takes all again"


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
    is_gentle: bool = False
    """Ended with SIGTERM."""

    def __str__(self) -> str:
        if self.fuse:
            return f"the process will be killed at {self.fuse[0]} {self.fuse[1]} from here"
        if self.is_on:
            return "power on"
        return "the process is asked to end" if self.is_gentle else "power off"


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The machine's clock is off by so much from now on."""

    off: timedelta

    def __str__(self) -> str:
        sign, minutes = (
            ("-" if self.off < timedelta() else "+"),
            abs(self.off) // timedelta(minutes=1),
        )
        return f"the clock is off by {sign}{minutes} minutes"


What = (
    Batch
    | Featured
    | Ordered
    | Digest
    | CatchUp
    | Quiet
    | Follow
    | Retry
    | Access
    | Deleted
    | Membership
    | Gateway
    | SourceFault
    | DiscordFault
    | Curse
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


def _told(paper: Paper) -> str:
    return f"{paper.id} {paper.announce_type}: {paper.title}"
