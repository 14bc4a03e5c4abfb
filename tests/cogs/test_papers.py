"""/paper and /search through a real client and the loopback Discord."""

import pytest

from bot.sandbox.discord import Reply
from tests.cogs.parts import Hash, Stage, running, services_of
from tests.samples import paper
from tests.services.parts import announce


@pytest.mark.parametrize(
    "reference",
    ["2511.00001", "arXiv:2511.00001v3", "https://arxiv.org/pdf/2511.00001", "harbour seals"],
    ids=["id", "versioned", "link", "words"],
)
async def test_a_paper_is_shown_whole(stage: Stage, reference: str) -> None:
    """An id, a link, or words that find one paper show it with its abstract, privately."""
    await announce(
        stage.database,
        paper("2511.00001", title="Harbour seals", abstract="We count seals. We stop at ten."),
    )
    reply = await stage.mallory.command(stage.ml, "paper", reference=reference)
    assert reply.ephemeral
    assert reply.deferred
    assert "We stop at ten." in reply.text
    assert "https://arxiv.org/abs/2511.00001" in reply.links
    assert stage.ml.messages == ()


async def test_a_paper_not_seen_yet_is_fetched(stage: Stage) -> None:
    """What is not stored is asked of the source."""
    stage.library.papers["2511.00002"] = paper("2511.00002", title="Far away")
    reply = await stage.mallory.command(stage.ml, "paper", reference="2511.00002")
    assert "Far away" in reply.text


async def test_an_unknown_paper_says_what_to_try(stage: Stage) -> None:
    """A number without a paper is answered with another way to look."""
    reply = await stage.mallory.command(stage.ml, "paper", reference="2511.99999")
    assert reply.ephemeral
    assert "There is no paper 2511.99999" in reply.text
    assert "/search" in reply.text


async def test_a_silent_source_says_to_try_again(stage: Stage) -> None:
    """A source that does not answer is not the same as no paper."""
    stage.library.down = True
    reply = await stage.mallory.command(stage.ml, "paper", reference="2511.99999")
    assert "Try again" in reply.text


async def test_words_that_find_several_papers_list_them(stage: Stage) -> None:
    """/paper with words that many papers have shows a list."""
    await announce(stage.database, *(paper(f"2511.0000{n}", title=f"Seal {n}") for n in range(3)))
    reply = await stage.mallory.command(stage.ml, "paper", reference="seal")
    assert "Newest papers for “seal”" in reply.text
    assert len([link for link in reply.links if "/abs/" in link]) == 3


@pytest.mark.parametrize(
    "reference",
    ["Deep Seals: Harbour, Coast, and Sea", "deep seals harbour coast and sea", "Seals: Harbour"],
    ids=["whole", "plain", "part"],
)
async def test_a_title_finds_its_paper(stage: Stage, reference: str) -> None:
    """Colons and commas of a title mean nothing to /paper."""
    await announce(
        stage.database,
        paper("2511.00001", title="Deep Seals: Harbour, Coast, and Sea"),
        paper("2511.00002", title="The harbour and the sea"),
    )
    reply = await stage.mallory.command(stage.ml, "paper", reference=reference)
    assert numbers(reply) == [1]


async def test_an_unknown_title_is_not_called_a_bad_query(stage: Stage) -> None:
    """A title with a colon that nobody has seen is answered as unknown words are."""
    reply = await stage.mallory.command(stage.ml, "paper", reference="Walrus Models: a study")
    assert "I have seen no paper for `walrus models a study`" in reply.text


@pytest.mark.parametrize(
    ("command", "option"), [("paper", "reference"), ("search", "query"), ("preview", "query")]
)
async def test_a_link_to_elsewhere_says_what_works(stage: Stage, command: str, option: str) -> None:
    """A link that names no arXiv paper is called a link."""
    link = {option: "https://openreview.net/forum?id=abc"}
    reply = await stage.mallory.command(stage.ml, command, **link)
    assert "link" in reply.text
    assert "field" not in reply.text


@pytest.mark.parametrize("query", ["2511.00001", "https://arxiv.org/abs/2511.00001"])
async def test_search_takes_a_paper_by_name(stage: Stage, query: str) -> None:
    """An id or a link alone is no query but a paper."""
    await announce(stage.database, paper("2511.00001", title="Harbour seals"))
    reply = await stage.mallory.command(stage.ml, "search", query=query)
    assert numbers(reply) == [1]


async def test_an_impossible_number_is_said_to_be_one(stage: Stage) -> None:
    """A number without a month in it is no arXiv number."""
    reply = await stage.mallory.command(stage.ml, "paper", reference="9999.99999")
    assert "9999.99999 is no arXiv number" in reply.text


