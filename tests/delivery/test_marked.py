"""Texts with bold letters keep them through cleaning, changing and clipping."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.marked import Marked, clean, clip, mark, substitute, units


def bold_of(marked: Marked) -> str:
    """Show a marked text with its bold letters in capitals and the others small."""
    return "".join(
        letter.upper() if flag else letter.lower()
        for letter, flag in zip(marked.text, marked.bold, strict=True)
    )


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        pytest.param([], "one two", id="none"),
        pytest.param([(0, 3)], "ONE two", id="one"),
        pytest.param([(0, 2), (1, 3)], "ONE two", id="overlapping"),
        pytest.param([(4, 99), (-5, 1)], "One TWO", id="beyond the ends"),
        pytest.param([(3, 1)], "one two", id="backwards"),
    ],
)
def test_spans_become_flags(spans: list[tuple[int, int]], shown: str) -> None:
    """Each letter in any span is bold."""
    assert bold_of(mark("one two", spans)) == shown


@pytest.mark.parametrize(
    ("text", "spans", "shown"),
    [
        pytest.param("a\n\t b ", [(4, 5)], "a B", id="white space"),
        pytest.param("a\u200bb\u202ec", [(2, 3)], "aBc", id="hidden letters"),
        pytest.param("a\ud800\ue000b", [(3, 4)], "aB", id="surrogate and private use"),
        pytest.param("a\u0301\u0301\u0301\u0301b", [], "a\u0301\u0301b", id="piled-up marks"),
        pytest.param("a\ufe0f\u20e3", [], "a", id="enclosing mark and selector"),
        pytest.param("\u00a0a\u3000b", [], "a b", id="other blanks"),
        pytest.param("กำลังที่", [], "กำลังที่", id="marks that a script needs"),
    ],
)
def test_cleaning_keeps_the_flags(text: str, spans: list[tuple[int, int]], shown: str) -> None:
    """What is not seen goes, and the letters that stay are as bold as they were."""
    assert bold_of(clean(mark(text, spans))) == shown


def test_a_replacement_is_as_bold_as_what_it_replaces() -> None:
    """Replacing by something longer or shorter moves the flags along."""
    changed = substitute(re.compile("o+"), lambda _: "xyz", mark("foo bar", [(1, 5)]))
    assert bold_of(changed) == "fXYZ Bar"
    assert len(changed.bold) == len(changed.text)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        pytest.param("short", 5, "short", id="fits"),
        pytest.param("one two three", 10, "one two…", id="at a blank"),
        pytest.param("one two, three", 11, "one two…", id="without the comma"),
        pytest.param("a" * 20, 8, "a" * 6 + "…", id="no blank"),
        pytest.param("see https://x.y/z and more", 20, "see https://x.y/z …", id="after a url"),
        pytest.param("", 0, "", id="empty"),
    ],
)
def test_clipping(text: str, limit: int, shown: str) -> None:
    """A text that is too long ends at a word with an ellipsis."""
    assert clip(mark(text), limit).text == shown


@given(st.text(max_size=80), st.integers(2, 60))
def test_clipped_text_is_within_its_limit(text: str, limit: int) -> None:
    """No text is longer than the limit in UTF-16 units, and each letter has its flag."""
    clipped = clip(mark(text, [(0, 9)]), limit)
    assert units(clipped.text) <= limit
    assert len(clipped.bold) == len(clipped.text)


@given(st.text(max_size=40))
def test_units_are_what_utf_16_takes(text: str) -> None:
    """A character beyond the first plane counts twice."""
    assert units(text) * 2 == len(text.encode("utf-16-le", "surrogatepass"))
