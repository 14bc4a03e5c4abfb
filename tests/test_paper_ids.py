"""Which texts name a paper of any source, and the links that are made of ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import Paper, PaperId
from bot.paper_ids import abstract_url, canonical_id, day_in, find_id, find_ids, pdf_url

DOI = "10.1101/2025.01.02.123456"
NEW = "10.64898/2026.08.05.26359794"
NOTE = "openreview:AbC-12_xyz"

NAMES = [
    (DOI, DOI, None),
    (f"{DOI}v2", DOI, 2),
    (f" doi:{DOI}\n", DOI, None),
    (f"https://doi.org/{DOI}", DOI, None),
    (f"http://dx.doi.org/{DOI}v12", DOI, 12),
    (f"https://www.biorxiv.org/content/{DOI}v1", DOI, 1),
    (f"https://www.biorxiv.org/content/{DOI}v3.full.pdf+html", DOI, 3),
    (f"biorxiv.org/content/{DOI}v1.full-text?rss=1#s2", DOI, 1),
    (f"https://www.medrxiv.org/content/{NEW}v1.article-info", NEW, 1),
    ("10.1101/339747", "10.1101/339747", None),
    ("https://www.biorxiv.org/content/10.1101/339747v4", "10.1101/339747", 4),
    (NOTE, NOTE, None),
    ("https://openreview.net/forum?id=AbC-12_xyz", NOTE, None),
    ("https://openreview.net/forum?id=AbC-12_xyz&noteId=Zz12345", NOTE, None),
    ("openreview.net/pdf?id=AbC-12_xyz", NOTE, None),
    ("https://arxiv.org/abs/2508.13167v2", "2508.13167", 2),
    ("https://doi.org/10.48550/arXiv.2508.13167", "2508.13167", None),
]

NOT_NAMES = [
    "",
    "10.1101/gr.123456.111",
    "10.1101/2025.13.02.123456",
    "10.1101/1234567",
    "10.1038/s41467-021-21444-5",
    f"{DOI}v0",
    f"{DOI}_x",
    f"https://evil.example/{DOI}",
    f"https://doi.org.evil.example/{DOI}",
    "https://openreview.net/forum?id=",
    "openreview:a b",
    "AbC-12_xyz",
]


@pytest.mark.parametrize(("text", "paper_id", "version"), NAMES, ids=[n[0] for n in NAMES])
def test_names_a_paper(text: str, paper_id: str, version: int | None) -> None:
    """Ids and links are read alone and within a sentence, and a canonical id names itself."""
    assert canonical_id(text) == (paper_id, version)
    assert canonical_id(paper_id) == (paper_id, None)
    found = find_id(f"look at {text.strip()} please")
    assert found is not None
    assert found[0] == paper_id


@pytest.mark.parametrize("text", NOT_NAMES)
def test_names_no_paper(text: str) -> None:
    """What is no id of a paper, or stands in a foreign address, is refused."""
    with pytest.raises(ValueError, match="not an arXiv identifier"):
        canonical_id(text)
    assert find_id(text) is None


def test_the_first_of_several_is_found() -> None:
    """Whichever source it is of."""
    assert find_id(f"2508.13167 and {DOI}") == ("2508.13167", None)
    assert find_id(f"{DOI} and 2508.13167") == (DOI, None)


@given(st.text(alphabet="10./v2589openrw:?=idf-_ \n", max_size=80))
def test_any_text_is_read(text: str) -> None:
    """Nothing but an id or ValueError comes of a text, and an id names itself."""
    found = find_id(text)
    if found is not None:
        assert canonical_id(found[0]) == (found[0], None)


@pytest.mark.parametrize(
    ("paper_id", "sources", "version", "abstract", "pdf"),
    [
        ("2508.13167", ("arxiv",), 2, "arxiv.org/abs/2508.13167", "arxiv.org/pdf/2508.13167"),
        (
            DOI,
            ("medrxiv", "biorxiv"),
            2,
            f"doi.org/{DOI}",
            f"www.medrxiv.org/content/{DOI}v2.full.pdf",
        ),
        (DOI, ("biorxiv",), None, f"doi.org/{DOI}", None),
        (DOI, (), 1, f"doi.org/{DOI}", None),
        (
            NOTE,
            ("openreview",),
            None,
            "openreview.net/forum?id=AbC-12_xyz",
            "openreview.net/pdf?id=AbC-12_xyz",
        ),
    ],
    ids=["arxiv", "doi", "no version", "no source", "note"],
)
def test_links(
    paper_id: str, sources: tuple[str, ...], version: int | None, abstract: str, pdf: str | None
) -> None:
    """The abstract's address is the id's alone; a preprint's PDF is on its server, by version."""
    paper = Paper(id=PaperId(paper_id), title="", abstract="", sources=sources, version=version)
    assert abstract_url(paper.id) == f"https://{abstract}"
    assert pdf_url(paper) == (f"https://{pdf}" if pdf else "")


def test_a_doi_names_its_day() -> None:
    """Since December 2019; an impossible day, or none, is none."""
    assert str(day_in(PaperId(DOI))) == "2025-01-02"
    assert day_in(PaperId("10.1101/2025.02.30.123456")) is None
    assert day_in(PaperId("10.1101/339747")) is None
    assert day_in(PaperId("2508.13167")) is None


def test_every_id_of_a_message_is_found_once() -> None:
    """In the order in which they stand there, whatever their source."""
    text = f"{DOI}, then arXiv:2508.13167v2; https://arxiv.org/abs/2508.13167, openreview:abc_DEF-9"
    assert find_ids(text) == (DOI, "2508.13167", "openreview:abc_DEF-9")
    assert find_ids("lunch at 12.30?") == ()
