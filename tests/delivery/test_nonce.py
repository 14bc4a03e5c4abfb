"""Nonces are stable and never shared."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.nonce import nonce_of

parts = st.tuples(st.integers(0, 2**63), st.integers(0, 2**63), st.integers(0, 99), st.text())


@given(parts)
def test_discord_takes_it(named: tuple[int, int, int, str]) -> None:
    """It is 24 hex digits, one less than Discord allows."""
    post, channel, part, salt = named
    assert re.fullmatch("[0-9a-f]{24}", nonce_of(post, channel, part, salt=salt))


@given(parts, parts)
def test_it_names_one_message(
    one: tuple[int, int, int, str], two: tuple[int, int, int, str]
) -> None:
    """It is the same for the same message and differs for any other, other databases included."""
    first = nonce_of(one[0], one[1], one[2], salt=one[3])
    second = nonce_of(two[0], two[1], two[2], salt=two[3])
    assert (first == second) is (one == two)


def test_it_survives_a_restart() -> None:
    """The algorithm is part of what is stored: a changed one would post twice after an update."""
    assert nonce_of(7, 42, salt="db") == "80177dd9567b784884a3c173"
