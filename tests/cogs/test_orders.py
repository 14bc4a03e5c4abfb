"""The buttons under /subscribe through a real client and the loopback Discord."""

import asyncio

import pytest

from bot.errors import NotFound
from bot.sandbox.discord import Permission, Reply
from cogs.kept import Kept
from tests.cogs.parts import Hash, Stage, running, services_of
from tests.cogs.test_subscriptions import queries
from tests.samples import paper
from tests.services.parts import announce

TAKE, SWAP = "Subscribe to a narrower one…", "Change it to a narrower one…"


async def much(stage: Stage) -> None:
    """Store 250 papers, 50 of them about tides."""
    await announce(
        stage.database,
        *(paper(f"2511.{n:05}", title="On tides" if n < 50 else "Hills") for n in range(250)),
    )
    stage.clock.advance(hours=1)


def labels(reply: Reply) -> list[str]:
    """Return the labels of a reply's buttons."""
    return [str(button["label"]) for button in reply.buttons]


async def test_subscribe_takes_effect_and_shows_the_look_back(stage: Stage) -> None:
    """A query that is not broad is subscribed at once, with what it would have posted."""
    await announce(stage.database, paper("2511.00001", title="On tides"))
    stage.clock.advance(hours=1)
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    assert await queries(stage) == ["tide"]
    assert "It would have posted **1 paper**" in reply.text
    assert "On **tides**" in reply.text
    assert labels(reply) == ["Change", "Undo"]


async def test_undo_ends_the_subscription(stage: Stage) -> None:
    """Undo leaves things as they were, and takes the buttons away."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.alice.press(reply, "Undo")
    await stage.discord.wait_until(lambda: "Undone" in reply.text)
    assert await queries(stage) == []
    assert labels(reply) == []


async def test_undo_twice_says_that_it_is_over(stage: Stage) -> None:
    """A subscription that has ended cannot be ended again."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.alice.command(stage.ml, "unsubscribe", query="tide")
    pressed = await stage.alice.press(reply, "Undo")
    assert "has ended already" in pressed.text


async def test_nothing_is_kept_for_buttons_that_nobody_presses(stage: Stage) -> None:
    """Answers with buttons leave no task behind: the buttons are known by their ids."""
    await much(stage)
    for query in ("tide", "hill"):
        reply = await stage.alice.command(stage.ml, "subscribe", query=query)
        assert reply.buttons
    reply = await stage.alice.command(stage.ml, "search", query="tide")
    assert "Next" in labels(reply)
    kept = [task for task in asyncio.all_tasks() if "timeout" in repr(task.get_coro())]
    assert kept == []


async def test_change_replaces_the_query(stage: Stage) -> None:
    """The form holds the query; what is typed there takes its place, in the same channel."""
    reply = await stage.alice.command(
        stage.ml, "subscribe", query="tide", channel=stage.other, when="daily"
    )
    pressed = await stage.alice.press(reply, "Change")
    assert pressed.modal is not None
    submitted = await stage.alice.submit(pressed.modal, {"Query": "tide AND moon"})
    await stage.discord.wait_until(lambda: "`tide AND moon`" in reply.text + submitted.text)
    assert "no longer gets papers for `tide`." in reply.text
    listed = await stage.alice.command(stage.ml, "subscriptions", channel=stage.other)
    assert "1 subscription:" in listed.text
    assert "`moon AND tide` (daily digest)" in listed.text


