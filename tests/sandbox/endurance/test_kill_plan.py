"""When processes are killed."""

from collections import Counter
from itertools import pairwise

from bot.sandbox.endurance.kill_plan import Moment, kills


def test_the_same_seed_plans_the_same_kills() -> None:
    """A plan depends on its seed and on nothing else."""
    assert kills(50, 3) == kills(50, 3)
    assert kills(50, 3) != kills(50, 4)


def test_every_kind_of_moment_comes() -> None:
    """Among two hundred kills each kind of moment has its share."""
    planned = kills(200, 1)
    assert len(planned) == 200
    counts = Counter(each.moment for each in planned)
    assert all(counts[moment] >= 5 for moment in Moment)


def test_histories_are_read_after_a_night_only() -> None:
    """Only while histories are read, which is after a night, is one waited for."""
    planned = kills(500, 2)
    sought = [(before.night, each) for before, each in pairwise(planned)]
    assert all(night for night, each in sought if each.moment is Moment.SOUGHT)
    assert planned[0].moment is not Moment.SOUGHT
