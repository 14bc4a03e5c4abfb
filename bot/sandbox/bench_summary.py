"""`make bench-summary`: summaries beside other ways to make them, against what people wrote.

SciTLDR's dev split, by its paper's protocol (`bot.sandbox.scitldr`), every way in the same run.
Asserts nothing.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.sandbox.scitldr import Rouge, Scorer, Summed, mean, read
from bot.text.plain import readable
from bot.text.sentences import sentences
from bot.text.summary import extract

Way = Callable[[Summed], str]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a way scored, seconds of CPU time and letters a paper."""

    rouge: Rouge
    seconds: float
    letters: float


def bench_summary(folder: Path) -> int:
    """Run the benchmark and print it."""
    papers = read(folder, "dev")
    scorer = Scorer()
    table = Table(title=f"SciTLDR-A dev, {len(papers)} papers, the target with the best ROUGE-1")
    for heading in ("", "ROUGE-1 / 2 / L", "ms a paper", "letters"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, way in _ways(scorer):
        found = _measured(way, papers, scorer)
        table.add_row(name, str(found.rouge), f"{found.seconds * 1e3:.2f}", f"{found.letters:.0f}")
    Console().print(table)
    return 0


def _measured(way: Way, papers: Sequence[Summed], scorer: Scorer) -> Measured:
    start = time.process_time()
    found = [way(paper) for paper in papers]
    seconds = (time.process_time() - start) / len(papers)
    scores = [scorer.score(text, each.targets) for text, each in zip(found, papers, strict=True)]
    return Measured(mean(scores), seconds, sum(map(len, found)) / len(papers))


def _ways(scorer: Scorer) -> list[tuple[str, Way]]:
    return [
        ("Paperwire's summary", _ours),
        ("the title", lambda paper: paper.title),
        ("the first sentence", lambda paper: sentences(readable(paper.abstract))[0]),
        *_peers(),
        ("the best sentence: an oracle", partial(_best, scorer)),
    ]


def _ours(paper: Summed) -> str:
    return extract(paper.title, paper.abstract)


def _best(scorer: Scorer, paper: Summed) -> str:
    """Return the sentence that scores best, which is known only after the fact."""
    found = sentences(readable(paper.abstract))
    return max(found, key=lambda each: scorer.score(each, paper.targets).one)


def _peers() -> list[tuple[str, Way]]:
    """Return LexRank and TextRank as sumy has them, each for one sentence; none without sumy."""
    try:
        lex = import_module("sumy.summarizers.lex_rank").LexRankSummarizer
        text = import_module("sumy.summarizers.text_rank").TextRankSummarizer
        stemmer = import_module("sumy.nlp.stemmers").Stemmer("english")
        stop_words = import_module("sumy.utils").get_stop_words("english")
    except ImportError:
        return []
    ways: list[tuple[str, Way]] = []
    for name, kind in (("LexRank", lex), ("TextRank", text)):
        summarizer = kind(stemmer)
        summarizer.stop_words = stop_words
        ways.append((f"{name} (sumy)", partial(_by_sumy, summarizer)))
    return ways


def _by_sumy(summarizer: Any, paper: Summed) -> str:  # noqa: ANN401 - sumy ships no types
    """Return the first choice of a summarizer; it gets our sentences, as it has none here."""
    dom = import_module("sumy.models.dom")
    tokenizer = _Words()
    found = [dom.Sentence(each, tokenizer) for each in sentences(readable(paper.abstract))]
    document = dom.ObjectDocumentModel([dom.Paragraph(found)])
    return " ".join(map(str, summarizer(document, 1)))


class _Words:
    """Words for sumy, whose own tokenizer wants a download."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Return the words of a sentence."""
        return tuple("".join(c if c.isalnum() else " " for c in sentence.lower()).split())
