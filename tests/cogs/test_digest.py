"""/digest set, now and off through a real client and the loopback Discord."""

from datetime import UTC, datetime

import pytest

from bot.domain import ChannelId
from bot.sandbox.discord import Permission
from bot.storage import digests, subscriptions
from bot.storage.digests import StoredDigest
from cogs.digest import empty_text, off_text, offered_days, preview_note
from tests.cogs.parts import Stage
from tests.samples import paper
from tests.services.parts import announce

DUE = datetime(2026, 11, 24, 8, tzinfo=UTC)


async def stored(stage: Stage) -> StoredDigest:
    """Return the digest of #ml."""
    found = await digests.of_channel(stage.database.read, ChannelId(stage.ml.id))
    assert found is not None
    return found


async def test_set_says_when_the_digest_comes(stage: Stage) -> None:
    """The answer tells hour, zone, days and the next time, and that nothing is daily yet."""
    reply = await stage.alice.command(
        stage.ml, "digest set", hour=9, timezone="Europe/Berlin", days="Mon, Wed, Fri"
    )
    digest = await stored(stage)
    assert reply.ephemeral
    assert "at 09:00 (Europe/Berlin), on Mondays, Wednesdays and Fridays" in reply.text
    assert f"<t:{int(digest.next_at.timestamp())}:R>" in reply.text
    assert "when: daily" in reply.text
    assert digest.schedule.days == {1, 3, 5}


async def test_set_takes_a_city_that_was_typed_and_not_picked(stage: Stage) -> None:
    """A place that is in no list is understood, and the answer shows as what."""
    await stage.alice.command(stage.ml, "subscribe", query="mesh", when="daily")
    reply = await stage.alice.command(stage.ml, "digest set", hour=0, timezone="san francisco")
    assert "at 00:00 (America/Los_Angeles), every day" in reply.text
    assert "the papers of its daily subscription" in reply.text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timezone": "Atlantis"}, "Europe/Berlin"),
        ({"timezone": "UTC", "days": "someday"}, "someday"),
        ({"timezone": "UTC", "days": ""}, "at least one day"),
    ],
    ids=["zone", "days", "no days"],
)
async def test_set_refuses_what_is_not_there(
    stage: Stage, options: dict[str, str], said: str
) -> None:
    """An unknown zone or day is answered with what can be typed."""
    reply = await stage.alice.command(stage.ml, "digest set", hour=9, **options)
    assert reply.ephemeral
    assert said in reply.text
    assert await digests.of_channel(stage.database.read, ChannelId(stage.ml.id)) is None


@pytest.mark.parametrize("command", ["digest set", "digest off"])
async def test_the_target_channel_decides_who_may_change_it(stage: Stage, command: str) -> None:
    """Manage Channels is needed in the channel that is named."""
    stage.other.deny(stage.alice, Permission.MANAGE_CHANNELS)
    options: dict[str, str | int] = {}
    if command == "digest set":
        options = {"hour": 9, "timezone": "UTC"}
    reply = await stage.alice.command(stage.ml, command, channel=stage.other, **options)
    assert "You need the permission Manage Channels" in reply.text


async def test_set_refuses_a_channel_closed_to_the_bot(stage: Stage) -> None:
    """A digest that could not be posted is not set."""
    stage.ml.deny(stage.guild.bot, Permission.SEND_MESSAGES)
    reply = await stage.alice.command(stage.ml, "digest set", hour=9, timezone="UTC")
    assert "give me Send Messages" in reply.text


async def test_time_zones_complete_with_their_time(stage: Stage) -> None:
    """Part of a city's name is enough, and the clock there tells whether it is the right one."""
    (choice,) = await stage.alice.autocomplete(stage.ml, "digest set", timezone="berl")
    assert (choice.name, choice.value) == ("Europe/Berlin (07:00)", "Europe/Berlin")
    everything = await stage.alice.autocomplete(stage.ml, "digest set", timezone="")
    assert len(everything) == 25


