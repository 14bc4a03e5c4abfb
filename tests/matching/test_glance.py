"""What a glance tells is what the matcher says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import Paper, PaperId
from bot.matching.glance import glance
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import prepare
from tests.matching.test_full_text import PAPERS, QUERIES


def of(abstract: str) -> Paper:
    """Return a paper with an abstract."""
    return Paper(id=PaperId("2501.00001"), title="", abstract=abstract)


@settings(max_examples=1000)
@given(QUERIES, PAPERS)
def test_a_glance_never_says_anything_else(typed: str, paper: Paper) -> None:
    """Where a glance tells at all, it tells what the matcher says."""
    query = parse(typed)
    assert glance(query, paper) in (None, selects(query, prepare(paper)))


LETTERS = st.text(st.sampled_from("aAmMsS.-+#' ,()/5$_é\\{}\n"), max_size=14)


@settings(max_examples=1000)
@given(st.sampled_from(["am", "ams", '"am"', "AM", '"AM"', "am as", "a-m", "am5*"]), LETTERS)
def test_signs_around_words_are_no_trap(typed: str, abstract: str) -> None:
    """Whatever signs stand around the letters, a glance tells the truth or nothing."""
    query = parse(typed)
    assert glance(query, of(abstract)) in (None, selects(query, prepare(of(abstract))))


@pytest.mark.parametrize(
    ("typed", "abstract", "told"),
    [
        ('"language model"', "We train a language model, again.", True),
        ('"language model"', "We train language models again.", False),
        ("RAG", "On RAG and RAGs.", True),
        ("RAG", "A rag is no acronym.", None),
        ("splat*", "Gaussian splatting.", True),
        ('"language model"', r"A \emph{language} model.", True),
        ('"language model"', "The language-model's end.", True),
    ],
)
def test_a_glance_tells_the_usual(typed: str, abstract: str, told: bool | None) -> None:  # noqa: FBT001 - the expected answer
    """Common text is decided without preparing the paper."""
    assert glance(parse(typed), of(abstract)) is told
