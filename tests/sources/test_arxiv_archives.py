"""The table of archives and categories, against arXiv's own where that is at hand."""

import json

from bot.sources.arxiv_archives import ARCHIVES, archive_of
from tests.sources.recorded import recorded


def test_every_category_is_in_its_archive() -> None:
    """A category's name tells its archive."""
    for archive, categories in ARCHIVES.items():
        assert {archive_of(category) for category in categories} == {archive}
        assert len(set(categories)) == len(categories)


def test_the_table_is_arxivs() -> None:
    """The archives and categories are those that arXiv's own taxonomy calls active."""
    (path,) = recorded("keywords/arxiv_taxonomy.json")
    taxonomy = json.loads(path.read_text())
    active: dict[str, set[str]] = {
        archive["id"]: set()
        for archive in taxonomy["archives"]
        if archive["is_active"] and archive["id"] != "test"
    }
    for category in taxonomy["categories"]:
        if category["is_active"] and category["in_archive"] in active:
            active[category["in_archive"]].add(category["id"])
    assert {archive: set(every) for archive, every in ARCHIVES.items()} == active