async def test_days_complete_with_what_was_meant(stage: Stage) -> None:
    """Typed days are offered back as they are understood."""
    offered = await stage.alice.autocomplete(stage.ml, "digest set", days="mon-fri")
    assert [each.value for each in offered] == ["weekdays"]


async def test_now_shows_privately_what_waits_and_changes_nothing(stage: Stage) -> None:
    """A preview is seen by one person, and the papers still wait afterwards."""
    await stage.alice.command(stage.ml, "subscribe", query="seal", when="daily")
    await announce(stage.database, paper("2511.00001", title="Seal of the north"))
    first = await stage.alice.command(stage.ml, "digest now")
    second = await stage.alice.command(stage.ml, "digest now")
    await stage.discord.wait_until(lambda: "Only you see this." in second.text)
    for reply in (first, second):
        assert reply.ephemeral
        assert "of the north" in reply.text
    assert stage.ml.messages == ()


async def test_a_long_preview_shows_its_first_pages(stage: Stage) -> None:
    """A preview of very many papers stops after three pages and says how many there are."""
    await stage.alice.command(stage.ml, "subscribe", query="seal", when="daily")
    await announce(
        stage.database, *(paper(f"2511.01{n:03}", title=f"Seal {n} " * 12) for n in range(60))
    )
    reply = await stage.alice.command(stage.ml, "digest now")
    await stage.discord.wait_until(lambda: "first 3 of" in reply.text)
    assert len(reply.messages) == 4
    assert reply.ephemeral


async def test_now_without_papers_says_when_it_is_due(stage: Stage) -> None:
    """An empty preview tells the hour."""
    await stage.alice.command(stage.ml, "digest set", hour=9, timezone="UTC")
    reply = await stage.alice.command(stage.ml, "digest now")
    assert "Nothing waits" in reply.text
    assert "<t:" in reply.text


async def test_off_switches_off_and_a_second_time_says_so(stage: Stage) -> None:
    """Switching off what is off is answered with how to set it."""
    await stage.alice.command(stage.ml, "digest set", hour=9, timezone="UTC")
    first = await stage.alice.command(stage.ml, "digest off")
    second = await stage.alice.command(stage.ml, "digest off")
    assert "is off" in first.text
    assert "/digest set" in second.text
    assert first.ephemeral
    assert second.ephemeral


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", "every day"),
        ("week", "weekdays"),
        ("tue thu", "Tue, Thu"),
        ("sat, sun", "weekends"),
        ("zzz", "every day"),
    ],
)
def test_offered_days_put_first_what_was_meant(typed: str, first: str) -> None:
    """The first choice is what was typed, if it can be understood."""
    assert offered_days(typed)[0] == first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (empty_text("<#1>", None), "has no digest"),
        (preview_note(None, 1), "Set one with"),
        (preview_note(DUE, 1), "Due <t:1795507200:R>"),
        (off_text("<#1>", 0), "is off. Daily"),
        (off_text("<#1>", 1), "The paper waiting for it stays."),
        (off_text("<#1>", 12), "12 papers waiting for it stay."),
    ],
    ids=["empty", "unset", "due", "off", "off with one", "off with many"],
)
def test_texts_say_what_becomes_of_waiting_papers(text: str, said: str) -> None:
    """Each answer fits the number of papers."""
    assert said in text


async def test_catch_up_sets_how_old_single_papers_may_be(stage: Stage) -> None:
    """The answer tells what comes after an outage; who may not change the channel is refused."""
    reply = await stage.alice.command(stage.ml, "digest catch-up", days=3)
    assert "each paper up to 3 days old by itself" in reply.text
    known = await subscriptions.channel_of(stage.database.read, ChannelId(stage.ml.id))
    assert known is not None
    assert known.catch_up_days == 3
    reply = await stage.mallory.command(stage.ml, "digest catch-up", days=30)
    assert "Manage Channels" in reply.text
