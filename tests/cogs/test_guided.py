"""/setup, step by step, and the welcome to a new server, through a real client."""

import pytest

from bot.errors import QueryError
from bot.matching.parser import parse
from bot.sandbox.discord import Permission, Reply
from cogs.fields import FIELDS, categories_in, query_of
from tests.cogs.parts import POSTING, Stage
from tests.samples import paper
from tests.services.parts import announce

READING = POSTING | Permission.READ_MESSAGE_HISTORY
WORDS, CATEGORIES = (
    "Keywords, with commas; any of them",
    "In these categories; none: everywhere",
)
FIELD, WHEN, ZONE = "1. Your field…", "3. As they come, or daily at…", "In which time zone…"


async def seen(stage: Stage, reply: Reply, text: str) -> None:
    """Wait until the answer, which is replaced at each step, has a text."""
    await stage.discord.wait_until(lambda: text in reply.text, 5, text)


async def test_a_channel_is_set_up_step_by_step(stage: Stage) -> None:
    """Field, keywords, hour and zone, each with what it would have brought; then it is done."""
    await announce(
        stage.database, paper(title="A diffusion model of snails", categories=("cs.CV",))
    )
    reply = await stage.alice.command(stage.ml, "setup")
    assert reply.ephemeral
    assert "*choose one below*" in reply.text
    assert "Finish" not in [each["label"] for each in reply.buttons]
    await stage.alice.choose(reply, FIELD, "Computer vision")
    await seen(stage, reply, "diffusion model, gaussian splatting")
    assert "would have posted **1 paper**" in reply.text
    form = await stage.alice.press(reply, "2. Keywords…")
    await stage.alice.submit(form.modal, {WORDS: "snail", CATEGORIES: "CS.cv"})
    await seen(stage, reply, "`(cat:cs.CV) (snail)`")
    await stage.alice.choose(reply, WHEN, "Daily at 07:00")
    await seen(stage, reply, "daily at 07:00 (UTC)")
    await stage.alice.choose(reply, ZONE, "Europe/Berlin")
    await seen(stage, reply, "daily at 07:00 (Europe/Berlin)")
    assert stage.ml.messages == ()
    await stage.alice.press(reply, "Finish")
    await seen(stage, reply, "**Done.**")
    kept = await stage.mallory.command(stage.ml, "subscriptions")
    assert "snail" in kept.text
    assert "(daily digest)" in kept.text


async def test_nothing_happens_before_the_end(stage: Stage) -> None:
    """Cancel leaves the channel as it was."""
    reply = await stage.alice.command(stage.ml, "setup")
    await stage.alice.choose(reply, FIELD, "Robotics")
    await seen(stage, reply, "cs.RO")
    await stage.alice.press(reply, "Cancel")
    await seen(stage, reply, "Nothing was set up.")
    assert "no subscriptions" in (await stage.alice.command(stage.ml, "subscriptions")).text


async def test_a_bad_keyword_is_refused_where_it_was_typed(stage: Stage) -> None:
    """A query that does not parse says so, and the draft stays."""
    reply = await stage.alice.command(stage.ml, "setup")
    form = await stage.alice.press(reply, "2. Keywords…")
    refused = await stage.alice.submit(form.modal, {WORDS: "(snail"})
    await stage.discord.wait_until(lambda: "```" in refused.text, 5, "the caret")
    empty = await stage.alice.submit(form.modal, {WORDS: " , "})
    assert "Type a keyword or a category" in empty.text


async def test_each_step_reads_permissions_again(stage: Stage) -> None:
    """Whoever lost Manage Channels since, or never had it, sets nothing up."""
    reply = await stage.alice.command(stage.ml, "setup")
    await stage.alice.choose(reply, FIELD, "Robotics")
    await seen(stage, reply, "cs.RO")
    stage.ml.deny(stage.alice, Permission.MANAGE_CHANNELS)
    refused = await stage.alice.press(reply, "Finish")
    await stage.discord.wait_until(lambda: "Manage Channels" in refused.text, 5, "the refusal")
    assert "no subscriptions" in (await stage.mallory.command(stage.ml, "subscriptions")).text


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_makes_a_query(field: object) -> None:
    """The queries that beginners get are none that is refused."""
    chosen = next(each for each in FIELDS if each is field)
    query = query_of(chosen.categories, chosen.keywords)
    if not query:
        assert chosen.name == "Something else"
        return
    try:
        parse(query)
    except QueryError as error:
        pytest.fail(error.hint)


def test_categories_are_written_as_arxiv_does() -> None:
    """Case and blanks do not matter; categories of other sources stay as typed."""
    assert categories_in(' CS.cv,"cell biology" ,\nmath.nt') == ("cs.CV", "cell biology", "math.NT")
    assert query_of(("cs.CV", "cell biology"), "a, b") == '(cat:cs.CV, cat:"cell biology") (a, b)'


async def test_a_new_server_is_welcomed_once(stage: Stage) -> None:
    """Where the bot may write, pinging nobody; not again when Discord tells of it once more."""
    guild = stage.discord.plan_guild("New", READING)
    quiet, general = guild.add_text_channel("rules"), guild.add_text_channel("general")
    quiet.deny(guild.bot, Permission.SEND_MESSAGES)
    stage.discord.invite(guild)
    await stage.discord.wait_until(lambda: bool(general.messages), 5, "the welcome")
    assert "/setup" in general.messages[0].text
    assert general.messages[0].pinged == frozenset()
    stage.discord.invite(guild)
    # A command after the event: it was dealt with when this is answered.
    await guild.add_member("newcomer").command(general, "help")
    assert len(general.messages) == 1
    assert quiet.messages == ()
