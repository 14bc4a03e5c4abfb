"""The figures of bench-search, and the collections where they are recorded."""

import pytest

from bot.domain import PaperId
from bot.sandbox.judged import csfcube, ndcg, recall, scifact
from tests.recorded import FOLDER

COLLECTIONS = FOLDER / "retrieval"
needs_collections = pytest.mark.skipif(not COLLECTIONS.exists(), reason="no collections here")
RELEVANCE = {PaperId("a"): 3, PaperId("b"): 1, PaperId("c"): 0}


def ids(letters: str) -> list[PaperId]:
    """Return an id for each letter."""
    return list(map(PaperId, letters))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param("abc", 1.0, id="ideal"),
        pytest.param("xyz", 0.0, id="nothing"),
        pytest.param("ba", (1 + 7 / 1.585) / (7 + 1 / 1.585), id="swapped"),
        pytest.param("xxxxxxxxxxa", 0.0, id="too far down"),
    ],
)
def test_ndcg_by_hand(found: str, expected: float) -> None:
    """Gains are 2 to the power of the degree less 1, by the logarithm of the rank."""
    assert ndcg(ids(found), RELEVANCE) == pytest.approx(expected, abs=1e-3)


def test_recall_by_hand() -> None:
    """Of two relevant papers one is found."""
    assert recall(ids("xb"), RELEVANCE) == 0.5
    assert recall(ids("xb"), {PaperId("c"): 0}) == 0.0


@needs_collections
def test_the_collections_are_read_whole() -> None:
    """All questions and papers are there, and no question is its own answer."""
    cube, claims = csfcube(COLLECTIONS / "csfcube"), scifact(COLLECTIONS / "scifact")
    assert (len(cube.papers), len(cube.questions)) == (4205, 50)
    assert (len(claims.papers), len(claims.questions)) == (5183, 300)
    assert all(each.asked not in each.relevance for each in cube.questions)
