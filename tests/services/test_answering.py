"""Where a channel asks for it, what happens to a paper is said in the thread of its post, once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.delivery.cards import update
from bot.domain import AnnounceType, ChannelId, ChannelKind, Event, Updates
from bot.errors import AlreadyDeleted, Gone, Refused, Unanswered
from bot.services.revising import UpdateSettings
from bot.storage import deliveries, subscriptions
from bot.storage.database import Database
from tests.samples import NOON, paper
from tests.services.parts import CHANNEL, GUILD, announce, subscribe
from tests.services.test_revising import Stage

TIDES = paper("2611.00001", title="Tides", announce_type=AnnounceType.NEW)
SECOND = replace(TIDES, version=2, announce_type=AnnounceType.REPLACE)
THREAD = ChannelId(1)
"""Of the first message, whose id it has."""


@pytest.fixture
async def stage(database: Database) -> Stage:
    """Return a bot with a channel that asks for answers, where one paper is posted."""
    opened = Stage(database)
    await UpdateSettings(database).choose(CHANNEL, GUILD, Updates.THREAD)
    await opened.posted(TIDES)
    return opened


async def test_an_event_is_told_in_the_thread(stage: Stage) -> None:
    """The thread is called like the paper; the post is edited too; nothing else is posted."""
    await stage.announce(SECOND)
    await stage.deliver()
    assert await stage.edit() == 1
    (text,) = stage.discord.texts(THREAD)
    assert "New version: v2" in text
    assert stage.discord.threads == {1: "Tides"}
    assert len(stage.discord.texts()) == 1
    assert "v2" in stage.discord.texts()[0]
    await stage.announce(SECOND, replace(SECOND, withdrawn=True))
    await stage.deliver()
    assert len(stage.discord.texts(THREAD)) == 2
    assert "**Withdrawn**" in stage.discord.texts(THREAD)[1]


async def test_a_thread_of_several_papers(database: Database) -> None:
    """The thread of a message with several papers is not called like one of them."""
    stage = Stage(database)
    await UpdateSettings(database).choose(CHANNEL, GUILD, Updates.THREAD)
    await stage.posted(TIDES, replace(TIDES, id=paper("2611.00002").id))
    await stage.announce(SECOND)
    await stage.deliver()
    assert stage.discord.threads == {1: "Updates to these papers"}
    assert "2611.00001" in stage.discord.texts(THREAD)[0]


@pytest.mark.parametrize("minutes", [0.5, 10], ids=["nonce known", "nonce forgotten"])
async def test_a_lost_answer_is_said_once(stage: Stage, minutes: float) -> None:
    """What Discord stored without an answer is known by its nonce, and later by its link."""
    await stage.announce(SECOND)
    await stage.announce(replace(SECOND, code_url="https://github.com/a/b"))
    stage.discord.lost.extend([None, Unanswered("The connection dropped.")])
    await stage.deliver()
    stage.clock.advance(minutes=minutes)
    await stage.deliver()
    first, second = stage.discord.texts(THREAD)
    assert "New version" in first
    assert "Code released" in second
    assert stage.discord.searched == (minutes > 2)


async def test_killed_before_the_thread_was_there(stage: Stage) -> None:
    """An answer whose thread was never started, after the nonce window, starts it and is said."""
    await stage.announce(SECOND)
    stage.discord.thread_faults.append(Unanswered("The connection dropped."))
    await stage.deliver()
    assert not stage.discord.threads
    stage.clock.advance(minutes=10)
    await stage.deliver()
    assert len(stage.discord.texts(THREAD)) == 1


async def test_the_message_was_deleted(stage: Stage) -> None:
    """There is nothing to answer then, and the channel gets its next papers."""
    stage.discord.stored.clear()
    await stage.announce(SECOND, replace(TIDES, id=paper("2611.00002").id))
    await stage.deliver()
    assert not stage.discord.texts(THREAD)
    assert len(stage.discord.texts()) == 1


@pytest.mark.parametrize(
    ("fault", "refused"),
    [(lambda: Refused("give me Create Public Threads"), 1), (lambda: Gone("gone"), 0)],
    ids=["no permission", "thread deleted"],
)
async def test_a_thread_that_is_closed_to_the_bot_stops_nothing(
    stage: Stage, fault: Callable[[], Exception], refused: int
) -> None:
    """The answer is parked or dropped; the channel is not paused."""
    await stage.announce(SECOND, replace(TIDES, id=paper("2611.00002").id))
    stage.discord.thread_faults.append(fault())
    await stage.deliver()
    assert len(stage.discord.texts()) == 2
    assert (await deliveries.counts(stage.database.read, CHANNEL)).refused == refused
    known = await subscriptions.channel_of(stage.database.read, CHANNEL)
    assert known is not None
    assert known.paused_because is None


async def test_an_answer_to_a_post_that_never_came(database: Database) -> None:
    """What happened while a post was sent that was then found deleted is not said."""
    stage = Stage(database)
    await UpdateSettings(database).choose(CHANNEL, GUILD, Updates.THREAD)
    await subscribe(database, "tide")
    await announce(database, TIDES)
    stage.discord.faults.append(Unanswered("The connection dropped."))
    await stage.deliver()
    await announce(database, SECOND, now=stage.clock.advance(seconds=10))
    stage.discord.faults.append(AlreadyDeleted("deleted"))
    await stage.deliver()
    assert not stage.discord.stored
    assert not stage.discord.threads


async def test_a_forum_post_is_answered_below_itself(database: Database) -> None:
    """A forum's post is a thread already: none is started."""
    stage = Stage(database)
    async with database.transaction() as tx:
        await subscriptions.add_channel(tx, CHANNEL, GUILD, ChannelKind.FORUM)
        await subscriptions.set_updates(tx, CHANNEL, Updates.THREAD)
    await subscribe(database, "tide")
    async with database.transaction() as tx:
        await subscriptions.add_channel(tx, CHANNEL, GUILD, ChannelKind.FORUM)
    await announce(database, TIDES)
    await stage.deliver()
    await stage.announce(SECOND)
    await stage.deliver()
    assert not stage.discord.threads
    assert len(stage.discord.posts) == 1
    assert "New version: v2" in stage.discord.texts(THREAD)[0]


def test_updates_are_told_apart_by_their_links() -> None:
    """Two updates about one paper never have the same link, so history tells which is there."""
    names = (("v2",), ("v3",), ("withdrawn",), ("published", "code"), ("upvotes-25",))
    messages = [update(SECOND, [Event(name, NOON) for name in each]) for each in names]
    assert len({message.links for message in messages}) == len(names)
    assert all(message.fits() for message in messages)
