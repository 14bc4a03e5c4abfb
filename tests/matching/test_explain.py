"""Why a query does not select a paper."""

import pytest

from bot.matching.matcher import Failure, Match, explain
from bot.matching.parser import parse
from tests.matching.papers import prepared

REASONS = [
    ("absent", "“absent” is not in the title or the abstract."),
    ("title:mesh", "title:mesh is not in the title."),
    ("mesh -model", "“model” is in the title or the abstract, which the query leaves out."),
    ("mesh upvotes>=20", "upvotes>=20 does not hold: upvotes is 3."),
    ("mesh stars>=20", "stars>=20 does not hold: stars is not known."),
    ("mesh NOT upvotes<20", "upvotes<20 holds: upvotes is 3."),
    ("author:doe AND mesh", "no author is called “doe”."),
    ("cat:math mesh", "it is not in math."),
    ("cat:cs.CV mesh", "it is not in cs.CV."),
    ("mesh -cat:cs.LG", "it is in cs.LG, which the query leaves out."),
    ("mesh primary:cs.CL", "its primary category is not cs.CL."),
    ("mesh has:code", "the paper has no code link."),
    ("mesh source:elsewhere", "it is not from the source elsewhere."),
    ("mesh type:cross", "it is not announced as cross."),
    ("mesh id:1706.03762", "its number is not 1706.03762."),
    ("a, b", "None of 2 alternatives fits; the first: “a” is not in the title or the abstract."),
]


@pytest.mark.parametrize(("query", "reason"), REASONS, ids=[query for query, _ in REASONS])
def test_first_failed_condition(query: str, reason: str) -> None:
    """The first condition that failed is one sentence about the paper."""
    failure = explain(parse(query), prepared("mesh model", categories=("cs.LG",), upvotes=3))
    assert isinstance(failure, Failure)
    assert str(failure) == reason


def test_a_match_explains_itself() -> None:
    """A query that selects the paper is explained by its match."""
    assert isinstance(explain(parse("mesh"), prepared("mesh")), Match)
