"""The buttons under posted papers, reading lists and votes, through a real client."""

import pytest

from bot.domain import ChannelId, GuildId, Mode, UserId
from bot.sandbox.discord import Message, Reply
from bot.services.subscriptions import Subscriptions
from tests.cogs.parts import Hash, Stage, running, services_of
from tests.samples import paper
from tests.services.parts import announce

SEALS = paper("2511.00001", title="Diets of *grey* seals", abstract="Seals eat fish. " * 30)
PUPS = paper("2511.00002", title="Grey pups", abstract="Young seals and what they eat: fish.")


async def posted(stage: Stage) -> Message:
    """Let the channel have a post with both papers, and return it."""
    channel, guild = ChannelId(stage.ml.id), GuildId(stage.guild.id)
    kept = Subscriptions(stage.database)
    await kept.subscribe(channel, guild, "seals", Mode.NOW, UserId(5), now=stage.clock())
    await announce(stage.database, SEALS, PUPS)
    await stage.deliver()
    (message,) = stage.ml.messages
    return message


def labels(reply: Reply | Message) -> list[str]:
    """Return what stands on the buttons."""
    return [str(button["label"]) for button in reply.buttons]


async def test_a_posted_paper_shows_its_whole_abstract(stage: Stage) -> None:
    """The button answers whoever presses it, alone; the channel stays as it was."""
    message = await posted(stage)
    assert labels(message) == ["Abstract", "Save", "👍", "👎", "More…"] * 2
    reply = await stage.mallory.press(message, "pw1:paper:abstract:2511.00001")
    assert reply.ephemeral
    assert reply.text.count("Seals eat fish.") == 30
    assert len(stage.ml.messages) == 1


async def test_more_offers_similar_papers_bibtex_and_why(stage: Stage) -> None:
    """Each of what More offers answers privately."""
    message = await posted(stage)
    more = await stage.mallory.press(message, "pw1:paper:more:2511.00001")
    assert labels(more) == ["Similar", "BibTeX", "Why is it here?"]
    similar = await stage.mallory.press(more, "Similar")
    assert "Grey pups" in similar.text
    cited = await stage.mallory.press(more, "BibTeX")
    assert cited.text.startswith("```bibtex\n@misc{quilldiets,")
    why = await stage.mallory.press(more, "Why is it here?")
    assert "**Posted**" in why.text
    assert "`seals`" in why.text


async def test_a_long_citation_is_a_file(stage: Stage) -> None:
    """Three thousand authors do not fit in a message."""
    many = paper("2511.00003", authors=("Ada Quill",) * 3_000)
    await announce(stage.database, many)
    shown = await stage.alice.command(stage.ml, "paper", reference="2511.00003")
    more = await stage.alice.press(shown, "More…")
    cited = await stage.alice.press(more, "BibTeX")
    assert [each["filename"] for each in cited.messages[-1].attachments] == ["citation.bib"]


async def test_a_reading_list_is_ones_own(stage: Stage) -> None:
    """Saved by a button, seen with its note by its owner only, taken away and removed."""
    message = await posted(stage)
    saved = await stage.mallory.press(message, "pw1:paper:save:2511.00001")
    assert saved.ephemeral
    assert r"Saved: **Diets of \*grey\* seals**" in saved.text
    again = await stage.mallory.press(message, "pw1:paper:save:2511.00001")
    assert "On your list already" in again.text
    form = await stage.mallory.press(again, "Note…")
    assert form.modal is not None
    noted = await stage.mallory.submit(form.modal, {"Note": "for the *club* @everyone"})
    assert "Your note is kept" in noted.text
    listed = await stage.mallory.command(stage.ml, "saved list")
    assert "Your note: for the" in listed.text
    assert listed.messages[-1].pinged == frozenset()
    assert "1 paper" in listed.text
    nothing = await stage.alice.command(stage.ml, "saved list")
    assert "Your list is empty" in nothing.text
    chosen = await stage.mallory.choose(listed, "A note, or remove one…", "2511.00001")
    await stage.mallory.press(chosen, "Remove")
    await stage.discord.wait_until(lambda: "Removed: " in chosen.text, 5, "the removal")
    assert "empty" in (await stage.mallory.command(stage.ml, "saved list")).text


