"""/status: what it says about a channel, through the loopback Discord."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain import ChannelId
from bot.ledger import Batch, Trouble
from bot.sandbox.discord import Failure, Permission
from bot.services.subscriptions import Subscriptions
from bot.storage import feeds, ledger
from tests.cogs.parts import Stage
from tests.samples import paper
from tests.services.parts import MONDAY, announce


async def status(stage: Stage) -> str:
    """Return what /status says of #ml to a member without permissions."""
    reply = await stage.mallory.command(stage.ml, "status")
    assert reply.ephemeral
    assert reply.deferred
    return reply.text


async def test_a_new_channel_is_told_how_to_begin(stage: Stage) -> None:
    """Without subscriptions the status names the commands that change that."""
    text = await status(stage)
    assert "/subscribe" in text
    assert "/digest set" in text
    assert "not asked yet" in text


async def test_it_counts_subscriptions_papers_and_what_waits(stage: Stage) -> None:
    """Posted, waiting and waiting for the digest are counted apart."""
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    await stage.alice.command(stage.ml, "subscribe", query="walrus", when="daily")
    await announce(stage.database, paper("2511.00001", title="Seal"))
    await stage.deliver()
    await announce(
        stage.database,
        paper("2511.00002", title="Seal again"),
        paper("2511.00003", title="Walrus"),
        paper("2511.00004", title="Walrus again"),
    )
    text = await status(stage)
    assert "2, of which 1 in the digest" in text
    assert "1 posted, 1 waiting to be posted, 2 waiting for the digest" in text
    assert "**Papers stored:** 4" in text


async def test_it_says_why_a_message_is_not_out(stage: Stage) -> None:
    """While Discord does not answer, the reason stands in the status."""
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    await announce(stage.database, paper("2511.00001", title="Seal"))
    stage.discord.fault(Failure(503))
    await stage.deliver()
    assert "**The next message is not out yet:** Discord answered 503." in await status(stage)


async def test_an_empty_digest_says_of_how_many_papers_nothing_matched(stage: Stage) -> None:
    """On a day without matches the status says why nothing was posted, until the next digest."""
    await stage.alice.command(stage.ml, "subscribe", query="walrus", when="daily")
    await announce(stage.database, *(paper(f"2511.0000{n}") for n in range(7)))
    now = stage.clock.advance(hours=4)
    await stage.bot.services.digests.tick(now)
    assert "**No digest posted today:** Nothing matched (7 papers checked)." in await status(stage)
    stage.clock.advance(hours=14)
    text = await status(stage)
    assert "**No digest posted on Monday 2026-11-23:** Nothing matched (7 papers checked)." in text


async def test_a_digest_without_news_says_that_nothing_was_announced(stage: Stage) -> None:
    """Nothing matched is another reason than nothing announced."""
    await stage.alice.command(stage.ml, "subscribe", query="walrus", when="daily")
    await stage.bot.services.digests.tick(stage.clock.advance(hours=4))
    assert "No paper was announced since the one before" in await status(stage)


async def test_a_posted_digest_is_told_with_its_zone(stage: Stage) -> None:
    """The last digest counts its papers, and the next is a time that each reader sees as theirs."""
    await stage.alice.command(stage.ml, "subscribe", query="seal", when="daily")
    await stage.alice.command(stage.ml, "digest set", hour=9, timezone="Asia/Tokyo")
    await announce(stage.database, paper("2511.00001", title="Seal"))
    await stage.bot.services.digests.tick(stage.clock.advance(hours=20))
    text = await status(stage)
    assert "**Last digest:** today, 1 paper" in text
    assert "at 09:00 (Asia/Tokyo), every day; next <t:" in text


async def test_daily_subscriptions_without_a_digest_are_noticed(stage: Stage) -> None:
    """A digest that was switched off leaves subscriptions that wait."""
    await stage.alice.command(stage.ml, "subscribe", query="seal", when="daily")
    await stage.alice.command(stage.ml, "digest off")
    assert "Its daily subscriptions wait for one." in await status(stage)


