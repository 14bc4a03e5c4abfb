"""What a poll's papers change."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import AnnounceType, Paper
from bot.planning import Change, Known, changes, is_alert, merged
from tests.samples import paper

NEW, CROSS = AnnounceType.NEW, AnnounceType.CROSS
REPLACE, REPLACE_CROSS = AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS

LISTED = paper(announce_type=NEW, announced_on=date(2025, 6, 2), author_comment="9 pages")
FEATURED = paper(
    title="Lanterns, as the Daily page has them",
    abstract="",
    authors=(),
    categories=(),
    sources=("huggingface",),
    version=None,
    upvotes=12,
    code_url="https://git.example/lanterns",
)


def changed(known: Known | None, *seen: Paper) -> Change | None:
    """Return what sightings of one paper change."""
    found = changes({} if known is None else {known.paper.id: known}, seen)
    assert len(found) <= 1
    return found[0] if found else None


def only(known: Known | None, *seen: Paper) -> Change:
    """Return the change that there must be."""
    change = changed(known, *seen)
    assert change is not None
    return change


@pytest.mark.parametrize(
    ("kind", "alerts"),
    [(NEW, True), (CROSS, True), (None, True), (REPLACE, False), (REPLACE_CROSS, False)],
    ids=str,
)
def test_only_replacements_do_not_alert(kind: AnnounceType | None, alerts: bool) -> None:  # noqa: FBT001 - a table
    """A paper alerts unless all that was announced of it is a replacement."""
    assert is_alert(paper(announce_type=kind)) is alerts
    assert only(None, paper(announce_type=kind)).is_alert is alerts


def test_a_paper_never_seen_is_a_change_that_nothing_was_judged_for() -> None:
    """A new paper is stored as it was seen, and every subscription is to be matched."""
    assert only(None, LISTED) == Change(LISTED, stored=None, judged=None)


def test_a_paper_seen_again_the_same_changes_nothing() -> None:
    """A poll that brings yesterday's listing again brings nothing to do."""
    assert changes({LISTED.id: Known(LISTED, announced=True)}, [LISTED, LISTED]) == []


def test_a_batch_changes_each_paper_once_in_the_order_first_seen() -> None:
    """Papers in several listings of one batch are joined, and the order is that of the batch."""
    first, second = paper("2506.00002", announce_type=NEW), paper("2506.00001", announce_type=NEW)
    crossed = replace(first, announce_type=CROSS, categories=("cs.LG", "stat.ML"))
    found = changes({}, [first, second, crossed, second])
    assert [change.paper for change in found] == [
        replace(first, categories=("cs.LG", "stat.ML")),
        second,
    ]


@pytest.mark.parametrize(
    ("kinds", "best"),
    [
        ((NEW, CROSS), NEW),
        ((CROSS, NEW), NEW),
        ((CROSS, CROSS, CROSS), CROSS),
        ((REPLACE, CROSS), CROSS),
        ((REPLACE_CROSS, REPLACE), REPLACE),
        ((REPLACE, None), None),
        ((None, REPLACE), None),
        ((None, NEW), NEW),
    ],
    ids=str,
)
def test_the_best_kind_of_announcement_of_a_batch_counts(
    kinds: tuple[AnnounceType | None, ...], best: AnnounceType | None
) -> None:
    """New then cross-listed and cross-listed then new are one new paper, and so on."""
    seen = [paper(announce_type=kind) for kind in kinds]
    assert only(None, *seen).paper.announce_type == best


def test_a_cross_list_next_day_is_judged_against_what_was_known() -> None:
    """A paper that alerted is owed only to those whom the added category brings."""
    crossed = replace(LISTED, announce_type=CROSS, categories=("cs.LG", "q-bio.NC"))
    change = only(Known(LISTED, announced=True), crossed)
    assert change.judged == change.stored == LISTED
    assert change.paper == replace(LISTED, categories=("cs.LG", "q-bio.NC"))
    assert change.is_alert


def test_a_replacement_of_a_paper_that_alerted_still_alerts_whom_it_newly_concerns() -> None:
    """A new version brings its text; the paper stays new, judged under the old text."""
    second = replace(LISTED, title="Lanterns, Revised", version=2, announce_type=REPLACE)
    change = only(Known(LISTED, announced=True), second)
    assert change.paper == replace(second, announce_type=NEW)
    assert change.judged == LISTED
    assert change.is_alert


@pytest.mark.parametrize(
    "second", [replace(LISTED, announce_type=CROSS), FEATURED], ids=["cross-list", "feature"]
)
def test_a_paper_first_seen_as_a_replacement_alerts_when_it_is_announced(second: Paper) -> None:
    """Nobody was owed the replacement, so nothing was judged: all who match are owed it now."""
    replaced = replace(LISTED, version=3, announce_type=REPLACE)
    assert not only(None, replaced).is_alert
    change = only(Known(replaced, announced=True), second)
    assert change.is_alert
    assert change.judged is None
    assert change.stored == replaced


