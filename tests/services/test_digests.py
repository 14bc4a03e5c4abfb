"""Digests are made at the channel's hour, once a local day, and explain their silence."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.delivery import cards
from bot.domain import DigestSchedule, Mode, PaperMatch
from bot.errors import NotFound, UserError
from bot.ledger import Batch, Trouble
from bot.schedule import WEEKDAYS
from bot.services.digests import Digests, known_timezone
from bot.services.outbox import Outbox
from bot.services.subscriptions import Subscriptions
from bot.storage import digests as rows
from bot.storage import feeds, ledger
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import (
    CHANNEL,
    GUILD,
    MONDAY,
    OTHER,
    Clock,
    ListedDiscord,
    announce,
    subscribe,
)

AFTER_HOUR = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def digests(database: Database) -> Digests:
    """Return the digests of an empty database."""
    return Digests(database)


async def posted(database: Database, now: datetime) -> list[str]:
    """Let the outbox send all it can; return the messages."""
    clock = Clock(now)
    discord = ListedDiscord(clock)
    outbox = Outbox(database, discord, "salt", clock)
    await outbox.tick(now)
    await outbox.settle()
    return discord.texts()


async def test_a_daily_paper_waits_for_the_digest(database: Database, digests: Digests) -> None:
    """A paper of a daily subscription is not posted when it comes but at the channel's hour."""
    await digests.set(CHANNEL, GUILD, 9, "UTC", now=MONDAY)
    await subscribe(database, "tide", mode=Mode.DAILY)
    seen = paper(title="On tides")
    await announce(database, seen)
    assert await posted(database, MONDAY) == []
    assert await digests.tick(AFTER_HOUR - timedelta(seconds=1)) == 0
    assert await digests.tick(AFTER_HOUR) == 1
    (text,) = await posted(database, AFTER_HOUR)
    assert f"/abs/{seen.id}" in text
    assert "Monday 23 November" in text


async def test_a_digest_comes_once_a_local_day(database: Database, digests: Digests) -> None:
    """Neither another tick nor another hour or zone gives a second digest on the same day."""
    await digests.set(CHANNEL, GUILD, 9, "UTC", now=MONDAY)
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, paper(title="On tides"))
    assert await digests.tick(AFTER_HOUR) == 1
    await announce(database, paper("2611.00009", title="More tides"))
    await digests.set(CHANNEL, GUILD, 10, "UTC", now=AFTER_HOUR)
    await digests.off(CHANNEL)
    await digests.set(CHANNEL, GUILD, 11, "UTC", now=AFTER_HOUR)
    for hour in range(1, 15):
        assert await digests.tick(AFTER_HOUR + timedelta(hours=hour)) == 0
    assert await digests.tick(AFTER_HOUR + timedelta(days=1, hours=2)) == 1


async def test_a_digest_missed_while_down_is_made_up_for(
    database: Database, digests: Digests
) -> None:
    """After days without the bot there is one digest with all of it, then the usual hour."""
    await digests.set(CHANNEL, GUILD, 9, "UTC", now=MONDAY)
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, paper(title="On tides"))
    late = AFTER_HOUR + timedelta(days=3, hours=5)
    assert await digests.tick(late) == 1
    assert len(await posted(database, late)) == 1
    stored = await rows.of_channel(database.read, CHANNEL)
    assert stored is not None
    assert stored.next_at == AFTER_HOUR + timedelta(days=4)


async def test_an_empty_day_posts_nothing_and_says_why(
    database: Database, digests: Digests
) -> None:
    """Without a match no message is made; how many papers were checked is kept."""
    await digests.set(CHANNEL, GUILD, 9, "UTC", now=MONDAY)
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, *(paper(f"2611.0000{n}", title="Of hills") for n in range(3)))
    assert await digests.tick(AFTER_HOUR) == 0
    assert await posted(database, AFTER_HOUR) == []
    stored = await rows.of_channel(database.read, CHANNEL)
    assert stored is not None
    assert (stored.last_papers, stored.last_checked) == (0, 3)
    assert stored.schedule.last_day == date(2026, 11, 23)


async def test_a_long_digest_is_split_and_complete(database: Database, digests: Digests) -> None:
    """Eighty papers come in pages, each paper on exactly one."""
    await digests.set(CHANNEL, GUILD, 9, "UTC", now=MONDAY)
    await subscribe(database, "tide", mode=Mode.DAILY)
    ids = [f"2611.{number:05}" for number in range(80)]
    await announce(database, *(paper(id_, title=f"Tides {id_}") for id_ in ids))
    assert await digests.tick(AFTER_HOUR) == 1
    texts = await posted(database, AFTER_HOUR)
    assert len(texts) > 1
    assert [sum(f"/abs/{id_}" in text for text in texts) for id_ in ids] == [1] * 80


