"""The weights of `bot.text.features`, as `make train-summary` printed them; reviewed, not tuned.

Trained on the 1,992 papers of SciTLDR-A's training split (machine learning, their authors' own
one-sentence summaries) for ROUGE-1 + 2 + L of the sentence that is chosen: 38.8 / 19.4 / 32.3 on
papers left out in five folds, 41.7 / 20.4 / 34.2 on the dev split, which was trained on in no way.
`dangling` and `refers` are set by hand: people read the sentence alone. docs/summaries.md tells
what was tried.
"""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        # What it speaks of: overlap with the title, closeness to the whole abstract.
        "title": 3.98,
        "title_and_central": 6.39,
        "central": 8.40,
        # Where it stands.
        "first": 0.75,
        "second": -1.46,
        "place": -1.25,
        # What it says its authors do, and whether it is the first to say so.
        "proposes": 1.85,
        "first_proposes": 2.14,
        "is_proposed": 0.60,
        "tells": 0.06,
        "first_tells": 2.08,
        "in_this_paper": 1.91,
        "first_cue": 1.95,
        "we": 1.06,
        "starts_with_we": 0.71,
        "novel": 0.58,
        # What belongs elsewhere: motivation, tests, further points, links.
        "trouble": -0.21,
        "tests": -0.80,
        "aside": -1.08,
        "code": -0.76,
        "question": -1.32,
        # How it reads.
        "numbers": -2.07,
        "long": -1.64,
        "very_long": -2.34,
        "dangling": -2.00,
        "refers": -1.00,
    }
)
