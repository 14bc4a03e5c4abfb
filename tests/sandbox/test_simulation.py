"""A short simulation, and that it finds what it is there to find."""

import pytest

from bot.sandbox.simulation.command import shortest, simulated
from bot.sandbox.simulation.plants import PLANTS

DAYS = 8
USUALLY_ENOUGH = {"act-before-record": 3, "forum-post-again": 3, "record-before-act": 5}
"""Announcement days of plants that need certain faults at certain times: many short seeds do."""
SHOWN_FROM = {"forum-post-again": 3, "record-before-act": 5}
"""The seed at which the search begins where the first ones do not show a bug: it is soon over."""


def test_nothing_is_lost_and_nothing_doubled() -> None:
    """Through kills, faults and outages, everything promised comes once."""
    outcome = simulated(7, DAYS)
    assert outcome.broken == ()
    assert outcome.messages > 20
    assert outcome.lives > 2


def test_a_seed_replays_exactly() -> None:
    """The same seed tells the same story, line by line."""
    assert simulated(3, 4) == simulated(3, 4)


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_bug_is_found(plant: str) -> None:
    """Each of the bugs that others have had shows within a few seeds."""
    days = USUALLY_ENOUGH.get(plant, DAYS)
    first = SHOWN_FROM.get(plant, 1)
    assert any(simulated(seed, days, plant=plant).broken for seed in range(first, first + 20))


def test_the_story_of_a_failure_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a seed fails without is left out of its story."""
    monkeypatch.setattr("bot.sandbox.simulation.model.Model._may_have", lambda *_: False)
    outcome = simulated(1, 1)
    assert outcome.broken
    lines = list(shortest(outcome, 1, attempts=8))
    assert len(lines) < len(outcome.story)
    assert lines[-1].strip().startswith("not promised")
