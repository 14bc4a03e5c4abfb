"""SciTLDR: abstracts with one-sentence summaries that people wrote, and how summaries are scored.

I. Cachola et al., "TLDR: Extreme Summarization of Scientific Documents", Findings of EMNLP 2020:
a summary counts as much as it agrees with the nearest of its paper's targets, by ROUGE-1. The data
(https://github.com/allenai/scitldr, SciTLDR-A) and rouge-score are no part of Paperwire.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Summed:
    """A paper with its abstract and the summaries that people wrote of it."""

    title: str
    abstract: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rouge:
    """ROUGE-1, ROUGE-2 and ROUGE-L, F1, with stemming, between 0 and 1."""

    one: float
    two: float
    longest: float

    @property
    def total(self) -> float:
        """The three together, which is what the weights are trained for."""
        return self.one + self.two + self.longest

    def __str__(self) -> str:
        """Return the three as they are written in papers."""
        return " / ".join(f"{100 * each:.1f}" for each in (self.one, self.two, self.longest))


def read(folder: Path, split: str) -> list[Summed]:
    """Return the papers of a split, ``train`` or ``dev``; raises ConfigError without the file."""
    path = folder / f"{split}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise ConfigError(
            f"{path} cannot be read. Get SciTLDR-A from https://github.com/allenai/scitldr and"
            " name its folder with --data."
        ) from None
    rows = [json.loads(line) for line in lines]
    return [Summed(row["title"], " ".join(row["source"]), tuple(row["target"])) for row in rows]


class Scorer:
    """Scores summaries by rouge-score; raises ConfigError where that is not installed."""

    def __init__(self) -> None:
        try:
            scoring: Any = import_module("rouge_score.rouge_scorer")
        except ImportError:
            raise ConfigError("rouge-score is not installed: use make.") from None
        self._scorer = scoring.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)

    def score(self, summary: str, targets: Iterable[str]) -> Rouge:
        """Return the scores against the target with the best ROUGE-1."""
        return max((self._against(target, summary) for target in targets), key=_one)

    def _against(self, target: str, summary: str) -> Rouge:
        found = self._scorer.score(target, summary)
        return Rouge(*(found[name].fmeasure for name in ("rouge1", "rouge2", "rougeL")))


def mean(scores: Sequence[Rouge]) -> Rouge:
    """Return the mean of some scores."""
    count = len(scores)
    return Rouge(
        sum(each.one for each in scores) / count,
        sum(each.two for each in scores) / count,
        sum(each.longest for each in scores) / count,
    )


def _one(score: Rouge) -> float:
    return score.one
