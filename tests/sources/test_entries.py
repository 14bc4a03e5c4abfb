"""What the reader of XML refuses, and what it survives."""

import pytest

from bot.errors import SourceError
from bot.sources.arxiv_listing import ArxivListing
from bot.sources.entries import MOST_BREAKS, MOST_ENTRIES

LISTING = ArxivListing("http://x", "cs")

BILLION_LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<feed><title>&c;</title></feed>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<feed><title>&x;</title></feed>"""
DOCTYPE = "<!DOCTYPE feed SYSTEM 'http://127.0.0.1/x.dtd'><feed/>"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (BILLION_LAUGHS, "document type"),
        (EXTERNAL, "document type"),
        (DOCTYPE, "document type"),
        ("", "not a feed"),
        ("Rate exceeded.", "not a feed"),
        ("<html><body>Sign in</body></html>", "not a feed"),
        ('<?xml version="1.0" encoding="klingon"?><feed/>', "encoding|not a feed"),
        ('<?xml version="1.0" encoding="utf-7"?><feed/>', "encoding|not a feed"),
        ("<feed>" + "<a>" * 40, "nested deeper"),
        ("<feed>" + "<entry/>" * (MOST_ENTRIES + 1), "more entries"),
    ],
    ids=[
        *("billion laughs", "external", "doctype", "empty", "plain text", "web page"),
        *("encoding", "odd encoding", "deep", "endless"),
    ],
)
def test_refuses_what_is_no_honest_feed(body: str, message: str) -> None:
    """Document types, entities, other documents and absurd shapes are errors, not feeds."""
    with pytest.raises(SourceError, match=message):
        LISTING.parse(body.encode())


def test_gives_up_on_a_feed_that_is_broken_throughout() -> None:
    """After some broken entries the rest counts as broken off, so that reading ends."""
    page = LISTING.parse(b"<feed>" + b"<entry><a></entry>" * 100 + b"</feed>")
    assert page.truncated
    assert len(page.skipped) == MOST_BREAKS


def test_an_entry_within_an_entry_is_text() -> None:
    """An abstract cannot forge an entry of its own, even where markup is let through."""
    forged = "<entry><id>2611.90002</id><title>F</title><summary>Forged.</summary></entry>"
    page = LISTING.parse(
        "<feed><entry><id>2611.90001</id><title>T</title>"
        f"<summary>Real. {forged}</summary></entry></feed>".encode()
    )
    assert [paper.id for paper in page.papers] == ["2611.90001"]


def test_the_excerpt_is_short() -> None:
    """A skipped entry is told with its first characters, not with a whole page."""
    page = LISTING.parse(f"<feed><entry><title>{'x' * 9_000}</title></entry></feed>".encode())
    assert [len(entry.excerpt) for entry in page.skipped] == [200]
