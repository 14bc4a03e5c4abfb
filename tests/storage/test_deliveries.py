"""The outbox: what is owed, the posts that carry it, and which channels are due."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.domain import ChannelId, MessageId, Mode, PostId, PostKind
from bot.storage import deliveries, posts, subscriptions
from bot.storage.database import Database, Writer
from bot.storage.deliveries import Counts
from bot.storage.posts import Post
from tests.samples import NOON, later, paper
from tests.storage.rows import CHANNEL, OTHER, owe, subscribe

THIRD = ChannelId(703)
DUE = Post(
    id=PostId(1),
    channel_id=CHANNEL,
    kind=PostKind.PAPERS,
    digest_day=None,
    note=None,
    page=1,
    pages=1,
    total=1,
    first_attempt_at=None,
    attempts=0,
    next_attempt_at=NOON,
)


async def owe_papers(
    tx: Writer,
    count: int,
    channel: ChannelId = CHANNEL,
    now: datetime = NOON,
    mode: Mode = Mode.NOW,
    *,
    start: int = 0,
) -> None:
    """Owe a channel some papers, ids after the channel's, of one query."""
    query = await subscribe(tx, f"query of {channel}", channel, mode)
    for number in range(start, start + count):
        await owe(tx, paper(f"{channel}.{number:05}"), query, now)


async def bind(tx: Writer, count: int, channel: ChannelId = CHANNEL, now: datetime = NOON) -> None:
    """Bind the oldest owed papers to a post."""
    owed = await deliveries.owed(tx, channel, Mode.NOW, count)
    await deliveries.add_post(tx, channel, [each.key for each in owed], now)


@pytest.fixture
async def outbox(database: Database) -> Database:
    """Return a database with one post of one paper, due at noon."""
    async with database.transaction() as tx:
        await owe_papers(tx, 1)
        await bind(tx, 1)
    return database


async def first(database: Database, channel: ChannelId = CHANNEL) -> Post | None:
    """Return the head of a channel's lane."""
    return await posts.first_unfinished(database.read, channel)


async def test_owed_papers_come_oldest_first_up_to_a_limit(database: Database) -> None:
    """In the order in which they became owed, with the channel's own queries, by mode."""
    async with database.transaction() as tx:
        await owe_papers(tx, 3)
        await owe_papers(tx, 1, OTHER)
        await subscribe(tx, "elsewhere")
    owed = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 2)
    assert [each.match.paper.id for each in owed] == ["701.00000", "701.00001"]
    assert {each.match.queries for each in owed} == {("query of 701",)}
    assert await deliveries.owed(database.read, CHANNEL, Mode.DAILY, 2) == []


async def test_a_post_carries_what_is_bound_to_it(database: Database) -> None:
    """Bound papers are owed no longer, are carried in order, and the post is due at once."""
    async with database.transaction() as tx:
        await owe_papers(tx, 3)
        await bind(tx, 2)
    assert await first(database) == replace(DUE, total=2)
    carried = await deliveries.carried(database.read, PostId(1))
    assert [each.paper.id for each in carried] == ["701.00000", "701.00001"]
    assert carried[0].queries == ("query of 701",)
    (rest,) = await deliveries.owed(database.read, CHANNEL, Mode.NOW, 9)
    assert rest.match.paper.id == "701.00002"


async def test_a_digest_page_knows_its_day_and_its_place(database: Database) -> None:
    """Day, page, pages and the papers of all pages come back."""
    async with database.transaction() as tx:
        await owe_papers(tx, 1, mode=Mode.DAILY)
        (owed,) = await deliveries.owed(tx, CHANNEL, Mode.DAILY, 9)
        day = (date(2025, 6, 2), 2, 3, 41)
        await deliveries.add_post(tx, CHANNEL, [owed.key], NOON, digest=day)
    assert await first(database) == replace(
        DUE, kind=PostKind.DIGEST, digest_day=date(2025, 6, 2), page=2, pages=3, total=41
    )


async def test_a_lane_keeps_its_order(database: Database) -> None:
    """The next post comes when the one before it is finished, in whatever way."""
    async with database.transaction() as tx:
        await owe_papers(tx, 4)
        for _ in range(4):
            await bind(tx, 1)
    seen = []
    async with database.transaction() as tx:
        while (post := await posts.first_unfinished(tx, CHANNEL)) is not None:
            seen.append(post.id)
            await posts.record_attempt(tx, post.id, NOON, afresh=False)
            if post.id == 1:
                await posts.record_sent(tx, post.id, MessageId(9), NOON)
            elif post.id == 2:
                await posts.record_sent(tx, post.id, None, NOON)
            else:
                await posts.record_refused(tx, post.id, "400")
    assert seen == [1, 2, 3, 4]
    states = await database.read.all("SELECT state, message_id FROM posts ORDER BY id")
    assert states == [("sent", 9), ("deleted", None), ("refused", None), ("refused", None)]


