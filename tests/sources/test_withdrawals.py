"""Which papers are taken for withdrawn."""

import pytest

from bot.sources.withdrawals import is_withdrawn

TITLE, ABSTRACT = "Lanterns for Sleepy Graphs", "We teach sleepy graphs to count lanterns."


@pytest.mark.parametrize(
    "comment",
    [
        "This paper has been withdrawn by the author due to a crucial sign error in equation 1",
        "This paper has been withdrawn",
        "Withdrawn by the authors",
        "withdrawn",
        "Withdrawn due to an error in Lemma 3",
        "12 pages, 3 figures. This paper has been withdrawn by the authors.",
        "This submission has been withdrawn by arXiv administrators because of overlap",
        "arXiv admin note: This version withdrawn by arXiv administrators",
        "9 pages, withdrawn",
        "paper withdrawn",
        "The paper is withdrawn because\nthe proof is wrong",
        "We withdraw this paper because of an error",
        "The authors have withdrawn this paper",
        "This version has been withdrawn due to changes. Another may follow.",
        "The author has decided to withdraw this version to check its figures",
        "Lemma 2 was known before. Therefore, we would like to withdraw the paper.",
        "We found wrong counts. Therefore, we have decided to revise it and request its withdrawal",
        "The counts of lanterns are wrong and the work needs to be withdrawn",
        "This article has been temporarily withdrawn",
        "This paper is being withdrawn, since it is wrong",
        "(This manuscript was retracted by the authors)",
    ],
)
def test_a_comment_that_withdraws_the_paper(comment: str) -> None:
    """Authors and administrators withdraw a paper in its comment, in many words or one."""
    assert is_withdrawn(TITLE, ABSTRACT, comment)


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "12 pages",
        "A previous version of this paper was withdrawn",
        "An earlier version (withdrawn) claimed more",
        "This paper supersedes arXiv:0801.1234, which has been withdrawn",
        "Replaces the withdrawn arXiv:0801.1234",
        "Accepted at a workshop; withdrawn from another conference",
        "Withdrawn submission to a conference",
        "This paper was withdrawn from a conference",
        "Companion of a withdrawn preprint",
    ],
)
def test_a_comment_that_speaks_of_other_withdrawals(comment: str) -> None:
    """What was withdrawn elsewhere, or was another paper, withdraws nothing here."""
    assert not is_withdrawn(TITLE, ABSTRACT, comment)


@pytest.mark.parametrize(
    ("abstract", "withdrawn"),
    [
        ("This paper has been withdrawn by the author.", True),
        ("This paper has been withdrawn due to an error in Theorem 2.", True),
        ("Withdrawn by the authors", True),
        ("The authors have withdrawn this manuscript owing to an error. Do not cite it.", True),
        ("This submission has been withdrawn because of\na mistake", True),
        ("Paper withdrawn", True),
        ("Withdrawn drugs are studied here.", False),
        ("The paper was withdrawn from circulation in 1890, as notes of banks are.", False),
        ("Retracted articles keep being cited. We ask by whom.", False),
        ("Of the papers withdrawn from arXiv, we read all. This paper is withdrawn.", False),
        ("We study why papers are withdrawn by the authors.", False),
        ("Many papers have been withdrawn by the author.", False),
        ("This paper studies withdrawn papers.", False),
    ],
)
def test_an_abstract(abstract: str, withdrawn: bool) -> None:  # noqa: FBT001 - a table
    """Only an abstract that begins by withdrawing the paper does so."""
    assert is_withdrawn(TITLE, abstract) is withdrawn


@pytest.mark.parametrize(
    ("title", "withdrawn"),
    [
        ("WITHDRAWN: Lanterns for Sleepy Graphs", True),
        ("[RETRACTED] Lanterns", True),
        ("Withdrawn: How Lanterns Leave Graphs", False),
    ],
)
def test_a_title(title: str, withdrawn: bool) -> None:  # noqa: FBT001 - a table
    """A title withdraws a paper in capitals alone, as bioRxiv writes it."""
    assert is_withdrawn(title, ABSTRACT) is withdrawn