async def test_a_bad_query_in_the_form_changes_nothing(stage: Stage) -> None:
    """The form's errors are answered as those of the command are."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    pressed = await stage.alice.press(reply, "Change")
    submitted = await stage.alice.submit(pressed.modal, {"Query": "(tide"})
    await stage.discord.wait_until(lambda: "^" in submitted.text)
    assert await queries(stage) == ["tide"]


async def test_a_broad_query_is_asked_about(stage: Stage) -> None:
    """More than 5 % of everything is not subscribed until somebody says so."""
    await much(stage)
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    assert "Not subscribed yet" in reply.text
    assert "more than 5 % of everything" in reply.text
    assert labels(reply) == ["Subscribe", "Change", "Cancel"]
    assert await queries(stage) == []
    await stage.alice.press(reply, "Subscribe")
    await stage.discord.wait_until(lambda: "now gets papers" in reply.text)
    assert await queries(stage) == ["tide"]


async def test_a_broad_query_can_be_changed_or_cancelled(stage: Stage) -> None:
    """Change opens the form, Cancel drops it."""
    await much(stage)
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    pressed = await stage.alice.press(reply, "Change")
    await stage.alice.submit(pressed.modal, {"Query": "walrus"})
    await stage.discord.wait_until(lambda: "walrus" in reply.text)
    assert await queries(stage) == ["walrus"]
    again = await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.alice.press(again, "Cancel")
    await stage.discord.wait_until(lambda: "Nothing was subscribed." in again.text)
    assert await queries(stage) == ["walrus"]


async def divided(stage: Stage) -> None:
    """Store 250 papers, 50 of them about tides, 8 of those about spring tides."""
    await announce(
        stage.database,
        *(paper(f"2511.{n:05}", title="Spring tides" if n < 8 else "On tides") for n in range(50)),
        *(paper(f"2511.{n:05}", title="Hills") for n in range(50, 250)),
    )
    stage.clock.advance(hours=1)


async def test_a_narrower_query_can_be_taken_at_once(stage: Stage) -> None:
    """The menu under a broad query subscribes to one that is listed, with all that was ordered."""
    await divided(stage)
    reply = await stage.alice.command(
        stage.ml, "subscribe", query="tide", channel=stage.other, when="daily"
    )
    assert "- `spring tide`: about **8.0 a day**" in reply.text
    await stage.alice.choose(reply, TAKE, "spring tide")
    await stage.discord.wait_until(lambda: "now gets papers for `spring tide`" in reply.text)
    listed = await stage.alice.command(stage.ml, "subscriptions", channel=stage.other)
    assert "`spring tide` (daily digest)" in listed.text
    assert labels(reply) == ["Change", "Undo"]
    assert not reply.messages[0].selects


async def test_a_broad_subscription_can_be_narrowed_later(stage: Stage) -> None:
    """The menu under it puts the narrower query in its place, also after a restart."""
    await divided(stage)
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.alice.press(reply, "Subscribe")
    await stage.discord.wait_until(lambda: "now gets papers for `tide`" in reply.text)
    await stage.bot.close()
    services = services_of(stage.database, stage.clock, stage.library, stage.woken)
    async with running(stage.discord, services, Hash()) as fresh:
        await stage.alice.choose(reply, SWAP, "spring tide")
        await stage.discord.wait_until(lambda: "now gets papers for `spring tide`" in reply.text)
        await fresh.close()
    assert await queries(stage) == ["spring tide"]


@pytest.mark.parametrize("menu", ["take", "swap"])
async def test_permissions_are_read_again_when_a_narrower_query_is_chosen(
    stage: Stage, menu: str
) -> None:
    """Who lost Manage Channels since subscribes to nothing and changes nothing."""
    await divided(stage)
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    if menu == "swap":
        await stage.alice.press(reply, "Subscribe")
        await stage.discord.wait_until(lambda: "now gets papers" in reply.text)
    stage.ml.deny(stage.alice, Permission.MANAGE_CHANNELS)
    chosen = await stage.alice.choose(reply, SWAP if menu == "swap" else TAKE, "spring tide")
    assert "You need the permission Manage Channels" in chosen.text
    assert await queries(stage) == (["tide"] if menu == "swap" else [])


@pytest.mark.parametrize("button", ["Undo", "Change"])
async def test_permissions_are_read_again_when_a_button_is_pressed(
    stage: Stage, button: str
) -> None:
    """Who lost Manage Channels since changes nothing any more."""
    reply = await stage.alice.command(stage.ml, "subscribe", query="tide")
    stage.ml.deny(stage.alice, Permission.MANAGE_CHANNELS)
    pressed = await stage.alice.press(reply, button)
    assert "You need the permission Manage Channels" in pressed.text
    assert await queries(stage) == ["tide"]


async def test_buttons_outlive_a_restart_or_say_that_they_do_not(stage: Stage) -> None:
    """Undo works with a bot started since; Subscribe says to type the command again."""
    await much(stage)
    done = await stage.alice.command(stage.ml, "subscribe", query="walrus")
    asked = await stage.alice.command(stage.ml, "subscribe", query="tide")
    await stage.bot.close()
    services = services_of(stage.database, stage.clock, stage.library, stage.woken)
    async with running(stage.discord, services, Hash()) as fresh:
        pressed = await stage.alice.press(asked, "Subscribe")
        assert "Type the command again" in pressed.text
        await stage.alice.press(done, "Undo")
        await stage.discord.wait_until(lambda: "Undone" in done.text)
        await fresh.close()
    assert await queries(stage) == []


def test_what_is_kept_is_bounded() -> None:
    """The oldest are forgotten first."""
    kept: Kept[int] = Kept()
    names = [kept.put(number) for number in range(2_001)]
    assert kept.get(names[-1]) == 2_000
    with pytest.raises(NotFound, match="Type the command again"):
        kept.get(names[0])
