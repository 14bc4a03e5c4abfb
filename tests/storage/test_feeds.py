"""Feeds' rows, the log of requests, and single values."""

from dataclasses import replace

from bot.ledger import Batch
from bot.storage import feeds, ledger, state
from bot.storage.database import Database
from bot.storage.feeds import Feed, StoredRequestLog
from tests.samples import NOON, later

FEED = Feed(name="arxiv:cs", next_at=NOON)


async def add(database: Database, *names: str) -> None:
    """Add feeds that are due at noon."""
    async with database.transaction() as tx:
        await feeds.add_missing(tx, names, NOON)


async def test_a_new_feed_is_due_at_once(database: Database) -> None:
    """It has no validators and no history."""
    await add(database, "arxiv:cs")
    assert await feeds.everything(database.read) == [FEED]
    assert await feeds.due(database.read, NOON) == [FEED]
    assert await feeds.due(database.read, later(seconds=-1)) == []


async def test_success_and_failure_are_written(database: Database) -> None:
    """Failures count up and keep the validators; a success replaces them and counts from none."""
    await add(database, "arxiv:cs")
    good = replace(
        FEED,
        etag='"a"',
        last_modified="Mon, 02 Jun 2025 04:00:00 GMT",
        first_success_at=later(days=-1),
        last_success_at=NOON,
        next_at=later(minutes=15),
        entries_skipped=2,
    )
    async with database.transaction() as tx:
        await feeds.record_success(tx, good)
    assert await feeds.everything(database.read) == [good]
    async with database.transaction() as tx:
        for minutes in (1, 2):
            await feeds.record_failure(
                tx, "arxiv:cs", f"503 {minutes}", later(minutes=minutes), later(hours=minutes)
            )
    failed = replace(
        good,
        failures=2,
        last_error="503 2",
        last_error_at=later(minutes=2),
        next_at=later(hours=2),
    )
    assert await feeds.everything(database.read) == [failed]
    async with database.transaction() as tx:
        await feeds.record_success(tx, replace(good, etag=None, next_at=later(hours=3)))
    assert await feeds.everything(database.read) == [
        replace(good, etag=None, next_at=later(hours=3), last_error_at=later(minutes=2))
    ]


async def test_how_far_a_gap_is_filled_is_written(database: Database) -> None:
    """Without touching when the feed is due, or how its last poll went."""
    await add(database, "arxiv:cs")
    async with database.transaction() as tx:
        await feeds.record_failure(tx, "arxiv:cs", "503", NOON, later(hours=1))
        (failed,) = await feeds.everything(tx)
        halfway = replace(
            failed, fill_began_at=later(days=-1), fill_cursor="skip=9", filled_at=later(days=-3)
        )
        await feeds.record_fill(tx, replace(halfway, next_at=later(days=9), failures=0))
    assert await feeds.everything(database.read) == [halfway]


async def test_a_restart_forgets_no_feed(database: Database) -> None:
    """Adding the feeds of the program again adds the new ones only."""
    await add(database, "arxiv:cs", "arxiv:math")
    async with database.transaction() as tx:
        await feeds.record_failure(tx, "arxiv:cs", "503", NOON, later(hours=1))
    await add(database, "arxiv:cs", "arxiv:math", "huggingface")
    assert [(feed.name, feed.failures) for feed in await feeds.everything(database.read)] == [
        ("arxiv:cs", 1),
        ("arxiv:math", 0),
        ("huggingface", 0),
    ]


async def test_the_feed_that_is_due_longest_comes_first(database: Database) -> None:
    """And feeds that are due since the same moment come by name."""
    await add(database, "c", "b", "a")
    async with database.transaction() as tx:
        await feeds.record_failure(tx, "a", "503", NOON, later(minutes=1))
    due = await feeds.due(database.read, later(minutes=1))
    assert [feed.name for feed in due] == ["b", "c", "a"]


async def test_what_is_not_read_any_more_is_forgotten(database: Database) -> None:
    """With its days: nothing is said of it, and it begins anew if it is read again."""
    async with database.transaction() as tx:
        await feeds.add_missing(tx, ("arxiv:cs", "biorxiv"), NOON)
        day = Batch(feed="biorxiv", day=NOON.date())
        await ledger.write(tx, [day, replace(day, feed="arxiv:cs")])
        await feeds.forget_others(tx, {"arxiv:cs", "medrxiv"})
    assert [feed.name for feed in await feeds.everything(database.read)] == ["arxiv:cs"]
    assert list(await ledger.since(database.read, NOON.date())) == ["arxiv:cs"]


async def test_requests_are_remembered_by_group(database: Database) -> None:
    """The last one of a group of hosts, over restarts; each group for itself."""
    log = StoredRequestLog(database)
    assert await log.last_request("arxiv") is None
    for seconds in (0, 3):
        await log.record_request("arxiv", later(seconds=seconds))
    assert await StoredRequestLog(database).last_request("arxiv") == later(seconds=3)
    assert await log.last_request("huggingface") is None


async def test_a_value_is_kept_under_its_name(database: Database) -> None:
    """The last one kept counts; the first one, where it is to stay."""
    assert await state.value_of(database.read, "salt") is None
    async with database.transaction() as tx:
        assert await state.keep_first(tx, "salt", "a") == "a"
        assert await state.keep_first(tx, "salt", "b") == "a"
        await state.keep(tx, "hash", "c")
        await state.keep(tx, "hash", "d")
    assert await state.value_of(database.read, "salt") == "a"
    assert await state.value_of(database.read, "hash") == "d"
