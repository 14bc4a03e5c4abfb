"""Categories in words."""

import json

import pytest

from bot.text.categories import NAMES, in_words
from tests.recorded import FOLDER

TAXONOMY = FOLDER / "keywords" / "arxiv_taxonomy.json"


def test_a_category_has_its_name_beside_it() -> None:
    """The code stays, because people search for it; a foreign one stays alone."""
    assert in_words("cs.CV") == "cs.CV · Computer Vision"
    assert in_words("cell biology") == "cell biology"


@pytest.mark.skipif(not TAXONOMY.exists(), reason="no taxonomy here")
def test_every_category_in_use_has_a_name() -> None:
    """No category is shown as a bare code, and none has a name that arXiv does not have."""
    known = json.loads(TAXONOMY.read_text(encoding="utf-8"))["categories"]
    assert NAMES.keys() == {each["id"] for each in known if each["is_active"]}
