"""The bot as a process: every paper owed reaches its channel exactly once, whatever happens."""

import re
from datetime import UTC, datetime

import pytest

from bot.domain import AnnounceType, Paper
from bot.sandbox.discord import DiscordSandbox, Failure, Lost, Permission, Stalled, TooMany
from bot.sandbox.feed_faults import Fault
from bot.sandbox.papers import demo_batch
from bot.storage.database import Database
from tests.end_to_end.loopback import PATIENCE, Loopback, batch, posts
from tests.preprints import preprint
from tests.samples import paper


async def test_a_subscribed_channel_receives_what_matches(loopback: Loopback) -> None:
    """Two channels subscribe with slash commands and each receives its papers, once."""
    tides, hills = batch("Tides", 30), batch("Hills", 5, start=100)
    async with loopback.bot():
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide, coast of nowhere")
        await loopback.ada.command(loopback.tides, "subscribe", query="tides of the coast")
        await loopback.ada.command(loopback.hills, "subscribe", query="hill")
        loopback.publish([*tides, *hills])
        await loopback.posted(loopback.tides, tides)
        await loopback.posted(loopback.hills, hills)
        assert len(loopback.tides.messages) < len(tides), "papers of a batch share messages"
        assert not any(message.pinged for message in loopback.tides.messages)
        # Another announcement with some of the same papers adds the new ones only.
        more = batch("Tides", 3, start=200)
        loopback.publish([*tides[:10], *more])
        await loopback.posted(loopback.tides, [*tides, *more])
    assert loopback.discord.invalid_requests == 0


async def test_preprints_are_posted_once(loopback: Loopback) -> None:
    """From whichever server, over restarts, beside what arXiv announces; and looked up by DOI."""
    today = datetime.now(UTC).date()
    tides = [preprint(number, "On tides") for number in range(1, 36)]
    both = preprint(90, "On tides")
    submission = paper("openreview:note000001", title="Tides of descent", sources=())
    loopback.sources.submit([submission], "ICLR.cc/2026/Conference")
    async with loopback.bot(OPENREVIEW_VENUES="ICLR.cc/2026/Conference") as bot:
        await loopback.ready()
        await loopback.sources.wait_for_requests(2, "/details/")
        await loopback.sources.wait_for_requests(1, "/notes")
        await loopback.ada.command(
            loopback.tides, "subscribe", query='tide AND cat:"cancer biology"'
        )
        loopback.publish(batch("Tides", 3))
        loopback.sources.fail(Fault.TRUNCATED, "/details/biorxiv", times=2)
        loopback.sources.post([*tides, both], today)
        loopback.sources.post([both], today, "medrxiv")
        await loopback.tides.wait_for_messages(1, PATIENCE)
        await bot.restart()
        await loopback.posted(loopback.tides, [*tides, both])
        reply = await loopback.ada.command(
            loopback.hills, "paper", reference=f"https://doi.org/{both.id}"
        )
        assert "Cancer" not in reply.text
        assert "bioRxiv" in reply.text
        assert "cancer biology" in reply.text
        link = "https://openreview.net/forum?id=note000001"
        reply = await loopback.ada.command(loopback.hills, "paper", reference=link)
        assert "Tides of descent" in reply.text
        assert "OpenReview" in reply.text
    assert loopback.discord.invalid_requests == 0


async def test_killed_in_the_middle_of_a_batch(loopback: Loopback) -> None:
    """A bot that is killed while it delivers goes on where it was: nothing lost, none twice."""
    tides: list[Paper] = []
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        for after in (1, 2, 4):
            before = len(loopback.tides.messages)
            new = batch("Tides", 45, start=len(tides))
            loopback.publish(new)
            await loopback.tides.wait_for_messages(before + after, PATIENCE)
            await bot.restart()
            tides += new
            await loopback.posted(loopback.tides, tides)


@pytest.mark.parametrize("fault", [Lost(), Stalled(60)], ids=["lost", "stalled"])
async def test_killed_before_the_answer_arrives(loopback: Loopback, fault: Lost | Stalled) -> None:
    """A message that Discord stored, whose answer never came, is not posted a second time."""
    tides = batch("Tides", 25)
    loopback.discord.fault(fault, skip=1)
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        loopback.publish(tides)
        await loopback.tides.wait_for_messages(2, PATIENCE)
        await bot.kill()
        loopback.discord.clear_faults()
        await bot.start()
        await loopback.posted(loopback.tides, tides)


FAULTS = (TooMany(0.5), TooMany(0.5, via=False), Failure(500), Failure(503), Lost())
"""429 with and without a Via, 500, 503, and stored with the answer lost."""


