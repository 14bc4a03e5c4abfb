"""The benchmark of look-ups asks queries of every kind, each of them a query."""

import pytest

from bot.matching.parser import parse
from bot.sandbox.bench_lookups import bench_lookups
from bot.sandbox.corpus import corpus
from bot.sandbox.lookup_queries import queries


def test_every_kind_of_query_is_asked() -> None:
    """There are queries of all kinds, but of acronyms: made-up papers have none."""
    kinds = queries(corpus(300, 0).papers, 8)
    assert {kind for kind, made in kinds.items() if not made} == {"acronyms"}
    for text in (text for made in kinds.values() for text in made):
        parse(text)


async def test_what_takes_longest_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Both commands are timed over the papers, and queries of one's own are among those asked."""
    await bench_lookups(papers=corpus(80, 0).papers, asked=("of rare things",), each=2, slowest=1)
    printed = capsys.readouterr().out
    assert "/preview over 80 papers" in printed
    assert "/search over 80 papers" in printed
    assert printed.count("of rare things") == 2
