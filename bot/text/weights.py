"""The weights of `bot.text.features`, as `make train-summary` printed them; reviewed, not tuned.

Trained on the 1,992 papers of SciTLDR-A's training split (machine learning, their authors' own
one-sentence summaries) for ROUGE-1 + 2 + L of the sentence that is chosen: 38.9 / 19.5 / 32.4 on
papers left out in five folds, 41.8 / 20.5 / 34.2 on the dev split, which was trained on in no way.
`dangling` and `refers` are set by hand: people read the sentence alone. docs/summaries.md tells
what was tried.
"""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        # What it speaks of: overlap with the title, closeness to the whole abstract.
        "title": 4.04,
        "title_and_central": 6.54,
        "central": 8.07,
        # Where it stands.
        "first": 0.75,
        "second": -1.28,
        "place": -1.03,
        # What it says its authors do, and whether it is the first to say so.
        "proposes": 1.71,
        "first_proposes": 2.13,
        "is_proposed": 0.49,
        "tells": -0.02,
        "first_tells": 2.04,
        "in_this_paper": 2.00,
        "first_cue": 2.10,
        "we": 1.04,
        "starts_with_we": 0.78,
        "novel": 0.67,
        # What belongs elsewhere: motivation, tests, further points, links.
        "trouble": -0.19,
        "tests": -0.51,
        "aside": -1.05,
        "code": -0.61,
        "question": -1.36,
        # How it reads.
        "numbers": -2.76,
        "long": -1.57,
        "very_long": -1.94,
        "dangling": -2.00,
        "refers": -2.00,
    }
)