async def test_another_version_than_asked_for_is_named(stage: Stage) -> None:
    """Who asks for version 9 is told that version 1 is shown."""
    await announce(stage.database, paper("2511.00001", title="Harbour seals", version=1))
    reply = await stage.mallory.command(stage.ml, "paper", reference="2511.00001v9")
    await stage.discord.wait_until(lambda: "version 9" in reply.text)
    assert "this is version 1." in reply.text


async def test_search_for_two_terms_says_which_matched(stage: Stage) -> None:
    """With more than one term, each paper names those that it has."""
    await announce(stage.database, *(paper(f"2511.0000{n}", title=f"Seal {n}") for n in range(2)))
    reply = await stage.mallory.command(stage.ml, "search", query="seal, walrus")
    assert "Matched: `seal`" in reply.text


async def test_search_lists_the_newest_first(stage: Stage) -> None:
    """Of more papers than a list holds, the newest are shown, with what matched."""
    await announce(
        stage.database, *(paper(f"2511.000{n:02}", title=f"Seal {n}") for n in range(12))
    )
    reply = await stage.mallory.command(stage.ml, "search", query="seal")
    shown = [link for link in reply.links if "/abs/" in link]
    assert reply.ephemeral
    assert shown == [f"https://arxiv.org/abs/2511.000{n:02}" for n in range(11, 1, -1)]
    assert "Matched" not in reply.text


async def seals(stage: Stage, count: int) -> None:
    """Store papers about seals; every fourth has upvotes, the more the older."""
    await announce(
        stage.database,
        *(
            paper(f"2511.000{n:02}", title=f"Seal {n}", upvotes=None if n % 4 else 90 - n)
            for n in range(count)
        ),
    )


def numbers(reply: Reply) -> list[int]:
    """Return the last digits of the papers shown, in order."""
    return [int(link[-2:]) for link in reply.links if "/abs/" in link]


async def test_search_turns_pages(stage: Stage) -> None:
    """Next and Previous show the papers beside, in the same message, to the end."""
    await seals(stage, 23)
    reply = await stage.mallory.command(stage.ml, "search", query="seal")
    assert [button["label"] for button in reply.buttons if "custom_id" in button] == ["Next"]
    await stage.mallory.press(reply, "Next")
    await stage.discord.wait_until(lambda: numbers(reply)[0] == 12)
    assert numbers(reply) == list(range(12, 2, -1))
    await stage.mallory.press(reply, "Next")
    await stage.discord.wait_until(lambda: numbers(reply)[0] == 2)
    assert numbers(reply) == [2, 1, 0]
    assert "the last one" in reply.text
    await stage.mallory.press(reply, "Previous")
    await stage.discord.wait_until(lambda: numbers(reply)[0] == 12)
    assert reply.ephemeral


async def test_search_sorts_by_upvotes(stage: Stage) -> None:
    """Papers with most upvotes come first, those without any known last, the newest first."""
    await seals(stage, 9)
    reply = await stage.mallory.command(stage.ml, "search", query="seal", sort="upvotes")
    assert numbers(reply) == [0, 4, 8, 7, 6, 5, 3, 2, 1]
    assert "Most upvoted papers for “seal”" in reply.text


async def test_search_sorts_by_relevance(stage: Stage) -> None:
    """A paper whose title says it comes before newer ones that only mention it."""
    await announce(stage.database, paper("2511.00001", title="Harbour seals"))
    await announce(
        stage.database,
        *(paper(f"2511.0000{n}", title="Hills", abstract="A seal passed.") for n in (2, 3)),
    )
    reply = await stage.mallory.command(stage.ml, "search", query="seal", sort="relevant")
    assert numbers(reply)[0] == 1


LONG = "seal, " + ", ".join(f"walrus number {n}" for n in range(10))


@pytest.mark.parametrize(
    ("query", "goes_on"), [("seal", True), (LONG, False)], ids=["short", "long"]
)
async def test_pages_turn_after_a_restart(stage: Stage, query: str, *, goes_on: bool) -> None:
    """A query that fits in the button is known after a restart; else the answer says what to do."""
    await seals(stage, 23)
    reply = await stage.mallory.command(stage.ml, "search", query=query)
    await stage.bot.close()
    services = services_of(stage.database, stage.clock, stage.library, stage.woken)
    async with running(stage.discord, services, Hash()) as fresh:
        pressed = await stage.mallory.press(reply, "Next")
        if goes_on:
            await stage.discord.wait_until(lambda: numbers(reply)[0] == 12)
        else:
            assert "Type the command again" in pressed.text
        await fresh.close()


async def test_a_long_query_turns_pages(stage: Stage) -> None:
    """Also a query that does not fit in a button."""
    await seals(stage, 23)
    reply = await stage.mallory.command(stage.ml, "search", query=LONG)
    await stage.mallory.press(reply, "Next")
    await stage.discord.wait_until(lambda: numbers(reply)[0] == 12)


