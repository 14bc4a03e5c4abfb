"""Which texts name an arXiv paper, and which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arxiv_ids import abstract_url, canonical_id, find_id, pdf_url
from bot.domain import PaperId

NAMES = [
    ("2508.13167", "2508.13167", None),
    ("2508.13167v2", "2508.13167", 2),
    (" 2508.13167V12\n", "2508.13167", 12),
    ("0704.0001", "0704.0001", None),
    ("1412.9999v1", "1412.9999", 1),
    ("arXiv:2508.13167v2", "2508.13167", 2),
    ("arxiv: 2508.13167", "2508.13167", None),
    ("oai:arXiv.org:2508.13167v1", "2508.13167", 1),
    ("oai:arXiv.org:math/0611800", "math/0611800", None),
    ("math.CA/0611800v1", "math/0611800", 1),
    ("Hep-Th/9901001", "hep-th/9901001", None),
    ("math-ph/0703001", "math-ph/0703001", None),
    ("cond-mat.mes-hall/0403001", "cond-mat/0403001", None),
    ("https://arxiv.org/abs/2508.13167v2", "2508.13167", 2),
    ("http://arxiv.org/abs/hep-ex/0406020v1", "hep-ex/0406020", 1),
    ("arxiv.org/pdf/2508.13167v2.pdf", "2508.13167", 2),
    ("https://www.arxiv.org/html/2508.13167v1#S2", "2508.13167", 1),
    ("https://export.arxiv.org/abs/2508.13167?context=cs.CL", "2508.13167", None),
    ("https://www.alphaxiv.org/overview/2508.13167", "2508.13167", None),
    ("https://huggingface.co/papers/2508.13167", "2508.13167", None),
    ("https://doi.org/10.48550/arXiv.2508.13167", "2508.13167", None),
]

NOT_NAMES = [
    "",
    "attention is all you need",
    "2513.00001",
    "2500.00001",
    "1412.12345",
    "1501.1234",
    "0703.0001",
    "2508.131678",
    "12508.13167",
    "2508.13167v0",
    "2508.13167vx",
    "2508.13167_x",
    "٢٥٠٨.١٣١٦٧",
    "foo/0611800",
    "math/0613800",
    "math/061180",
    "3.2508.13167",
    "https://evil.example/abs/2508.13167",
    "https://arxiv.org.evil.example/abs/2508.13167",
    "https://user@evil.example/2508.13167",
    "https://doi.org/10.1145/2512.12345",
    "https://arxiv.org/list/cs.CL/new",
]


@pytest.mark.parametrize(("text", "paper_id", "version"), NAMES, ids=[n[0] for n in NAMES])
def test_reads_every_form(text: str, paper_id: str, version: int | None) -> None:
    """Every way to write an identifier gives the same canonical id, and the version named."""
    assert canonical_id(text) == (paper_id, version)
    assert find_id(text) == (paper_id, version)


@pytest.mark.parametrize("text", NOT_NAMES)
def test_refuses_what_is_no_identifier(text: str) -> None:
    """Impossible months, wrong lengths, foreign sites and plain words are not identifiers."""
    with pytest.raises(ValueError, match="not an arXiv identifier"):
        canonical_id(text)
    assert find_id(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("look at <https://arxiv.org/abs/2508.13167v2>!", ("2508.13167", 2)),
        ("(arXiv:2508.13167, accepted)", ("2508.13167", None)),
        ("2508.13167, then 2508.13171", ("2508.13167", None)),
        ("see math.CA/0611800.", ("math/0611800", None)),
        ("[hep-th/9901001]", ("hep-th/9901001", None)),
    ],
    ids=["link", "bracket", "two", "old", "citation"],
)
def test_finds_an_identifier_in_a_sentence(text: str, found: tuple[str, int | None]) -> None:
    """An identifier is found between other words and punctuation."""
    assert find_id(text) == found
    with pytest.raises(ValueError, match="not an arXiv identifier"):
        canonical_id(text)


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    """Whatever is typed, the answer is an identifier that reads back as itself, or None."""
    found = find_id(text)
    assert found is None or canonical_id(found[0]) == (found[0], None)


def test_long_text_is_cut() -> None:
    """Only the first characters of a huge text are searched, so that it takes no time."""
    assert find_id("2508." * 200_000) is None
    assert find_id("arxiv:" * 200_000) is None


def test_links_are_made_of_the_canonical_id() -> None:
    """The abstract's page and the PDF are at arxiv.org, without a version."""
    assert abstract_url(PaperId("math/0611800")) == "https://arxiv.org/abs/math/0611800"
    assert pdf_url(PaperId("2508.13167")) == "https://arxiv.org/pdf/2508.13167"
