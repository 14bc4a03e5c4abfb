"""What is proposed to narrow a query, from titles."""

import pytest

from bot.matching.narrowing import Sample, in_title, longer_phrases, said_in, words_beside
from bot.matching.parser import parse
from bot.matching.query import Phrase


def sample(selected: tuple[str, ...], others: tuple[str, ...] = ()) -> Sample:
    """Return a sample in which each title comes three times."""
    return Sample([said_in(each) for each in selected * 3], [said_in(each) for each in others * 3])


def longer(typed: str, *titles: str) -> list[str]:
    """Return the longer phrases for a query that is one phrase."""
    query = parse(typed)
    assert isinstance(query.root, Phrase)
    return [str(each) for each in longer_phrases(query.root, query.root, sample(titles))]


def beside(typed: str, selected: tuple[str, ...], others: tuple[str, ...] = ()) -> list[str]:
    """Return the words that stand beside a query's."""
    return [str(each) for each in words_beside(parse(typed).root, sample(selected, others))]


@pytest.mark.parametrize(
    ("typed", "title", "expected"),
    [
        ("tide", "Spring Tides", ["spring tide"]),
        ("tide", "Tidal Spring-Tide", []),
        ("tide", "Spring: tides, gauges", []),
        ("tide", "The tides of Towards Tides with tides", []),
        ("tide", "Salt-marsh tides", ["salt-marsh tide"]),
        ("tide", "GPS tides", ["GPS tide"]),
        ("GPS", "RAG GPS", []),
        ("title:tide", "spring tides", ["title:(spring tide)"]),
        ('"tides"', "spring tides", ['"spring tides"']),
        ('"tide mesh"~3', "spring tide mesh", []),
        ("tide*", "spring tides", []),
        ("tide", "tides tide", []),
        ("tide", r"\textbf{Spring} tides", ["spring tide"]),
    ],
)
def test_a_phrase_grows_by_a_word_of_the_titles(
    typed: str, title: str, expected: list[str]
) -> None:
    """A neighbour with only a blank between is added, unless it tells no subject or is known."""
    assert longer(typed, title) == expected


def test_longer_phrases_of_most_papers_come_first() -> None:
    """They are ordered by papers, not by how often they stand in one."""
    titles = ("Spring tides, spring tides, spring tides", "Ebb tides", "An ebb tide")
    assert longer("tide", *titles) == ["ebb tide", "spring tide"]


def test_words_that_others_say_as_often_divide_nothing() -> None:
    """A word counts by how much more often the selected papers say it."""
    selected = ("Tides of harbours and hills", "Tides and hills", "Tides, a hill", "Tides")
    assert beside("tide", selected, ("Hills", "Hills by night", "Roads")) == ["harbours"]


def test_pairs_take_the_place_of_their_words() -> None:
    """Where a word is mostly said in one pair, the pair is proposed."""
    selected = ("Tides by machine vision", "Machine vision of tides", "Tides", "Tide", "The tides")
    assert beside("tide", selected, ("Roads", "Hills")) == ["machine vision"]


@pytest.mark.parametrize(
    ("typed", "title", "expected"),
    [
        ("segmentation", "Segmentation: segments of roads", ["roads"]),
        ("tide AND road", "Tides, roads", []),
        ("learn*", "Learning, learned", []),
        ("LLM", "Large language, LLM", ["language"]),
    ],
    ids=["forms", "its own words", "beginnings", "what an acronym stands for"],
)
def test_what_says_the_same_is_not_proposed(typed: str, title: str, expected: list[str]) -> None:
    """Neither forms of a query's words nor what its initials stand for divide anything."""
    assert beside(typed, (title, "The"), ("Hills",)) == expected


def test_titles_only() -> None:
    """Every phrase that looks everywhere looks in titles; nothing else changes."""
    node = in_title(parse('tide AND abstract:sea NOT cat:cs, "ebb"').root)
    assert str(node) == 'abstract:sea AND title:tide AND NOT cat:cs OR title:"ebb"'
