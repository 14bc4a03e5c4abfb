"""Digests: set, previewed and switched off by people, and made when they are due.

Makes posts of what is owed; the outbox sends them.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import available_timezones

from bot.announcements import ARXIV, Calendar
from bot.delivery import cards
from bot.delivery.silences import what_lacks, why_empty
from bot.domain import ChannelId, ChannelKind, DigestSchedule, GuildId, Mode, PaperMatch
from bot.errors import NotFound, OperationalError, UserError
from bot.schedule import EVERY_DAY, local_day, next_digest_at
from bot.services.status import arxiv_now
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.silence import Silence
from bot.storage import deliveries, digests, papers, subscriptions
from bot.storage.database import Database, Writer
from bot.storage.digests import Outcome, StoredDigest

log = logging.getLogger(__name__)

MOST_PAPERS = 200
"""In one digest; what is over waits for the next."""
FARTHEST = timedelta(days=9)
"""More than a week and the difference of two zones: no digest is due later than that."""
AFTER_AN_ERROR = timedelta(hours=1)
DEFAULT_HOUR = 9
DEFAULT_TIMEZONE = "UTC"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a digest would hold now, when it is due (None without a digest), and for which day."""

    entries: tuple[PaperMatch, ...]
    next_at: datetime | None
    day: date
    """The channel's local day at that time; today in UTC without a digest."""
    arxiv: Silence
    """How it stands with arXiv now."""


class Digests:
    """The channels' daily digests."""

    def __init__(
        self,
        database: Database,
        telling: Telling = AUTHORS_WORDS,
        calendar: Calendar = ARXIV,
    ) -> None:
        self._database = database
        self._telling = telling
        self._calendar = calendar

    async def set(  # noqa: PLR0913 - all that a person may say of a digest
        self,
        channel: ChannelId,
        guild: GuildId,
        hour: int,
        timezone: str,
        days: frozenset[int] = EVERY_DAY,
        *,
        tells_empty: bool = False,
        now: datetime,
        kind: ChannelKind | None = None,
    ) -> StoredDigest:
        """Give a channel a digest at a local hour, or change the one it has.

        With `tells_empty` it is posted without papers too, and says why. Raises UserError for an
        hour, zone or days that do not exist.
        """
        if hour not in range(24):
            raise UserError("The hour goes from 0 to 23, for example 9.")
        if not days:
            raise UserError("Name at least one day, for example: weekdays.")
        zone = known_timezone(timezone)
        async with self._database.transaction() as tx:
            await subscriptions.add_channel(tx, channel, guild, kind)
            await schedule(tx, channel, hour, zone, days, now)
            await digests.set_tells_empty(tx, channel, tells=tells_empty)
            stored = await digests.of_channel(tx, channel)
        if stored is None:
            raise LookupError("the digest that was just written")
        return stored

    async def off(self, channel: ChannelId) -> int:
        """Switch a channel's digest off; return how many papers were waiting for it.

        Raises NotFound if there is none.
        """
        async with self._database.transaction() as tx:
            if not await digests.switch_off(tx, channel):
                raise NotFound("This channel has no digest. Set one with /digest set.")
            return (await deliveries.counts(tx, channel)).for_digest

    async def preview(self, channel: ChannelId, now: datetime) -> Preview:
        """Return what the channel's digest would hold if it were due now; nothing changes."""
        reader = self._database.read
        owed = await deliveries.owed(reader, channel, Mode.DAILY, MOST_PAPERS)
        stored = await digests.of_channel(reader, channel)
        entries = tuple(await self._telling.told(channel, [each.match for each in owed]))
        arxiv = await arxiv_now(reader, self._calendar, now)
        if stored is None:
            return Preview(entries, None, now.date(), arxiv)
        day = local_day(stored.next_at, stored.schedule.timezone)
        return Preview(entries, stored.next_at, day, arxiv)

    async def tick(self, now: datetime) -> int:
        """Make the digests that are due and return how many are to be posted.

        One that cannot be made is put off, and the others are made.
        """
        await self._bring_back(now)
        made = 0
        for due in await digests.due(self._database.read, now):
            try:
                made += await self._make(due, now)
            except OperationalError:
                raise
            except Exception:  # a named border: the digest
                channel = due.schedule.channel_id
                log.exception("The digest of channel %s broke and is put off", channel)
                async with self._database.transaction() as tx:
                    await digests.postpone(tx, channel, now + AFTER_AN_ERROR)
        return made

    async def _bring_back(self, now: datetime) -> None:
        """Plan afresh the digests that a clock that was ahead put out of reach."""
        for stored in await digests.due_after(self._database.read, now + FARTHEST):
            schedule = stored.schedule
            # A day ahead may be right: that of a zone farther east, before it was changed.
            if schedule.last_day and schedule.last_day > now.date() + timedelta(days=2):
                schedule = replace(schedule, last_day=None)
            async with self._database.transaction() as tx:
                await digests.replan(tx, schedule, next_digest_at(schedule, now))

    async def next_tick_at(self) -> datetime | None:
        """Return when the next digest is due, or None."""
        return await digests.next_at(self._database.read)

    async def _make(self, due: StoredDigest, now: datetime) -> bool:
        channel = due.schedule.channel_id
        day = local_day(now, due.schedule.timezone)
        owed = await deliveries.owed(self._database.read, channel, Mode.DAILY, MOST_PAPERS)
        # Some papers take a while to lay out: neither the loop nor other writers wait for it.
        entries = await self._telling.told(channel, [each.match for each in owed])
        pages = await asyncio.to_thread(cards.digest_pages, entries)
        done_today = due.schedule.last_day is not None and due.schedule.last_day >= day
        async with self._database.transaction() as tx:
            # Read again: somebody may have changed the digest since it was found due.
            current = await digests.of_channel(tx, channel)
            if current != due:
                return False
            if done_today:
                await digests.postpone(tx, channel, next_digest_at(due.schedule, now))
                return False
            waiting = await deliveries.owed(tx, channel, Mode.DAILY, MOST_PAPERS)
            if not {each.key for each in owed} <= {each.key for each in waiting}:
                return False  # Some are not owed any more: it stays due, and is laid out again.
            arxiv = await arxiv_now(tx, self._calendar, now)
            outcome = await self._record(tx, due, now, len(owed), arxiv)
            tells = not owed and due.tells_empty
            if tells:
                why = why_empty(outcome.checked, outcome.reason)
                await deliveries.add_post(tx, channel, [], now, digest=(day, 1, 1, 0), note=why)
            start = 0
            for page, size in enumerate(pages, start=1):
                keys = [each.key for each in owed[start : start + size]]
                start += size
                digest = (day, page, len(pages), len(owed))
                note = what_lacks(arxiv) if page == 1 else None
                await deliveries.add_post(tx, channel, keys, now, digest=digest, note=note)
        return bool(owed) or tells

    async def _record(
        self, tx: Writer, due: StoredDigest, now: datetime, held: int, arxiv: Silence
    ) -> Outcome:
        day = local_day(now, due.schedule.timezone)
        schedule_after = DigestSchedule(
            channel_id=due.schedule.channel_id,
            hour=due.schedule.hour,
            timezone=due.schedule.timezone,
            days=due.schedule.days,
            last_day=day,
        )
        since = due.last_at or now - timedelta(days=1)
        checked = await papers.announced_count(tx, since)
        outcome = Outcome(papers=held, checked=checked, reason=arxiv.reason)
        await digests.record_outcome(
            tx,
            due.schedule.channel_id,
            day=day,
            now=now,
            next_at=next_digest_at(schedule_after, now),
            outcome=outcome,
        )
        return outcome