def test_a_feature_adds_to_a_known_paper_and_takes_nothing() -> None:
    """Daily Papers brings upvotes and code; title, text and version of the listing stay."""
    change = only(Known(LISTED, announced=True), FEATURED)
    assert change.paper == replace(
        LISTED, sources=("arxiv", "huggingface"), upvotes=12, code_url=FEATURED.code_url
    )
    assert change.judged == LISTED


def test_a_listing_gives_a_featured_paper_its_text() -> None:
    """A paper that Daily Papers had first takes version and text of the listing, once."""
    known = only(None, FEATURED).paper
    change = only(Known(known, announced=True), LISTED)
    assert change.paper.title == LISTED.title
    assert change.paper.abstract == LISTED.abstract
    assert change.paper.announce_type is NEW
    assert change.judged == known
    assert changed(Known(change.paper, announced=True), FEATURED) is None


@pytest.mark.parametrize("told", [paper(), FEATURED], ids=["arxiv", "huggingface"])
def test_a_paper_looked_up_is_new_when_it_is_announced(told: Paper) -> None:
    """A look-up is no announcement: nothing was judged, even if no fact is new."""
    seen = merged(told, LISTED)
    change = only(Known(seen, announced=False), seen)
    assert change.stored == seen
    assert change.judged is None
    assert change.is_alert


@pytest.mark.parametrize("told", [paper(), FEATURED], ids=["arxiv", "huggingface"])
def test_a_paper_looked_up_and_then_replaced_does_not_alert(told: Paper) -> None:
    """An old paper that somebody asked about is no news when its next version comes."""
    replaced = replace(LISTED, version=4, announce_type=REPLACE)
    assert not only(Known(told, announced=False), replaced).is_alert
    assert not only(Known(told, announced=False), replaced, replaced).is_alert


def test_a_paper_announced_without_a_kind_stays_an_alert_when_it_is_replaced() -> None:
    """What was judged once is not judged from the beginning after a replacement."""
    known = Known(FEATURED, announced=True)
    replaced = only(known, replace(LISTED, version=2, announce_type=REPLACE))
    assert replaced.is_alert
    crossed = replace(LISTED, version=2, announce_type=CROSS)
    assert only(Known(replaced.paper, announced=True), crossed).judged == replaced.paper


@pytest.mark.parametrize(
    ("fact", "known", "seen", "joined"),
    [
        ("upvotes", 5, 9, 9),
        ("upvotes", 9, 5, 5),
        ("upvotes", 9, None, 9),
        ("stars", None, 0, 0),
        ("comments", 0, None, 0),
        ("code_url", "https://a.example", None, "https://a.example"),
        ("code_url", "https://a.example", "https://b.example", "https://b.example"),
        ("author_comment", "9 pages", "10 pages", "10 pages"),
        ("published", None, datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)),
        ("announced_on", date(2025, 6, 2), date(2025, 6, 3), date(2025, 6, 2)),
        ("abstract", "", "It counts.", "It counts."),
        ("authors", (), ("Ada Quill",), ("Ada Quill",)),
        ("sources", ("arxiv",), ("huggingface", "arxiv"), ("arxiv", "huggingface")),
        ("categories", ("cs.LG", "cs.AI"), (), ("cs.LG", "cs.AI")),
        ("categories", (), ("cs.LG", "cs.AI"), ("cs.LG", "cs.AI")),
        ("categories", ("cs.LG", "cs.AI"), ("cs.AI",), ("cs.AI", "cs.LG")),
        ("categories", ("cs.LG", "cs.AI", "cs.CL"), ("cs.LG", "cs.CL", "cs.AI"), None),
    ],
)
def test_facts_are_joined(fact: str, known: object, seen: object, joined: object) -> None:
    """Known facts are never lost, unknown ones are filled, and the latest told counts."""
    facts: tuple[dict[str, Any], ...] = ({fact: known}, {fact: seen})
    found = getattr(merged(paper(**facts[0]), paper(**facts[1])), fact)
    assert found == (known if joined is None else joined)


def test_a_stale_listing_takes_nothing_back() -> None:
    """An older version adds what was unknown and overwrites nothing."""
    second = replace(LISTED, version=2, title="Lanterns, Revised", categories=("cs.AI",))
    stale = replace(LISTED, author_comment="8 pages", code_url="https://git.example/lanterns")
    assert merged(second, stale) == replace(
        second, categories=("cs.AI", "cs.LG"), code_url="https://git.example/lanterns"
    )


