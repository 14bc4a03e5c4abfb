"""bioRxiv's typesetting in abstracts: taken out, with no word lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.preprint_marks import without_marks

MARKED = [
    ("AO_SCPLOWBSTRACTC_SCPLOWManual counting is slow.", "Manual counting is slow."),
    ("We name it MO_SCPLOWUSEC_SCPLOW.", "We name it MUSE."),
    ("AbstractThe cell lives.", "The cell lives."),
    ("O_ST_ABSBackgroundC_ST_ABSThe heart beats.", "Background: The heart beats."),
    (
        "BackgroundThe heart beats.\n\nMethodsWe counted it.",
        "Background: The heart beats.\nMethods: We counted it.",
    ),
    ("It has x. O_LIOne part C_LIO_LITwo parts C_LI", "It has x.\nOne part\n\nTwo parts"),
    (
        (
            'It works. O_FIG O_LINKSMALLFIG WIDTH=200 HEIGHT=88 SRC="a.gif">View larger version '
            "(21K): org.highwire.dtl.DTLVardef@1f_HPS_FORMAT_FIGEXP  M_FIG C_FIG"
        ),
        "It works.",
    ),
    ("GRAPHICAL ABSTRACT O_FIG x C_FIG It works.", "It works."),
    ("Cut off in O_FIG O_LINKSMALLFIG WIDTH=200", "Cut off in"),
]
UNMARKED = [
    "Summary statistics of many traits",
    "Resultant forces act. Methods differ.",
    "The gene ABC_LIGHT and CO_LI are named so",
    "Abstract reasoning in crows",
    "Methods\nWe counted.",
]


@pytest.mark.parametrize(("written", "read"), MARKED, ids=[it[0][:20] for it in MARKED])
def test_marks_are_taken_out(written: str, read: str) -> None:
    """Small capitals are joined, headings stand apart, figures are gone."""
    assert without_marks(written) == read


@pytest.mark.parametrize("text", UNMARKED)
def test_other_text_stays(text: str) -> None:
    """What only looks alike is not touched."""
    assert without_marks(text) == text


@given(st.lists(st.sampled_from(["O_", "C_", "LI", "FIG", "ST_ABS", "SCPLOW", "The ", " x", "\n"])))
def test_any_text_is_read(parts: list[str]) -> None:
    """In whatever order marks stand, the text becomes no longer than its headings' colons."""
    text = "".join(parts)
    assert len(without_marks(text)) <= len(text) + 2 * len(parts)
