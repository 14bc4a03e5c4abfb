"""Which queries get advice, and which differ by a plural only."""

import pytest

from bot.matching.advice import advice
from bot.matching.folding import folded
from bot.matching.parser import parse


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("mesh or nerf", "`or` is read as a word here: type OR or a comma"),
        ("3d, search and rescue", "`and` is read as a word here: type AND"),
        ("NOT (mesh not nerf) AND tide", "`not` is read as a word here: type NOT"),
        ("type:replace mesh", "Replacements"),
        ("type:replace, type:replace-cross", "Replacements"),
    ],
)
def test_what_may_not_be_meant_is_told(typed: str, said: str) -> None:
    """Small operators between words, and what can never be posted, are told in a sentence."""
    (sentence,) = advice(parse(typed))
    assert said in sentence


@pytest.mark.parametrize(
    "typed",
    ["mesh OR nerf", '"mesh or nerf"', "or mesh", "type:replace, mesh", "mesh NOT type:replace"],
)
def test_what_is_meant_is_left_alone(typed: str) -> None:
    """Operators, quotes, and queries that select other papers too get no advice."""
    assert advice(parse(typed)) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("language model", "Language Models"),
        ("GPU, mesh", "meshes OR GPUs"),
        ("tide NOT title:wave", "tides NOT title:waves"),
        ("graph-network", "graph-networks"),
    ],
)
def test_a_plural_makes_no_other_query(one: str, other: str) -> None:
    """Queries that differ by plurals of bare words are folded to one text."""
    assert folded(parse(one)) == folded(parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [('"model"', '"models"'), ("RAG", "rag"), ("tide", "tide*"), ("tide", "title:tide")],
)
def test_other_differences_count(one: str, other: str) -> None:
    """Quotes, capitals, stars and fields make another query."""
    assert folded(parse(one)) != folded(parse(other))
