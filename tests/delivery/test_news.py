"""The lines that say what became of a paper."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.delivery import cards
from bot.delivery.news import publication, standing_line, withdrawal_line
from bot.domain import AnnounceType, Event, PaperMatch
from tests.delivery.papers import PAPER, numbered
from tests.delivery.reader import read

SEPTEMBER, OCTOBER = datetime(2026, 9, 30, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC)
JOURNAL, DOI = "Phys. Rev. B 85, 115117 (2012)", "10.1103/PhysRevB.85.115117"
LINK = f"[{JOURNAL}](https://doi.org/{DOI})"


@pytest.mark.parametrize(
    ("facts", "events", "line"),
    [
        ({}, (), ""),
        ({"version": 3}, (), "v3"),
        ({"version": 3, "announce_type": AnnounceType.REPLACE}, (), ""),
        ({"journal_ref": JOURNAL, "doi": DOI}, (), f"published in {LINK}"),
        ({"version": 2}, (Event("v2", SEPTEMBER),), "Updated 30 September 2026: v2"),
        (
            {"version": 3},
            (Event("v2", SEPTEMBER), Event("v3", OCTOBER)),
            "Updated 4 October 2026: v3",
        ),
        (
            {"version": 2, "doi": DOI, "journal_ref": JOURNAL},
            (Event("v2", SEPTEMBER), Event("code", SEPTEMBER), Event("published", OCTOBER)),
            f"Updated 30 September 2026: v2, code · 4 October 2026: published in {LINK}",
        ),
        (
            {"version": 2},
            (Event("featured", OCTOBER), Event("upvotes-25", OCTOBER)),
            "v2 · Updated 4 October 2026: in Daily Papers",
        ),
        ({"withdrawn": True}, (Event("withdrawn", OCTOBER),), ""),
    ],
)
def test_the_standing_line(facts: dict[str, Any], events: tuple[Event, ...], line: str) -> None:
    """It says what is known, and of what happened since the post what and when, each once."""
    assert standing_line(replace(PAPER, **facts), events) == line


@pytest.mark.parametrize(
    ("facts", "events", "line"),
    [
        ({}, (), ""),
        ({"author_comment": "9 pages"}, (Event("withdrawn", OCTOBER),), ""),
        ({"withdrawn": True}, (), "**Withdrawn**"),
        ({"withdrawn": True}, (Event("withdrawn", OCTOBER),), "**Withdrawn on 4 October 2026**"),
        (
            {"withdrawn": True, "author_comment": "Lemma *2*\nis wrong."},
            (),
            r"**Withdrawn:** Lemma \*2\* is wrong.",
        ),
    ],
)
def test_the_line_of_a_withdrawal(
    facts: dict[str, Any], events: tuple[Event, ...], line: str
) -> None:
    """A withdrawn paper says so in bold, since when and why, as far as is known."""
    assert withdrawal_line(replace(PAPER, **facts), events) == line


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"journal_ref": JOURNAL}, f"published in {JOURNAL}"),
        ({"doi": DOI}, f"[published article](https://doi.org/{DOI})"),
        (
            {"doi": "10.1016/S0378-4371(99)00082-8"},
            "[published article](https://doi.org/10.1016/S0378-4371%2899%2900082-8)",
        ),
        ({"journal_ref": "[x](https://evil.example)", "doi": "10.1/a)b"}, None),
        ({"journal_ref": "@everyone **a**"}, None),
    ],
)
def test_where_a_paper_was_published(facts: dict[str, Any], line: str | None) -> None:
    """The only link leads to doi.org, and nothing that authors write takes effect."""
    said = publication(replace(PAPER, **facts))
    if line is not None:
        assert said == line
    targets = [effect.target for effect in read(said).effects if effect.kind == "link"]
    assert all(target.startswith("https://doi.org/10.") for target in targets)
    assert {effect.kind for effect in read(said).effects} <= {"link"}


def test_a_post_keeps_its_papers_when_much_happened_to_them() -> None:
    """A full message still holds all of its papers once each of them has more to say."""
    entries = numbered(30)
    _, taken = cards.fill(entries)
    events = tuple(Event(name, OCTOBER) for name in ("v2", "withdrawn", "published", "code"))
    changed = replace(
        PAPER, version=2, withdrawn=True, doi=DOI, journal_ref=JOURNAL * 3, author_comment="x " * 99
    )
    after = [
        PaperMatch(replace(changed, id=each.paper.id), each.queries, None, events)
        for each in entries[:taken]
    ]
    message = cards.post(after)
    assert message.fits()
    assert len(message.links) == taken
    assert "**Withdrawn on 4 October 2026" in str(message)
