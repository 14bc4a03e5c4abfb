"""Where sentences end, and the labels that head them."""

import pytest

from bot.text.sentences import label_of, sentences

SPLIT = [
    "One. | Two.",
    "Smith et al. show this. | We agree.",
    "See Fig. 3 and Eq. (2). | Then stop.",
    "Cats, e.g. Siamese, i.e. those, win. | They do.",
    "A 2.5D view in v1.5 vs. Others is fine. | Done.",
    "The U.S. Army did it. | It won in the U.S. | We saw.",
    "By J. K. Doe and A. B. Roe. | End.",
    "Really? | Yes! | \u201cQuoted.\u201d | Fine.",
    "It costs approx. 5 dollars. | So it goes.",
    "We use cats, dogs, etc. | We win.",
    "It is called foo. bar and not baz.",
    "No end here",
    "It gains 0.5 dB. | 3D views gain more. | 2.5D ones do not.",
    "Context. Stars form. | Aims. We ask how. | Methods: We look. | Results. They do.",
    "Purpose: To see. | Materials and Methods: Eyes. | CONCLUSIONS: Seen.",
    "It does three things. | 1. It sees. | 2. It runs. | (3) It eats.",
    "A telescope of the H.E.S.S. Collaboration saw it. | It was bright.",
    "Read with PET and MR. | Others with CT. | Ask Dr. Roe.",
    "This is state of the art. | On cats it takes 72.19 ms. | Dogs wait.",
    "It counts (legs, tails . . . ). | It errs.",
    "Both matter, cf. Ref. [3] and Sec. II. | We agree.",
    "The vector has d.o.f. = 3 and is no sentence.",
    "Sgr A* flares. | M87 does not.",
    "See https://example.org/a.b?c. | The end.",
]


@pytest.mark.parametrize("marked", SPLIT)
def test_sentences(marked: str) -> None:
    """Sentences end where a reader says so, not at abbreviations, numbers or initials."""
    assert sentences(marked.replace(" | ", " ")) == marked.split(" | ")


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("Aims. We ask how.", "Aims. "),
        ("Materials and Methods: Eyes.", "Materials and Methods: "),
        ("Results show that it works.", ""),
        ("data: a list.", ""),
    ],
)
def test_labels_are_known(sentence: str, label: str) -> None:
    """The label of a part is told from a sentence that starts with the same word."""
    assert label_of(sentence) == label


def test_no_text_has_no_sentences() -> None:
    """Blank text has none."""
    assert sentences(" \n ") == []
