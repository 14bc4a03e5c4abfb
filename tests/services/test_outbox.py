"""Owed papers reach their channels, each exactly once, whatever Discord answers."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.delivery.budget import PLACES, Budget
from bot.delivery.cards import Message
from bot.domain import ChannelId, PaperMatch
from bot.errors import (
    AlreadyDeleted,
    ConfigError,
    DeliveryError,
    NotNow,
    Refused,
    Unanswered,
    Unreachable,
)
from bot.services.drafting import message_of
from bot.services.failing import MOST_ASIDE, MOST_FAILURES
from bot.services.outbox import FULL, Outbox
from bot.services.retrying import Retries
from bot.services.subscriptions import Subscriptions
from bot.services.telling import AuthorsWords
from bot.storage import deliveries, posts, subscriptions
from bot.storage.database import Database
from tests.samples import paper
from tests.services.parts import CHANNEL, OTHER, Clock, ListedDiscord, announce, subscribe


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands on a Monday morning."""
    return Clock()


@pytest.fixture
def discord(clock: Clock) -> ListedDiscord:
    """Return a Discord without faults."""
    return ListedDiscord(clock)


@pytest.fixture
def outbox(database: Database, discord: ListedDiscord, clock: Clock) -> Outbox:
    """Return an outbox that sends to it."""
    return Outbox(database, discord, "salt", clock)


async def deliver(outbox: Outbox, clock: Clock) -> None:
    """Let the outbox do all it can now."""
    await outbox.tick(clock())
    await outbox.settle()


async def wait_out(outbox: Outbox, clock: Clock) -> None:
    """Go on until nothing waits any more."""
    for _ in range(20):
        await deliver(outbox, clock)
        due = await outbox.next_tick_at()
        if due is None:
            return
        clock.now = due
    raise AssertionError("something still waits")


async def owe(database: Database, count: int = 1, channel: ChannelId = CHANNEL) -> list[str]:
    """Owe a channel papers; return their ids."""
    await subscribe(database, "tide", channel)
    ids = [f"2611.0{channel - 1000}{number:03}" for number in range(count)]
    await announce(database, *(paper(id_, title=f"Tides, part {id_}") for id_ in ids))
    return ids


