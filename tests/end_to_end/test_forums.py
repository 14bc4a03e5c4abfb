"""The bot as a process with a forum: each paper is one post, also where Discord knows no nonce."""

from collections import Counter
from collections.abc import Sequence

from bot.domain import Paper, PaperId
from bot.sandbox.discord import Forum, Lost, Stalled
from tests.end_to_end.loopback import PATIENCE, Loopback, batch, posts

POSTING = "/channels/*/threads"


def started(forum: Forum) -> Counter[PaperId]:
    """Return in how many of the forum's posts each paper stands."""
    return sum((posts(post) for post in forum.posts), Counter())


async def all_posted(loopback: Loopback, forum: Forum, papers: Sequence[Paper]) -> None:
    """Wait until each paper has its post; none has two, and there is no other."""
    wanted = {each.id for each in papers}
    await loopback.discord.wait_until(
        lambda: wanted <= started(forum).keys(), PATIENCE, f"{len(wanted)} posts"
    )
    assert started(forum) == Counter(wanted)
    assert len(forum.posts) == len(papers)


async def test_killed_before_the_answer_arrives(loopback: Loopback) -> None:
    """A post that Discord made, even one archived since, is found again after the next start."""
    forum = loopback.guild.add_forum("papers")
    tides = batch("Tides", 5)
    loopback.discord.fault(Lost(), path=POSTING)
    loopback.discord.fault(Stalled(60), path=POSTING, skip=1)
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide", channel=forum)
        loopback.publish(tides)
        await loopback.discord.wait_until(lambda: len(forum.posts) == 3, PATIENCE, "three posts")
        await bot.kill()
        forum.posts[2].archive()
        loopback.discord.clear_faults()
        await bot.start()
        await all_posted(loopback, forum, tides)
