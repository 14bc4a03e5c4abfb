"""What happens to papers is brought into their posts, and never posted again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import AnnounceType, ChannelId, ChannelKind, Mode, Paper, Updates
from bot.errors import ConfigError, NotNow, Refused, ThreadClosed, Unanswered, Unreachable
from bot.services.digests import Digests
from bot.services.outbox import Outbox
from bot.services.quiet import Quiet
from bot.services.retrying import Retries
from bot.services.revising import Revising, UpdateSettings
from bot.storage import deliveries, revisions, subscriptions
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

TIDES = paper("2611.00001", title="Tides", announce_type=AnnounceType.NEW)
SECOND = replace(
    TIDES, title="Tides, mended", version=2, announce_type=AnnounceType.REPLACE, withdrawn=False
)


class Stage:
    """A bot that posts and edits, and the Discord that it does it to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.discord = ListedDiscord(self.clock)
        self.outbox = Outbox(database, self.discord, "salt", self.clock)
        self.revising = Revising(database, self.discord, self.clock)

    async def deliver(self) -> None:
        """Post what is owed now."""
        await self.outbox.tick(self.clock())
        await self.outbox.settle()

    async def edit(self) -> int:
        """Make the edits that are due now."""
        return await self.revising.tick(self.clock())

    async def announce(self, *papers: Paper) -> None:
        """Let sources say this, an hour later."""
        await announce(self.database, *papers, now=self.clock.advance(hours=1))

    async def posted(self, *papers: Paper, channel: ChannelId = CHANNEL) -> None:
        """Post papers that a channel subscribes to."""
        await subscribe(self.database, "tide", channel)
        await announce(self.database, *papers, now=self.clock())
        await self.deliver()


@pytest.fixture
def stage(database: Database) -> Stage:
    """Return a bot with an empty channel."""
    return Stage(database)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"version": 2, "title": "Tides, mended"}, "Updated 23 November 2026: v2"),
        ({"version": 2, "withdrawn": True}, "**Withdrawn on 23 November 2026**"),
        ({"journal_ref": "Waters 1 (2026)"}, "published in Waters 1 (2026)"),
        ({"doi": "10.1000/1"}, "(https://doi.org/10.1000/1)"),
        ({"sources": ("huggingface",), "version": None}, "in Daily Papers"),
        ({"code_url": "https://github.com/a/b"}, "(https://github.com/a/b)"),
        ({"sources": ("huggingface",), "upvotes": 101}, "101 upvotes"),
    ],
    ids=["version", "withdrawn", "journal", "doi", "featured", "code", "upvotes"],
)
async def test_an_event_edits_the_post(stage: Stage, facts: dict[str, Any], said: str) -> None:
    """Whatever happens to a paper stands in its post then, and nothing is posted for it."""
    await stage.posted(TIDES)
    assert said not in stage.discord.texts()[0]
    await stage.announce(replace(TIDES, **facts))
    await stage.deliver()
    assert await stage.edit() == 1
    (text,) = stage.discord.texts()
    assert said in text
    assert len(stage.discord.attempts) == 1
    assert await stage.edit() == 0


async def test_what_changes_nothing_edits_nothing(stage: Stage) -> None:
    """The same announcement, a cross-list, and a few more upvotes are no reason to edit."""
    await stage.posted(TIDES)
    await stage.announce(TIDES, replace(TIDES, categories=("cs.LG", "cs.CV"), upvotes=24))
    assert await stage.edit() == 0


async def test_upvotes_that_go_up_and_down_are_news_once(stage: Stage) -> None:
    """A threshold that is passed again, after fewer upvotes, edits nothing again."""
    await stage.posted(TIDES)
    made = []
    for upvotes in (60, 49, 51, 20, 70):
        await stage.announce(replace(TIDES, upvotes=upvotes))
        made.append(await stage.edit())
    assert made == [1, 0, 0, 0, 0]


async def test_several_changes_are_one_edit(stage: Stage) -> None:
    """What happened to several papers of a post, in several polls, is brought by one edit."""
    other = replace(TIDES, id=paper("2611.00002").id)
    await stage.posted(TIDES, other)
    await stage.announce(SECOND)
    await stage.announce(replace(other, withdrawn=True, version=2))
    await stage.announce(replace(SECOND, doi="10.1000/1"))
    assert await stage.edit() == 1
    (text,) = stage.discord.texts()
    assert ", mended" in text
    assert "Withdrawn on" in text
    assert "doi.org/10.1000/1" in text


async def test_every_post_of_every_channel_is_edited(stage: Stage) -> None:
    """Each channel that has the paper has its post edited; the others have none."""
    await subscribe(stage.database, "tide", OTHER)
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    assert await stage.edit() == 2
    assert all("v2" in text for text in stage.discord.texts(OTHER) + stage.discord.texts())


