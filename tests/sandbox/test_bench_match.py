"""The benchmark of matching, small: what it compares selects the same. Never how fast."""

from pathlib import Path

import pytest

from bot.matching.parser import parse
from bot.sandbox.bench_match import bench_match
from bot.sandbox.corpus import corpus
from bot.sandbox.orders import Order, Wish, orders
from bot.sandbox.peers import folded, peers, timed
from bot.sandbox.postgres import Unavailable, server
from bot.sandbox.tsquery import tsquery, tsvector
from tests.samples import paper


async def test_all_ways_select_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Our tables, a substring loop, regular expressions and tsquery agree on every pair tried."""
    assert await bench_match([400], day=4, alone=4) == 0
    out = capsys.readouterr().out
    assert "all select the same" in out
    # A tsquery for each query as well, or one line why not.
    assert ("PostgreSQL tsquery, a GIN index" in out) is not ("Without PostgreSQL: " in out)


def test_peers_find_what_there_is() -> None:
    """Each peer finds the same, more than nothing and less than everything."""
    papers = corpus(12, 0).papers
    distinct = orders(600, papers).distinct
    found = [timed(peer, distinct, folded(papers)).found for peer in peers()]
    assert all(each == found[0] for each in found)
    assert 0 < len(found[0][0]) < len(distinct) / 2


def test_orders_have_the_shapes_of_real_ones() -> None:
    """Some have fields, about a fifth is boolean, half is repeated; each one parses."""
    made = orders(2_000, corpus(20, 0).papers)
    assert 800 < len(made.distinct) < 1_200
    boolean = [order for order in made.distinct if len(str(order).split(" AND ")) > 1]
    fields = [order for order in made.distinct if ":" in str(order)]
    assert 0.15 < len(boolean) / len(made.distinct) < 0.4
    assert 0.05 < len(fields) / len(made.distinct) < 0.2
    assert len({str(parse(str(order))) for order in made.distinct}) > 0.99 * len(made.distinct)


def test_an_order_and_a_paper_for_postgresql() -> None:
    """Terms are phrases of lexemes, titles the weight A, facts lexemes of their own."""
    order = Order(
        (Wish("a b"), Wish("c")), (Wish("d", "title"), Wish("cs.LG", "cat")), (Wish("f"),)
    )
    assert tsquery(order) == "('a'<->'b'|'c')&('d':A)&('cat:cs.LG')&!('f')"
    (made,) = folded(
        [paper(title="One tide", abstract="A tide", authors=(), categories=("cs.LG",))]
    )
    assert tsvector(made) == "'cat:cs.LG' 'one':1A 'tide':2A,5 'a':4"


def test_a_server_that_cannot_be_had_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the programs are missing, the benchmark goes on without them and says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="not installed here"), server(()):
        pass


def test_an_order_reads_as_a_query() -> None:
    """Alternatives come first, in parentheses where there are several."""
    order = Order((Wish("a b"), Wish("c")), (Wish("d e", "title"),), (Wish("f"),))
    assert str(order) == '(a b OR c) AND title:"d e" AND NOT f'
