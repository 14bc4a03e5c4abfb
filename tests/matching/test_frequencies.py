"""Which term a query is filed under, given how common its terms are in the papers seen."""

import pytest

from bot.matching.frequencies import expression, frequency, grams_to_count
from bot.matching.parser import parse
from bot.services.filing import file
from bot.services.importing import import_papers
from bot.storage.database import Database
from tests.samples import NOON, paper


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("mesh", set()),
        ("mesh, tide model", set()),
        ("mesh AND tide model -lamp", {"mesh", "tide model"}),
        ("cat:cs.CL upvotes>3 author:quill", {"cat:cs.cl", "author:quill"}),
        ('"mesh tide"~3', {"mesh", "tide"}),
    ],
)
def test_only_what_there_is_to_choose_is_counted(typed: str, expected: set[str]) -> None:
    """A query with no choice asks nothing, nor does anything ask what no index knows."""
    assert grams_to_count(parse(typed)) == expected


@pytest.mark.parametrize(
    ("gram", "expected"),
    [
        ("tide model", '"tide model"'),
        ("spl*", '"spl"*'),
        ("author:quill", '"##quill"'),
        ("author:q*", '"##q"*'),
    ],
)
def test_grams_as_the_full_text_index_has_them(gram: str, expected: str) -> None:
    """Each kind of gram has its own marks."""
    assert expression(gram) == expected


def test_few_papers_say_nothing() -> None:
    """Without enough papers the form of a gram decides: more words are rarer."""
    common = frequency({"mesh": 0, "tide model": 9}, 10)
    assert common("mesh") > common("tide model")


async def test_the_rarest_term_of_the_papers_seen_is_required(database: Database) -> None:
    """Words, facts and authors are counted among stored papers, whatever their form."""
    seen = [
        paper(f"2506.{n:05}", title="Tide model", authors=("Ada Quill",), categories=("cs.LG",))
        for n in range(400)
    ]
    seen += [paper("2507.00001", title="A mesh", authors=("Ben Marsh",), categories=("cs.GR",))]
    await import_papers(database, seen, NOON)
    chosen = {
        "mesh AND tide model": "mesh",
        "author:quill AND cat:cs.GR": "cat:cs.gr",
        "author:marsh AND tide model": "author:marsh",
        "mes* AND tide": "mes*",
    }
    for typed, term in chosen.items():
        async with database.transaction() as tx:
            query = await file(tx, parse(typed))
        rows = await database.read.all("SELECT term FROM postings WHERE query_id = ?", (query,))
        assert rows == [(term,)], typed
