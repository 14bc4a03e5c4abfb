"""What is let through of foreign text, names, categories, times and addresses."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import fields


@given(st.text(max_size=60), st.integers(0, 40))
def test_bounded_text_can_be_stored(text: str, longest: int) -> None:
    """Whatever a source writes fits, has no outer blanks, and can be written as UTF-8."""
    kept = fields.bounded(text, longest)
    assert len(kept) <= longest
    assert kept == kept.strip()
    assert "\x00" not in kept
    kept.encode()


def test_bounded_text_is_otherwise_as_written() -> None:
    """Lines, TeX and letters of any script stay."""
    text = "  Über $\\alpha$\n  and\té \x0b\ud800\x7f  "
    assert fields.bounded(text, 100) == "Über $\\alpha$\n  and\té"
    assert fields.bounded(None, 100) == ""


def test_names_are_bounded_in_number() -> None:
    """A list of authors keeps 5,000 names at most and no empty ones."""
    assert fields.names(["A. One", " ", None, "B. Two\n"]) == ("A. One", "B. Two")
    assert len(fields.names(["X"] * 6_000)) == 5_000


def test_categories_are_arxivs_own_and_unique() -> None:
    """Classes of other schemes are dropped; the primary category comes first."""
    found = ["cs.LG", "68T05", "I.2.7", None, "stat.ML", "cond-mat.mes-hall", "hep-th", "cs.LG"]
    assert fields.categories(found, primary="stat.ML") == (
        *("stat.ML", "cs.LG"),
        *("cond-mat.mes-hall", "hep-th"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-18T09:12:44Z", datetime(2026, 11, 18, 9, 12, 44, tzinfo=UTC)),
        ("2026-11-18T09:12:44", datetime(2026, 11, 18, 9, 12, 44, tzinfo=UTC)),
        (
            "2026-11-18T00:00:00-05:00",
            datetime(2026, 11, 18, tzinfo=timezone(timedelta(hours=-5))),
        ),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
    ids=["utc", "no zone", "offset", "first year", "last year", "word", "empty", "none"],
)
def test_a_time_has_a_zone_or_is_none(text: str | None, expected: datetime | None) -> None:
    """A time is read with its own offset; what cannot be moved between zones is unknown."""
    read = fields.moment(text)
    assert read == expected
    assert read is None or read.utcoffset() is not None


@given(st.text(max_size=60))
def test_any_text_is_a_time_or_none(text: str) -> None:
    """No text makes the reading of a time fail."""
    for read in (fields.moment(text), fields.mail_moment(text)):
        assert read is None or read.astimezone(UTC) == read


def test_a_mail_date_is_read() -> None:
    """A date as mail and HTTP write it is read with its own offset."""
    read = fields.mail_moment("Thu, 19 Nov 2026 00:00:00 -0500")
    assert read is not None
    assert read.isoformat() == "2026-11-19T00:00:00-05:00"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://example.org/x",
        "https://",
        "https://[::1",
        "https://user@github.com/x",
        "https://example.org/a b",
        "https://example.org/)](<x>",
        "https://example.org/\nhttps://evil.example",
        "https://example.org/" + "x" * 500,
        "github.com/example/x",
        None,
    ],
)
def test_only_plain_web_addresses_pass(text: str | None) -> None:
    """Other schemes, users, blanks, brackets and endless addresses are no web address."""
    assert fields.web_address(text) is None


def test_a_web_address_passes_unchanged() -> None:
    """An ordinary address is kept as it is."""
    url = "https://github.com/example-lab/small-tables?tab=readme#x"
    assert fields.web_address(f" {url} ") == url


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1103/PhysRevB.85.115117", "10.1103/PhysRevB.85.115117"),
        ("https://doi.org/10.1016/S0378-4371(99)00082-8.", "10.1016/S0378-4371(99)00082-8"),
        ("10.1000/1 10.1000/2", "10.1000/1"),
        ("10.48550/arXiv.2506.00001", None),
        ("10.48550/ARXIV.2506.00001 10.1000/2", "10.1000/2"),
        ("10.1/x", None),
        ("10.1000/" + "x" * 300, None),
        ("10.1000/<b>", None),
        ("", None),
        (None, None),
    ],
)
def test_a_doi(text: str | None, doi: str | None) -> None:
    """The first DOI of a publication is taken, never the preprint's own, and nothing endless."""
    assert fields.doi(text) == doi