async def schedule(
    tx: Writer, channel: ChannelId, hour: int, timezone: str, days: frozenset[int], now: datetime
) -> None:
    """Write a channel's schedule; never a second digest on a local day that had one."""
    last = await digests.last_schedule(tx, channel)
    wanted = DigestSchedule(
        channel_id=channel,
        hour=hour,
        timezone=timezone,
        days=days,
        last_day=None if last is None else last.last_day,
    )
    await digests.put(tx, wanted, next_digest_at(wanted, now))


async def schedule_again(tx: Writer, channel: ChannelId, now: datetime) -> None:
    """Write the schedule that a channel had before its digest was off, or the usual one."""
    last = await digests.last_schedule(tx, channel)
    if last is None:
        await schedule(tx, channel, DEFAULT_HOUR, DEFAULT_TIMEZONE, EVERY_DAY, now)
    else:
        await schedule(tx, channel, last.hour, last.timezone, last.days, now)


def known_timezone(name: str) -> str:
    """Return the IANA name meant by `name`, in any case; raises UserError for an unknown one."""
    by_lower_case = {zone.lower(): zone for zone in timezones()}
    zone = by_lower_case.get(name.strip().replace(" ", "_").lower())
    if zone is None:
        raise UserError(
            "I do not know this time zone. Pick one of the list that appears as you type, or name "
            "the nearest big city, for example Europe/Berlin."
        )
    return zone


def timezones() -> Sequence[str]:
    """Return the IANA zones that people choose from, by name."""
    return sorted(
        zone
        for zone in available_timezones()
        # Etc/GMT+1 is an hour behind UTC, the opposite of what people mean by GMT+1.
        if ("/" in zone and not zone.startswith("Etc/")) or zone == "UTC"
    )
