"""/similar, the button Similar, and titles as they are typed, through a real client."""

import pytest

from tests.cogs.parts import Hash, Stage, running, services_of
from tests.samples import paper
from tests.services.parts import announce

SEALS = paper("2511.00001", title="Diets of grey seals", abstract="Seals eat fish near a coast.")
PUPS = paper("2511.00002", title="Grey pups", abstract="Young seals and what they eat: fish.")


@pytest.mark.parametrize(
    "reference", ["2511.00001", "a coast, and seals that eat fish"], ids=["id", "description"]
)
async def test_similar_papers_are_listed_privately(stage: Stage, reference: str) -> None:
    """What is near is shown to the person alone, with how it was found."""
    await announce(stage.database, SEALS, PUPS)
    reply = await stage.mallory.command(stage.ml, "similar", paper=reference)
    assert reply.ephemeral
    assert reply.deferred
    assert "Grey pups" in reply.text
    assert "Similar to “" in reply.text
    assert "by words." in reply.text
    assert stage.ml.messages == ()


async def test_nothing_near_says_so(stage: Stage) -> None:
    """An empty shelf is no mistake of the person's."""
    reply = await stage.mallory.command(stage.ml, "similar", paper="seals")
    assert "Nothing stored is near" in reply.text


async def test_a_shown_paper_has_a_button_to_similar_ones(stage: Stage) -> None:
    """The button under a paper lists what is near to it."""
    await announce(stage.database, SEALS, PUPS)
    shown = await stage.mallory.command(stage.ml, "paper", reference="2511.00001")
    reply = await stage.mallory.press(shown.messages[-1], "Similar")
    assert "Similar to “Diets of grey seals”" in reply.text
    assert "Grey pups" in reply.text
    assert "2511.00002" in " ".join(reply.links)


async def test_titles_are_offered_while_typing(stage: Stage) -> None:
    """From three letters on, papers are offered whose titles have the words so far."""
    await announce(stage.database, SEALS, PUPS)
    for command, option in (("similar", "paper"), ("paper", "reference")):
        choices = await stage.mallory.autocomplete(stage.ml, command, **{option: "grey se"})
        assert [(each.name, each.value) for each in choices] == [
            ("Diets of grey seals", "2511.00001")
        ]
        assert await stage.mallory.autocomplete(stage.ml, command, **{option: "gr"}) == ()


async def test_a_search_without_matches_shows_what_is_near(stage: Stage) -> None:
    """It says that nothing matches, and lists apart from that what is near."""
    await announce(stage.database, SEALS, PUPS)
    reply = await stage.mallory.command(stage.ml, "search", query="seals eating fish")
    assert "no paper for `seals eating fish`" in reply.text
    await stage.discord.wait_until(lambda: len(reply.messages) > 1, 5, "what is near")
    near = reply.messages[-1].text
    assert near.startswith("## Not matches, but near to it")
    assert "Diets of grey seals" in near


async def test_a_search_for_more_than_words_is_not_bent(stage: Stage) -> None:
    """Where somebody excludes or restricts, nothing that breaks that is shown."""
    await announce(stage.database, SEALS, PUPS)
    reply = await stage.mallory.command(stage.ml, "search", query="seals eating fish -coast")
    assert len(reply.messages) == 1


async def test_the_button_works_after_a_restart(stage: Stage) -> None:
    """A button from before a restart finds its paper."""
    await announce(stage.database, SEALS, PUPS)
    shown = await stage.mallory.command(stage.ml, "paper", reference="2511.00001")
    await stage.bot.close()
    services = services_of(stage.database, stage.clock, stage.library, stage.woken)
    async with running(stage.discord, services, Hash()):
        reply = await stage.mallory.press(shown.messages[-1], "Similar")
    assert "Grey pups" in reply.text
