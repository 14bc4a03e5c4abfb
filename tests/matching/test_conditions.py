"""Conditions: what grams alone settle, and that they never settle anything wrong."""

import pytest
from hypothesis import given

from bot.domain import Paper
from bot.errors import QueryError
from bot.matching.conditions import condition, settled
from bot.matching.matcher import selects
from bot.matching.parser import parse
from bot.matching.prepared import LONGEST, grams, prepare
from tests.effort import examples
from tests.matching.test_anchors import PAPER, QUERY

CONDITIONS = [
    ("diffusion models", '"diffusion model"'),
    ("pre-training", '["|","pre training","pretraining"]'),
    ("mesh -survey", '["&","mesh",["!","survey"]]'),
    ("(mesh OR nerf) AND cat:cs.CL", '["&","cat:cs.cl",["|","mesh","nerf"]]'),
    ("RAG", '["?","rag"]'),
    ("title:mesh", '["?","mesh"]'),
    ("upvotes>3", '["?","upvotes:"]'),
]


@pytest.mark.parametrize(("typed", "expected"), CONDITIONS, ids=[typed for typed, _ in CONDITIONS])
def test_a_query_as_a_condition(typed: str, expected: str) -> None:
    """Plain phrases are grams; what needs the matcher is a question with its grams."""
    assert condition(parse(typed)) == expected


SETTLED = [
    ("mesh -survey", {"mesh"}, True),
    ("mesh -survey", {"mesh", "survey"}, False),
    ("mesh AND RAG", {"mesh"}, False),
    ("mesh AND RAG", {"mesh", "rag"}, None),
    ("mesh OR RAG", {"mesh", "rag"}, True),
    ("mesh -RAG", {"mesh", "rag"}, None),
    ("mesh -RAG", {"rag"}, False),
]


@pytest.mark.parametrize(("typed", "known", "expected"), SETTLED)
def test_what_grams_settle(typed: str, known: set[str], expected: bool | None) -> None:  # noqa: FBT001 - a table
    """An open part decides nothing, unless the others leave it nothing to decide."""
    assert settled(condition(parse(typed)), known) is expected


@examples(250)
@given(QUERY, PAPER)
def test_what_is_settled_is_what_the_matcher_says(typed: str, paper: Paper) -> None:
    """Whatever the query and the paper, a settled answer is the matcher's."""
    try:
        query = parse(typed)
    except QueryError:
        return
    ready = prepare(paper)
    held = settled(condition(query), grams(ready, LONGEST))
    assert held is None or held is selects(query, ready)
