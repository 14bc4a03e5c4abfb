"""The sentence that sums an abstract up: which it is, and what is left out of it."""

import time
from statistics import median

import pytest

from bot.text.compression import LONG, compressed
from bot.text.cues import Candidate
from bot.text.features import features
from bot.text.plain import readable
from bot.text.sentences import sentences
from bot.text.summary import extract, shortened
from bot.text.weights import WEIGHTS
from tests import recorded

TIDES = """\
Context. Tides shape the coasts of many moons. However, little is known about tides of slime.
Aims. We study how slime moves under a varying pull. Methods. We solve the equations of creeping
flow for a shell of slime. Results. The slime lags behind the moon by 14.2 degrees. This is more
than expected. Conclusions. Slime is slow."""
LAMPS = r"""
Lamps are common in many homes. Recent lamps are bright but waste light. To address this problem,
in this paper, we propose \textbf{Dim}, a lamp that sees who reads (Roe et al., 2021). It needs no
switch. Extensive experiments on nine desks show that Dim saves 40\% of the light. Our code is
available at https://example.org/dim."""
WAVES = """\
Let G be a finite group. We prove that each wave on G that breaks once breaks again, unless G is
abelian. It follows that no surfer rests. We also give examples."""
WRITTEN = [
    ("Tides of slime", TIDES, "We study how slime moves under a varying pull."),
    ("Dim: a lamp for readers", LAMPS, "We propose Dim, a lamp that sees who reads."),
    (
        "Waves on groups",
        WAVES,
        "We prove that each wave on G that breaks once breaks again, unless G is abelian.",
    ),
    ("Cats run", "Cats run. Mice are faster.", "Mice are faster."),
    ("Cats run", "Cats run.", "Cats run."),
    ("Cats", "", ""),
    ("Cats", " \n ", ""),
]


@pytest.mark.parametrize(("title", "abstract", "summary"), WRITTEN)
def test_the_contribution_is_the_summary(title: str, abstract: str, summary: str) -> None:
    """The sentence that says what the paper does is chosen, and stands for itself."""
    assert extract(title, abstract) == summary


COMPRESSED = {
    "In this paper, we count cats.": "We count cats.",
    "In this work we count cats.": "We count cats.",
    "Here, we count cats.": "We count cats.",
    "However, cats hide.": "Cats hide.",
    "To address this issue, we count cats.": "We count cats.",
    "Motivated by these findings, this paper counts cats.": "This paper counts cats.",
    "To this end, in this work, we therefore count cats.": "We count cats.",
    "We count cats to tackle these challenges.": "We count cats.",
    "We count cats, designed to fully address this gap.": "We count cats.",
    "As a model of such a system, we count cats.": "We count cats.",
    "To count cats in the dark, we listen.": "To count cats in the dark, we listen.",
    "Specifically, iCat counts cats.": "iCat counts cats.",
    "Aims. We count cats.": "We count cats.",
    "RESULTS: Cats count.": "Cats count.",
    "We count cats [3, 4] as before (Roe et al., 2019).": "We count cats as before.",
    "We count cats (e.g., tabbies) at night.": "We count cats at night.",
    "We use a counter of cats (CoC).": "We use a counter of cats (CoC).",
    "If it rains, cats hide.": "If it rains, cats hide.",
    "However,": "However,",
}


@pytest.mark.parametrize(("sentence", "left"), COMPRESSED.items())
def test_what_joins_a_sentence_to_others_is_dropped(sentence: str, left: str) -> None:
    """Lead-ins, labels and citations go; names, aims of its own and conditions stay."""
    assert compressed(sentence) == left


CATS = "cats of all sizes, in the dark, with four microphones and a good deal of patience, "
TRAILING = [
    (f"We count {CATS * 3}at home, which takes a night.", f"We count {CATS * 3}at home."),
    (f"We count {CATS * 3}at home; dogs bark.", f"We count {CATS * 3}at home."),
    (f"Our counter, which hears {CATS * 3}wins.", f"Our counter, which hears {CATS * 3}wins."),
    (f"We count {CATS * 3}at home, if it is dark.", f"We count {CATS * 3}at home, if it is dark."),
    ("We count cats, which takes a night.", "We count cats, which takes a night."),
]


@pytest.mark.parametrize(("sentence", "left"), TRAILING)
def test_a_long_sentence_loses_its_last_clauses(sentence: str, left: str) -> None:
    """It does so where a whole sentence stands before them; conditions and subjects stay."""
    assert compressed(sentence) == left


def test_every_weight_is_of_a_feature() -> None:
    """No weight is left of a feature that is computed no more."""
    texts = [
        *sentences(readable(f"{TIDES} {LAMPS} {WAVES}")),
        f"In this paper we present a new {CATS * 4}.",
        "Is it proposed? A counter is proposed.",
    ]
    rows = features(Candidate.of("Cats"), [Candidate.of(text) for text in texts])
    assert set(WEIGHTS) == {name for row in rows for name in row}


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


@recorded.needs_papers
def test_real_summaries_stand_in_their_abstracts() -> None:
    """Nothing is written: but for its first letter and what was dropped, each is a quotation."""
    for paper in recorded.papers(400, every=20):
        summary = extract(paper.title, paper.abstract).rstrip("…. ")
        words = iter(readable(paper.abstract).casefold().split())
        assert summary
        assert all(any(_is_in(word, other) for other in words) for word in summary.split()), summary


def _is_in(word: str, other: str) -> bool:
    return word.casefold().strip(".,;:") in other


@recorded.needs_papers
def test_a_summary_takes_no_time() -> None:
    """The median real abstract takes less than two milliseconds, on a machine that has others."""
    seconds = []
    for paper in recorded.papers(300, every=21):
        start = time.process_time()
        extract(paper.title, paper.abstract)
        seconds.append(time.process_time() - start)
    assert median(seconds) < 0.002


def test_a_hostile_abstract_takes_linear_time() -> None:
    """Neither brackets nor lead-ins without an end make it slow."""
    for text in ("(e.g. " * 9_000, "In this paper, " * 5_000, "a (Roe " * 9_000, "which, " * 9_000):
        start = time.process_time()
        extract("Cats", f"We count {text}")
        assert time.process_time() - start < 2
    assert LONG < 320
