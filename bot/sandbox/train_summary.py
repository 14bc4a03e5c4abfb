"""`make train-summary`: the weights by which a sentence is chosen to sum an abstract up.

Prints them as they stand in `bot/text/weights.py`; what is there was looked at before it was put
there. Maximizes, by gradient, the score that choosing at random in proportion to exp(score) would
be expected to have on the training split, with a pull to zero.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

from bot.sandbox.scitldr import Rouge, Scorer, Summed, mean, read
from bot.text.cues import Candidate
from bot.text.features import features
from bot.text.plain import readable
from bot.text.sentences import sentences

FIXED = {"dangling": -2.0, "refers": -2.0}
"""Set by hand: they cost nothing here, and people read the sentence alone."""
FOLDS = 5
_PULL = 0.003
_STEPS = 150
_STRIDE = 0.1

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentences of an abstract: their features in the order of the names, and their worth."""

    rows: list[list[float]]
    fixed: list[float]
    worth: list[Rouge]


def train_summary(folder: Path) -> int:
    """Train, print how well it does on papers that it did not see, and the weights."""
    scorer = Scorer()
    named = [_named(paper, scorer) for paper in read(folder, "train")]
    names = sorted({name for each, _ in named for row in each for name in row} - set(FIXED))
    choices = [_choice(names, rows, worth) for rows, worth in named]
    held_out = _cross_validated(choices)
    print(f"train, {FOLDS}-fold cross-validation: {held_out}")
    weights = _trained(choices)
    dev = [_choice(names, *_named(paper, scorer)) for paper in read(folder, "dev")]
    print(f"dev: {mean([_chosen(each, weights) for each in dev])}")
    found = dict(sorted({**dict(zip(names, weights, strict=True)), **FIXED}.items()))
    print("\n".join(f'    "{name}": {weight:.2f},' for name, weight in found.items()))
    return 0


def _named(paper: Summed, scorer: Scorer) -> tuple[list[Weights], list[Rouge]]:
    candidates = [Candidate.of(sentence) for sentence in sentences(readable(paper.abstract))]
    rows = features(Candidate.of(readable(paper.title)), candidates)
    return rows, [scorer.score(each.text, paper.targets) for each in candidates]


def _choice(names: Sequence[str], rows: Sequence[Weights], worth: list[Rouge]) -> Choice:
    return Choice(
        [[row.get(name, 0.0) for name in names] for row in rows],
        [sum(weight * row.get(name, 0.0) for name, weight in FIXED.items()) for row in rows],
        worth,
    )


def _cross_validated(choices: Sequence[Choice]) -> Rouge:
    order = list(range(len(choices)))
    random.Random(1).shuffle(order)  # noqa: S311 - repeatable, not secret
    found: list[Rouge] = []
    for fold in range(FOLDS):
        weights = _trained([choices[place] for n, place in enumerate(order) if n % FOLDS != fold])
        found += [_chosen(choices[place], weights) for place in order[fold::FOLDS]]
    return mean(found)


def _chosen(choice: Choice, weights: Sequence[float]) -> Rouge:
    scores = _scores(choice, weights)
    return choice.worth[scores.index(max(scores))]


def _scores(choice: Choice, weights: Sequence[float]) -> list[float]:
    return [
        sum(map(float.__mul__, row, weights)) + fixed
        for row, fixed in zip(choice.rows, choice.fixed, strict=True)
    ]


def _trained(choices: Sequence[Choice]) -> list[float]:
    """Return weights by Adam (D. Kingma and J. Ba, ICLR 2015), features scaled to one spread."""
    spreads = _spreads([row for choice in choices for row in choice.rows])
    scaled = [
        Choice(
            [[*map(float.__truediv__, row, spreads)] for row in each.rows], each.fixed, each.worth
        )
        for each in choices
    ]
    weights, slow, square = ([0.0] * len(spreads) for _ in range(3))
    for step in range(1, _STEPS + 1):
        slope = _slope(scaled, weights)
        for place, each in enumerate(slope):
            pulled = each - _PULL * weights[place]
            slow[place] = 0.9 * slow[place] + 0.1 * pulled
            square[place] = 0.999 * square[place] + 0.001 * pulled**2
            speed = sqrt(square[place] / (1 - 0.999**step)) + 1e-9
            weights[place] += _STRIDE * slow[place] / (1 - 0.9**step) / speed
    return list(map(float.__truediv__, weights, spreads))


def _spreads(rows: Sequence[Sequence[float]]) -> list[float]:
    spreads = []
    for column in zip(*rows, strict=True):
        middle = sum(column) / len(column)
        spreads.append(sqrt(sum((value - middle) ** 2 for value in column) / len(column)) or 1.0)
    return spreads


def _slope(choices: Sequence[Choice], weights: Sequence[float]) -> list[float]:
    """Return the slope of the expected worth of a choice."""
    slope = [0.0] * len(weights)
    for choice in choices:
        scores = _scores(choice, weights)
        highest = max(scores)
        chances = [exp(score - highest) for score in scores]
        whole = sum(chances)
        expected = sum(map(_weighed, chances, choice.worth)) / whole
        for row, chance, worth in zip(choice.rows, chances, choice.worth, strict=True):
            force = chance / whole * (worth.total - expected)
            for place, value in enumerate(row):
                if value:
                    slope[place] += force * value
    return [each / len(choices) for each in slope]


def _weighed(chance: float, worth: Rouge) -> float:
    return chance * worth.total
