"""What waits without a post is found by fan-outs, whatever happened before."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import SUBSCRIBABLE, ChannelId, Mode
from bot.storage import deliveries, matches, posts
from bot.storage.database import Database, Writer
from bot.storage.papers import PaperKey
from tests.samples import NOON, paper
from tests.storage.rows import store, subscribe

CHANNELS = [ChannelId(701), ChannelId(702)]
PAPERS = 4
Step = tuple[str, ChannelId, Mode, int]

steps = st.lists(
    st.tuples(
        st.sampled_from(["owe", "owe", "owe all", "look back", "bind", "drop", "split"]),
        st.sampled_from(CHANNELS),
        st.sampled_from(SUBSCRIBABLE),
        st.integers(0, PAPERS - 1),
    ),
    max_size=24,
)


async def take(tx: Writer, step: Step, keys: Sequence[PaperKey], number: int) -> None:
    """Do one of the things that change what waits."""
    kind, channel, mode, place = step
    now = NOON + timedelta(seconds=number)
    query = await subscribe(tx, f"{mode} of {channel}", channel, mode)
    if kind == "owe":
        await matches.owe(tx, keys[place], [query], now)
    elif kind == "owe all":
        other = await subscribe(tx, "of all", CHANNELS[0], mode)
        await matches.owe(tx, keys[place], [query, other], now)
    elif kind == "look back":
        ids = [paper(f"2506.{place:05}").id]
        await matches.owe_earlier(tx, channel, query, ids, mode, now)
    elif kind == "bind":
        some = await deliveries.owed(tx, channel, mode, place + 1)
        if some:
            await deliveries.add_post(tx, channel, [each.key for each in some], now)
    elif kind == "drop":
        await deliveries.drop(tx, channel, [keys[place]])
    elif (post := await posts.first_unfinished(tx, channel)) is not None:
        await deliveries.split(tx, post.id, now)


@given(steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
async def test_what_waits_is_what_no_post_carries(database: Database, todo: list[Step]) -> None:
    """In each channel and mode, in the order in which it became owed; nobody is due for less."""
    async with database.transaction() as tx:
        for table in ("deliveries", "waiting", "fan_outs", "subscriptions", "posts"):
            await tx.run(f"DELETE FROM {table}")
        keys = [await store_once(tx, number) for number in range(PAPERS)]
        for number, step in enumerate(todo):
            await take(tx, step, keys, number)
    due = set()
    for channel in CHANNELS:
        for mode in SUBSCRIBABLE:
            expected = await database.read.all(
                "SELECT paper_key FROM deliveries WHERE channel_id = ? AND mode = ?"
                " AND post_id IS NULL ORDER BY fan_out",
                (channel, mode),
            )
            found = await deliveries.owed(database.read, channel, mode, 99)
            assert [(each.key,) for each in found] == expected
            if expected and mode is Mode.NOW:
                due.add(channel)
        if await posts.first_unfinished(database.read, channel) is not None:
            due.add(channel)
    later = NOON + timedelta(hours=1)
    assert set(await deliveries.channels_due(database.read, later)) == due


async def store_once(tx: Writer, number: int) -> PaperKey:
    """Store a paper, or return the key of the one that an earlier example stored."""
    known = await tx.one("SELECT key FROM papers WHERE id = ?", (f"2506.{number:05}",))
    return PaperKey(known[0]) if known else await store(tx, paper(f"2506.{number:05}"))