async def test_a_paused_channel_says_why_and_what_to_do(stage: Stage) -> None:
    """The reason, the permissions to give and that nothing is lost."""
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    await announce(stage.database, paper("2511.00001", title="Seal"))
    stage.ml.deny(stage.guild.bot, Permission.SEND_MESSAGES)
    await stage.deliver()
    text = await status(stage)
    assert "**Paused:**" in text
    assert f"give me Send Messages in {stage.ml.mention}" in text
    assert "nothing is lost" in text


async def test_a_pause_that_permissions_do_not_explain_has_a_remedy_too(stage: Stage) -> None:
    """Where the bot seems to be allowed, the way to go on is named."""
    await stage.alice.command(stage.ml, "subscribe", query="seal")
    await Subscriptions(stage.database).pause(
        ChannelId(stage.ml.id), "@everyone said **no**", now=MONDAY
    )
    text = await status(stage)
    assert "**Paused:** ＠everyone said \\*\\*no\\*\\*" in text  # noqa: RUF001 - a look-alike
    assert "Type `/subscribe` again" in text


@pytest.mark.parametrize("failing", [1, 8])
async def test_failing_sources_are_named_with_their_reason(stage: Stage, failing: int) -> None:
    """Some sources that fail are named with the time of the last answer, the rest counted."""
    names = tuple(f"arxiv/{n}" for n in range(10))
    async with stage.database.transaction() as tx:
        await feeds.add_missing(tx, names, MONDAY)
        for feed in await feeds.everything(tx):
            success = feeds.Feed(
                name=feed.name, last_success_at=MONDAY, next_at=MONDAY + timedelta(hours=1)
            )
            await feeds.record_success(tx, success)
        for name in names[:failing]:
            await feeds.record_failure(tx, name, "no `answer`", MONDAY, MONDAY)
    text = await status(stage)
    since = f"<t:{int(MONDAY.timestamp())}:R>"
    assert f"**Sources:** {10 - failing} of 10 answer; last answer {since}" in text
    assert text.count("has been failing since") == min(failing, 5)
    assert f"- arxiv/0 has been failing since {since}: no \\`answer\\`" in text
    assert ("- and 3 more" in text) == (failing == 8)


async def test_sources_that_were_not_asked_yet_do_not_count_as_answering(stage: Stage) -> None:
    """In the first minute nothing is known of them, and nothing is claimed."""
    async with stage.database.transaction() as tx:
        await feeds.add_missing(tx, ("arxiv:cs", "huggingface"), MONDAY)
    assert "**Sources:** not asked yet" in await status(stage)


async def watch(stage: Stage, *batches: Batch) -> None:
    """Write the ledger."""
    async with stage.database.transaction() as tx:
        await feeds.add_missing(tx, tuple({it.feed for it in batches}), MONDAY)
        await ledger.write(tx, batches)


def batch(day: int, name: str = "arxiv:cs") -> Batch:
    """Return a complete batch of November."""
    on = date(2026, 11, day)
    return Batch(feed=name, day=on, seen=9, known_by="listing", closed_at=MONDAY)


def open_(day: int, name: str = "arxiv:cs", trouble: Trouble | None = None) -> Batch:
    """Return an open batch of November."""
    return Batch(feed=name, day=date(2026, 11, day), trouble=trouble)


async def test_it_says_that_the_announcement_is_here_and_nothing_matched(stage: Stage) -> None:
    """Of how many papers that were checked since."""
    await stage.alice.command(stage.ml, "subscribe", query="walrus")
    await watch(stage, batch(23))
    await announce(stage.database, *(paper(f"2511.0000{n}") for n in range(7)))
    text = await status(stage)
    assert "**arXiv:** the announcement of Monday 23 November is here, all of it" in text
    assert "nothing matched (7 papers checked)." in text
    await announce(stage.database, paper("2511.00009", title="Walrus"))
    assert "8 papers checked, 1 matched." in await status(stage)


