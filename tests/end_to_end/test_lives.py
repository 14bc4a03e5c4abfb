"""The bot as a process: what happens to a paper after its post stands in the same message."""

from dataclasses import replace

import pytest

from bot.domain import AnnounceType
from bot.sandbox.discord import Lost, Stalled
from bot.sandbox.discord.threads import threads_of
from tests.end_to_end.loopback import PATIENCE, Loopback, batch


async def test_a_new_version_and_a_withdrawal_edit_the_post(loopback: Loopback) -> None:
    """The message is edited each time, pings nobody, and stays the only one, also over a kill."""
    first, other = batch("Tides", 2)
    second = replace(
        first, version=2, announce_type=AnnounceType.REPLACE, title="Tides of two coasts"
    )
    third = replace(second, version=3, abstract="This paper has been withdrawn by the authors.")
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        loopback.publish([first, other])
        await loopback.posted(loopback.tides, [first, other])
        (message,) = loopback.tides.messages
        loopback.publish([second])
        await loopback.discord.wait_until(
            lambda: "of two coasts" in loopback.tides.messages[0].text, PATIENCE, "the edit"
        )
        text = loopback.tides.messages[0].text
        assert "Updated " in text, text
        assert other.title.removeprefix("Tides ") in text
        # Killed between the edit and its record: the edit is made again, and does no harm.
        loopback.discord.fault(Lost(), method="PATCH", path="/channels/*/messages/*")
        loopback.publish([third])
        await loopback.discord.wait_until(
            lambda: "Withdrawn on" in loopback.tides.messages[0].text, PATIENCE, "the withdrawal"
        )
        await bot.restart()
        await loopback.ready()
        loopback.publish([third, *batch("Tides", 1, start=50)])
        await loopback.tides.wait_for_messages(2, PATIENCE)
    assert loopback.tides.messages[0].id == message.id
    assert len(loopback.tides.messages) == 2
    assert not any(each.pinged for each in loopback.tides.messages)


@pytest.mark.parametrize("fault", [Lost(), Stalled(60)], ids=["lost", "stalled"])
async def test_an_answer_in_the_thread_comes_once(
    loopback: Loopback, fault: Lost | Stalled
) -> None:
    """Killed between the answer and its record, the bot says it no second time."""
    (first,) = batch("Tides", 1)
    second = replace(first, version=2, announce_type=AnnounceType.REPLACE)
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        await loopback.ada.command(loopback.tides, "updates", how="thread")
        loopback.publish([first])
        await loopback.posted(loopback.tides, [first])
        loopback.discord.fault(fault)
        loopback.publish([second])
        await loopback.discord.wait_until(
            lambda: any(each.messages for each in threads_of(loopback.tides)),
            PATIENCE,
            "the answer",
        )
        await bot.kill()
        loopback.discord.clear_faults()
        await bot.start()
        await loopback.ready()
        loopback.publish([second, *batch("Tides", 1, start=50)])
        await loopback.tides.wait_for_messages(2, PATIENCE)
    (thread,) = threads_of(loopback.tides)
    (answer,) = thread.messages
    assert "New version: v2" in answer.text
    assert thread.id == loopback.tides.messages[0].id
    assert "v2" in loopback.tides.messages[0].text