async def test_a_page_of_a_digest_stays_that_page(stage: Stage) -> None:
    """A digest keeps its heading and all of its papers when one of them changes."""
    digests = Digests(stage.database)
    await subscribe(stage.database, "tide", mode=Mode.DAILY)
    await digests.set(CHANNEL, GUILD, 9, "UTC", now=MONDAY)
    many = [replace(TIDES, id=paper(f"2611.0{n:04}").id) for n in range(20)]
    await announce(stage.database, *many)
    await digests.tick(stage.clock.advance(hours=4))
    await stage.deliver()
    before = stage.discord.texts()
    await stage.announce(replace(SECOND, id=many[0].id), replace(SECOND, id=many[19].id))
    assert await stage.edit() == len({0, len(before) - 1})
    after = stage.discord.texts()
    assert len(after) == len(before)
    for old, new in zip(before, after, strict=True):
        assert [f"/abs/{each.id})" in old for each in many] == [
            f"/abs/{each.id})" in new for each in many
        ]
    assert "20 papers for Monday 23 November" in after[0]


async def test_a_paper_that_is_not_posted_yet_needs_no_edit(stage: Stage) -> None:
    """What happens before the post is written stands in it from the start."""
    await subscribe(stage.database, "tide")
    await stage.announce(TIDES)
    await stage.announce(SECOND)
    await stage.deliver()
    assert ", mended" in stage.discord.texts()[0]
    assert await stage.edit() == 0


async def test_a_change_while_the_post_waits_needs_no_edit(stage: Stage) -> None:
    """A post that could not be sent yet shows what happened meanwhile, by being sent."""
    await subscribe(stage.database, "tide")
    await announce(stage.database, TIDES)
    stage.discord.faults.append(Unreachable("closed"))
    await stage.deliver()
    async with stage.database.transaction() as tx:
        await subscriptions.resume_channel(tx, CHANNEL)
    await stage.announce(SECOND)
    await stage.deliver()
    assert ", mended" in stage.discord.texts()[0]
    assert await stage.edit() == 0


@pytest.mark.parametrize("is_lost", [False, True], ids=["answered", "answer lost"])
async def test_a_change_while_the_post_is_sent_is_not_lost(
    stage: Stage,
    is_lost: bool,  # noqa: FBT001 - a table
) -> None:
    """What happens between the writing of a message and its confirmation is brought after it."""
    await subscribe(stage.database, "tide")
    await announce(stage.database, TIDES)
    stage.discord.hold = asyncio.Event()
    if is_lost:
        stage.discord.lost.append(Unanswered("The connection dropped."))
    await stage.outbox.tick(stage.clock())
    await stage.discord.reached.wait()
    await announce(stage.database, SECOND, now=stage.clock.advance(seconds=1))
    assert await stage.edit() == 0, "there is no message to edit yet"
    stage.discord.hold.set()
    await stage.outbox.settle()
    stage.clock.advance(seconds=20)
    await stage.deliver()
    assert ", mended" not in stage.discord.texts()[0]
    assert await stage.edit() == 1
    assert ", mended" in stage.discord.texts()[0]


async def test_a_change_during_an_edit_is_brought_by_the_next(stage: Stage) -> None:
    """An edit settles only what it shows."""
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    stage.discord.hold = asyncio.Event()
    stage.discord.reached.clear()
    editing = asyncio.create_task(stage.edit())
    await stage.discord.reached.wait()
    await announce(stage.database, replace(SECOND, doi="10.1000/1"), now=stage.clock())
    stage.discord.hold.set()
    assert await editing == 2
    assert "doi.org" in stage.discord.texts()[0]


async def test_a_lost_answer_is_an_edit_made_twice(stage: Stage) -> None:
    """An edit whose answer never came is made again, later, and does no harm."""
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    stage.discord.lost.append(Unanswered("The connection dropped."))
    assert await stage.edit() == 0
    first = stage.discord.texts()
    assert await stage.edit() == 0, "not yet"
    due = await stage.revising.next_tick_at()
    assert due is not None
    stage.clock.now = due
    assert await stage.edit() == 1
    assert stage.discord.texts() == first
    assert len(stage.discord.edits) == 2


async def test_a_deleted_message_is_done(stage: Stage) -> None:
    """Nobody needs the edit of a message that was deleted, and its post is known to be."""
    await stage.posted(TIDES)
    stage.discord.stored.clear()
    await stage.announce(SECOND)
    await stage.edit()
    await stage.announce(replace(SECOND, version=3))
    await stage.edit()
    assert len(stage.discord.edits) == 1
    assert (await deliveries.counts(stage.database.read, CHANNEL)).posted == 1


async def test_a_closed_channel_is_paused_and_edited_when_it_is_open(stage: Stage) -> None:
    """Without access the channel is paused, and its edit waits until it is not."""
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    stage.discord.faults.append(Unreachable("I may not post there."))
    await stage.edit()
    paused = await subscriptions.channel_of(stage.database.read, CHANNEL)
    assert paused is not None
    assert paused.paused_because == "I may not post there."
    assert await stage.edit() == 0
    assert len(stage.discord.edits) == 1
    async with stage.database.transaction() as tx:
        await subscriptions.resume_channel(tx, CHANNEL)
    assert await stage.edit() == 1


