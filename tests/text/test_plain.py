"""Source text made readable."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.plain import is_plain, read, readable

UNCHANGED = [
    "plain text, as it is",
    "100% of A & B # 5",
    "see https://example.org/~user/a_b?x=1 for it",
    "snake_case and x^2 outside math",
    "it costs $5 to $10, or $100-$200",
    "$100 for one and $5 for two",
    "a ~7B model",
    "1 - 2 and don't",
    "sim-to-real and sim2real, 5pm, alpha and beta, sometimes left (or right)",
    "short- and long-term, self- supervised",
    "a <think> b </think>, x < y > z, Q&A; R&D",
    "https://example.org/leq/5times/a--b",
    "`code` and 90s' ones",
]


@pytest.mark.parametrize("text", UNCHANGED)
def test_text_without_tex_is_as_it_was(text: str) -> None:
    """Signs that are no TeX stay what they are."""
    assert readable(text) == text


def test_scripts_without_unicode_are_shown_but_not_compared() -> None:
    """A subscript that Unicode lacks keeps its sign, marked as silent; outside math it counts."""
    assert readable(r"$O(n^{2-\epsilon})$ and $2^{-n/2}$") == "O(n^(2-ε)) and 2^(-n/2)"
    view = read("a_b $x_{a,b}$")
    assert view.text == "a_b x_(a,b)"
    assert view.silent == {5, 6, 10}


HOSTILE = [
    " ",
    "\n ",
    "a-\n",
    "a- ",
    "$1",
    "$ ",
    "<i>",
    "<a href=x>",
    "&lt",
    "5sim ",
    "{times",
    "https://a/{",
    "https://a-\n",
    "`a",
    "``a ",
    "$_{",
    "\\verb|",
    "\\url{{",
    "\\SI{1}{",
    "$\\frac12",
    "left(",
    "_{-1}",
    "^{\\log",
    "{",
    "}",
    "$",
    "\\",
    "$x^",
    "^{",
    "\\frac",
    "\\hat",
    "\\(",
    "\\(}",
    "`",
    "'",
    "-",
    "$5 ",
    "\\cite[",
    "\\url{",
    "https://",
    "\\begin{",
    "\n",
    "\\frac{",
    "\\href{a}{",
    "~",
    "{\\bf ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_takes_linear_time(unit: str) -> None:
    """A hundred kilobytes of anything are read in a moment."""
    started = time.process_time()
    readable(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 2


@given(st.text(st.one_of(st.sampled_from("ab \\${}^_~`'-%&1\n()[]"), st.characters()), max_size=60))
def test_readable_is_total(raw: str) -> None:
    """Any text becomes one line without controls, and never raises."""
    text = readable(raw)
    assert text == text.strip()
    assert not set("\n\r\x00\x01\x02\x1b\u202e") & set(text)


PARTS = ["model", "x", r"\textbf{big}", "$a_1$", r"\foo{bar}", "{", "}", "$", "\\", r"\'e", "%"]


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_no_word_is_lost(parts: list[str]) -> None:
    """Words survive, whatever broken TeX stands around them."""
    text = readable(" ".join(parts))
    assert text.count("model") == parts.count("model")
    assert text.count("bar") == parts.count(r"\foo{bar}")


@given(st.text(st.sampled_from("ab -'`$\\~{}\n") | st.characters(), max_size=10))
def test_plain_text_displays_as_it_is(raw: str) -> None:
    """What is called plain comes back as it was, blanks at its ends aside."""
    if is_plain(raw):
        assert readable(raw) == raw.strip()
