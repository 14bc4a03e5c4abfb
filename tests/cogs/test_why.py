"""/why through a real client and the loopback Discord."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain import AnnounceType, ChannelId, MessageId, Mode
from bot.storage import subscriptions
from bot.storage.deliveries import Fate
from cogs.why import fate_text
from tests.cogs.parts import Stage
from tests.samples import paper
from tests.services.parts import MONDAY, announce
from tests.services.test_explanations import explained

TIDE = paper("2511.00001", title="On tides", abstract="Every tide turns.")


async def why(stage: Stage, reference: str = "2511.00001") -> str:
    """Ask in #ml and return the answer."""
    reply = await stage.mallory.command(stage.ml, "why", paper=reference)
    assert reply.ephemeral
    return reply.text


async def test_why_links_the_message_and_shows_the_hits(stage: Stage) -> None:
    """A posted paper is linked; of each subscription the hits or the failed condition are shown."""
    await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.alice.command(stage.ml, "subscribe", query="tide AND moon")
    stage.clock.advance(hours=1)
    await announce(stage.database, TIDE, now=stage.clock())
    await stage.deliver()
    (message,) = stage.ml.messages
    text = await why(stage)
    link = f"https://discord.com/channels/{stage.guild.id}/{stage.ml.id}/{message.id}"
    assert f"**Posted**: {link}" in text
    assert "✓ `tide`" in text
    assert "On **tides**" in text
    assert "✗ `moon AND tide`: “moon” is not in the title or the abstract." in text


async def test_why_two_subscriptions_have_the_same_post(stage: Stage) -> None:
    """The second names the first, also where it would have come in the digest, or came too late."""
    await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.alice.command(stage.ml, "subscribe", query="title:tide", when="daily")
    stage.clock.advance(hours=1)
    await announce(stage.database, TIDE, now=stage.clock())
    await stage.deliver()
    stage.clock.advance(hours=1)
    await stage.alice.command(stage.ml, "subscribe", query="every tide")
    told = (await why(stage)).splitlines()
    tide, titled, every = (line for line in told if line.startswith("✓"))
    assert tide.startswith("✓ `tide`, since <t:")
    assert tide.endswith(":d>")
    assert titled.startswith("✓ `title:tide` (daily digest), since <t:")
    assert titled.endswith(": the same post as for `tide`, so it is not in the digest as well")
    assert every.endswith(": the paper is older than this subscription")


async def test_why_a_paper_that_came_again_was_not_posted_again(stage: Stage) -> None:
    """Another source, a cross-list and a new version are told, and whose post it is."""
    await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.alice.command(stage.ml, "subscribe", query="source:huggingface")
    stage.clock.advance(hours=1)
    await announce(stage.database, TIDE, now=stage.clock())
    await stage.deliver()
    again = replace(TIDE, sources=("huggingface",), categories=("cs.LG", "stat.ML"), version=2)
    await announce(stage.database, again, now=stage.clock.advance(days=1))
    await stage.deliver()
    assert len(stage.ml.messages) == 1
    text = await why(stage)
    assert (
        "this one is from arXiv and Hugging Face Daily Papers, cross-listed in stat.ML, at version "
        "2 now." in text
    )
    assert "✓ `source:huggingface`, since" in text
    assert "the same post as for `tide`" in text


async def test_why_posted_for_what_ended_or_does_not_find_it_any_more(stage: Stage) -> None:
    """A cause of the past is told, whether somebody ended it or the paper changed."""
    await stage.alice.command(stage.ml, "subscribe", query="turn")
    stage.clock.advance(hours=1)
    await announce(stage.database, TIDE, now=stage.clock())
    await stage.deliver()
    new = replace(TIDE, version=2, abstract="It stands.")
    await announce(stage.database, new, now=stage.clock.advance(days=1))
    text = await why(stage)
    assert "✗ `turn`: “turn” is not in the title or the abstract. It selected the paper" in text
    await stage.alice.command(stage.ml, "unsubscribe", query="turn")
    await stage.alice.command(stage.ml, "subscribe", query="moon")
    assert "(for a subscription that the channel has no longer)" in await why(stage)


