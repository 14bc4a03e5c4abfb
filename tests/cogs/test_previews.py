"""/preview through a real client and the loopback Discord."""

import pytest

from cogs.preview_text import rate
from tests.cogs.parts import Stage
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
    assert "Most of them come from `mesh`: 3." in reply.text


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
