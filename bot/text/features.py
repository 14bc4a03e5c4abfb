"""How well each sentence of an abstract would sum it up: a linear score over readable features.

Pure; the weights stand in `bot.text.weights`, and `make train-summary` finds them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt

from bot.text.cues import CONTRIBUTING, Candidate, cues

Features = dict[str, float]


def scores(
    title: Candidate, candidates: Sequence[Candidate], weights: Mapping[str, float]
) -> list[float]:
    """Return the score of each sentence of an abstract; features without a weight do not count."""
    return [
        sum(weights.get(name, 0.0) * value for name, value in each.items())
        for each in features(title, candidates)
    ]


def features(title: Candidate, candidates: Sequence[Candidate]) -> list[Features]:
    """Return the features of each sentence, in order, from 0 to about 1; 0 may be absent.

    A cue counts as such, and once more in the sentence that has it first.
    """
    counts = Counter(stem for each in candidates for stem in each.subject)
    norm = sqrt(sum(count * count for count in counts.values())) or 1.0
    last = max(1, len(candidates) - 1)
    found: list[Features] = []
    seen: set[str] = set()
    for place, each in enumerate(candidates):
        has = cues(each)
        acts = has & CONTRIBUTING
        length = sqrt(len(each.subject)) or 1.0
        cosine = sum(counts[stem] for stem in each.subject) / (length * norm)
        overlap = len(each.subject & title.subject) / (len(title.subject) or 1)
        found.append(
            {
                "title": overlap,
                "title_and_central": overlap * cosine,
                "central": cosine**2,
                "first": float(place == 0),
                "second": float(place == 1),
                "place": place / last,
                "numbers": sum(map(str.isdecimal, each.words)) / 10,
                "first_cue": float(bool(acts) and not seen),
                **dict.fromkeys(has, 1.0),
                **{f"first_{act}": 1.0 for act in acts - seen if act != "in_this_paper"},
            }
        )
        seen |= acts
    return found
