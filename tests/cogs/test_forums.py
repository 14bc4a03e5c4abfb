"""Forums and threads as destinations: the real client, services and storage on loopback."""

from collections import Counter

import pytest

from bot.arxiv_ids import find_id
from bot.delivery.sender import DiscordSender
from bot.domain import ChannelId, Paper
from bot.sandbox.discord import Failure, Forum, Lost, Permission
from bot.services.outbox import Outbox
from bot.storage.subscriptions import channel_of
from tests.cogs.parts import Stage
from tests.samples import paper
from tests.services.parts import announce

POSTING = "/channels/*/threads"
MESSAGES = "/channels/*/messages"
THREADS = Permission.SEND_MESSAGES_IN_THREADS


def tides(count: int, start: int = 0) -> list[Paper]:
    """Return papers about tides."""
    return [paper(f"2611.{start + n:05}", title=f"Tides, part {start + n}") for n in range(count)]


def started(forum: Forum) -> Counter[str]:
    """Return in how many of the forum's messages each paper stands."""
    found: Counter[str] = Counter()
    for message in (message for post in forum.posts for message in post.messages):
        found.update({named[0] for link in message.links if (named := find_id(link))})
    return found


def once(papers: list[Paper]) -> Counter[str]:
    """Return that each of the papers stands in one message."""
    return Counter(str(each.id) for each in papers)


async def wait_out(stage: Stage) -> None:
    """Deliver until nothing waits any more."""
    for _ in range(10):
        await stage.deliver()
        if await stage.outbox.next_tick_at() is None:
            return
        stage.clock.advance(minutes=6)
    raise AssertionError("something still waits")


async def test_each_paper_is_a_post_with_its_title_and_a_tag(stage: Stage) -> None:
    """In order; another's post of the same name and of the same link takes no part in it."""
    forum = stage.guild.add_forum("papers", ["Talk", "cs.LG"], requires_tag=True)
    papers = tides(3)
    await stage.alice.start_post(forum, papers[0].title, "https://arxiv.org/abs/2611.00000")
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide", channel=forum)
    assert f"{forum.mention} now gets papers" in reply.text
    await announce(stage.database, *papers)
    await stage.deliver()
    ours = forum.posts[1:]
    assert [post.name for post in ours] == [each.title for each in papers]
    assert [post.tags for post in ours] == [(forum.tags[1].id,)] * 3
    assert [len(post.messages) for post in ours] == [1, 1, 1]
    status = await stage.alice.command(stage.ml, "status", channel=forum)
    assert "3 posted, 0 waiting" in status.text
    why = await stage.alice.command(stage.ml, "why", paper="2611.00001", channel=forum)
    assert f"/{ours[1].id}/{ours[1].id}" in why.text


@pytest.mark.parametrize("fault", [Lost(), Lost(reset=True), Failure(502), Failure(503)], ids=repr)
@pytest.mark.parametrize("then", ["active", "archived", "a restart"])
async def test_a_post_that_was_not_answered_is_looked_for(
    stage: Stage, fault: Lost | Failure, then: str
) -> None:
    """Made or not, archived since or not, by this process or the next: it is there once."""
    forum = stage.guild.add_forum("papers")
    papers = tides(3)
    await stage.alice.command(stage.ml, "subscribe", query="tide", channel=forum)
    await stage.alice.start_post(forum, papers[1].title, "https://arxiv.org/abs/2611.00001")
    await announce(stage.database, *papers)
    rule = stage.discord.fault(fault, path=POSTING, skip=1)
    await stage.deliver()
    assert rule.hits == 1
    if then == "archived":
        for post in forum.posts:
            post.archive()
    elif then == "a restart":
        stage.outbox = Outbox(stage.database, DiscordSender(stage.bot), "salt", stage.clock)
    await wait_out(stage)
    assert len(forum.posts) == 4
    assert started(forum) - Counter({"2611.00001": 1}) == once(papers)


async def test_a_list_that_cannot_be_had_lets_nothing_be_posted(stage: Stage) -> None:
    """Whether it is there is not known: it waits."""
    forum = stage.guild.add_forum("papers")
    await stage.alice.command(stage.ml, "subscribe", query="tide", channel=forum)
    await announce(stage.database, *tides(1))
    stage.discord.fault(Lost(), path=POSTING)
    await stage.deliver()
    archived = "/channels/*/threads/archived/public"
    forum.posts[0].archive()
    rule = stage.discord.fault(Failure(503), method="GET", path=archived, times=3)
    for _ in range(3):
        stage.clock.advance(minutes=6)
        await stage.deliver()
    assert rule.hits == 3
    await wait_out(stage)
    assert started(forum) == once(tides(1))