async def test_faults_of_discord_are_waited_out(loopback: Loopback) -> None:
    """Whatever Discord answers for a while, each paper arrives, once."""
    tides: list[Paper] = []
    async with loopback.bot():
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        for fault in FAULTS:
            new = batch("Tides", 12, start=len(tides))
            rule = loopback.discord.fault(fault, times=2)
            loopback.publish(new)
            tides += new
            await loopback.posted(loopback.tides, tides)
            assert rule.spent, fault


async def test_published_while_the_bot_was_down(loopback: Loopback) -> None:
    """A batch announced while the bot was stopped is posted after its next start."""
    tides = batch("Tides", 10)
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        await bot.stop()
        loopback.publish(tides)
        await bot.start()
        await loopback.posted(loopback.tides, tides)


async def test_a_lost_gateway_comes_back(loopback: Loopback) -> None:
    """After the gateway was closed or cut, papers still arrive and commands are answered."""
    tides: list[Paper] = []
    async with loopback.bot():
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        for how in ("closed", "cut", "invalid session"):
            await lose_gateways(loopback.discord, how)
            new = batch("Tides", 5, start=len(tides))
            loopback.publish(new)
            tides += new
            await loopback.posted(loopback.tides, tides)
            await loopback.ready()
            reply = await loopback.ada.command(loopback.tides, "subscriptions")
            assert "tide" in reply.text, how


async def lose_gateways(discord: DiscordSandbox, how: str) -> None:
    """Let the bot lose its gateway in one of the ways in which that happens."""
    if how == "closed":
        await discord.close_gateways(4000)
    elif how == "cut":
        discord.drop_gateways()
    else:
        discord.gateway.invalidate()


async def test_a_deleted_channel_does_not_hold_up_the_others(loopback: Loopback) -> None:
    """A channel that is deleted while papers are owed to it is paused; the others go on."""
    both = batch("Tides", 8)
    async with loopback.bot():
        await loopback.ready()
        for channel in (loopback.tides, loopback.hills):
            await loopback.ada.command(channel, "subscribe", query="tide")
        loopback.guild.delete_channel(loopback.hills)
        loopback.publish(both)
        await loopback.posted(loopback.tides, both)


async def test_a_closed_channel_gets_its_papers_once_it_is_open(loopback: Loopback) -> None:
    """Without permission the channel is paused with a reason; when it is back, so are the posts."""
    tides = batch("Tides", 6)
    everyone = loopback.guild.everyone
    async with loopback.bot():
        await loopback.ready()
        for channel in (loopback.tides, loopback.hills):
            await loopback.ada.command(channel, "subscribe", query="tide")
        loopback.tides.deny(everyone, Permission.SEND_MESSAGES)
        loopback.publish(tides)
        await loopback.posted(loopback.hills, tides)
        reply = await loopback.ada.command(loopback.hills, "status", channel=loopback.tides)
        assert "Send Messages" in reply.text
        assert not posts(loopback.tides)
        loopback.tides.clear_overwrite(everyone)
        await loopback.posted(loopback.tides, tides)


async def test_a_digest_missed_while_down_is_posted_once(loopback: Loopback) -> None:
    """A digest that fell due while the bot was stopped comes after the start, and only then."""
    tides = batch("Tides", 40)
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide", when="daily")
        await loopback.ada.command(loopback.hills, "subscribe", query="tide")
        loopback.publish(tides)
        await loopback.posted(loopback.hills, tides)
        await bot.stop()
        assert not loopback.tides.messages
        async with Database.open(loopback.database) as database, database.transaction() as tx:
            await tx.run("UPDATE digests SET next_at = next_at - 2 * 24 * 3600 * 1000")
        await bot.start()
        await loopback.posted(loopback.tides, tides)
        assert "40 papers" in loopback.tides.messages[0].text
        await bot.restart()
        await loopback.ready()
        reply = await loopback.ada.command(loopback.tides, "digest now")
        assert reply.ephemeral
        await loopback.posted(loopback.tides, tides)


async def test_hostile_papers_reach_nobody_but_as_text(loopback: Loopback) -> None:
    """Whatever titles, abstracts and authors say, nobody is mentioned and no foreign link made."""
    papers = demo_batch()
    async with loopback.bot():
        await loopback.ready()
        query = "a, the, of, in, we, and, for, with, on, is, large language models as referees"
        await loopback.ada.command(loopback.tides, "subscribe", query=query)
        loopback.publish(papers)
        alerts = [paper for paper in papers if paper.announce_type is not AnnounceType.REPLACE]
        await loopback.posted(loopback.tides, alerts)
    for message in loopback.tides.messages:
        assert not message.pinged
        masked = re.findall(r"\]\((\S+?)\)", message.text)
        assert masked
        assert all(link.startswith("https://arxiv.org/") for link in masked)
