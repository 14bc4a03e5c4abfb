"""What the full-text index says of a query holds for what the matcher says, on every paper."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import Paper, PaperId
from bot.matching.expressions import Proposal
from bot.matching.full_text import full_text, proposal
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import prepare, search_text
from bot.matching.query import Query
from bot.storage.migrations import MIGRATIONS
from tests.effort import examples

SPELLED = """
model models Model MODEL GPU GPUs gpu gpus RAG rag RAGs study studies mesh meshes pre training
mouse mice c c++ 4 GPT 3.5 αβ the class classes OSs
"""
WORDS = st.sampled_from(SPELLED.split())
TEXT = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", "-", ", "])), max_size=9).map(
    lambda row: "".join(word + joint for word, joint in row).rstrip(" ,-")
) | st.lists(WORDS, min_size=9, max_size=18).map("-".join)
NAMES = st.sampled_from(
    ["Ada Quill", "Lei Li", "L. Lei", "Ann-Marie Quill", "Y. LeCun", "Li Ada Lei", "Lei Lei"]
)
PAPERS = st.builds(
    lambda title, abstract, authors, categories, upvotes: Paper(
        id=PaperId("2501.00001"),
        title=title,
        abstract=abstract,
        authors=tuple(authors),
        categories=tuple(categories),
        upvotes=upvotes,
    ),
    TEXT,
    TEXT,
    st.lists(NAMES, max_size=2),
    st.lists(st.sampled_from(["cs.CV", "cs.CL", "math-ph", "math"]), max_size=2, unique=True),
    st.sampled_from([None, 0, 25]),
)
RUN = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
TERMS = st.one_of(
    RUN,
    RUN.map(lambda run: f'"{run}"'),
    RUN.map(lambda run: f'title:"{run}"'),
    st.tuples(
        st.lists(st.tuples(WORDS, st.sampled_from("  -")), min_size=1, max_size=4),
        st.integers(0, 4),
    ).map(lambda near: f'"{"".join(map("".join, near[0]))}"~{near[1]}'),
    st.tuples(WORDS, WORDS).map("-".join),
    st.tuples(
        st.sampled_from(["", "", "title:", "model ", "pre ", "RAG ", "class-"]),
        st.sampled_from(["mod", "stud", "study", "studi", "mou", "mesh", "pretrain", "pre-train"])
        | st.sampled_from(["class", "classe", "classes", "mice", "gpu", "gpus", "trai"]),
    ).map(lambda star: f"{star[0]}{star[1]}*"),
    st.sampled_from(["mod* mesh", "stud* mod* mesh", "pre-train* RAG", "mod* GPUs", '"I/Os"']),
    st.sampled_from(["cat:cs.CV", "cat:cs", "cat:math", "primary:cs.CL", "upvotes>=20"]),
    NAMES.map(lambda name: f'author:"{name}"'),
)
QUERIES = st.recursive(
    TERMS.map(lambda term: f"({term})"),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} AND {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} AND NOT {pair[1]})"),
    ),
    max_leaves=3,
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """Open the full-text table alone."""
    (statement,) = (each for each in MIGRATIONS[0] if "fts5" in each)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(statement)
        yield connection


def finds(index: sqlite3.Connection, expression: str | None) -> bool:
    """Say whether an expression finds the one paper."""
    if expression is None:
        return False
    sql = "SELECT COUNT(*) FROM papers_text WHERE papers_text MATCH ?"
    (count,) = index.execute(sql, (expression,)).fetchone()
    return bool(count)


def put(index: sqlite3.Connection, paper: Paper) -> None:
    """Make this the one paper."""
    index.execute("DELETE FROM papers_text")
    index.execute("INSERT INTO papers_text VALUES (?, ?, ?, ?)", search_text(prepare(paper)))


@examples(300)
@given(QUERIES, PAPERS)
@example('"study"~2', Paper(id=PaperId("1"), title="model study", abstract="studies"))
@example("stud* mesh", Paper(id=PaperId("1"), title="studying meshes", abstract=""))
@example('"I/Os"', Paper(id=PaperId("1"), title="I/Os", abstract=""))
def test_the_matcher_is_between_certain_and_possible(
    index: sqlite3.Connection, typed: str, paper: Paper
) -> None:
    """What is certain is selected, and what is selected is possible."""
    query = parse(typed)
    put(index, paper)
    said = proposal(query)
    selected = selects(query, prepare(paper))
    assert selected or not finds(index, said.certain), said
    assert finds(index, said.possible) or not selected, said


@pytest.mark.parametrize(
    "typed",
    [
        "model",
        "mesh, model",
        "RAG",
        '"model"',
        '"models"',
        "mod*",
        "cat:cs.CV AND NOT model",
        "author:lecun",
    ],
)
@examples(50)
@given(paper=PAPERS)
def test_the_index_decides_words_and_facts_alone(
    index: sqlite3.Connection, typed: str, paper: Paper
) -> None:
    """Single words of every kind, facts and what is made of them need no matcher."""
    query = parse(typed)
    put(index, paper)
    assert proposal(query).is_exact
    assert finds(index, full_text(query)) is selects(query, prepare(paper))


def test_a_phrase_is_certain_where_it_stands_in_a_row(index: sqlite3.Connection) -> None:
    """Words next to each other prove a phrase; words that only both occur do not."""
    query: Query = parse("diffusion model")
    said: Proposal = proposal(query)
    put(index, Paper(id=PaperId("1"), title="Diffusion models", abstract=""))
    assert finds(index, said.certain)
    put(index, Paper(id=PaperId("1"), title="A model of diffusion", abstract=""))
    assert not finds(index, said.possible)
