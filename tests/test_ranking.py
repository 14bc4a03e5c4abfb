"""Which words tell, BM25 over them, and the fusion of rankings."""

import pytest

from bot import ranking
from bot.domain import Paper, PaperId
from bot.matching.parser import parse
from bot.matching.prepared import prepare, search_text
from tests.samples import paper


def counted(text: str) -> dict[str, int]:
    """Count the words of an abstract without a title."""
    return ranking.word_counts(prepare(Paper(id=PaperId(""), title="", abstract=text)))


def test_fusion_puts_first_what_both_rankings_have() -> None:
    """What two rankings name early comes before what one of them names first."""
    assert ranking.fused([["a", "b"], ["c", "b"]]) == ["b", "a", "c"]


def test_fusion_of_one_ranking_changes_nothing() -> None:
    """Without vectors, the order is that of the words."""
    assert ranking.fused([["c", "a", "b"], []], (2.0, 1.0)) == ["c", "a", "b"]


def test_a_heavier_ranking_wins_ties() -> None:
    """A ranking of more weight decides where the two are at odds."""
    assert ranking.fused([["a", "b"], ["b", "a"]], (1.0, 2.0)) == ["b", "a"]


def test_words_are_counted_as_the_index_has_them() -> None:
    """A paper's own counts are those read back from what the full-text index keeps of it."""
    seals = prepare(paper(title="Grey-seal diets", abstract="Müller's seals eat fish, GPUs aside."))
    from_index = ranking.indexed_counts(*search_text(seals)[:2])
    counts = ranking.word_counts(seals)
    assert counts
    assert {word: from_index[word] for word in counts} == dict(counts)
    assert counts["seal"] == 1 + ranking.TITLE_COUNTS


def test_words_of_every_abstract_are_not_counted() -> None:
    """Function words and what every abstract says tell no paper from another."""
    assert set(counted("We propose this new method, which was shown to be tidal")) == {
        "shown",
        "tidal",
    }


def test_rare_words_tell_most() -> None:
    """Of words as frequent in the text, the rarer come first; unknown ones are not asked for."""
    share = {"tide": 0.01, "model": 0.2, "harbour": 0.001}
    assert ranking.telling({"model": 2, "tide": 2, "harbour": 2, "?": 2}, share) == [
        "harbour",
        "tide",
        "model",
    ]


def test_common_words_are_left_out_once_there_are_enough() -> None:
    """Beyond the fewest, no words are asked for that together most papers have."""
    rare = {f"r{number}": 0.001 for number in range(ranking.FEWEST_TELLING)}
    share = rare | {"model": ranking.MOST_SHARE, "tide": 0.01}
    found = ranking.telling(dict.fromkeys(share, 1), share)
    assert set(found) == rare.keys() | {"tide"}


def test_bm25_heeds_how_often_a_word_is_wanted() -> None:
    """Of two papers with one wanted word each, that with the more wanted one comes first."""
    others = {"x": {"tide": 1, "net": 1}, "y": {"harbour": 1, "net": 1}}
    share = {"tide": 0.01, "harbour": 0.01}
    assert ranking.by_bm25({"tide": 5, "harbour": 1}, others, share) == ["x", "y"]
    assert ranking.by_bm25({"tide": 1, "harbour": 5}, others, share) == ["y", "x"]


def test_bm25_of_nothing_is_nothing() -> None:
    """No papers, no order."""
    assert ranking.by_bm25({"tide": 1}, {}, {"tide": 0.5}) == []


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("tidal model, harbour seals", "harbour seals. tidal model", id="alternatives"),
        pytest.param('"grey seals"~3 -survey cat:cs.CV', "grey seals", id="no facts, no NOT"),
        pytest.param("author:hinton", "", id="nothing but a fact"),
        pytest.param("title:(seal AND tide)", "seal. tide", id="scoped"),
    ],
)
def test_what_a_query_is_about(query: str, text: str) -> None:
    """Phrases that must be there say what is meant; the rest says nothing that has a meaning."""
    assert ranking.wanted_text(parse(query)) == text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("harbour seals", True),
        ("seals, tides AND nets", True),
        ("seals -nets", False),
        ("seals cat:cs.CV", False),
        ("author:hinton", False),
    ],
)
def test_queries_for_words_alone(query: str, expected: bool) -> None:  # noqa: FBT001 - a table
    """Only of such a query is another paper near: facts and NOTs are not to be bent."""
    assert ranking.is_about_words(parse(query)) is expected


@pytest.mark.parametrize(
    ("typed", "expression"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param(" ?! ", "", id="no words"),
        pytest.param("Tid", '{title} : (("tid" OR "tid"*))', id="a beginning"),
        pytest.param(
            "Grey seals", '{title} : ("grey" AND ("seal" OR "seals"*))', id="folded and begun"
        ),
    ],
)
def test_titles_that_have_the_words_typed(typed: str, expression: str) -> None:
    """All words but the last stand in the title; the last may be only begun."""
    assert ranking.titles_like(typed) == expression
