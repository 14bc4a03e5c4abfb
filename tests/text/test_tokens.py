"""Tokens, their places, spelling, and plurals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.letters import fold, folded
from bot.text.plurals import is_capitals, keys, singular
from bot.text.tokens import spelling, tokens

TOKENS = [
    ("A big-model.", ["A", "big-", "model"]),
    ("2.5D v1.5 3. .5 a.b", ["2.5D", "v1.5", "3", "5", "a", "b"]),
    ("C++17 C# C+ a++b 1++ F#-like", ["C++", "17", "C#", "C", "a++", "b", "1", "F#-", "like"]),
    ("model's x's-y isn't", ["model", "x-", "y", "isn", "t"]),
    ("Model\N{RIGHT SINGLE QUOTATION MARK}S", ["Model"]),
    ("a--b a- b -a", ["a", "b", "a", "b", "a"]),
    ("a\N{HYPHEN}b c\N{EN DASH}d", ["a-", "b", "c", "d"]),
    ("Stra\N{LATIN SMALL LETTER SHARP S}e", ["Strasse"]),
    ("\N{LATIN SMALL LIGATURE FI}t x\N{SUPERSCRIPT TWO}", ["fit", "x2"]),
    ("\N{VULGAR FRACTION ONE HALF} \N{ETHIOPIC DIGIT ONE}", ["1", "2"]),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS, ids=[text for text, _ in TOKENS])
def test_tokens(text: str, expected: list[str]) -> None:
    """Tokens are runs of letters and digits; a hyphen between two holds them together."""
    assert [token.text + "-" * token.hyphenated for token in tokens(text)] == expected


def test_places_are_those_of_the_displayed_text() -> None:
    """Whatever folding does, a token's place is where the reader sees it, accents included."""
    text = "\N{LATIN SMALL LIGATURE FI}x Po\u0301lya's cafe\u0301 end"
    shown = [text[token.start : token.end] for token in tokens(text)]
    assert shown == ["\N{LATIN SMALL LIGATURE FI}x", "Po\u0301lya", "cafe\u0301", "end"]


def test_silent_signs_are_passed_over() -> None:
    """A sign that is shown but not compared stands inside its token."""
    (token,) = tokens("x_ab", frozenset({1}))
    assert token == ("xab", 0, 4, False)


SPELLINGS = [
    ("AI/ML", "AI/ML"),
    ("pre--training", "pre/training"),
    ("(x),", "x"),
    ("C++17", "C++17"),
    ("R&D", "R&D"),
    ("title:x", "title/x"),
    ("model's", "model"),
    ("?!", ""),
]


@pytest.mark.parametrize(("word", "expected"), SPELLINGS, ids=[word for word, _ in SPELLINGS])
def test_spelling_is_stable(word: str, expected: str) -> None:
    """A word has one spelling, which is its own spelling."""
    assert spelling(word) == expected
    assert spelling(expected) == expected


PLURALS = """
queries query, models model, meshes mesh, mesh mesh, classes class, class class, caches cach,
cache cach, boxes box, sizes siz, shoes shoe, trees tree, vaes vae, corpus corpus, corpora corpus,
axes axis, matrices matrix, bias bias, biases bias, is is, as as, bus bus, 3dgs 3dgs, gas gas,
dies dy, aies aie, children child, movies movie
"""


@pytest.mark.parametrize("pair", [pair.split() for pair in PLURALS.split(",")], ids=str)
def test_singular(pair: list[str]) -> None:
    """Plurals fold as Harman's rules say, and as the list of pairs where that knows better."""
    assert singular(pair[0]) == pair[1]


KEYS = [
    ("GPUs", ("gpus", "gpu")),
    ("GPU", ("gpu",)),
    ("gpus", ("gpus",)),
    ("LLMs", ("llm",)),
    ("IDs", ("id",)),
    ("GPT4s", ("gpt4s", "gpt4")),
    ("DNSs", ("dnss", "dn")),
    ("Pus", ("pus",)),
]


@pytest.mark.parametrize(("word", "expected"), KEYS, ids=[word for word, _ in KEYS])
def test_keys(word: str, expected: tuple[str, ...]) -> None:
    """Capitals with a small s count as their singular too."""
    assert keys(word) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("RAG", True),
        ("RAGs", True),
        ("Rag", False),
        ("GPT4", True),
        ("4", True),
        ("s", False),
        ("As", False),
    ],
)
def test_capitals(word: str, *, expected: bool) -> None:
    """All letters are capitals, one final small s aside."""
    assert is_capitals(word) is expected


SIGNS = "aZ'+#- 2.\N{LATIN SMALL LETTER SHARP S}\N{VULGAR FRACTION ONE HALF}\u0301\u200b\u2019s"


@given(st.text(st.sampled_from(SIGNS) | st.characters(), max_size=12))
def test_folding_with_and_without_offsets_is_the_same(text: str) -> None:
    """The fast way to the compared text leads to the same text."""
    assert folded(text) == fold(text).text