async def test_it_tells_a_late_announcement_from_a_source_that_is_down(stage: Stage) -> None:
    """Since when it was due, who has it, and since when nobody answers."""
    due = int(datetime(2026, 11, 23, 5, tzinfo=UTC).timestamp())
    await watch(stage, open_(23, "arxiv:cs", Trouble.STALE), batch(23, "arxiv:math"))
    text = await status(stage)
    assert f"is late. It was due <t:{due}:R>; 1 of 2 archives have it whole." in text
    await watch(stage, open_(23, "arxiv:cs", Trouble.ERROR), open_(23, "arxiv:math", Trouble.ERROR))
    assert "**arXiv:** it is down; the announcement of Monday 23 November" in await status(stage)
    async with stage.database.transaction() as tx:
        for feed in await feeds.everything(tx):
            success = feeds.Feed(
                name=feed.name, last_success_at=MONDAY - timedelta(hours=9), next_at=MONDAY
            )
            await feeds.record_success(tx, success)
            await feeds.record_failure(tx, feed.name, "503", MONDAY, MONDAY)
    since = int((MONDAY - timedelta(hours=9)).timestamp())
    assert f"**arXiv:** it has been down since <t:{since}:R>" in await status(stage)


async def test_it_explains_weekends_and_holidays(stage: Stage) -> None:
    """With the time of the next announcement, in each reader's own time."""
    await watch(stage, batch(20), batch(26))
    stage.clock.now = datetime(2026, 11, 21, 15, tzinfo=UTC)
    following = int(datetime(2026, 11, 23, 1, tzinfo=UTC).timestamp())
    text = await status(stage)
    assert "**arXiv:** no announcement today, for it is the weekend" in text
    assert f"the next one is due <t:{following}:R>." in text
    stage.clock.now = datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert "**arXiv:** no announcement today, a day off there" in await status(stage)


async def test_days_that_are_not_complete_are_named(stage: Stage) -> None:
    """Some of them; they are being filled in."""
    await watch(stage, *(open_(day) for day in (9, 10, 11, 12, 13, 16)), batch(23))
    text = await status(stage)
    assert "**Not complete yet:** Monday 9 November, Tuesday 10 November" in text
    assert "Friday 13 November and 1 more; I go on filling it in." in text


async def test_preprint_servers_are_told_apart_from_arxiv(stage: Stage) -> None:
    """What they posted on a weekend is no announcement of arXiv's, and says what is missing."""
    posted = Batch(
        feed="biorxiv",
        day=date(2026, 11, 21),
        announced=70,
        seen=70,
        known_by="biorxiv",
        changed_at=MONDAY,
        read_at=MONDAY,
    )
    lacking = replace(posted, feed="medrxiv", known_by=None, seen=30)
    await watch(stage, batch(20), posted, replace(posted, feed="medrxiv"))
    stage.clock.now = datetime(2026, 11, 21, 15, tzinfo=UTC)
    text = await status(stage)
    assert "**arXiv:** no announcement today, for it is the weekend" in text
    said = "70 posted on Saturday 21 November, new preprints and new versions; nothing is missing."
    assert f"**bioRxiv:** {said}" in text
    await watch(stage, lacking, Batch(feed="medrxiv", day=date(2026, 11, 22)))
    told = "Saturday 21 November (30 of 70), Sunday 22 November (not read); I go on reading."
    assert f"**medRxiv:** not complete yet: {told}" in await status(stage)


@pytest.mark.parametrize(
    ("now", "rows", "said"),
    [
        (
            datetime(2026, 11, 22, 9, tzinfo=UTC),
            [batch(20)],
            "No announcement, for it was the weekend",
        ),
        (
            datetime(2026, 11, 27, 15, tzinfo=UTC),
            [batch(26)],
            "No announcement, for arXiv had a day off",
        ),
        (datetime(2026, 11, 23, 9, tzinfo=UTC), [open_(23)], "arXiv's announcement was late."),
        (
            datetime(2026, 11, 23, 9, tzinfo=UTC),
            [open_(23, trouble=Trouble.ERROR)],
            "arXiv did not answer.",
        ),
    ],
    ids=["weekend", "holiday", "late", "down"],
)
async def test_an_empty_digest_tells_why(
    stage: Stage, now: datetime, rows: list[Batch], said: str
) -> None:
    """In /status, and before it is due in /digest now."""
    stage.clock.now = now - timedelta(hours=30)
    await stage.alice.command(stage.ml, "subscribe", query="walrus", when="daily")
    await watch(stage, *rows)
    stage.clock.now = now
    await stage.bot.services.digests.tick(now)
    assert said in await status(stage)
    reply = await stage.mallory.command(stage.ml, "digest now")
    assert "\narXiv: " in reply.text
