"""What became of papers since a gap began, from records that do not say how they were announced."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.announcements import ARXIV, closed_at
from bot.domain import AnnounceType, Paper, PaperId
from bot.gaps import Gap, Record, number_order, sort
from bot.planning import Known
from tests.samples import paper

GAP = Gap(
    archive="cs",
    first=date(2026, 11, 18),
    last=date(2026, 11, 20),
    newest_id=PaperId("2611.20000"),
    watched_since=date(2026, 10, 1),
)
BEFORE = closed_at(date(2026, 11, 17))
Kinds = dict[PaperId, AnnounceType | None]
NEW, CROSS, REPLACE = AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.REPLACE


def record(id_: str, **facts: Any) -> Record:  # noqa: ANN401 - any fact of a Paper, or of a Record
    """Return a record of a paper that was submitted long ago, unless it is told otherwise."""
    revised, changed_on = facts.pop("revised", None), facts.pop("changed_on", None)
    told = {"published": BEFORE - timedelta(days=20), **facts}
    return Record(paper(id_, **told), revised or told["published"], changed_on)


def kinds(*records: Record, gap: Gap = GAP, known: tuple[Paper, ...] = ()) -> Kinds:
    """Return how records were announced, by number; None for those kept as history."""
    stored = {it.id: Known(it, announced=True) for it in known}
    found = sort(records, gap, stored, ARXIV)
    return {it.id: it.announce_type for it in found.announced} | {
        it.id: None for it in found.history
    }


@pytest.mark.parametrize(
    ("it", "kind"),
    [
        (record("2611.20001"), NEW),
        (record("2611.20001", version=3, revised=BEFORE + timedelta(hours=3)), NEW),
        (record("2611.19999", published=BEFORE + timedelta(seconds=1)), NEW),
        (record("2611.19999", published=BEFORE - timedelta(days=4)), NEW),
        (record("2611.19999", version=2, revised=BEFORE + timedelta(hours=3)), REPLACE),
        (record("2611.19999", version=2, revised=BEFORE - timedelta(hours=3)), None),
        (record("2611.19999"), None),
        (record("math/0611800", version=2, revised=BEFORE + timedelta(hours=3)), REPLACE),
    ],
    ids=[
        "a greater number, however long in moderation",
        "a greater number, replaced since",
        "too late for the batch before",
        "in moderation then",
        "a new version",
        "a version from before",
        "a journal reference",
        "an old number",
    ],
)
def test_a_record_nobody_listed_is_sorted(it: Record, kind: AnnounceType | None) -> None:
    """By its number first, then by when its versions came in."""
    assert kinds(it) == {it.paper.id: kind}


def test_a_replacement_of_another_archive_is_a_cross_list() -> None:
    """Its primary category is elsewhere."""
    it = record(
        "2611.00007",
        version=2,
        revised=BEFORE + timedelta(hours=3),
        categories=("stat.ML", "cs.LG"),
    )
    assert kinds(it) == {"2611.00007": AnnounceType.REPLACE_CROSS}


def test_a_known_paper_with_a_further_category_is_a_cross_list() -> None:
    """Its listing would have said so; the same categories say nothing new."""
    known = paper("2611.00007", announce_type=NEW)
    same, crossed = record("2611.00007"), record("2611.00007", categories=("cs.LG", "stat.ML"))
    assert kinds(same, known=(known,)) == {}
    assert kinds(crossed, known=(known,)) == {known.id: CROSS}
    replaced = record("2611.00007", version=2, revised=BEFORE + timedelta(hours=3))
    assert kinds(replaced, known=(known,)) == {known.id: REPLACE}


def test_what_is_known_keeps_its_day() -> None:
    """It was listed on a day that is not missing, and counts for none that is."""
    known = paper("2611.20001", announce_type=NEW, announced_on=date(2026, 11, 23))
    stored = {known.id: Known(known, announced=True)}
    (found,) = sort([record("2611.20001")], GAP, stored, ARXIV).announced
    assert found.announced_on == date(2026, 11, 23)


def test_a_paper_that_was_only_looked_up_is_not_known() -> None:
    """A look-up announces nothing: it is sorted as if nobody had heard of it."""
    it = record("2611.20001")
    found = sort([it], GAP, {it.paper.id: Known(it.paper, announced=False)}, ARXIV)
    assert [each.announce_type for each in found.announced] == [NEW]


def test_a_paper_of_daily_papers_that_is_announced_now_is_new() -> None:
    """It was featured while arXiv's batch was missed."""
    featured = paper("2611.20001", categories=(), version=None, sources=("huggingface",))
    assert kinds(record("2611.20001"), known=(featured,)) == {featured.id: NEW}


def test_what_was_out_before_the_bot_came_is_not_new() -> None:
    """Nobody saw those batches: a young paper of theirs is history, however near the gap is."""
    gap = replace(GAP, watched_since=date(2026, 11, 17))
    young = record("2611.19999", published=closed_at(date(2026, 11, 16)) - timedelta(seconds=1))
    assert kinds(young, gap=gap) == {"2611.19999": None}
    assert kinds(young) == {"2611.19999": NEW}


def test_what_was_in_time_for_the_first_batch_seen_and_not_in_it_is_new() -> None:
    """No batch before that one can hold it: moderation held it back."""
    gap = replace(GAP, watched_since=date(2026, 11, 17))
    held = record("2611.19999", published=closed_at(date(2026, 11, 16)) + timedelta(seconds=1))
    assert kinds(held, gap=gap) == {"2611.19999": NEW}


def test_old_records_that_were_touched_are_left_out() -> None:
    """ArXiv has changed records in bulk on several occasions (OAI notes for harvesters)."""
    assert kinds(record("1101.00007", published=datetime(2011, 1, 5, tzinfo=UTC))) == {}
    assert kinds(replace(record("1101.00007"), paper=paper("1101.00007"), revised=None)) == {}


@pytest.mark.parametrize(
    ("it", "day"),
    [
        (record("2611.20001", changed_on=date(2026, 11, 19)), 19),
        (record("2611.20001", changed_on=date(2026, 11, 25)), 20),
        (record("2611.20001", published=closed_at(date(2026, 11, 19)) - timedelta(hours=1)), 19),
        (record("2611.20001"), 18),
        (record("2611.20001", changed_on=date(2026, 11, 21), published=BEFORE), 18),
        (record("2611.19999", version=2, revised=closed_at(date(2026, 11, 19))), 20),
    ],
    ids=["datestamp", "touched since", "submitted", "moderated", "at a weekend", "replaced"],
)
def test_the_day_of_the_announcement_is_told_apart(it: Record, day: int) -> None:
    """By the datestamp of a first version, else by when it came in; always one of the gap's."""
    (found,) = sort([it], GAP, {}, ARXIV).announced
    assert found.announced_on == date(2026, 11, day)


numbers = st.one_of(
    st.builds(
        "{:02}{:02}.{:05}".format, st.integers(7, 60), st.integers(1, 12), st.integers(1, 30_000)
    ),
    st.builds(
        "math/{:02}{:02}{:03}".format, st.integers(0, 7), st.integers(1, 12), st.integers(1, 999)
    ),
)


@given(st.lists(numbers, min_size=2, max_size=10, unique=True))
def test_numbers_sort_as_they_were_given(some: list[str]) -> None:
    """By month, then by number; those of before April 2007 come first."""
    ordered = sorted(map(PaperId, some), key=number_order)
    modern = [it for it in ordered if "/" not in it]
    assert ordered[len(ordered) - len(modern) :] == modern
    assert modern == sorted(modern, key=lambda it: (int(it[:2]), int(it[2:4]), int(it[5:])))
