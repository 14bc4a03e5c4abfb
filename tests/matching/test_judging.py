"""What is told from indexed words is what the matcher says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Paper, PaperId
from bot.matching.judging import Judge
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import prepare, search_text
from tests.effort import examples
from tests.matching.test_full_text import PAPERS, QUERIES


def told(typed: str, paper: Paper) -> bool:
    """Judge a paper by its indexed words; they are all there is where that is enough."""
    judge = Judge(parse(typed))
    indexed = search_text(prepare(paper))
    words = (indexed.title_words, indexed.abstract_words)
    return judge.selects(words, paper if judge.needs_papers else None)


def of(abstract: str) -> Paper:
    """Return a paper with an abstract."""
    return Paper(id=PaperId("2501.00001"), title="", abstract=abstract)


@examples(300)
@given(QUERIES, PAPERS)
def test_the_judgement_is_the_matchers(typed: str, paper: Paper) -> None:
    """On words of every kind, whatever joins them."""
    assert told(typed, paper) is selects(parse(typed), prepare(paper))


LETTERS = st.text(st.sampled_from("aAmMsS.-+#' ,()/5$_éЖж\\{}\n"), max_size=14)
TYPED = ["am", "ams", '"am"', "AM", '"AM"', "am as", "a-m", "am5*", '"a m"~1', "ЖЖ", "жж", '"ЖЖ"']


@examples(300)
@given(st.sampled_from(TYPED), LETTERS)
def test_signs_and_letters_are_no_trap(typed: str, abstract: str) -> None:
    """Whatever signs stand around the letters, and in other scripts too."""
    assert told(typed, of(abstract)) is selects(parse(typed), prepare(of(abstract)))


@pytest.mark.parametrize("typed", ["MODEL", "model", "OS", "os", '"MODELSs"', "GPU", '"GPUs"'])
@pytest.mark.parametrize("abstract", ["MODELSs", "OSs", "oss", "GPU-s", "GP-Us", "GPUSs", "gpus"])
def test_capitals_with_a_small_s_are_no_trap(typed: str, abstract: str) -> None:
    """Plurals of capitals follow rules of their own."""
    assert told(typed, of(abstract)) is selects(parse(typed), prepare(of(abstract)))