def sightings() -> st.SearchStrategy[list[Paper]]:
    """Return batches in which one paper is seen by listings in some versions, and featured."""

    def listed(version: int, kind: AnnounceType | None, more: tuple[str, ...]) -> Paper:
        return paper(
            title=f"Lanterns {version}",
            abstract=f"Version {version} counts.",
            categories=("cs.LG", *more),
            version=version,
            announce_type=kind,
            announced_on=date(2025, 6, 2),
            author_comment=f"{version} pages",
        )

    more = st.lists(st.sampled_from(["cs.AI", "cs.CL", "stat.ML"]), unique=True).map(tuple)
    listing = st.builds(listed, st.integers(1, 3), st.sampled_from([*AnnounceType, None]), more)
    return st.lists(listing | st.just(FEATURED), min_size=1, max_size=6)


def facts(seen: Paper) -> tuple[object, ...]:
    """Return the facts of a paper that no order of sightings may change."""
    return (
        replace(seen, categories=(), sources=()),
        seen.primary_category,
        frozenset(seen.categories),
        frozenset(seen.sources),
    )


@given(sightings().flatmap(lambda seen: st.tuples(st.just(seen), st.permutations(seen))))
def test_the_order_of_a_batch_does_not_change_its_facts(
    batches: tuple[list[Paper], list[Paper]],
) -> None:
    """Listings are polled in any order; only the order within lists of a paper may follow it."""
    one, other = (only(None, *batch) for batch in batches)
    assert facts(one.paper) == facts(other.paper)
    assert one.is_alert == other.is_alert


@given(sightings(), sightings())
def test_a_batch_seen_again_changes_nothing(earlier: list[Paper], batch: list[Paper]) -> None:
    """Whatever was known, the second poll of the same feeds finds nothing new."""
    before = only(None, *earlier).paper
    first = changed(Known(before, announced=True), *batch)
    after = before if first is None else first.paper
    assert changed(Known(after, announced=True), *batch) is None


@given(sightings())
def test_joining_is_idempotent(seen: list[Paper]) -> None:
    """A paper joined with itself is itself, and joined twice with another is joined once."""
    for known in seen:
        assert merged(known, known) == known
        for other in seen:
            once = merged(known, other)
            assert merged(once, other) == once


@pytest.mark.parametrize(
    ("known", "seen", "withdrawn"),
    [
        ({"version": 1}, {"version": 2, "withdrawn": True}, True),
        ({"version": 2}, {"version": 2, "withdrawn": True}, True),
        ({"version": 2, "withdrawn": True}, {"version": 2}, True),
        ({"version": 2, "withdrawn": True}, {"version": 1}, True),
        ({"version": 2, "withdrawn": True}, {"version": 3}, False),
        ({"version": 2}, {"version": 1, "withdrawn": True}, False),
        ({"version": 2, "withdrawn": True}, {"version": None}, True),
    ],
)
def test_the_newest_version_says_whether_a_paper_is_withdrawn(
    known: dict[str, Any],
    seen: dict[str, Any],
    withdrawn: bool,  # noqa: FBT001 - a table
) -> None:
    """One source may know it before another; a version after a withdrawal brings the paper back."""
    assert merged(paper(**known), paper(**seen)).withdrawn is withdrawn


def test_a_publication_is_not_forgotten() -> None:
    """Listings that do not repeat the journal reference and the DOI take neither away."""
    published = paper(journal_ref="Graphs 1 (2026)", doi="10.1000/1")
    joined = merged(published, paper(version=2))
    assert (joined.journal_ref, joined.doi) == ("Graphs 1 (2026)", "10.1000/1")
    corrected = merged(published, paper(journal_ref="Graphs 2 (2026)"))
    assert (corrected.journal_ref, corrected.doi) == ("Graphs 2 (2026)", "10.1000/1")


@pytest.mark.parametrize(
    ("known", "seen", "replacement"),
    [
        (None, paper(announce_type=REPLACE, version=3), REPLACE),
        (Known(LISTED, announced=True), paper(announce_type=REPLACE, version=2), REPLACE),
        (
            Known(LISTED, announced=True),
            paper(announce_type=REPLACE_CROSS, version=2),
            REPLACE_CROSS,
        ),
        (Known(LISTED, announced=True), paper(announce_type=REPLACE, upvotes=3), None),
        (Known(LISTED, announced=False), paper(announce_type=REPLACE, version=1), REPLACE),
        (None, LISTED, None),
    ],
)
def test_how_a_new_version_was_announced(
    known: Known | None, seen: Paper, replacement: AnnounceType | None
) -> None:
    """A change names the announcement of a version that was not known, whatever came before."""
    assert only(known, seen).replacement is replacement
