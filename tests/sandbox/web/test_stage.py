"""What the sandbox in a browser announces, and its clock."""

import time

from bot.sandbox.web.stage import MovableClock, batches


def test_no_two_papers_are_announced_under_one_name() -> None:
    """There are batches for a long try, and only a new version comes under a known id."""
    papers = [paper for batch in batches() for paper in batch]
    again = [paper.id for paper in papers if (paper.version or 1) > 1]
    fresh = [paper.id for paper in papers if (paper.version or 1) == 1]
    assert len(fresh) == len(set(fresh)) > 100
    assert len(again) < 5


def test_every_batch_has_something_for_who_follows_the_guide() -> None:
    """What the guide subscribes to is in each batch that is announced after it."""
    for batch in batches():
        texts = [f"{paper.title} {paper.abstract}".lower().replace("\n", " ") for paper in batch]
        assert any("language model" in text for text in texts)


def test_the_clock_goes_on_from_where_it_was_put() -> None:
    """A clock that was put forward is ahead by as much."""
    clock = MovableClock()
    clock.ahead = 3600
    assert 3599 < clock() - time.time() < 3601
