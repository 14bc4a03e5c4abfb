"""The fuzzing of the parser, short: what it draws and what it reports."""

import random

import pytest

from bot.errors import QueryError
from bot.matching.parser import parse
from bot.sandbox.fuzz import check, fuzz_parser, typed


def test_random_input_breaks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Each of some thousand inputs is a tree that reads back as itself, or a QueryError."""
    fuzz_parser(3_000, 7)
    assert capsys.readouterr().out.startswith("3,000 inputs, seed 7: ")


def test_random_input_is_of_both_kinds() -> None:
    """A good part of it is understood, and a good part refused."""
    chance = random.Random(2)  # noqa: S311 - repeatable, not secret
    refused = 0
    for _ in range(1_000):
        try:
            parse(typed(chance))
        except QueryError:
            refused += 1
    assert 100 < refused < 900


@pytest.mark.parametrize("text", ["mesh", "mesh AND", "\ud800", "(" * 600])
def test_a_check_takes_its_time(text: str) -> None:
    """What is understood and what is refused are both timed."""
    assert check(text) >= 0
