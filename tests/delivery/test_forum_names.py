"""What forum posts are called and which tags they get."""

import pytest

from bot.delivery.forum_names import LONGEST_NAME, fitting, name_of, topics_of
from bot.domain import PaperMatch
from tests.samples import paper


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Attention is all you need", "Attention is all you need"),
        (r"On $\alpha$-tides of  $H_2O$", "On α-tides of H₂O"),  # noqa: RUF001 - Greek
        ("Tides:\n  a survey", "Tides: a survey"),
        ("*Star* _tides_", "*Star* _tides_"),
        ("", "2611.00001"),
        ("\u200b \u202e", "2611.00001"),
    ],
)
def test_a_post_is_called_by_its_title(title: str, name: str) -> None:
    """Readable, on one line, without escapes, at most 100 characters, and never empty."""
    assert name_of(paper("2611.00001", title=title)) == name
    assert len(name) <= LONGEST_NAME


def test_a_long_title_is_cut() -> None:
    """At 100 characters, and it shows."""
    name = name_of(paper(title="On the tides of a coast that is very long indeed, " * 4))
    assert len(name) <= LONGEST_NAME
    assert name.endswith("…")


@pytest.mark.parametrize("title", ["@everyone look", "<@123456789012345678> look"])
def test_a_name_mentions_nobody(title: str) -> None:
    """Not even the shape of a mention is left."""
    name = name_of(paper(title=title))
    assert title not in name
    assert "look" in name


def test_topics_come_from_categories_and_queries() -> None:
    """Primary categories first, then the others, archives, and what selected the papers."""
    entries = [
        PaperMatch(paper("2611.00001", categories=("cs.CV", "stat.ML")), ("diffusion",)),
        PaperMatch(paper("2611.00002", categories=("cs.CL",)), ("tide",)),
    ]
    assert topics_of(entries) == (
        *("cs.CV", "cs.CL", "stat.ML"),
        *("cs", "stat"),
        *("diffusion", "tide"),
    )


@pytest.mark.parametrize(
    ("tags", "must_have_one", "chosen"),
    [
        (["News", "CS.CV", "Diffusion"], False, [1, 2]),
        (["cs", "cs.cv "], False, [1, 0]),
        (["News", "Talk"], False, []),
        (["News", "Talk"], True, [0]),
        ([], True, []),
        (["cs.cv", "CS.CV"], True, [0]),
        (["a", "b", "c", "d", "e", "f", "cs.CV"], False, [6]),
    ],
)
def test_tags_that_name_a_topic_are_chosen(
    tags: list[str],
    must_have_one: bool,  # noqa: FBT001 - a column of the table
    chosen: list[int],
) -> None:
    """In any case; the first of all where none fits and the forum wants one."""
    assert fitting(tags, ("cs.CV", "cs", "diffusion"), must_have_one=must_have_one) == chosen


def test_a_post_has_at_most_five_tags() -> None:
    """The likeliest ones."""
    topics = [f"t{number}" for number in range(9)]
    assert fitting(topics[::-1], topics, must_have_one=True) == [8, 7, 6, 5, 4]