async def test_papers_of_a_batch_share_a_message(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """Three papers owed to a channel are one message, in order, and then nothing is owed."""
    ids = await owe(database, 3)
    await deliver(outbox, clock)
    (text,) = discord.texts()
    assert [text.index(id_) for id_ in ids] == sorted(text.index(id_) for id_ in ids)
    assert (await deliveries.counts(database.read, CHANNEL)).posted == 3
    await deliver(outbox, clock)
    assert len(discord.attempts) == 1


async def test_many_papers_are_few_messages_and_none_twice(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """Sixty papers come in a few messages, each paper in exactly one."""
    ids = await owe(database, 60)
    await deliver(outbox, clock)
    together = "\n".join(discord.texts())
    assert len(discord.stored) < 30
    assert [together.count(f"/abs/{id_}") > 0 for id_ in ids] == [True] * 60
    holding = [sum(f"/abs/{id_}" in text for text in discord.texts()) for id_ in ids]
    assert holding == [1] * 60


@pytest.mark.parametrize("lost", [1, 2, 4], ids=lambda n: f"{n} answers lost")
async def test_a_lost_answer_is_asked_again_with_the_same_nonce(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock, lost: int
) -> None:
    """A message that was stored without an answer is sent again with its nonce: one message."""
    await owe(database)
    discord.lost.extend([Unanswered("The connection dropped.")] * lost)
    for _ in range(lost + 1):
        await deliver(outbox, clock)
        clock.advance(seconds=20)
    assert len(discord.stored) == 1
    assert len(set(discord.attempts)) == 1
    assert len(discord.attempts) == lost + 1
    assert (await deliveries.counts(database.read, CHANNEL)).posted == 1


async def test_after_the_nonce_window_history_is_read_first(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """Once Discord may have forgotten the nonce, the message is looked for and not sent again."""
    await owe(database)
    discord.lost.append(Unanswered("The connection dropped."))
    await deliver(outbox, clock)
    clock.advance(minutes=10)
    await deliver(outbox, clock)
    assert len(discord.stored) == 1
    assert len(discord.attempts) == 1
    assert discord.searched == 1
    assert (await deliveries.counts(database.read, CHANNEL)).posted == 1


async def test_after_the_nonce_window_what_is_not_there_is_sent(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """If history shows that the message never arrived, it is sent in a new window."""
    await owe(database)
    discord.faults.append(Unanswered("No answer."))
    await deliver(outbox, clock)
    clock.advance(minutes=10)
    discord.lost.append(Unanswered("The connection dropped."))
    await deliver(outbox, clock)
    clock.advance(seconds=30)
    await deliver(outbox, clock)
    assert len(discord.stored) == 1
    assert discord.searched == 1


async def test_a_rate_limit_is_waited_out(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """After a 429 nothing is sent to the channel before retry_after, then the message is."""
    await owe(database)
    discord.faults.append(NotNow("Rate limited.", retry_after=30))
    await deliver(outbox, clock)
    clock.advance(seconds=29)
    await deliver(outbox, clock)
    assert len(discord.attempts) == 1
    clock.advance(seconds=2)
    await deliver(outbox, clock)
    assert len(discord.stored) == 1


async def test_an_unreachable_channel_is_paused_and_keeps_what_is_owed(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """A closed channel is paused with the reason; once it is open, what it is owed arrives."""
    await owe(database, 2)
    discord.faults.append(Unreachable("I may not post here."))
    await deliver(outbox, clock)
    channel = await subscriptions.channel_of(database.read, CHANNEL)
    assert channel is not None
    assert channel.paused_because == "I may not post here."
    clock.advance(days=1)
    await deliver(outbox, clock)
    assert len(discord.attempts) == 1
    assert await Subscriptions(database).resume(CHANNEL)
    await deliver(outbox, clock)
    assert len(discord.stored) == 1


async def test_a_refused_message_gives_each_paper_its_own_try(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """Of a refused message of several papers, only one that is refused alone is not posted."""
    ids = await owe(database, 3)
    discord.faults.extend([Refused("Bad."), None, Refused("Bad."), None])
    await deliver(outbox, clock)
    together = "\n".join(discord.texts())
    assert [f"/abs/{id_}" in together for id_ in ids] == [True, False, True]
    counts = await deliveries.counts(database.read, CHANNEL)
    assert (counts.posted, counts.waiting) == (2, 0)


async def test_a_message_deleted_by_somebody_counts_as_delivered(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """A moderator's deletion is not undone by a resend."""
    await owe(database)
    discord.faults.append(AlreadyDeleted("Deleted."))
    await deliver(outbox, clock)
    clock.advance(hours=1)
    await deliver(outbox, clock)
    assert discord.stored == []
    assert len(discord.attempts) == 1


@pytest.mark.parametrize("gap", [5, 600], ids=["within the window", "after the window"])
@pytest.mark.parametrize("stored", [False, True], ids=["not stored", "stored"])
async def test_a_crash_in_the_middle_of_a_send_is_made_good(
    database: Database, discord: ListedDiscord, clock: Clock, gap: int, *, stored: bool
) -> None:
    """A process that dies while sending leaves a state from which exactly one message results."""
    await owe(database)
    discord.hold = asyncio.Event()
    first = Outbox(database, discord, "salt", clock)
    await first.tick(clock())
    await discord.reached.wait()
    await first.close()
    discord.hold = None
    if stored:
        nonce = discord.attempts[0]
        await discord.send(CHANNEL, await _message(database), nonce=nonce)
    clock.advance(seconds=gap)
    await deliver(Outbox(database, discord, "salt", clock), clock)
    assert len(discord.stored) == 1
    assert (await deliveries.counts(database.read, CHANNEL)).posted == 1


async def _message(database: Database) -> Message:
    post = await posts.first_unfinished(database.read, CHANNEL)
    assert post is not None
    return message_of(post, await deliveries.carried(database.read, post.id))


async def test_a_waiting_channel_does_not_hold_up_another(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """While one channel backs off, the others get their papers."""
    await owe(database, 1, CHANNEL)
    discord.faults.append(NotNow("Rate limited.", retry_after=3600))
    await deliver(outbox, clock)
    await owe(database, 1, OTHER)
    await deliver(outbox, clock)
    assert [sent.channel for sent in discord.stored] == [OTHER]


async def test_a_lane_that_breaks_starts_again(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """An error that nobody foresaw ends one lane for now, and loses nothing."""
    await owe(database)
    discord.faults.append(ValueError("unforeseen"))
    await deliver(outbox, clock)
    await deliver(outbox, clock)
    assert len(discord.stored) == 1


@pytest.mark.parametrize(
    ("gap", "behind"),
    [(timedelta(hours=-1), timedelta()), (timedelta(minutes=10), timedelta(minutes=5))],
    ids=["our clock was set back", "Discord's clock is behind"],
)
async def test_clocks_that_disagree_double_nothing(
    database: Database,
    outbox: Outbox,
    discord: ListedDiscord,
    clock: Clock,
    gap: timedelta,
    behind: timedelta,
) -> None:
    """Where times cannot be trusted, history is read before anything is sent again."""
    await owe(database)
    discord.behind = behind
    discord.lost.append(Unanswered("The connection dropped."))
    await deliver(outbox, clock)
    clock.now += gap
    discord.window = timedelta(0)  # the nonce is forgotten
    await wait_out(outbox, clock)
    assert len(discord.stored) == 1
    assert (await deliveries.counts(database.read, CHANNEL)).posted == 1


async def test_a_history_that_cannot_be_read_splits_nothing(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """A refusal of the history says nothing of the message, which is looked for again later."""
    await owe(database, 3)
    discord.lost.append(Unanswered("The connection dropped."))
    await deliver(outbox, clock)
    clock.advance(minutes=10)
    discord.search_faults.append(Refused("Bad history."))
    await deliver(outbox, clock)
    await wait_out(outbox, clock)
    assert len(discord.stored) == 1
    assert (await deliveries.counts(database.read, CHANNEL)).posted == 3


async def test_a_message_that_always_fails_is_parked_while_others_pass(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """An error that is the message's own does not hold its channel up for ever."""
    bad, good = await owe(database, 2)
    discord.unable = lambda text: f"/abs/{bad}" in text
    for number in range(40):
        await owe(database, number + 1, OTHER)
        await deliver(outbox, clock)
        clock.advance(minutes=5)
    assert f"/abs/{good}" in "".join(discord.texts())
    counts = await deliveries.counts(database.read, CHANNEL)
    assert (counts.waiting, counts.refused) == (0, 1)


async def test_in_the_only_channel_a_message_that_always_fails_lets_the_others_pass(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """Without any other channel to compare with, the next messages show whose fault it is."""
    bad, *_ = await owe(database)
    discord.unable = lambda text: f"/abs/{bad}" in text
    await deliver(outbox, clock)
    good = await owe(database, 60)
    for _ in range(4):
        await deliver(outbox, clock)
        clock.advance(minutes=1)
    together = "".join(discord.texts())
    assert all(f"/abs/{each}" in together for each in good if each != bad)
    assert (await deliveries.counts(database.read, CHANNEL)).waiting == 1
    for number in range(20):
        await announce(database, paper(f"2611.7{number:04}", title="Tides again"))
        await deliver(outbox, clock)
        clock.advance(minutes=5)
    counts = await deliveries.counts(database.read, CHANNEL)
    assert (counts.waiting, counts.refused) == (0, 1)
    assert counts.refused_because == "Discord failed 12 times at this message."


async def test_a_rate_limit_that_does_not_end_parks_nothing(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """That Discord asks for pauses says nothing of the message, whatever else is sent."""
    await owe(database)
    for number in range(30):
        discord.faults.append(NotNow("Rate limited.", retry_after=300))
        await deliver(outbox, clock)
        await owe(database, number + 1, OTHER)
        await deliver(outbox, clock)
        clock.advance(minutes=5)
    assert (await deliveries.counts(database.read, CHANNEL)).refused == 0
    await wait_out(outbox, clock)
    assert (await deliveries.counts(database.read, CHANNEL)).waiting == 0


async def test_after_an_outage_what_stood_aside_comes_too(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """An outage puts at most a few messages of a channel aside, and none is lost."""
    ids = await owe(database, 90)
    discord.unable = lambda _text: True
    for _ in range(30):
        await deliver(outbox, clock)
        clock.advance(minutes=5)
    aside = await database.read.value("SELECT COUNT(*) FROM posts WHERE state = 'aside'")
    assert aside == MOST_ASIDE
    discord.unable = lambda _text: False
    await wait_out(outbox, clock)
    holding = [sum(f"/abs/{id_}" in text for text in discord.texts()) for id_ in ids]
    assert holding == [1] * 90


@pytest.mark.parametrize("gap", [0, 30], ids=["within the window", "after the window"])
@pytest.mark.parametrize("stored", [False, True], ids=["not stored", "stored"])
async def test_a_retry_sends_what_was_refused_unless_it_is_there(
    database: Database,
    outbox: Outbox,
    discord: ListedDiscord,
    clock: Clock,
    gap: int,
    *,
    stored: bool,
) -> None:
    """What is parked stays so until somebody asks; then it comes, and not twice."""
    await owe(database)
    if stored:
        discord.lost.append(Refused("Bad."))
    else:
        discord.faults.append(Refused("Bad."))
    await deliver(outbox, clock)
    clock.advance(minutes=gap)
    await wait_out(outbox, clock)
    counts = await deliveries.counts(database.read, CHANNEL)
    assert (counts.waiting, counts.refused, counts.refused_because) == (0, 1, "Bad.")
    retries = Retries(database)
    assert await retries.of_channel(OTHER, clock()) == 0
    assert await retries.of_channel(CHANNEL, clock()) == 1
    await wait_out(outbox, clock)
    assert len(discord.stored) == 1
    counts = await deliveries.counts(database.read, CHANNEL)
    assert (counts.posted, counts.refused) == (1, 0)


async def test_a_retry_gives_as_many_attempts_as_to_a_new_message(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """What failed until it was parked may fail as often once more before it is parked again."""
    bad, *_ = await owe(database)
    discord.unable = lambda text: f"/abs/{bad}" in text
    await deliver(outbox, clock)
    for again in range(2):
        tried = len(discord.attempts) - len(discord.stored)
        for number in range(20):
            await owe(database, 20 * again + number + 1, OTHER)
            await deliver(outbox, clock)
            clock.advance(minutes=5)
        assert len(discord.attempts) - len(discord.stored) - tried >= MOST_FAILURES
        assert await Retries(database).of_channel(CHANNEL, clock()) == 1


async def test_an_outage_of_days_parks_nothing(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """While nothing gets through, messages wait, and arrive when it is over."""
    await owe(database, 2)
    discord.unable = lambda _text: True
    for _ in range(60):
        await deliver(outbox, clock)
        clock.advance(hours=1)
    discord.unable = lambda _text: False
    await wait_out(outbox, clock)
    assert (await deliveries.counts(database.read, CHANNEL)).posted == 2


async def test_the_first_to_get_through_parks_no_other(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """When an outage is over, what failed all through it is tried again as often as need be."""
    await owe(database, 1)
    await owe(database, 2, OTHER)
    discord.unable = lambda _text: True
    for _ in range(25):
        await deliver(outbox, clock)
        clock.advance(minutes=5)
    discord.unable = lambda _text: False
    discord.faults.extend([None, *(Unanswered("Discord answered 503.") for _ in range(5))])
    await wait_out(outbox, clock)
    for channel in (CHANNEL, OTHER):
        counts = await deliveries.counts(database.read, channel)
        assert (counts.waiting, counts.refused) == (0, 0)


async def test_a_pause_stops_a_running_lane(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """A channel that is paused while it is sent to gets no further message."""
    await owe(database, 60)
    discord.hold = asyncio.Event()
    await outbox.tick(clock())
    await discord.reached.wait()
    await Subscriptions(database).pause(CHANNEL, "closed", now=clock())
    discord.hold.set()
    await outbox.settle()
    assert len(discord.stored) == 1


async def test_a_closed_door_at_the_first_attempt_needs_no_history(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """What was never sent cannot be there: after the pause it is sent without looking."""
    await owe(database)
    discord.faults.append(Unreachable("I may not post here."))
    await deliver(outbox, clock)
    clock.advance(days=1)
    await Subscriptions(database).resume(CHANNEL)
    await deliver(outbox, clock)
    assert (len(discord.stored), discord.searched) == (1, 0)


async def test_a_lost_token_ends_the_outbox(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """When Discord no longer knows the token, trying on would only get the bot banned."""
    await owe(database)
    discord.faults.append(ConfigError("DISCORD_TOKEN: no longer known."))
    await deliver(outbox, clock)
    with pytest.raises(ConfigError):
        await outbox.tick(clock())


async def test_few_messages_are_prepared_at_once(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """Of many channels that are due, a few are prepared while the first is sent already."""
    channels = [ChannelId(1000 + number) for number in range(60)]
    for channel in channels:
        await subscribe(database, "tide", channel)
    await announce(database, paper(title="On tides"))
    await outbox.tick(clock())
    await discord.reached.wait()
    made = await database.read.value("SELECT COUNT(*) FROM posts")
    assert made <= 2 * PLACES
    await outbox.settle()
    assert len(discord.stored) == len(channels)


async def test_a_channel_with_one_message_is_not_behind_those_with_many(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """What becomes due while hundreds of messages wait goes after the few that are ready."""
    await subscribe(database, "gravity", OTHER)
    for number in range(4 * PLACES):
        await subscribe(database, "tide", ChannelId(2000 + number))
    await announce(database, paper("2611.20001", title="On tides"))
    await outbox.tick(clock())
    await discord.reached.wait()
    await announce(database, paper("2611.00001", title="On gravity"))
    await outbox.tick(clock())
    before = len(discord.stored)
    await outbox.settle()
    place = [sent.channel for sent in discord.stored].index(OTHER)
    assert place - before <= 2 * PLACES


async def test_every_channel_has_its_first_message_before_any_its_second(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """A channel that is owed the most does not keep the others waiting."""
    channels = {ChannelId(2000 + number) for number in range(3 * PLACES)}
    for channel in channels:
        await subscribe(database, "tide", channel)
    papers = [paper(f"2611.2{number:04}", title="On tides") for number in range(9)]
    await announce(database, *papers)
    await deliver(outbox, clock)
    assert len(discord.stored) > len(channels)
    first = [sent.channel for sent in discord.stored][: len(channels) + PLACES]
    assert set(first) == channels


async def test_papers_of_a_batch_wait_for_each_other(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """While a batch is taken in, a message that may still grow stays; at its end it goes."""
    with outbox.arrivals.batch():
        ids = await owe(database, 2)
        await deliver(outbox, clock)
        assert discord.stored == []
        await announce(database, paper("2611.09999", title="Tides at last"))
        await deliver(outbox, clock)
    assert outbox.due.is_set()
    await deliver(outbox, clock)
    (text,) = discord.texts()
    assert all(id_ in text for id_ in (*ids, "2611.09999"))


async def test_a_full_message_does_not_wait_for_the_batch(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """What would be the same at the end of the batch goes at once; the messages are as ever."""
    await subscribe(database, "tide", OTHER)
    with outbox.arrivals.batch():
        await owe(database, FULL + 1)
        await deliver(outbox, clock)
        early = len(discord.stored)
        await announce(database, paper("2611.09999", title="Tides at last"))
        await deliver(outbox, clock)
        assert len(discord.stored) == early
    await deliver(outbox, clock)
    assert early == 2
    assert len(discord.texts(CHANNEL)) == len(discord.texts(OTHER)) == 2


async def test_the_next_attempt_is_told(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """The outbox says when it wants to be called next, also after a restart."""
    assert await outbox.next_tick_at() is None
    await owe(database)
    discord.faults.append(DeliveryError("Discord is down.", retry_after=60))
    await deliver(outbox, clock)
    again = Outbox(database, discord, "salt", clock)
    assert await again.next_tick_at() == clock.advance(seconds=60)


async def test_draining_waits_for_the_answer_and_begins_nothing(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock
) -> None:
    """A message under way is recorded; what else is owed is not touched, whoever asks."""
    await owe(database, 60)
    discord.hold = asyncio.Event()
    await outbox.tick(clock())
    await discord.reached.wait()
    draining = asyncio.create_task(outbox.drain(60))
    await asyncio.sleep(0)
    await outbox.tick(clock())
    discord.hold.set()
    await draining
    assert len(discord.attempts) == len(discord.stored) == 1
    states = await database.read.all("SELECT state FROM posts")
    assert states == [("sent",)]
    await outbox.tick(clock())
    await outbox.settle()
    assert len(discord.attempts) == 1


@pytest.mark.parametrize("gap", [5, 600], ids=["within the window", "after the window"])
async def test_draining_cuts_off_what_is_not_answered(
    database: Database, outbox: Outbox, discord: ListedDiscord, clock: Clock, gap: int
) -> None:
    """It is on record as being sent, and the next start makes one message of it."""
    await owe(database)
    discord.hold = asyncio.Event()
    await outbox.tick(clock())
    await discord.reached.wait()
    await outbox.drain(0.01)
    assert await database.read.all("SELECT state FROM posts") == [("sending",)]
    discord.hold = None
    nonce = discord.attempts[0]
    await discord.send(CHANNEL, await _message(database), nonce=nonce)
    clock.advance(seconds=gap)
    await deliver(Outbox(database, discord, "salt", clock), clock)
    assert len(discord.stored) == 1


async def test_draining_does_not_wait_for_what_was_not_begun(
    database: Database, discord: ListedDiscord, clock: Clock
) -> None:
    """A lane that waits for its turn has nothing to lose."""
    budget = Budget()
    async with contextlib.AsyncExitStack() as places:
        for _ in range(PLACES):
            await places.enter_async_context(budget.place())
        outbox = Outbox(database, discord, "salt", clock, budget)
        await owe(database)
        await outbox.tick(clock())
        async with asyncio.timeout(5):
            await outbox.drain(60)
    assert discord.attempts == []
    assert await database.read.all("SELECT state FROM posts") == []


async def test_a_digest_made_meanwhile_is_not_taken_for_the_post(
    database: Database, discord: ListedDiscord, clock: Clock
) -> None:
    """What is laid out is sent as the post that it was laid out for, whatever came before it."""
    await subscribe(database, "tide")
    await announce(database, paper("2611.00001", title="On tides"))

    class Interrupted(AuthorsWords):
        async def told(self, channel: ChannelId, entries: Sequence[PaperMatch]) -> list[PaperMatch]:
            async with database.transaction() as tx:
                if await posts.first_unfinished(tx, channel) is None and not discord.stored:
                    digest = (clock().date(), 1, 1, 0)
                    await deliveries.add_post(tx, channel, [], clock(), digest=digest, note="None.")
            return list(entries)

    outbox = Outbox(database, discord, "salt", clock, Budget(1e9), Interrupted())
    await deliver(outbox, clock)
    await deliver(outbox, clock)
    assert sum("2611.00001" in text for text in discord.texts()) == 1
    assert sum("No papers for" in text for text in discord.texts()) == 1
    assert len(discord.stored) == 2