async def test_a_digest_is_laid_out_while_others_write(
    database: Database, digests: Digests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ends while the digest is laid out is not in it; the rest comes with the next tick."""
    for typed in ("tide", "hill"):
        await subscribe(database, typed, mode=Mode.DAILY)
    await announce(database, paper("2611.00001", title="Tides"), paper("2611.00002", title="Hills"))
    loop = asyncio.get_running_loop()

    lay_out = cards.digest_pages

    def unsubscribing(entries: Sequence[PaperMatch]) -> tuple[int, ...]:
        ending = Subscriptions(database).unsubscribe(CHANNEL, "hill")
        asyncio.run_coroutine_threadsafe(ending, loop).result()
        return lay_out(entries)

    with monkeypatch.context() as patched:
        patched.setattr(cards, "digest_pages", unsubscribing)
        assert await digests.tick(AFTER_HOUR) == 0
    assert await digests.tick(AFTER_HOUR) == 1
    (text,) = await posted(database, AFTER_HOUR)
    assert "2611.00001" in text
    assert "2611.00002" not in text


async def test_days_are_kept(digests: Digests) -> None:
    """A digest for weekdays set on a Friday evening is due on Monday."""
    friday = datetime(2026, 11, 27, 20, tzinfo=UTC)
    stored = await digests.set(CHANNEL, GUILD, 9, "Europe/Berlin", WEEKDAYS, now=friday)
    assert stored.next_at == datetime(2026, 11, 30, 8, tzinfo=UTC)


async def test_a_daily_subscription_gets_a_digest(database: Database) -> None:
    """Subscribing daily in a channel without a digest gives it one, which the answer tells."""
    done = await subscribe(database, "tide", mode=Mode.DAILY)
    assert done.digest is not None
    assert (done.digest.schedule.hour, done.digest.schedule.timezone) == (9, "UTC")


async def test_a_digest_switched_on_by_a_subscription_is_as_it_was(
    database: Database, digests: Digests
) -> None:
    """Its hour, zone and days are those that somebody chose before it was off."""
    await digests.set(CHANNEL, GUILD, 18, "Asia/Tokyo", WEEKDAYS, now=MONDAY)
    await digests.off(CHANNEL)
    done = await subscribe(database, "tide", mode=Mode.DAILY)
    assert done.digest is not None
    assert done.digest.schedule == DigestSchedule(
        channel_id=CHANNEL, hour=18, timezone="Asia/Tokyo", days=WEEKDAYS
    )


async def test_a_preview_changes_nothing(database: Database, digests: Digests) -> None:
    """Looking at the next digest leaves it as it is."""
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, paper(title="On tides"))
    assert len((await digests.preview(CHANNEL, MONDAY)).entries) == 1
    assert len((await digests.preview(CHANNEL, MONDAY)).entries) == 1
    assert await digests.tick(AFTER_HOUR) == 1


async def test_a_paused_channel_gets_its_digest_when_it_is_open(
    database: Database, digests: Digests
) -> None:
    """No digest is made for a channel that cannot be posted to; it is made once it can."""
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, paper(title="On tides"))
    channels = Subscriptions(database)
    await channels.pause(CHANNEL, "closed", now=MONDAY)
    assert await digests.tick(AFTER_HOUR) == 0
    await channels.resume(CHANNEL)
    assert await digests.tick(AFTER_HOUR) == 1


async def test_a_digest_that_cannot_be_made_does_not_hold_up_another(
    database: Database, digests: Digests, caplog: pytest.LogCaptureFixture
) -> None:
    """One in a zone that this machine does not know is put off for an hour and logged."""
    await subscribe(database, "tide", CHANNEL, Mode.DAILY)
    await subscribe(database, "tide", OTHER, Mode.DAILY)
    async with database.transaction() as tx:
        await rows.put(
            tx,
            DigestSchedule(channel_id=CHANNEL, hour=9, timezone="America/Gone", days=WEEKDAYS),
            AFTER_HOUR - timedelta(hours=1),
        )
    await announce(database, paper(title="On tides"))
    assert await digests.tick(AFTER_HOUR) == 1
    assert await digests.next_tick_at() == AFTER_HOUR + timedelta(hours=1)
    assert f"channel {CHANNEL}" in caplog.text


async def test_a_clock_that_was_ahead_does_not_silence_a_digest(
    database: Database, digests: Digests
) -> None:
    """Once it is right again, the digest is due at its next hour."""
    await subscribe(database, "tide", mode=Mode.DAILY)
    await digests.tick(AFTER_HOUR.replace(year=2036))
    await announce(database, paper(title="On tides"))
    assert await digests.tick(AFTER_HOUR - timedelta(hours=1)) == 0
    assert await digests.next_tick_at() == AFTER_HOUR
    assert await digests.tick(AFTER_HOUR) == 1
    stored = await rows.of_channel(database.read, CHANNEL)
    assert stored is not None
    assert stored.last_checked == 1


async def test_switching_off_tells_what_waited(database: Database, digests: Digests) -> None:
    """Off counts the papers that waited; a second off is an error that says what to do."""
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, paper(title="On tides"))
    assert await digests.off(CHANNEL) == 1
    assert await digests.tick(AFTER_HOUR + timedelta(days=9)) == 0
    with pytest.raises(NotFound, match="/digest set"):
        await digests.off(CHANNEL)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("europe/berlin", "Europe/Berlin"), (" America/New York", "America/New_York"), ("utc", "UTC")],
)
def test_zones_are_found_in_any_case(typed: str, zone: str) -> None:
    """People need not type a zone's capitals and underscores."""
    assert known_timezone(typed) == zone


@pytest.mark.parametrize("typed", ["", "Mars/Base", "../etc/passwd", "Europe"])
def test_unknown_zones_are_refused(typed: str) -> None:
    """What is no IANA zone is refused with what to do."""
    with pytest.raises(UserError, match="Pick one"):
        known_timezone(typed)


async def watch(database: Database, *batches: Batch) -> None:
    """Write the ledger."""
    async with database.transaction() as tx:
        await feeds.add_missing(tx, ("arxiv:cs",), MONDAY)
        await ledger.write(tx, batches)


@pytest.mark.parametrize(
    ("now", "batch", "checked", "said"),
    [
        (
            22,
            Batch(feed="arxiv:cs", day=date(2026, 11, 20), seen=1, closed_at=MONDAY),
            0,
            "weekend",
        ),
        (
            27,
            Batch(feed="arxiv:cs", day=date(2026, 11, 26), seen=1, closed_at=MONDAY),
            0,
            "day off",
        ),
        (24, Batch(feed="arxiv:cs", day=date(2026, 11, 24)), 0, "announcement was late"),
        (
            24,
            Batch(feed="arxiv:cs", day=date(2026, 11, 24), trouble=Trouble.ERROR),
            0,
            "did not answer",
        ),
        (
            24,
            Batch(feed="arxiv:cs", day=date(2026, 11, 24), seen=1, closed_at=MONDAY),
            3,
            "Nothing matched (3 papers checked).",
        ),
    ],
    ids=["weekend", "holiday", "late", "down", "nothing matched"],
)
async def test_an_empty_digest_says_why_where_it_is_wanted(
    database: Database, digests: Digests, now: int, batch: Batch, checked: int, said: str
) -> None:
    """One short message with the reason; else nothing is posted."""
    due = datetime(2026, 11, now, 9, tzinfo=UTC)
    await digests.set(CHANNEL, GUILD, 9, "UTC", tells_empty=True, now=due - timedelta(hours=9))
    await digests.set(OTHER, GUILD, 9, "UTC", now=due - timedelta(hours=9))
    await watch(database, batch)
    await announce(
        database, *(paper(f"2611.0000{n}") for n in range(checked)), now=due - timedelta(hours=2)
    )
    assert await digests.tick(due) == 1
    (text,) = await posted(database, due)
    assert "No papers for" in text
    assert said in text


async def test_a_digest_says_what_it_lacks(database: Database, digests: Digests) -> None:
    """While a batch is late or missing, the papers that are there come with a note."""
    await digests.set(CHANNEL, GUILD, 9, "UTC", now=MONDAY)
    await subscribe(database, "tide", mode=Mode.DAILY)
    await announce(database, paper(title="On tides"))
    await watch(
        database,
        Batch(feed="arxiv:cs", day=date(2026, 11, 19)),
        Batch(feed="arxiv:cs", day=date(2026, 11, 23), closed_at=MONDAY, seen=1),
    )
    assert await digests.tick(AFTER_HOUR) == 1
    (text,) = await posted(database, AFTER_HOUR)
    assert "arXiv is late: what was announced for Thursday 19 November or since may follow." in text
