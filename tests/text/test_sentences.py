"""Sentences and the summary that is cut out of them."""

import pytest

from bot.text.sentences import sentences
from bot.text.summary import extract, shortened

SPLIT = [
    "One. | Two.",
    "Smith et al. show this. | We agree.",
    "See Fig. 3 and Eq. (2). | Then stop.",
    "Cats, e.g. Siamese, i.e. those, win. | They do.",
    "A 2.5D view in v1.5 vs. Others is fine. | Done.",
    "The U.S. Army did it. | It won in the U.S. | We saw.",
    "By J. K. Doe and A. B. Roe. | End.",
    "Really? | Yes! | \u201cQuoted.\u201d | Fine.",
    "It costs approx. 5 dollars. | So it goes.",
    "We use cats, dogs, etc. | We win.",
    "It is called foo. bar and not baz.",
    "No end here",
]


@pytest.mark.parametrize("marked", SPLIT)
def test_sentences(marked: str) -> None:
    """Sentences end where a reader says so, not at abbreviations, numbers or initials."""
    assert sentences(marked.replace(" | ", " ")) == marked.split(" | ")


def test_no_text_has_no_sentences() -> None:
    """Blank text has none."""
    assert sentences(" \n ") == []


def test_the_contribution_is_the_summary() -> None:
    """The sentence that proposes something is chosen over the first one."""
    abstract = "Cats are hard to see. " * 9 + r"We propose \textbf{Cat}, a camera. " + "Dogs. " * 99
    assert extract("Cats", abstract, limit=40) == "We propose Cat, a camera. Dogs."


def test_in_this_paper_comes_before_we_show() -> None:
    """Without a proposal, "in this paper" is the next best cue."""
    abstract = "Cats run. We show cats. In this paper cats are seen."
    assert extract("", abstract, limit=30).startswith("In this paper")


def test_without_a_cue_the_first_sentence_is_the_summary() -> None:
    """Any abstract has a summary, an empty one has none."""
    assert extract("Cats", "Cats are fast. Dogs are not.", limit=20) == "Cats are fast."
    assert extract("Cats", "  ") == ""


def test_a_repeated_title_is_no_summary() -> None:
    """An abstract that starts with its title is read from the next sentence on."""
    assert extract("Cats run", "Cats run. They are fast.") == "They are fast."


@pytest.mark.parametrize("limit", [1, 5, 30, 60, 320])
def test_summary_keeps_to_its_limit(limit: int) -> None:
    """A long sentence is cut at a clause or word and says so."""
    text = "A very long sentence, with many clauses, which goes on and on " * 9
    cut = extract("", text, limit=limit)
    assert 0 < len(cut) <= limit
    assert cut.endswith("\N{HORIZONTAL ELLIPSIS}")


def test_cut_falls_between_words() -> None:
    """No word is cut in two where there is a blank to cut at."""
    assert shortened("alpha beta gamma delta", 18) == "alpha beta gamma\N{HORIZONTAL ELLIPSIS}"
