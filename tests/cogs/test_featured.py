"""/daily and /trending through a real client, a source in its own format, and real storage."""

from datetime import date

import pytest

from tests.cogs.parts import Stage
from tests.samples import paper
from tests.services.parts import announce

SUNDAY = date(2026, 11, 22)


async def test_the_papers_of_a_day_come_with_the_most_upvoted_first(stage: Stage) -> None:
    """Ten a page, asked of the source once, and each can be saved at once."""
    stage.library.featured[SUNDAY] = [
        paper(f"2511.000{number:02}", title=f"Seal {number}", upvotes=number)
        for number in range(1, 13)
    ]
    reply = await stage.mallory.command(stage.ml, "daily", date="2026-11-22")
    assert reply.ephemeral
    assert "Daily Papers of Sunday 2026-11-22" in reply.text
    assert "12 papers · Page 1" in reply.text
    assert reply.text.index("Seal 12]") < reply.text.index("Seal 3]")
    stage.library.down = True
    await stage.mallory.press(reply, "Next")
    await stage.discord.wait_until(lambda: "Page 2" in reply.text, 5, "the second page")
    assert "Seal 1]" in reply.text
    shown = await stage.mallory.command(stage.ml, "paper", reference="2511.00007")
    assert "Seal 7" in shown.text
    assert stage.ml.messages == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("yesterday", "Write it as 2025-11-28", id="words"),
        pytest.param("2031-01-01", "up to today", id="future"),
        pytest.param("2019-01-01", "began on 2023-05-04", id="before the first"),
        pytest.param("2026-11-21", "had none on 2026-11-21", id="nothing"),
    ],
)
async def test_a_day_without_papers_says_what_to_type(stage: Stage, typed: str, said: str) -> None:
    """Each mistake, and an empty day, is told with what works."""
    reply = await stage.mallory.command(stage.ml, "daily", date=typed)
    assert said in reply.text


async def test_a_silent_source_is_told(stage: Stage) -> None:
    """Without an answer and without an earlier one there is nothing to show."""
    stage.library.down = True
    reply = await stage.mallory.command(stage.ml, "daily")
    assert "Daily Papers do not answer" in reply.text


async def test_trending_ranks_by_upvotes(stage: Stage) -> None:
    """What was seen within the period and has upvotes, the most first."""
    nothing = await stage.mallory.command(stage.ml, "trending")
    assert "Try a longer period" in nothing.text
    await announce(
        stage.database,
        paper("2511.00001", title="Few", upvotes=3),
        paper("2511.00002", title="Many", upvotes=30),
        paper("2511.00003", title="None at all"),
    )
    reply = await stage.mallory.command(stage.ml, "trending", period="day")
    assert "Most upvoted today" in reply.text
    assert reply.text.index("Many") < reply.text.index("Few")
    assert "None at all" not in reply.text
