"""Why a query does not select a paper."""

import pytest

from bot.matching.matcher import Failure, Match, explain
from bot.matching.parser import parse
from tests.matching.papers import prepared

REASONS = [
    ("absent", "“absent” is not in the title or the abstract."),
    ("title:mesh", "title:mesh is not in the title."),
    ("mesh -model", "“model” is in the title or the abstract."),
    ("mesh upvotes>=20", "upvotes>=20 does not hold: upvotes is 3."),
    ("mesh stars>=20", "stars>=20 does not hold: stars is not known."),
    ("mesh NOT upvotes<20", "upvotes<20 holds: upvotes is 3."),
    ("author:doe AND mesh", "author:doe is no author of it."),
    ("cat:math mesh", "cat:math is not so."),
    ("a, b", "None of 2 alternatives fits; the first: “a” is not in the title or the abstract."),
]


@pytest.mark.parametrize(("query", "reason"), REASONS, ids=[query for query, _ in REASONS])
def test_first_failed_condition(query: str, reason: str) -> None:
    """The first condition that failed is one sentence about the paper."""
    failure = explain(parse(query), prepared("mesh model", upvotes=3))
    assert isinstance(failure, Failure)
    assert str(failure) == reason


def test_a_match_explains_itself() -> None:
    """A query that selects the paper is explained by its match."""
    assert isinstance(explain(parse("mesh"), prepared("mesh")), Match)