async def test_an_attempt_is_written_before_it_is_made(outbox: Database) -> None:
    """The time of the first attempt stays over the next ones, until the window is opened afresh."""
    expected = [(later(minutes=0), 1), (later(minutes=0), 2), (later(minutes=5), 3)]
    for minutes, attempt in zip((0, 1, 5), expected, strict=True):
        async with outbox.transaction() as tx:
            await posts.record_attempt(tx, PostId(1), later(minutes=minutes), afresh=minutes == 5)
        post = await first(outbox)
        assert post is not None
        assert (post.first_attempt_at, post.attempts) == attempt


@pytest.mark.parametrize(
    ("not_stored", "first_attempt_at"), [(True, None), (False, NOON)], ids=["429", "lost"]
)
async def test_a_failed_attempt_is_retried_when_it_says(
    outbox: Database,
    not_stored: bool,  # noqa: FBT001 - a table
    first_attempt_at: datetime | None,
) -> None:
    """What surely was not stored is as never attempted; what may be there remembers since when."""
    async with outbox.transaction() as tx:
        await posts.record_attempt(tx, PostId(1), NOON, afresh=False)
        await posts.record_failure(
            tx, PostId(1), "said so", later(minutes=1), not_stored=not_stored
        )
    assert await first(outbox) == replace(
        DUE, attempts=1, first_attempt_at=first_attempt_at, next_attempt_at=later(minutes=1)
    )
    assert (await deliveries.counts(outbox.read, CHANNEL)).error == "said so"


async def test_the_papers_of_a_refused_post_get_posts_of_their_own(database: Database) -> None:
    """Each paper is carried once, by a post that is due at once, in order."""
    async with database.transaction() as tx:
        await owe_papers(tx, 3)
        await bind(tx, 3)
        await posts.record_attempt(tx, PostId(1), NOON, afresh=False)
        await posts.record_refused(tx, PostId(1), "400")
        await deliveries.split(tx, PostId(1), later(minutes=1))
    assert await deliveries.carried(database.read, PostId(1)) == []
    for number in range(3):
        (entry,) = await deliveries.carried(database.read, PostId(number + 2))
        assert entry.paper.id == f"701.{number:05}"
    assert await first(database) == replace(DUE, id=PostId(2), next_attempt_at=later(minutes=1))


async def due(database: Database, now: datetime = NOON) -> list[ChannelId]:
    """Return the channels that are due."""
    return await deliveries.channels_due(database.read, now)


async def test_channels_are_due_the_longest_waiting_first(database: Database) -> None:
    """Owed papers and unfinished posts wait alike; a channel comes once."""
    async with database.transaction() as tx:
        await owe_papers(tx, 2, CHANNEL, later(minutes=3))
        await owe_papers(tx, 2, OTHER, later(minutes=1))
        await owe_papers(tx, 2, THIRD, later(minutes=2))
        await bind(tx, 1, OTHER, later(minutes=4))
        await bind(tx, 2, THIRD, later(minutes=4))
    assert await due(database, later(minutes=4)) == [OTHER, CHANNEL, THIRD]


async def test_a_digests_papers_make_nobody_due(database: Database) -> None:
    """What waits for the digest is not sent before it."""
    async with database.transaction() as tx:
        await owe_papers(tx, 2, mode=Mode.DAILY)
    assert await due(database, later(days=9)) == []


async def test_a_head_that_backs_off_holds_its_lane(outbox: Database) -> None:
    """Nothing overtakes it, neither a later post nor owed papers; other channels go on."""
    async with outbox.transaction() as tx:
        await owe_papers(tx, 3, start=1)
        await bind(tx, 1)
        await owe_papers(tx, 1, OTHER)
        await posts.record_attempt(tx, PostId(1), NOON, afresh=False)
        await posts.record_failure(tx, PostId(1), "503", later(minutes=1))
    assert await due(outbox) == [OTHER]
    assert await due(outbox, later(seconds=59)) == [OTHER]
    assert set(await due(outbox, later(minutes=1))) == {CHANNEL, OTHER}


