"""Anchors: which grams a query is filed under, and that no paper is missed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import AnnounceType, Paper, PaperId, SearchText
from bot.errors import QueryError
from bot.matching.anchors import anchors
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import LONGEST, grams, prepare, search_text
from tests.effort import examples
from tests.matching.papers import prepared

ANCHORS = [
    ("diffusion models", [("diffusion model", True)]),
    ("pre-training, mesh", [("mesh", True), ("pre training", True), ("pretraining", True)]),
    ("RAG", [("rag", False)]),
    ('"neural network"', [("neural network", False)]),
    ("title:mesh", [("mesh", False)]),
    ("mesh AND neural network", [("neural network", False)]),
    ("mesh -survey", [("mesh", False)]),
    ("a b c d e f", [("a b c d e", False)]),
    ("splat*", [("splat*", False)]),
    ("gauss* model", [("model", False)]),
    ("cat:cs.CL", [("cat:cs.cl", True)]),
    ("cat:cs.CL mesh", [("mesh", False)]),
    ('author:"Y. LeCun"', [("author:lecun", False)]),
    ("author:lecun", [("author:lecun", True)]),
    ("author:Y", [("author:y*", False)]),
    ("upvotes>=3", [("upvotes:", False)]),
    ("mesh AND NOT (NOT models)", [("model", False)]),
    ('"mesh diffusion"~3', [("diffusion", False)]),
]


@pytest.mark.parametrize(("query", "expected"), ANCHORS, ids=[query for query, _ in ANCHORS])
def test_anchors(query: str, expected: list[tuple[str, bool]]) -> None:
    """Each alternative has its whole phrase, and AND the part that is likely the rarest."""
    found = [(anchor.term, anchor.exact) for anchor in anchors(parse(query))]
    assert sorted(found) == sorted(expected)


def test_known_frequencies_choose_the_anchor() -> None:
    """What fewest papers have is chosen, whatever its form."""
    seen = {"neural network": 900, "mesh": 3}
    found = anchors(parse("mesh AND neural network"), lambda gram: seen.get(gram, 0))
    assert [anchor.term for anchor in found] == ["mesh"]


def test_a_long_compound_has_few_anchors() -> None:
    """A word of many hyphens does not multiply into all of its readings."""
    assert len(anchors(parse("-".join("abcdefghijklmnop")))) <= 32


def test_grams_of_a_paper() -> None:
    """Grams are the n-grams of title and abstract, beginnings of words, authors and facts."""
    paper = prepared("x", title="RAG-based", authors=("Y. Doe",), categories=("cs.CV",), upvotes=1)
    assert grams(paper, 2) == {
        "id:2501.00001", "cat:cs.cv", "cat:cs", "primary:cs.cv", "primary:cs", "upvotes:",
        "x", "rag", "based", "rag based", "ragbased", "x*", "rag*", "bas*", "based*", "ragba*",
        "author:y", "author:y*", "author:doe", "author:d*", "author:doe*",
    }  # fmt: skip


def test_search_text_holds_words_in_order_then_marks() -> None:
    """A full-text index gets words folded and as they stand, other readings, names and facts."""
    paper = prepared(
        "C++ 2.5D views, an Ångström, GPUs", title="Pre-Training meshes", authors=("Ada-May Quill",)
    )
    assert search_text(paper) == SearchText(
        "pre training mesh . pretraining +pretraining ##adamay ##quill . ##ada ##may ##quill ."
        " ++id+3a+2501.00001 +++",
        "c++ 2.5d view an angstrom gpus . gpu +gpu #c++ #2.5d #gpus #gpu",
        "Pre-Training meshes . pretraining +pretraining",
        "C++ 2.5D views an Angstrom GPUs",
    )


def test_a_long_run_of_hyphens_is_bounded() -> None:
    """Hostile text does not blow up: thousands of hyphenated tokens give some grams for each."""
    assert len(grams(prepared("-".join(f"w{i}" for i in range(2000))))) < 200_000


SPELLINGS = """
a b ab ba abab mesh meshes RAG RAGs rag GPUs gpu gpus bias biases AI ai splat splatting
c++ 2.5D
"""
WORDS = st.sampled_from(SPELLINGS.split())
JOINTS = st.sampled_from([" ", " ", "-", "-", ", ", "/", ". "])
TEXT = st.lists(st.tuples(WORDS, JOINTS), max_size=9).map(
    lambda parts: "".join(word + joint for word, joint in parts)
)
TERM = st.one_of(
    st.lists(st.tuples(WORDS, st.sampled_from([" ", "-", "/"])), min_size=1, max_size=7).map(
        lambda parts: "".join(word + joint for word, joint in parts).rstrip(" -/")
    ),
    st.sampled_from(
        [
            '"a b"',
            '"RAG"',
            '"mesh ab"~2',
            "spl*",
            "mesh*",
            "title:ab",
            "title:(a b)",
            "author:a",
            "author:ab*",
            'author:"a ba"',
            "cat:cs",
            "cat:cs.CV",
            "upvotes>1",
            "stars<3",
            "type:new",
            "id:1",
            '"a-b rag"~1',
        ]
    ),
)
QUERY = st.recursive(
    TERM,
    lambda inner: st.one_of(
        inner.map(lambda q: f"NOT ({q})"),
        st.tuples(inner, st.sampled_from([" AND ", " OR ", ", ", " AND NOT "]), inner).map(
            lambda q: f"({q[0]}){q[1]}({q[2]})"
        ),
    ),
    max_leaves=4,
)
PAPER = st.builds(
    lambda title, abstract, author, upvotes: Paper(
        id=PaperId("1"),
        title=title,
        abstract=abstract,
        authors=(author,),
        categories=("cs.CV",),
        upvotes=upvotes,
        announce_type=AnnounceType.NEW,
    ),
    TEXT, TEXT, TEXT, st.sampled_from([None, 1, 2]),
)  # fmt: skip


@examples(250)
@given(QUERY, PAPER, st.integers(0, 5))
def test_anchors_miss_no_paper_and_exact_ones_find_no_other(
    typed: str, paper: Paper, seed: int
) -> None:
    """A selected paper has an anchor among its grams; one with an exact anchor is selected."""
    try:
        query = parse(typed)
    except QueryError:
        return
    ready = prepare(paper)
    known = grams(ready, LONGEST)
    for frequency in (None, lambda gram: hash((gram, seed)) % 100):
        held = [anchor for anchor in anchors(query, frequency) if anchor.term in known]
        if selects(query, ready):
            assert held
        elif held:
            assert not any(anchor.exact for anchor in held)
