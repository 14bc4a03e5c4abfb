"""What is bold is what matched, in the title, in the abstract and in what is cut out of it."""

from dataclasses import replace

import pytest

from bot.delivery.emphasis import shown
from bot.delivery.marked import Marked
from bot.domain import PaperMatch
from tests.delivery.papers import PAPER


def bold(marked: Marked) -> list[str]:
    """Return the runs of bold letters."""
    lettered = "".join(
        letter if flag else "\n" for letter, flag in zip(marked.text, marked.bold, strict=True)
    )
    return [run for run in lettered.split("\n") if run]


@pytest.mark.parametrize(
    ("queries", "title", "abstract", "summary", "keywords"),
    [
        pytest.param((), [], [], [], (), id="a look-up"),
        pytest.param(("snail",), ["Snails"], ["Snails", "snails"], [], ("snail",), id="a word"),
        pytest.param(("title:snail",), ["Snails"], [], [], ("title:snail",), id="title only"),
        pytest.param(
            ("abstract:slow*",),
            [],
            ["slow", "slower"],
            ["slower"],
            ("abstract:slow*",),
            id="abstract only",
        ),
        pytest.param(
            ("diffusion model AND NOT tortoise", "cat:cs"),
            ["Diffusion Models"],
            ["diffusion model"],
            ["diffusion model"],
            ("diffusion model", "cat:cs"),
            id="conditions and facts",
        ),
        pytest.param(("tortoise",), [], [], [], ("tortoise",), id="matches no more"),
        pytest.param(("((", "slow"), ["Slow"], ["slow"], [], ("((", "slow"), id="unreadable"),
    ],
)
def test_matched_terms(
    queries: tuple[str, ...],
    title: list[str],
    abstract: list[str],
    summary: list[str],
    keywords: tuple[str, ...],
) -> None:
    """Each query's terms that hit are bold where they stand, and are named."""
    seen = shown(PaperMatch(PAPER, queries), summary=320)
    assert bold(seen.title) == title
    assert bold(seen.abstract) == abstract
    assert bold(seen.summary) == summary
    assert seen.keywords == keywords


def test_a_cut_summary_keeps_its_bold_words() -> None:
    """A sentence that was cut short is still found in the abstract."""
    long = "We propose a snail that carries " + "house upon house " * 30 + "and a snail."
    seen = shown(PaperMatch(replace(PAPER, abstract=long), ("snail",)), summary=100)
    assert seen.summary.text.endswith("…")
    assert bold(seen.summary) == ["snail"]


def test_tex_is_shown_readable() -> None:
    """Bold letters are those of the displayed text, not of its source."""
    tex = replace(PAPER, title=r"\textit{Fast} P\'olya $\alpha$-snails", abstract="")
    seen = shown(PaperMatch(tex, ("snail", "polya")), summary=320)
    assert seen.title.text == "Fast Pólya \u03b1-snails"
    assert bold(seen.title) == ["Pólya", "snails"]
    assert seen.summary.text == ""


def test_what_a_model_wrote_is_shown_whole() -> None:
    """A summary stands in place of the extract, its matched words bold, and is told apart."""
    entry = PaperMatch(PAPER, ("snail",), "Slows snails down further.")
    seen = shown(entry, summary=320)
    assert seen.summary.text == "Slows snails down further."
    assert bold(seen.summary) == ["snails"]
    assert seen.is_by_model


def test_what_a_model_wrote_is_never_cut() -> None:
    """Where it does not fit, the authors' words stand: half a number would be another one."""
    entry = PaperMatch(PAPER, (), "Slows snails down by 12.5 million steps of a snail in all.")
    seen = shown(entry, summary=40)
    assert not seen.is_by_model
    assert "12" not in seen.summary.text