async def test_a_refused_edit_is_parked(stage: Stage) -> None:
    """What Discord will not take is not tried again but on request, or when more has happened."""
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    stage.discord.faults.extend([Refused("Invalid form"), Refused("Invalid form")])
    await stage.edit()
    await stage.edit()
    assert len(stage.discord.edits) == 1
    edits = await revisions.waiting(stage.database.read, CHANNEL)
    assert (edits.owed, edits.refused, edits.refused_because) == (0, 1, "Invalid form")
    assert await Retries(stage.database).of_channel(CHANNEL, stage.clock()) == 1
    await stage.edit()
    assert len(stage.discord.edits) == 2
    await stage.announce(replace(SECOND, version=3))
    assert await stage.edit() == 1


async def test_when_discord_asks_for_a_pause_the_channel_waits(stage: Stage) -> None:
    """After a 429 no post of the channel is edited before its time; other channels go on."""
    await subscribe(stage.database, "tide", OTHER)
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    stage.discord.faults.append(NotNow("Rate limited.", retry_after=600))
    assert await stage.edit() == 1
    stage.clock.advance(minutes=9)
    assert await stage.edit() == 0
    stage.clock.advance(minutes=2)
    assert await stage.edit() == 1


async def test_a_clock_that_was_ahead_puts_no_edit_out_of_reach(stage: Stage) -> None:
    """Edits that were put off by a clock a year ahead are made when it is right again."""
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    right = stage.clock()
    stage.clock.advance(days=365)
    stage.discord.faults.append(NotNow("Rate limited."))
    await stage.edit()
    stage.clock.now = right
    assert await stage.edit() == 1


async def test_an_unknown_token_ends_the_service(stage: Stage) -> None:
    """Nothing can be edited with a token that Discord does not know."""
    await stage.posted(TIDES)
    await stage.announce(SECOND)
    stage.discord.faults.append(ConfigError("DISCORD_TOKEN"))
    with pytest.raises(ExceptionGroup) as caught:
        await stage.edit()
    assert caught.group_contains(ConfigError)


async def test_a_channel_may_leave_its_posts_as_they_are(stage: Stage) -> None:
    """Nothing is edited there, neither what was owed already nor what happens until it asks."""
    await stage.posted(TIDES)
    settings = UpdateSettings(stage.database)
    await stage.announce(SECOND)
    await settings.choose(CHANNEL, GUILD, Updates.OFF)
    assert await stage.edit() == 0
    await stage.announce(replace(SECOND, version=3))
    await settings.choose(CHANNEL, GUILD, Updates.EDIT)
    assert await stage.edit() == 0
    await stage.announce(replace(SECOND, version=4))
    assert await stage.edit() == 1


async def test_a_split_post_loses_its_edit_with_itself(stage: Stage) -> None:
    """Papers of a refused post get posts of their own, which show what happened meanwhile."""
    other = replace(TIDES, id=paper("2611.00002").id)
    await subscribe(stage.database, "tide")
    await announce(stage.database, TIDES, other)
    stage.discord.hold = asyncio.Event()
    stage.discord.faults.append(Refused("Invalid form"))
    await stage.outbox.tick(stage.clock())
    await stage.discord.reached.wait()
    await announce(stage.database, SECOND, now=stage.clock.advance(seconds=1))
    stage.discord.hold.set()
    await stage.outbox.settle()
    assert len(stage.discord.texts()) == 2
    assert ", mended" in stage.discord.texts()[0]
    assert await stage.edit() == 0


async def test_days_later_is_as_good(stage: Stage) -> None:
    """A new version weeks after the post edits it, with the day on which it came."""
    await stage.posted(TIDES)
    stage.clock.now += timedelta(days=40)
    await stage.announce(SECOND)
    assert await stage.edit() == 1
    assert "Updated 2 January 2027: v2" in stage.discord.texts()[0]


async def test_in_quiet_hours_posts_stay_as_they_are(stage: Stage) -> None:
    """What happened meanwhile is shown when they end, by one edit, and nobody wakes before."""
    await stage.posted(TIDES)
    end = MONDAY + timedelta(hours=3)
    await Quiet(stage.database).set(CHANNEL, GUILD, 6, 9, "UTC", now=stage.clock())
    await stage.announce(SECOND)
    await stage.announce(replace(SECOND, doi="10.1000/1"))
    assert await stage.edit() == 0
    assert await stage.revising.next_tick_at() == end
    stage.clock.now = end
    assert await stage.edit() == 1


async def test_a_closed_thread_holds_up_no_edit_elsewhere(stage: Stage) -> None:
    """Of a forum's posts, those that were archived wait by themselves."""
    other = replace(TIDES, id=paper("2611.00002").id, title="Tides again")
    async with stage.database.transaction() as tx:
        await subscriptions.add_channel(tx, CHANNEL, GUILD, ChannelKind.FORUM)
    await stage.posted(TIDES, other)
    await stage.announce(SECOND, replace(other, doi="10.1000/1"))
    stage.discord.faults.append(ThreadClosed("The thread is closed.", retry_after=3600))
    await stage.edit()
    assert len(stage.discord.edits) == 2
    edits = await revisions.waiting(stage.database.read, CHANNEL)
    assert (edits.owed, edits.error) == (1, "The thread is closed.")
    stage.clock.advance(hours=2)
    assert await stage.edit() == 1
