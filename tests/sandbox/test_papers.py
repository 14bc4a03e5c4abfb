"""The invented papers are whole, various, and partly hostile."""

from bot.arxiv_ids import canonical_id
from bot.domain import AnnounceType
from bot.paper_ids import is_doi
from bot.sandbox.papers import demo_batch, late_batch, preprints
from bot.sources import fields
from bot.sources.arxiv_archives import ARCHIVES

CATEGORIES = {category for every in ARCHIVES.values() for category in every}


def test_every_paper_is_whole() -> None:
    """Each paper has what a listing of arXiv would have, within the same bounds."""
    for paper in (*demo_batch(), *late_batch()):
        assert canonical_id(paper.id) == (paper.id, None)
        assert fields.bounded(paper.title, 200) == paper.title
        assert fields.bounded(paper.abstract, 1_920) == paper.abstract  # arXiv's own limit
        assert paper.abstract.count(".") >= 3
        assert paper.authors
        assert set(paper.categories) <= CATEGORIES
        assert paper.version
        assert paper.published
        assert paper.code_url is None or fields.web_address(paper.code_url)


def test_ids_are_unique_and_out_of_use() -> None:
    """Ids are numbered above 90,000, where arXiv does not come, and used once in a batch."""
    for batch in (demo_batch(), late_batch()):
        ids = [paper.id for paper in batch]
        assert len(set(ids)) == len(ids)
        assert all(id_.split(".")[1] > "90000" for id_ in ids)


def test_the_batches_are_various() -> None:
    """Many fields, cross-lists, a replacement, and text that attacks whoever shows it."""
    batch = demo_batch()
    primary = {paper.primary_category for paper in batch}
    assert primary >= {"cs.CL", "cs.CV", "cs.LG", "stat.ML", "astro-ph.GA", "quant-ph"}
    assert primary >= {"math.CO", "q-bio.NC", "hep-ph"}
    kinds = [paper.announce_type for paper in batch]
    assert (kinds.count(AnnounceType.REPLACE), kinds.count(AnnounceType.CROSS)) == (1, 1)
    text = " ".join(f"{paper.title} {paper.abstract} {paper.authors}" for paper in batch)
    for hostile in ("@everyone", "[masked](https://evil.example)", "||Spoiler||", "<@123>"):
        assert hostile in text


def test_the_late_batch_has_a_new_version() -> None:
    """A paper of the first day comes again on the next one, as version 2."""
    first = {paper.id: paper for paper in demo_batch()}
    again = [paper for paper in late_batch() if paper.id in first]
    assert [(paper.version, paper.announce_type) for paper in again] == [(2, AnnounceType.REPLACE)]
    assert first[again[0].id].version == 1
    assert first[again[0].id].abstract != again[0].abstract


def test_preprints_have_dois_and_marks() -> None:
    """As bioRxiv gives them: one category in words, and what its typesetting leaves."""
    found = preprints()
    assert all(is_doi(paper.id) and len(paper.categories) == 1 for paper in found)
    assert "O_SCPLOW" in found[0].abstract
