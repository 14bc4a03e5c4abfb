"""/preview through a real client and the loopback Discord."""

import pytest

from bot.sandbox.discord import Reply
from cogs.preview_text import rate
from tests.cogs.parts import Hash, Stage, running, services_of
from tests.cogs.test_orders import divided
from tests.cogs.test_subscriptions import HOSTILE, queries
from tests.samples import paper
from tests.services.parts import announce


async def test_preview_shows_what_would_have_been_posted(stage: Stage) -> None:
    """How many, how many a day, the newest with the matched words in bold; nothing happens."""
    await announce(
        stage.database,
        *(paper(f"2511.0000{n}", title=f"Mesh {n} for seals") for n in range(4)),
        paper("2511.00009", title="Hills"),
    )
    stage.clock.advance(hours=1)
    reply = await stage.mallory.command(stage.ml, "preview", query="mesh")
    assert reply.ephemeral
    assert "**4 papers** (80.0 %) of the 5 papers of the last day" in reply.text
    assert "about **4.0 a day**" in reply.text
    shown = [link for link in reply.links if "/abs/" in link]
    assert shown == [f"https://arxiv.org/abs/2511.0000{n}" for n in (3, 2, 1)]
    assert "**Mesh** 3 for seals" in reply.text
    assert await queries(stage) == []


async def test_preview_shows_the_words_around_a_hit_in_the_abstract(stage: Stage) -> None:
    """Where the title does not say it, the abstract does."""
    await announce(
        stage.database, paper(title="On tides", abstract="We count harbour seals daily.")
    )
    stage.clock.advance(hours=1)
    reply = await stage.mallory.command(stage.ml, "preview", query="harbour seal")
    assert "We count **harbour seals** daily." in reply.text


async def test_preview_names_the_alternative_that_brings_most(stage: Stage) -> None:
    """Of several alternatives, the biggest is named with its number."""
    await announce(
        stage.database,
        *(paper(f"2511.0000{n}", title=f"Mesh {n}") for n in range(3)),
        paper("2511.00009", title="Hills"),
    )
    stage.clock.advance(hours=1)
    reply = await stage.mallory.command(stage.ml, "preview", query="mesh, hill", days=7)
    assert "`mesh` brings the most of them: 3." in reply.text


LOOK = "Look back for a narrower one…"


async def chosen(stage: Stage, reply: Reply, label: str) -> str:
    """Choose a narrower query and return the text that takes the place of the old one."""
    before = reply.text
    await stage.mallory.choose(reply, LOOK, label)
    await stage.discord.wait_until(lambda: reply.text != before)
    return reply.text


async def test_a_narrower_query_can_be_looked_back_for(stage: Stage) -> None:
    """The menu names each with its number and puts its look back in the place of this one."""
    await divided(stage)
    reply = await stage.mallory.command(stage.ml, "preview", query="tide", days=7)
    assert "Narrower, for example:\n- `spring tide`: about **8.0 a day**" in reply.text
    (menu,) = reply.messages[0].selects
    assert [(each["label"], each["description"]) for each in menu["options"]] == [
        ("spring tide", "about 8.0 a day")
    ]
    text = await chosen(stage, reply, "spring tide")
    assert "Looking back for `spring tide`:" in text
    assert "**8 papers** (3.2 %)" in text
    assert not reply.messages[0].selects


async def test_a_long_narrower_query_can_be_chosen_too(stage: Stage) -> None:
    """One that does not fit into an option is kept, until a restart, which says so."""
    await divided(stage)
    typed = f"tide, {', '.join(f'unheard of {n}' for n in range(10))}"
    reply = await stage.mallory.command(stage.ml, "preview", query=typed)
    (menu,) = reply.messages[0].selects
    label = next(each["label"] for each in menu["options"] if "spring" in each["label"])
    assert len(label) == 100
    assert label.endswith("…")
    await stage.bot.close()
    services = services_of(stage.database, stage.clock, stage.library, stage.woken)
    async with running(stage.discord, services, Hash()) as fresh:
        gone = await stage.mallory.choose(reply, LOOK, label)
        assert "Type the command again" in gone.text
        again = await stage.mallory.command(stage.ml, "preview", query=typed)
        assert "**8 papers**" in await chosen(stage, again, label)
        await fresh.close()


async def test_preview_of_what_nobody_wrote_says_so(stage: Stage) -> None:
    """No paper is an answer too."""
    await announce(stage.database, paper("2511.00009", title="Hills"))
    stage.clock.advance(hours=1)
    reply = await stage.mallory.command(stage.ml, "preview", query="walrus")
    assert "None of the 1 paper of the last day would have been posted." in reply.text


@pytest.mark.parametrize(
    ("a_day", "said"),
    [
        (12.3, "12 a day"),
        (3.46, "3.5 a day"),
        (0.5, "4 a week"),
        (0.1, "3 a month"),
        (0.01, "1 a month"),
    ],
)
def test_how_often_is_told_in_days_weeks_or_months(a_day: float, said: str) -> None:
    """Nobody reads 0.0 a day."""
    assert rate(a_day) == said


async def test_preview_before_any_paper_says_so(stage: Stage) -> None:
    """A new bot has nothing to look back on."""
    reply = await stage.mallory.command(stage.ml, "preview", query="walrus")
    assert "no papers of these days yet" in reply.text


@pytest.mark.parametrize("query", HOSTILE, ids=["mentions", "fence", "bidi"])
async def test_hostile_words_stay_inside_their_code(stage: Stage, query: str) -> None:
    """Neither the query nor a paper's text takes effect."""
    await announce(stage.database, paper(title=f"@everyone ||{query}||", abstract=query))
    stage.clock.advance(hours=1)
    reply = await stage.mallory.command(stage.ml, "preview", query="graph")
    assert "@everyone" not in reply.text
    assert "||" not in reply.text.replace("\\|", "")
    refused = await stage.mallory.command(stage.ml, "preview", query=query)
    assert "@" not in "".join(refused.text.replace("```", "`").split("`")[::2])
