"""What happens to papers after they were announced."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import Event
from bot.lives import events, passed, telling
from tests.samples import NOON, paper

POSTED = paper(sources=("arxiv",), version=1)
FEATURED = {"sources": ("arxiv", "huggingface")}


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ({}, {}, ()),
        ({}, {"version": 2}, ("v2",)),
        ({}, {"version": 4}, ("v4",)),
        ({"version": 3}, {"version": 2}, ()),
        ({"version": None}, {"version": 1}, ()),
        ({"version": None}, {"version": 2}, ()),
        ({}, {"version": 2, "withdrawn": True}, ("withdrawn",)),
        ({"version": 2}, {"version": 2, "withdrawn": True}, ("withdrawn",)),
        ({"withdrawn": True}, {"version": 2}, ("v2",)),
        ({}, {"doi": "10.1103/1"}, ("published",)),
        ({}, {"journal_ref": "Graphs 1 (2026)", "doi": "10.1103/1"}, ("published",)),
        ({"doi": "10.1103/1"}, {"doi": "10.1103/1", "journal_ref": "Graphs 1"}, ()),
        ({}, FEATURED, ("featured",)),
        (FEATURED, FEATURED, ()),
        ({}, {"code_url": "https://github.com/a/b"}, ("code",)),
        ({"code_url": "https://github.com/a/b"}, {"code_url": "https://github.com/c/d"}, ()),
        (FEATURED | {"upvotes": 24}, FEATURED | {"upvotes": 25}, ("upvotes-25",)),
        (FEATURED | {"upvotes": 25}, FEATURED | {"upvotes": 49}, ()),
        (FEATURED | {"upvotes": 30}, FEATURED | {"upvotes": 10}, ()),
        ({}, FEATURED | {"upvotes": 120}, ("featured", "upvotes-25", "upvotes-50", "upvotes-100")),
        ({}, {"title": "Lamps", "abstract": "Of lamps.", "categories": ("cs.CV", "cs.LG")}, ()),
    ],
)
def test_what_lies_between_two_states(
    before: dict[str, Any], after: dict[str, Any], named: tuple[str, ...]
) -> None:
    """Each thing that happened has a name, and what only looks different has none."""
    assert events(replace(POSTED, **before), replace(POSTED, **after)) == named


@pytest.mark.parametrize(
    ("upvotes", "named"),
    [(None, ()), (0, ()), (25, ("upvotes-25",)), (60, ("upvotes-25", "upvotes-50"))],
)
def test_thresholds_that_are_passed_from_the_start(
    upvotes: int | None, named: tuple[str, ...]
) -> None:
    """A paper that has upvotes when it is first seen will not be news for them."""
    assert passed(paper(upvotes=upvotes)) == named


def test_only_the_highest_is_told() -> None:
    """Of several versions and thresholds the last is told, and everything else once."""
    names = ("v2", "code", "v10", "upvotes-25", "upvotes-250", "v3", "published")
    happened = [Event(name, NOON + timedelta(days=day)) for day, name in enumerate(names)]
    told = [event.name for event in telling(happened)]
    assert sorted(told) == ["code", "published", "upvotes-250", "v10"]
