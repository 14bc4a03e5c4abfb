"""What is said of a run in which something went wrong."""

import pytest

from bot.domain import PaperId
from bot.sandbox.account import Account
from bot.sandbox.endurance.rows import Said
from bot.sandbox.endurance.stage import differences, errors_of_ours

KEY = (7, PaperId("2611.00001"))


def account(*, owed: int, there: int) -> Account:
    """Return an account of one paper in one channel."""
    found = Account(owed={KEY} if owed else set())
    if there:
        found.posted[KEY] = there
        found.carried_by[KEY] = 100
    return found


@pytest.mark.parametrize(
    ("owed", "there", "said"),
    [
        (1, 0, {KEY: ("sent", 100)}),
        (1, 2, {KEY: ("sent", 100)}),
        (0, 1, {}),
        (1, 1, {}),
        (1, 1, {KEY: ("sending", None)}),
        (1, 1, {KEY: ("sent", 99)}),
        (0, 0, {KEY: ("due", None)}),
    ],
    ids=["lost", "doubled", "not owed", "unknown", "unrecorded", "another message", "forgotten"],
)
def test_what_is_wrong_is_told(owed: int, there: int, said: Said) -> None:
    """Each way in which channels, database and what was owed differ is one line."""
    (line,) = differences(account(owed=owed, there=there), said)
    assert line.startswith("2611.00001 in channel 7")


def test_what_is_right_is_not_told() -> None:
    """A paper that is owed, there once, and recorded under its message is no difference."""
    assert differences(account(owed=1, there=1), {KEY: ("sent", 100)}) == []


def test_errors_of_ours_are_told() -> None:
    """Lines that tell of an error are found, but for those with which discord.py reconnects."""
    log = """2026-11-28 08:46:25,076 ERROR   discord.shard: Attempting a reconnect in 1.00s
Traceback (most recent call last):
2026-11-28 08:46:33,205 INFO    bot.client: Ready as ERROR; servers: 1, shards: 1
2026-11-28 08:46:33,588 ERROR   bot.services.outbox: Channel 7: the lane broke
Traceback (most recent call last):
"""
    (line,) = errors_of_ours(log)
    assert "the lane broke" in line
