"""Real titles and abstracts, where they are at hand: no letter of them is lost, and soon done.

Some hundreds of papers in the fast suite; all of them with: make check-text
"""

import re
import time

import pytest

from bot.text.plain import readable
from tests import recorded
from tests.text.kept import lost

_ADDRESS = re.compile(r"(?:(?<=https://)|(?<=http://))[^\s{}\\$<>()\[\]\"'`*]+")
_AT_ITS_END = ".,;:!?-~…”’"


@pytest.fixture(scope="module")
def texts(request: pytest.FixtureRequest) -> list[str]:
    """Return the titles and abstracts of so many recorded papers, of both dialects of arXiv."""
    wanted: int = request.config.getoption("--papers")
    papers = recorded.papers(wanted, every=max(1, 40_000 // wanted))
    return [text for paper in papers for text in (paper.title, paper.abstract)]


@recorded.needs_papers
def test_no_letter_is_lost(texts: list[str]) -> None:
    """Every run of letters outside commands is in what is displayed, in its order."""
    missing = {text: runs for text in texts if (runs := lost(text, readable(text)))}
    assert not missing


@recorded.needs_papers
def test_addresses_are_whole(texts: list[str]) -> None:
    """An address stands in what is displayed as it stood in the source."""
    for text in texts:
        shown = readable(text)
        for address in _ADDRESS.findall(text.replace("\\_", "_")):
            assert address.rstrip(_AT_ITS_END) in shown


@recorded.needs_papers
def test_texts_are_read_soon(texts: list[str]) -> None:
    """A title or abstract takes less than a millisecond on average."""
    started = time.process_time()
    for text in texts:
        readable(text)
    assert (time.process_time() - started) / len(texts) < 0.001


@pytest.mark.parametrize(
    ("raw", "shown", "missing"),
    [
        (r"a \textbf{bold} $\alpha_{max}$", "a bold αₘₐₓ", []),
        (r"\href{https://a.org}{code} of", "code (https://a.org) of", []),
        ("one two three", "one three", ["two"]),
        ("one two", "two one", ["two"]),
    ],
)
def test_what_is_lost_is_found(raw: str, shown: str, missing: list[str]) -> None:
    """The check finds what is missing and what is in another order."""
    assert lost(raw, shown) == missing
