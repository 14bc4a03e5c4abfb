"""Each line of a card says one thing, and addresses are only given where they are good."""

from dataclasses import replace

import pytest

from bot.delivery import lines
from bot.domain import AnnounceType, PaperId
from tests.delivery.papers import PAPER
from tests.samples import paper


@pytest.mark.parametrize(
    ("count", "line"),
    [
        pytest.param(0, "", id="none"),
        pytest.param(1, "A 1", id="one"),
        pytest.param(3, "A 1, A 2, A 3", id="three"),
        pytest.param(4, "A 1, A 2, A 3, *et al.*", id="four"),
        pytest.param(3303, "A 1, A 2, A 3, *et al.* (3,300 more)", id="a collaboration"),
    ],
)
def test_authors(count: int, line: str) -> None:
    """Three authors are named, then et al.; very many are counted."""
    names = tuple(f"A {number}" for number in range(1, count + 1))
    assert lines.author_line(replace(PAPER, authors=names), 3) == line


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param(r"P\'olya", "Pólya", id="TeX"),
        pytest.param("J. *Star* Doe", r"J. \*Star\* Doe", id="signs"),
        pytest.param("\u202eevil", "evil", id="hidden"),
    ],
)
def test_names_are_readable_and_inert(raw: str, shown: str) -> None:
    """A name is shown in Unicode and takes no effect."""
    assert lines.author_line(replace(PAPER, authors=(raw,)), 3) == shown


@pytest.mark.parametrize(
    ("kind", "version", "line"),
    [
        pytest.param(AnnounceType.NEW, 1, "cs.CV · Computer Vision · also cs.LG", id="new"),
        pytest.param(None, None, "cs.CV · Computer Vision · also cs.LG", id="unknown"),
        pytest.param(
            AnnounceType.CROSS, 1, "cs.CV · Computer Vision · also cs.LG · cross-list", id="cross"
        ),
        pytest.param(
            AnnounceType.REPLACE,
            2,
            "cs.CV · Computer Vision · also cs.LG · updated to v2",
            id="replace",
        ),
        pytest.param(
            AnnounceType.REPLACE_CROSS,
            None,
            "cs.CV · Computer Vision · also cs.LG · updated · cross-list",
            id="both",
        ),
    ],
)
def test_what_kind_of_news(kind: AnnounceType | None, version: int | None, line: str) -> None:
    """Categories come first, then whether the paper is a cross-list or an update."""
    assert lines.fact_line(replace(PAPER, announce_type=kind, version=version)) == line


@pytest.mark.parametrize(
    ("upvotes", "line"),
    [
        pytest.param(None, "Hugging Face Daily Papers", id="unknown"),
        pytest.param(0, "Hugging Face Daily Papers", id="none"),
        pytest.param(1, "Hugging Face Daily Papers, 1 upvote", id="one"),
        pytest.param(1234, "Hugging Face Daily Papers, 1,234 upvotes", id="many"),
    ],
)
def test_featured(upvotes: int | None, line: str) -> None:
    """A paper that the Daily Papers featured says so, with its votes."""
    featured = replace(PAPER, sources=("arxiv", "huggingface"), categories=(), upvotes=upvotes)
    assert lines.fact_line(featured) == line


def test_many_categories_are_counted() -> None:
    """Of a long list the first ones are shown, the primary first."""
    many = replace(PAPER, categories=tuple(f"math.{letter}" for letter in "ABCD"))
    assert lines.fact_line(many, most_categories=2) == "math.A · math.B · 2 more"


@pytest.mark.parametrize(
    ("keywords", "line"),
    [
        pytest.param((), "", id="a look-up"),
        pytest.param(("nerf", "`x`"), "Matched: `nerf` · `'x'`", id="two"),
        pytest.param(("a" * 90,), f"Matched: `{'a' * 58}…`", id="a long one"),
        pytest.param(
            tuple("abcdefghij"), "Matched: `a` · `b` · `c` · `d` · `e` and 5 more", id="many"
        ),
    ],
)
def test_matched_keywords(keywords: tuple[str, ...], line: str) -> None:
    """The keywords are named in code spans, as many as there is room for."""
    assert lines.matched_line(keywords, 30) == line


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/a/b",
        "http://example.org",
        "https://a.example:8080/x?y=z&w=%20#top",
    ],
)
def test_good_addresses(address: str) -> None:
    """Plain http and https addresses make buttons."""
    assert lines.safe_url(f" {address}\n") == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "ftp://a.example/x",
        "https://",
        "https://localhost/x",
        "https://github.com@evil.example/x",
        "https://a.example/x y",
        "https://a.example/x)[y](z",
        "https://bücher.example/",
        "https://a.example/\u202egnp",
        "https://a.example:port/",
        f"https://a.example/{'x' * 500}",
    ],
)
def test_bad_addresses(address: str) -> None:
    """What Discord refuses, or what hides where it leads, is not offered at all."""
    assert not lines.safe_url(address)


@pytest.mark.parametrize(
    ("address", "label"),
    [
        pytest.param("https://github.com/a/b", "Code", id="known host"),
        pytest.param("https://a.example/b", "Code (a.example)", id="other host"),
        pytest.param(f"https://{'a.' * 90}example/", f"Code ({'a.' * 37}", id="long host"),
    ],
)
def test_the_code_button_names_its_host(address: str, label: str) -> None:
    """A host that is not widely known is named: the address is the authors' word."""
    buttons = lines.links(replace(PAPER, code_url=address))
    assert [button.label for button in buttons] == ["Abstract", "PDF", label]


def test_an_odd_id_has_no_links() -> None:
    """An id that makes no good address makes no buttons, and the title is plain text."""
    odd = replace(PAPER, id=PaperId("x) (y"))
    assert lines.links(odd) == ()
    assert not lines.address(odd)


@pytest.mark.parametrize(
    ("version", "said"), [(1, ""), (2, "version 2"), (None, "")], ids=["first", "later", "unknown"]
)
def test_a_first_version_alone_is_no_line(version: int | None, said: str) -> None:
    """A line that would only say "version 1" is left out."""
    assert lines.history_line(paper(version=version)) == said