async def test_a_post_that_was_being_sent_is_due_after_a_restart(outbox: Database) -> None:
    """The state `sending` is not an end: what became of it is to be found out."""
    async with outbox.transaction() as tx:
        await posts.record_attempt(tx, PostId(1), NOON, afresh=False)
    assert await due(outbox) == [CHANNEL]


@pytest.mark.parametrize("finish", ["sent", "deleted", "refused"])
async def test_a_finished_lane_is_not_due(outbox: Database, finish: str) -> None:
    """After its last post a channel rests, until it is owed another paper."""
    async with outbox.transaction() as tx:
        if finish == "refused":
            await posts.record_refused(tx, PostId(1), "400")
        else:
            message = MessageId(9) if finish == "sent" else None
            await posts.record_sent(tx, PostId(1), message, NOON)
    assert await due(outbox, later(days=1)) == []
    assert await first(outbox) is None
    assert await posts.next_attempt_after(outbox.read, NOON) is None
    async with outbox.transaction() as tx:
        await owe_papers(tx, 1, OTHER)
    assert await due(outbox) == [OTHER]


async def test_a_paused_channel_is_not_due_and_loses_nothing(outbox: Database) -> None:
    """What it is owed waits, and is due when it is resumed."""
    async with outbox.transaction() as tx:
        await subscriptions.pause_channel(tx, CHANNEL, "closed", NOON)
        await posts.record_failure(tx, PostId(1), "closed", NOON)
    assert await due(outbox, later(days=9)) == []
    assert await posts.next_attempt_after(outbox.read, NOON) is None
    async with outbox.transaction() as tx:
        assert await subscriptions.resume_channel(tx, CHANNEL)
    assert await due(outbox) == [CHANNEL]
    assert await posts.next_attempt_after(outbox.read, later(minutes=-1)) == NOON
    assert await posts.next_attempt_after(outbox.read, NOON) is None


async def test_the_next_attempt_is_the_soonest_of_all(database: Database) -> None:
    """Over all open channels; papers that no post carries yet do not count."""
    assert await posts.next_attempt_after(database.read, NOON) is None
    async with database.transaction() as tx:
        await owe_papers(tx, 1, THIRD)
        for minutes, channel in ((3, CHANNEL), (2, OTHER)):
            await owe_papers(tx, 1, channel)
            await bind(tx, 1, channel, later(minutes=minutes))
    assert await posts.next_attempt_after(database.read, NOON) == later(minutes=2)


async def test_counts_are_in_papers(database: Database) -> None:
    """What waits, in posts or not, what is for the digest, what is posted; refused messages."""
    async with database.transaction() as tx:
        await owe_papers(tx, 7)
        for size in (2, 1, 1):
            await bind(tx, size)
        await posts.record_sent(tx, PostId(1), MessageId(9), NOON)
        await posts.record_refused(tx, PostId(2), "400")
        await posts.record_failure(tx, PostId(3), "503 just now", NOON)
        daily = await subscribe(tx, "daily", mode=Mode.DAILY)
        await owe(tx, paper("2506.00001"), daily)
        await owe_papers(tx, 1, OTHER)
    assert await deliveries.counts(database.read, CHANNEL) == Counts(
        waiting=4, for_digest=1, posted=2, refused=1, error="503 just now", refused_because="400"
    )
    assert await deliveries.counts(database.read, THIRD) == Counts(0, 0, 0, 0, None)


async def test_what_no_query_matched_can_be_dropped(database: Database) -> None:
    """After a subscription ended, its papers are found, and dropped where no post has them."""
    async with database.transaction() as tx:
        await owe_papers(tx, 2)
        assert await deliveries.unselected(tx, CHANNEL) == {}
        assert await subscriptions.remove(tx, CHANNEL, "query of 701")
        first, _ = await deliveries.owed(tx, CHANNEL, Mode.NOW, 9)
        loose = await deliveries.unselected(tx, CHANNEL)
        await deliveries.add_post(tx, CHANNEL, [first.key], NOON)
        assert await deliveries.unselected(tx, CHANNEL) == dict([list(loose.items())[1]])
        await deliveries.drop(tx, CHANNEL, loose)
    assert await deliveries.owed(database.read, CHANNEL, Mode.NOW, 9) == []
    assert len(loose) == 2
    assert await database.read.value("SELECT COUNT(*) FROM deliveries") == 1
