"""The matcher against slow and plain references that enumerate everything."""

import re
from itertools import permutations, product

from hypothesis import given
from hypothesis import strategies as st

from tests.effort import examples
from tests.matching.papers import finds

WORDS = st.sampled_from(["ka", "ko", "kako", "koka", "ta"])
ROW = st.lists(
    st.tuples(WORDS, st.sampled_from([" ", "-", "-", " / ", " - "])), min_size=1, max_size=6
)
TEXT = ROW.map(lambda row: "".join(word + joint for word, joint in row[:-1]) + row[-1][0])


def readings(text: str) -> list[list[str]]:
    """Return every way to read the hyphens of a text, as rows of words."""
    parts = re.split(r"(?<=\w)(-)(?=\w)", text)
    return [
        re.findall(
            r"\w+",
            "".join(word + joint for word, joint in zip(parts[::2], (*joints, ""), strict=True)),
        )
        for joints in product(["", " "], repeat=len(parts) // 2)
    ]


def stands(term: str, text: str) -> bool:
    """Say whether some reading of the term stands in some reading of the text."""
    return any(
        wanted == words[place : place + len(wanted)]
        for wanted in readings(term)
        for words in readings(text)
        for place in range(len(words))
    )


@examples(300)
@given(TEXT, TEXT)
def test_compounds_match_as_all_their_readings_do(term: str, text: str) -> None:
    """A phrase matches exactly when some reading of it stands in some reading of the text."""
    term = term.replace(" - ", " ")
    assert finds(term, text) is stands(term, text)


def near(wanted: list[str], words: list[str], within: int) -> bool:
    """Say whether the words stand close enough, trying every assignment."""
    return any(
        all(words[spot] == word for spot, word in zip(spots, wanted, strict=True))
        and max(spots) - min(spots) + 1 - len(spots) <= within
        for spots in permutations(range(len(words)), len(wanted))
    )


@examples(200)
@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
    st.lists(st.sampled_from("abcxy"), min_size=1, max_size=7),
    st.integers(0, 4),
)
def test_proximity_is_some_assignment_of_own_tokens(
    wanted: list[str], words: list[str], within: int
) -> None:
    """Words are near each other when some choice of different tokens leaves few others between."""
    query = f'"{" ".join(wanted)}"~{within}'
    assert finds(query, " ".join(words)) is near(wanted, words, within)


@examples(150)
@given(st.lists(st.sampled_from("ab"), min_size=1, max_size=2), TEXT, st.integers(0, 3))
def test_proximity_counts_in_the_best_reading(wanted: list[str], text: str, within: int) -> None:
    """Compounds between the words count as in whichever reading has fewest tokens."""
    text = f"a {text} b"
    expected = any(near(wanted, words, within) for words in readings(text))
    assert finds(f'"{" ".join(wanted)}"~{within}', text) is expected
