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
]


@pytest.mark.parametrize("text", UNCHANGED)
def test_text_without_tex_is_as_it_was(text: str) -> None:
    """Signs that are no TeX stay what they are."""
    assert readable(text) == text


TEX = [
    (r"$\Lambda$CDM", "ΛCDM"),
    (r"$K$-means", "K-means"),
    ("H$_2$O and H$_{2}$O", "H₂O and H₂O"),
    (r"P\'olya, P\'{o}lya, na\"{\i}ve, \c{c}, \v s, \L ukasz", "Pólya, Pólya, naïve, ç, š, Łukasz"),
    (r"\textit{x} \emph{y} {\bf z} a{\it b}c", "x y z abc"),
    (r"50\% \& \# \$5 a\_b \{1\}", "50% & # $5 a_b {1}"),
    ("Fig.~3", "Fig. 3"),
    (r"$64\times64$", "64\N{MULTIPLICATION SIGN}64"),
    (r"$64 \times 64$", "64 \N{MULTIPLICATION SIGN} 64"),
    (r"$O(n\log n)$", "O(n log n)"),
    (r"$x^{2}$, $10^{-5}$, $x_{max}$", "x², 10⁻⁵, xₘₐₓ"),
    (r"\(a\) and \[b\] and $$c$$", "a and b and c"),
    (r"$\frac{1}{2}$, $\sqrt{n}$, $\sqrt{n+1}$", "1/2, √n, √(n+1)"),
    (r"$a$$\sim$$3~b_i$", "a~3 bᵢ"),
    (r"$10^7 M_\odot < $ M", "10⁷ M_⊙ < M"),
    (r"\Versa{} wins, \ours-Large", "Versa wins, ours-Large"),
    (r"foo\unknown{bar}baz", "foo bar baz"),
    ("``quoted'' text---so", "“quoted” text\N{EM DASH}so"),
    (r"\href{https://a.org/x_y}{code} \url{https://b.org/~z}", "code (https://a.org/x_y) https://b.org/~z"),
    (r"as in \cite{doe2020}", "as in [doe2020]"),
    (r"$360^\circ$", "360°"),
    (r"$\mathbb{R}^d$, $\mathcal{O}(1)$", "Rᵈ, O(1)"),
    (r"$\hat{x}$ $\widehat{xy}$", "x̂ xy"),
    (r"so \begin{equation*}x_{ij}\end{equation*} holds", "so xᵢⱼ holds"),
    (r"\begin{itemize}\item one\end{itemize}", "• one"),
    ("{a}{b}", "ab"),
    (r"one\\two", "one two"),
    ("hard\n  wrapped\r\nlines\n\nof text", "hard wrapped lines of text"),
    ("a\x00b\u202ec\ud800d", "abcd"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "text"), TEX, ids=[raw[:30] for raw, _ in TEX[:-1]] + ["controls"])
def test_tex_becomes_unicode(raw: str, text: str) -> None:
    """TeX is shown as what it stands for; what stands for nothing known stays readable."""
    assert readable(raw) == text


def test_scripts_without_unicode_are_shown_but_not_compared() -> None:
    """A subscript that Unicode lacks keeps its sign, marked as silent; outside math it counts."""
    assert readable(r"$O(n^{2-\epsilon})$ and $2^{-n/2}$") == "O(n^(2-ϵ)) and 2^(-n/2)"
    view = read("a_b $x_{a,b}$")
    assert view.text == "a_b x_a,b"
    assert view.silent == {5}


HOSTILE = [
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
    assert not {"\n", "\r", "\x00", "\x1b", "\u202e"} & set(text)


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