@pytest.mark.parametrize("lost", [POSTING, MESSAGES], ids=["first page", "second page"])
async def test_a_digest_is_one_post_with_its_pages_in_it(stage: Stage, lost: str) -> None:
    """The heading is its name; the pages after the first are messages in it, each once."""
    forum = stage.guild.add_forum("papers")
    papers = tides(40)
    await stage.alice.command(stage.ml, "subscribe", query="tide", when="daily", channel=forum)
    await announce(stage.database, *papers)
    await stage.bot.services.digests.tick(stage.clock.advance(hours=24))
    stage.discord.fault(Lost(), path=lost)
    await wait_out(stage)
    (post,) = forum.posts
    assert post.name == "40 papers for Tuesday 24 November"
    assert len(post.messages) > 1
    assert "Page 2 of" in post.messages[1].text
    assert started(forum) == once(papers)
    why = await stage.alice.command(stage.ml, "why", paper="2611.00039", channel=forum)
    assert f"/{post.id}/{post.messages[-1].id}" in why.text


@pytest.mark.parametrize("how", ["deleted", "locked"])
async def test_a_digest_whose_post_is_gone_or_closed_does_not_pause_the_forum(
    stage: Stage, how: str
) -> None:
    """Its further pages go with it; what comes after is posted."""
    forum = stage.guild.add_forum("papers")
    await stage.alice.command(stage.ml, "subscribe", query="tide", when="daily", channel=forum)
    await stage.alice.command(stage.ml, "subscribe", query="seal", channel=forum)
    await announce(stage.database, *tides(40))
    await stage.bot.services.digests.tick(stage.clock.advance(hours=24))
    stage.discord.fault(Failure(503), path=MESSAGES)
    await stage.deliver()
    (post,) = forum.posts
    if how == "deleted":
        stage.guild.delete_channel(post)
    else:
        post.archive(locked=True)
    await announce(stage.database, paper("2611.10000", title="Seals"), now=stage.clock())
    await wait_out(stage)
    assert [each.name for each in forum.posts if each.name != post.name] == ["Seals"]
    known = await channel_of(stage.database.read, ChannelId(forum.id))
    assert known is not None
    assert known.paused_because is None


async def test_a_forum_where_the_bot_may_not_write_in_threads_is_named(stage: Stage) -> None:
    """Both permissions are asked for before anything is subscribed."""
    forum = stage.guild.add_forum("papers")
    forum.deny(stage.guild.bot, THREADS)
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide", channel=forum)
    assert "give me Send Messages in Threads there" in reply.text


async def test_a_forum_that_wants_a_tag_parks_what_has_none(stage: Stage) -> None:
    """In Discord's words; /retry posts it once there is one."""
    forum = stage.guild.add_forum("papers")
    await stage.alice.command(stage.ml, "subscribe", query="tide", channel=forum)
    await announce(stage.database, *tides(1))
    forum.requires_tag = True
    await wait_out(stage)
    status = await stage.alice.command(stage.ml, "status", channel=forum)
    assert "**Parked:** 1 message" in status.text
    assert "A tag is required" in status.text
    forum.requires_tag = False
    await stage.alice.command(stage.ml, "retry", channel=forum)
    await wait_out(stage)
    assert started(forum) == once(tides(1))


async def test_a_thread_gets_papers_until_it_is_locked(stage: Stage) -> None:
    """A message opens an archived one; a locked one is paused with the reason, until it is open."""
    thread = await stage.alice.start_thread(stage.ml, "Tides only")
    await stage.alice.command(thread, "subscribe", query="tide")
    thread.archive()
    await announce(stage.database, *tides(2))
    await stage.deliver()
    assert not thread.archived
    thread.change(locked=True)
    await announce(stage.database, *tides(2, start=10))
    await stage.deliver()
    status = await stage.alice.command(stage.ml, "status", channel=thread)
    assert "**Paused:** The thread" in status.text
    assert "is closed: unlock it." in status.text
    stage.woken.clear()
    thread.change(locked=False)
    await stage.woken.wait()
    await stage.deliver()
    together = "\n".join(message.text for message in thread.messages)
    assert [together.count(f"/abs/{each.id})") for each in [*tides(2), *tides(2, 10)]] == [1] * 4


async def test_a_thread_closed_to_the_bot_names_its_own_permission(stage: Stage) -> None:
    """In threads Send Messages does not matter."""
    thread = await stage.alice.start_thread(stage.ml, "Tides only")
    await stage.alice.command(thread, "subscribe", query="tide")
    stage.ml.deny(stage.guild.bot, THREADS)
    await announce(stage.database, *tides(1))
    await stage.deliver()
    status = await stage.alice.command(stage.other, "status", channel=thread)
    assert "give me View Channel and Send Messages in Threads there." in status.text
