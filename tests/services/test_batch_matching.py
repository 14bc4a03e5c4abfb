"""A list of queries over papers: what storage proposes and grams settle is what the judge says."""

import random
from dataclasses import replace

from bot.domain import Paper, PaperId
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import prepare
from bot.services.batch_matching import BatchMatching, NamedQuery
from bot.storage.database import Database
from tests import recorded

TIDE = Paper(id=PaperId("1"), title="Tide", abstract="")


async def test_equal_queries_keep_their_names(database: Database) -> None:
    """Queries that mean the same are filed once and reported under each name, in order."""
    matching = BatchMatching(database)
    typed = ["tide", "lamp", "Tide", "lamp,,tide"]
    assert await matching.file(NamedQuery(n, text) for n, text in enumerate(typed)) == []
    assert await matching.selecting(TIDE) == [0, 2, 3]
    assert await database.read.value("SELECT COUNT(*) FROM queries") == 3


async def test_queries_that_do_not_parse_are_returned(database: Database) -> None:
    """The others are filed all the same."""
    matching = BatchMatching(database)
    ((query, error),) = await matching.file([NamedQuery("a", "tide AND"), NamedQuery("b", "tide")])
    assert (query.name, error.offset) == ("a", 8)
    assert await matching.selecting(TIDE) == ["b"]


def recorded_papers() -> list[Paper]:
    """Return 200 recorded papers, with counts and links where their records have none."""
    return [
        replace(
            paper,
            upvotes=number % 40 if number % 3 else None,
            code_url="https://example.org" if number % 4 == 0 else None,
        )
        for number, paper in enumerate(recorded.papers(200, every=20))
    ]


def queries_about(papers: list[Paper]) -> list[str]:
    """Return 300 queries of all kinds: keywords, and words that the papers use."""
    chance = random.Random(5)  # noqa: S311 - repeatable, not secret
    keywords = [keyword.replace('"', "") for keyword in recorded.keywords()]

    def word() -> str:
        words = [w for w in chance.choice(papers).abstract.split() if w.isalnum() and len(w) > 3]
        return str(chance.choice(words)) if words else "model"

    def name() -> str:
        return chance.choice(chance.choice(papers).authors).split()[-1].replace('"', "")

    kinds = [
        lambda: f'"{chance.choice(keywords)}"',
        lambda: f'"{word()} {word()}"~{chance.randint(0, 30)}',
        lambda: f"{word()} AND {word()} AND NOT {word()}",
        lambda: f"({word()} OR {word()}) AND (title:{word()} OR {word()})",
        lambda: f'author:"{name()}" OR {word()[:4]}*',
        lambda: f"cat:cs.CL {word()} -{word()}",
        lambda: f"primary:cs upvotes>={chance.randint(0, 40)} {word()}",
        lambda: f"{word()} OR has:code AND NOT {word()}",
        lambda: f"{word().upper()}, {word()} NOT (cat:cs.CV abstract:{word()})",
    ]
    return [kinds[number % len(kinds)]() for number in range(300)]


@recorded.needs_papers
async def test_real_papers_are_selected_as_the_matcher_says(database: Database) -> None:
    """For 200 real papers and 300 queries of all kinds, every pair."""
    papers = recorded_papers()
    typed = queries_about(papers)
    matching = BatchMatching(database)
    assert await matching.file(NamedQuery(n, text) for n, text in enumerate(typed)) == []
    parsed = [parse(text) for text in typed]
    pairs = 0
    for paper in papers:
        ready = prepare(paper)
        expected = [number for number, query in enumerate(parsed) if selects(query, ready)]
        assert await matching.selecting(paper) == expected
        pairs += len(expected)
    assert pairs > 2_000