@pytest.mark.parametrize("form", ["bibtex", "ris", "csv", "markdown"])
async def test_a_reading_list_is_taken_away_as_a_file(stage: Stage, form: str) -> None:
    """Each format is one private file; an empty list says what to do."""
    empty = await stage.mallory.command(stage.ml, "saved export", format=form)
    assert "Press **Save**" in empty.text
    message = await posted(stage)
    await stage.mallory.press(message, "pw1:paper:save:2511.00002")
    reply = await stage.mallory.command(stage.ml, "saved export", format=form)
    assert reply.ephemeral
    (file,) = reply.messages[-1].attachments
    assert str(file["filename"]).startswith("papers.")


async def test_votes_count_once_a_member_and_can_be_taken_back(stage: Stage) -> None:
    """The same button again takes a vote back, the other one turns it."""
    message = await posted(stage)
    first = await stage.mallory.press(message, "pw1:paper:up:2511.00002")
    assert "1 for, 0 against" in first.text
    assert "2 for, 0 against" in (await stage.alice.press(message, "pw1:paper:up:2511.00002")).text
    turned = await stage.mallory.press(message, "pw1:paper:down:2511.00002")
    assert "1 for, 1 against" in turned.text
    back = await stage.mallory.press(message, "pw1:paper:down:2511.00002")
    assert "Taken back. In this server: 1 for, 0 against." in back.text


async def test_top_lists_what_the_server_liked(stage: Stage) -> None:
    """More for than against, the best first; nothing of what nobody liked."""
    nothing = await stage.mallory.command(stage.ml, "top")
    assert "Nobody here voted" in nothing.text
    message = await posted(stage)
    await stage.mallory.press(message, "pw1:paper:up:2511.00002")
    await stage.mallory.press(message, "pw1:paper:down:2511.00001")
    reply = await stage.alice.command(stage.ml, "top", period="month")
    assert "Top of the month" in reply.text
    assert "👍 1 · 👎 0" in reply.text
    assert "Grey pups" in reply.text
    assert "Diets" not in reply.text


async def test_the_buttons_work_after_a_restart(stage: Stage) -> None:
    """A post from before a restart can be saved and voted on."""
    message = await posted(stage)
    await stage.bot.close()
    services = services_of(stage.database, stage.clock, stage.library, stage.woken)
    async with running(stage.discord, services, Hash()):
        reply = await stage.mallory.press(message, "pw1:paper:save:2511.00001")
        voted = await stage.mallory.press(message, "pw1:paper:up:2511.00001")
    assert "Saved" in reply.text
    assert "1 for" in voted.text


async def test_a_button_of_another_version_says_so(stage: Stage) -> None:
    """An act that this version does not know is answered, not left to fail."""
    message = await posted(stage)
    cog = stage.bot.paper_acts.pop("save")
    reply = await stage.mallory.press(message, "pw1:paper:save:2511.00001")
    assert "another version" in reply.text
    assert cog is not None


async def test_a_digest_has_a_menu_of_its_papers(stage: Stage) -> None:
    """A list has no room for buttons: choosing a paper shows it alone, with all of them."""
    channel, guild = ChannelId(stage.ml.id), GuildId(stage.guild.id)
    kept = Subscriptions(stage.database)
    await kept.subscribe(channel, guild, "seals", Mode.DAILY, UserId(5), now=stage.clock())
    await announce(stage.database, SEALS, PUPS)
    stage.clock.advance(days=1)
    await stage.bot.services.digests.tick(stage.clock())
    await stage.deliver()
    (message,) = stage.ml.messages
    shown = await stage.mallory.choose(message, "Abstract, save, vote… of one", "Grey pups")
    assert shown.ephemeral
    assert "Young seals and what they eat" in shown.text
    saved = await stage.mallory.press(shown, "Save")
    assert "Saved: **Grey pups**" in saved.text