async def test_search_that_finds_nothing_says_what_to_do(stage: Stage) -> None:
    """An empty search offers other ways."""
    reply = await stage.mallory.command(stage.ml, "search", query="`walrus` @everyone")
    assert "no paper" in reply.text
    assert "`/paper`" in reply.text
    assert "ask somebody with Manage Channels" in reply.text
    assert "I have seen no paper for `walrus everyone` yet." in reply.text


async def test_search_that_finds_nothing_tells_of_small_operators(stage: Stage) -> None:
    """A word that was meant as an operator is named."""
    reply = await stage.mallory.command(stage.ml, "search", query="walrus or seal")
    assert "`or` is read as a word here" in reply.text


async def test_search_refuses_a_bad_query_with_a_caret(stage: Stage) -> None:
    """The same language, the same caret."""
    reply = await stage.mallory.command(stage.ml, "search", query="NOT seal")
    assert reply.ephemeral
    assert "^" in reply.text


async def test_the_newest_of_a_field_are_listed(stage: Stage) -> None:
    """By code or name; without one, everything but replacements, and the pages go on."""
    await announce(
        stage.database,
        paper("2511.00001", title="Seals seen", categories=("cs.CV",), announce_type="new"),
        paper("2511.00002", title="Primes", categories=("math.NT",), announce_type="new"),
        paper("2511.00003", title="Old again", categories=("cs.CV",), announce_type="replace"),
    )
    choices = await stage.mallory.autocomplete(stage.ml, "new", category="vision")
    assert [(each.name, each.value) for each in choices] == [("cs.CV · Computer Vision", "cs.CV")]
    reply = await stage.mallory.command(stage.ml, "new", category="cs.CV")
    assert "Newest papers in cs.CV · Computer Vision" in reply.text
    assert "Seals seen" in reply.text
    assert "Primes" not in reply.text
    everything = await stage.mallory.command(stage.ml, "new")
    assert everything.text.startswith("## Newest papers\n")
    assert "Matched" not in everything.text
    assert "Primes" in everything.text
    assert "Old again" not in everything.text


async def test_results_are_sorted_by_a_menu(stage: Stage) -> None:
    """From whichever page, on its first one."""
    await announce(
        stage.database,
        *(paper(f"2511.000{n:02}", title=f"Seal {n}", upvotes=n % 7) for n in range(1, 13)),
    )
    reply = await stage.mallory.command(stage.ml, "search", query="seal")
    await stage.mallory.press(reply, "Next")
    await stage.discord.wait_until(lambda: "Page 2" in reply.text, 5, "the second page")
    await stage.mallory.choose(reply, "pw1:sort:=seal", "Most upvoted first")
    await stage.discord.wait_until(lambda: "Most upvoted" in reply.text, 5, "the order")
    assert "Page 1" in reply.text
    assert reply.text.index("** 6]") < reply.text.index("** 12]")


async def test_the_papers_of_an_author_are_listed(stage: Stage) -> None:
    """Names in any order and initials find them; signs in a name are no query."""
    await announce(stage.database, *(paper(f"2511.0000{n}", title=f"Seal {n}") for n in range(2)))
    reply = await stage.mallory.command(stage.ml, "author", name="Quill, A.")
    assert reply.text.count("[Seal") == 2
    odd = await stage.mallory.command(stage.ml, "author", name='") OR cat:cs')
    assert "no paper" in odd.text


async def test_the_papers_that_a_message_names_are_shown(stage: Stage) -> None:
    """Numbers, links and DOIs in their order, privately; what no source has is counted."""
    await announce(
        stage.database,
        paper("2511.00001", title="Seals seen"),
        paper("10.1101/2025.01.02.123456", title="Seal cells", sources=("biorxiv",)),
    )
    said = await stage.alice.say(
        stage.ml,
        "see https://doi.org/10.1101/2025.01.02.123456v2, arxiv.org/abs/2511.00001 and 2511.99999",
    )
    reply = await stage.mallory.use_on(said, "Look up papers")
    assert reply.ephemeral
    assert reply.text.index("Seal cells") < reply.text.index("Seals seen")
    assert "1 paper could not be found" in reply.text


async def test_one_paper_in_a_message_is_shown_whole(stage: Stage) -> None:
    """With its abstract and its buttons; also from the links of the bot's own posts."""
    await announce(stage.database, paper("2511.00001", title="Seals", abstract="We count. Ten."))
    said = await stage.alice.say(stage.ml, "<https://arxiv.org/pdf/2511.00001v1>")
    reply = await stage.mallory.use_on(said, "Look up papers")
    assert "We count. Ten." in reply.text


async def test_a_message_without_papers_says_what_is_looked_for(stage: Stage) -> None:
    """Talk is no paper."""
    said = await stage.alice.say(stage.ml, "lunch at 12.30?")
    reply = await stage.mallory.use_on(said, "Look up papers")
    assert "no paper in this message" in reply.text