async def test_why_not_older_than_the_subscription(stage: Stage) -> None:
    """A paper from before the subscription says so, and how to have it."""
    await announce(stage.database, TIDE)
    stage.clock.advance(hours=1)
    await stage.alice.command(stage.ml, "subscribe", query="tide")
    text = await why(stage)
    assert "older than the subscription" in text
    assert "look_back" in text


async def test_why_not_selected(stage: Stage) -> None:
    """A paper that nothing selects says so."""
    await stage.alice.command(stage.ml, "subscribe", query="moon")
    await announce(stage.database, TIDE)
    assert "no subscription of the channel selects it" in await why(stage)


async def test_why_not_a_replacement(stage: Stage) -> None:
    """A paper first seen as a new version alerted nobody."""
    await stage.alice.command(stage.ml, "subscribe", query="tide")
    await announce(stage.database, replace(TIDE, announce_type=AnnounceType.REPLACE))
    assert "a new version of an older paper" in await why(stage)


async def test_why_not_seen_at_all(stage: Stage) -> None:
    """A paper not stored is looked up, judged, and nobody is owed it."""
    stage.library.papers[TIDE.id] = TIDE
    await stage.alice.command(stage.ml, "subscribe", query="tide")
    text = await why(stage)
    assert "I had not seen this paper" in text
    assert "✓ `tide`" in text
    await stage.deliver()
    assert stage.ml.messages == ()
    assert "only looked up" in await why(stage)


async def test_why_waiting_for_the_digest(stage: Stage) -> None:
    """A daily paper says when its digest is due."""
    await stage.alice.command(stage.ml, "subscribe", query="tide", when="daily")
    await announce(stage.database, TIDE)
    assert "**Waiting** for the digest, due <t:" in await why(stage)


async def test_why_waiting_for_a_paused_channel(stage: Stage) -> None:
    """A paused channel gives the reason of its pause."""
    await stage.alice.command(stage.ml, "subscribe", query="tide")
    await announce(stage.database, TIDE)
    async with stage.database.transaction() as tx:
        await subscriptions.pause_channel(tx, ChannelId(stage.ml.id), "No rights.", MONDAY)
    assert "the channel is paused. No rights. `/status`" in await why(stage)


async def test_why_without_subscriptions_says_how_to_add_one(stage: Stage) -> None:
    """An empty channel explains itself."""
    await announce(stage.database, TIDE)
    text = await why(stage)
    assert "`/subscribe`" in text
    assert "ask somebody with Manage Channels" in text


@pytest.mark.parametrize("reference", ["tides", "2511.99999"])
async def test_what_names_no_paper_says_what_to_type(stage: Stage, reference: str) -> None:
    """Words and unknown numbers are answered, not failed."""
    assert "number" in await why(stage, reference)


@pytest.mark.parametrize(
    ("state", "day", "error", "said"),
    [
        ("sent", date(2026, 11, 23), None, "**Posted** in the digest of Monday 2026-11-23:"),
        ("deleted", None, None, "somebody **deleted** the message"),
        ("refused", None, "Bad *form*", "Discord **refused** the message: Bad \\*form\\*"),
        ("due", None, "503", "**On its way**. The last attempt: 503"),
        ("sending", None, None, "**On its way**."),
        ("aside", None, "500", "**On its way**. The last attempt: 500"),
        (None, None, None, "posted in a moment"),
    ],
    ids=["digest", "deleted", "refused", "failing", "sending", "aside", "unbound"],
)
async def test_every_fate_has_its_words(
    stage: Stage, state: str | None, day: date | None, error: str | None, said: str
) -> None:
    """Whatever became of a paper is said in words."""
    await announce(stage.database, paper("2611.00001"))
    known = await explained(stage.database)
    fate = Fate(
        mode=Mode.NOW,
        owed_at=MONDAY,
        state=state,
        digest_day=day,
        message_id=MessageId(5) if state == "sent" else None,
        error=error,
    )
    assert said in fate_text(replace(known, fate=fate), 1)
