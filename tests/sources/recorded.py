"""Finds recorded answers of the real sources, in a folder beside the checkout if it is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "../shared/data"


def recorded(pattern: str) -> Iterator[Path]:
    """Yield the files that match `pattern`; skips the test where there are none."""
    found = sorted(FOLDER.glob(pattern))
    if not found:
        pytest.skip("the recorded answers are not here")
    yield from found
