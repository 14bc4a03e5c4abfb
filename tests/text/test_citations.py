"""References in four formats, from ordinary and from hostile papers."""

import csv
import io
from datetime import UTC, datetime

import pytest

from bot.text.citations import Format, Reference, bibtex, comma_separated, markdown, ris, written
from tests.samples import paper

SUBMITTED = datetime(2025, 6, 1, tzinfo=UTC)
LANTERNS = paper(
    title=r"On the RAG of P\'olya's $\lambda$-lanterns: 100\% & more",
    authors=("Ada Quill", "Łukasz Marsh"),
    published=SUBMITTED,
)


def test_bibtex_is_as_arxivs_own_export() -> None:
    """Accents and signs are TeX, acronyms are kept, the eprint and its class are told."""
    assert bibtex([Reference(LANTERNS)]) == (
        "@misc{quill2025rag,\n"
        r"  title = {On the {RAG} of P{\'o}lya's {\ensuremath{\lambda}}-lanterns: "
        r"{100{\%}} {\&} more}," + "\n"
        r"  author = {Ada Quill and {\L}ukasz Marsh}," + "\n"
        "  year = {2025},\n"
        "  month = jun,\n"
        "  eprint = {2506.00001},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.LG},\n"
        "  url = {https://arxiv.org/abs/2506.00001}\n"
        "}\n"
    )


def test_a_preprint_elsewhere_has_its_doi() -> None:
    """What is not on arXiv has no eprint number; bioRxiv's ids are DOIs."""
    entry = bibtex([Reference(paper("10.1101/2025.01.02.123456"))])
    assert "doi = {10.1101/2025.01.02.123456}" in entry
    assert "eprint" not in entry


def test_where_a_paper_was_published_is_told() -> None:
    """The journal and the article's DOI go beside the preprint's number."""
    published = paper(journal_ref="Snail Rev. B 7 (2025)", doi="10.1000/a_b")
    entry = bibtex([Reference(published)])
    assert "howpublished = {Snail Rev. B 7 (2025)}" in entry
    assert "doi = {10.1000/a_b}" in entry
    assert "eprint = {2506.00001}" in entry
    lines = ris([Reference(published)]).split("\r\n")
    assert "DO  - 10.1000/a_b" in lines
    assert "T2  - Snail Rev. B 7 (2025)" in lines
    preprint = paper("10.1101/2025.01.02.123456", doi="10.1000/a")
    assert bibtex([Reference(preprint)]).count("doi = ") == 1


def test_keys_are_distinct() -> None:
    """Two papers of one author, year and word have two keys."""
    both = bibtex([Reference(LANTERNS), Reference(LANTERNS)])
    assert "@misc{quill2025rag," in both
    assert "@misc{quill2025ragb," in both


@pytest.mark.parametrize(
    ("name", "written_as"),
    [
        pytest.param("Team A and B", "{Team A and B}", id="and"),
        pytest.param("Quill, Inc.", "{Quill, Inc.}", id="comma"),
        pytest.param("Andy Marsh", "Andy Marsh", id="a name that begins with and"),
    ],
)
def test_a_name_is_one_name(name: str, written_as: str) -> None:
    """BibTeX splits at "and" and turns at commas; a name that has them is held together."""
    assert f"author = {{{written_as}}}" in bibtex([Reference(paper(authors=(name,)))])


def test_no_field_ends_its_entry() -> None:
    """Braces, backslashes and line breaks of a paper cannot open or close anything."""
    hostile = paper(title="x}\n}\n@comment{\\input{y", authors=("A}{B",))
    entry = bibtex([Reference(hostile, note="}{")])
    depth = 0
    depths = []
    escaped = False
    for letter in entry:
        if escaped or letter == "\\":
            escaped = letter == "\\" and not escaped
            continue
        depth += {"{": 1, "}": -1}.get(letter, 0)
        depths.append(depth)
    assert depth == 0
    assert min(depths) >= 0
    assert depths.index(0, entry.index("{")) == len(depths) - 2


def test_ris_holds_one_record_a_paper() -> None:
    """Last names come first, a note is told, and a line break ends no field."""
    lines = ris([Reference(LANTERNS, note="read\nsoon\nER  - ")]).split("\r\n")
    assert lines[0] == "TY  - GEN"
    assert "AU  - Marsh, Łukasz" in lines
    assert "PY  - 2025" in lines
    assert "N1  - read soon ER -" in lines
    assert lines.count("ER  - ") == 1
    assert lines[-2:] == ["ER  - ", ""]


def test_no_cell_is_a_formula() -> None:
    """What a spreadsheet would run is text, and quotes and breaks stay in their cell."""
    hostile = paper(title='=HYPERLINK("x")\n,b', authors=("@sum", "b"))
    header, row = csv.reader(io.StringIO(comma_separated([Reference(hostile, note="-1+1")])))
    told = dict(zip(header, row, strict=True))
    assert told["title"] == '\'=HYPERLINK("x") ,b'
    assert told["authors"] == "'@sum; b"
    assert told["note"] == "'-1+1"


def test_markdown_links_cannot_be_broken_out_of() -> None:
    """Brackets of a title are escaped; more than three authors are et al."""
    many = paper(title="a](https://evil.example)[b", authors=("A", "B", "C", "D"))
    text = markdown([Reference(many)])
    assert text.startswith(r"- [a\](https://evil.example)\[b](https://arxiv.org/abs/2506.00001)")
    assert "A, B, C et al." in text


@pytest.mark.parametrize("form", Format)
def test_a_bare_paper_can_be_cited(form: Format) -> None:
    """No authors, date, category or title: still something that names it."""
    bare = paper(title="", authors=(), categories=())
    blank = paper(title=" ", authors=("", " "), categories=("",))
    for each in (bare, blank):
        assert "2506.00001" in written([Reference(each)], form)
