"""Judged collections for searches: questions, papers, and which of them people found relevant.

CSFCube (Mysore et al., 2021; CC BY-NC 4.0): 50 papers, each with what is similar to one facet of
it. SciFact (Wadden et al., 2020): claims and the abstracts that bear on them. Neither is shipped.
"""

import csv
import json
import lzma
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

from bot.domain import Paper, PaperId

_FACETS = ("background", "method", "result")


@dataclass(frozen=True, slots=True)
class Question:
    """A claim, or a paper of the collection, and how relevant each judged paper is (from 0)."""

    asked: str | PaperId
    is_paper: bool
    relevance: Mapping[PaperId, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """Papers, and questions about them."""

    name: str
    papers: tuple[Paper, ...]
    questions: tuple[Question, ...]


def csfcube(folder: Path) -> Collection:
    """Read CSFCube, all facets; the whole collection is searched, not only what was judged."""
    papers = _papers(folder / "papers_from_readable_annotations.jsonl.xz", "paper_id")
    questions = [
        Question(PaperId(id_), True, _judged(id_, told["cands"], told["relevance_adju"]))
        for facet in _FACETS
        for id_, told in _json(folder / f"test-pid2anns-csfcube-{facet}.json").items()
    ]
    return Collection("CSFCube", papers, tuple(questions))


def scifact(folder: Path) -> Collection:
    """Read SciFact with the claims held out for validation; those for training chose the fusion."""
    relevance: dict[str, dict[PaperId, int]] = defaultdict(dict)
    with (folder / "qrels_validation.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            relevance[row["query-id"]][PaperId(row["corpus-id"])] = int(row["score"])
    claims = {
        told["_id"]: told["claim"]
        for told in map(json.loads, (folder / "claims_validation.jsonl").read_text().splitlines())
    }
    questions = [Question(claims[id_], False, judged) for id_, judged in relevance.items()]
    return Collection("SciFact", _papers(folder / "corpus.jsonl.xz", "_id"), tuple(questions))


def _papers(path: Path, id_name: str) -> tuple[Paper, ...]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        told = [json.loads(line) for line in lines]
    return tuple(
        Paper(id=PaperId(each[id_name]), title=each["title"], abstract=" ".join(each["abstract"]))
        for each in told
    )


def _json(path: Path) -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _judged(asked: str, ids: Sequence[str], degrees: Sequence[str]) -> dict[PaperId, int]:
    found = zip(ids, degrees, strict=True)
    return {PaperId(id_): int(degree) for id_, degree in found if id_ != asked}


def ndcg(found: Sequence[PaperId], relevance: Mapping[PaperId, int], depth: int = 10) -> float:
    """Return nDCG with gains of 2 to the power of the degree, less 1 (Burges et al., 2005)."""
    ideal = _gain(sorted(relevance.values(), reverse=True)[:depth])
    return _gain([relevance.get(id_, 0) for id_ in found[:depth]]) / ideal if ideal else 0.0


def _gain(degrees: Sequence[int]) -> float:
    return sum((2.0**degree - 1) / math.log2(rank) for rank, degree in enumerate(degrees, start=2))


def recall(found: Sequence[PaperId], relevance: Mapping[PaperId, int], depth: int = 20) -> float:
    """Return which share of all relevant papers is among the first."""
    relevant = {id_ for id_, degree in relevance.items() if degree > 0}
    return len(relevant & set(found[:depth])) / len(relevant) if relevant else 0.0


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean of two values or more, and its standard error."""
    return mean(values), stdev(values) / math.sqrt(len(values))
