"""Words that several answers share."""

from datetime import UTC, datetime

import pytest

from bot.domain import ChannelId, DigestSchedule
from cogs.wording import ask_note, code, hour_text, pages, plural, reading, timestamp


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("mesh", "`mesh`"),
        ("a `b` c", "`a 'b' c`"),
        ("mesh\n nerf", "`mesh, nerf`"),
        ("cat:cs.cl, primary:cond-mat.mtrl-sci", "`cat:cs.CL, primary:cond-mat.mtrl-sci`"),
        ("@everyone", "`＠everyone`"),  # noqa: RUF001 - a look-alike
        ("\u202e\u200b", "`…`"),
    ],
)
def test_a_query_is_code_that_it_cannot_leave(query: str, shown: str) -> None:
    """Backticks, mass mentions and what nobody sees are taken out."""
    assert code(query) == shown


@pytest.mark.parametrize(
    ("typed", "canonical", "said"),
    [
        ("nerf, Mesh", "mesh OR nerf", ""),
        ("mesh -nerf", "mesh AND NOT nerf", "I read it as `mesh AND NOT nerf`."),
        ("a AND b", "a AND b", ""),
        ("a AND b OR c", "a AND b OR c", "I read it as `(a AND b) OR c`."),
    ],
)
def test_a_reading_is_told_where_grouping_counts(typed: str, canonical: str, said: str) -> None:
    """Order, case and commas say nothing else; how parts are grouped may."""
    assert reading(typed, canonical) == said


def test_who_may_not_is_told_whom_to_ask() -> None:
    """Only where a text names a command that takes the permission."""
    assert "ask somebody" in ask_note(["Type `/digest set`."], may_change=False)
    assert ask_note(["Type `/digest set`."], may_change=True) == ""
    assert ask_note(["Type `/digest now`."], may_change=False) == ""


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 papers"), (1, "1 paper"), (1200, "1,200 papers")]
)
def test_numbers_agree_with_their_noun(number: int, text: str) -> None:
    """One paper, two papers."""
    assert plural(number, "paper") == text


def test_a_moment_is_shown_in_each_readers_time() -> None:
    """Discord renders timestamps itself."""
    assert timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == "<t:1767225600:R>"


def test_an_hour_is_told_with_zone_and_days() -> None:
    """Two digits, the zone, and the days in words."""
    schedule = DigestSchedule(
        channel_id=ChannelId(1), hour=7, timezone="Asia/Tokyo", days=frozenset({1, 2})
    )
    assert hour_text(schedule) == "at 07:00 (Asia/Tokyo), on Mondays and Tuesdays"


def test_lines_fill_texts_up_to_discords_limit() -> None:
    """No line is lost, none is cut, and no text is too long."""
    lines = [f"{number:03} {'x' * 96}" for number in range(60)]
    texts = pages(lines, most=5)
    assert "\n".join(texts).split("\n") == lines
    assert max(map(len, texts)) <= 2000
    assert len(texts) == 4


def test_what_is_left_out_is_counted() -> None:
    """The last text says how many lines there would be more."""
    texts = pages(["x" * 100] * 60, most=1)
    shown = texts[0].count("x" * 100)
    assert texts[0].endswith(f"… and {60 - shown} more.")
    assert len(texts[0]) <= 2000
