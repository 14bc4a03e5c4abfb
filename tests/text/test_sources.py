"""What sources did to a text before it came here: stripped it, wrapped it, marked it up."""

import pytest

from bot.text.plain import readable

STRIPPED = [
    ("64{times}64, 2.36sim 8.02times, 50times faster", "64×64, 2.36~8.02×, 50× faster"),
    ("{varepsilon}_{rm inj}simeq 10m_ec^2", "ε_inj≃10m_ec^2"),
    (r"D{to}infty, 15\%sim30\%, 360^circ, {5times}", "D→∞, 15%~30%, 360°, 5×"),
    ("a rate of mathcal{O}(T^{-1/3}) in R^{mtimes n}", "a rate of O(T^(-1/3)) in R^(m×n)"),
    ("texttt{D}ual-texttt{H}ead, {bf MASK}, teal{Tool}", "Dual-Head, MASK, Tool"),
    ("only sim20% of leq 4B, 66.3 %rightarrow72.9 %", "only ~20% of ≤ 4B, 66.3 %→72.9 %"),
    ("N sum_{i=1}^{N} f_i, ell_2-norm, nabla^2DFT", "N ∑_(i=1)^N f_i, ℓ_2-norm, ∇^2DFT"),
    ("Oleft( m V{varepsilon^2} right)", "O( m Vε^2)"),
    ("at https://a.org/x{this https URL}.", "at https://a.org/x."),
    ("at https://a.org/x{GitHub} and", "at GitHub (https://a.org/x) and"),
    ("https://a.org/x{blue{https://a.org/x}}", "https://a.org/x"),
    ("sources {to} measure, GPT-{n}, UCGM-{T,S}", "sources to measure, GPT-n, UCGM-T,S"),
    ("real2sim2real at 5pm 20 people, 0.5pm0.1", "real2sim2real at 5pm 20 people, 0.5±0.1"),
    (r"\emph{a} {times} 3times", "a times 3×"),
]


@pytest.mark.parametrize(("raw", "text"), STRIPPED, ids=[raw[:40] for raw, _ in STRIPPED])
def test_lost_backslashes_are_put_back_where_that_is_safe(raw: str, text: str) -> None:
    """Names in braces, by digits or that are no words are TeX; others stay, and real TeX too."""
    assert readable(raw) == text


WRAPPED = [
    ("hard\n  wrapped\r\nlines\n\nof text", "hard wrapped lines of text"),
    ("state-of-the-\nart pre-\ntraining, VQ-\nVAE", "state-of-the-art pre-training, VQ-VAE"),
    ("short-\nand long-term", "short- and long-term"),
    ("instruc-\ntions, dis-\ntinct", "instructions, distinct"),
    ("a mani-\nfold, the manifold", "a manifold, the manifold"),
    ("repre- sentation of classifi- cation", "representation of classification"),
    ("pre- training", "pre- training"),
    ("https://github.com/\nme/my_code and", "https://github.com/me/my_code and"),
    ("https://github.com/ me/code", "https://github.com/me/code"),
    ("https://a.org/my-\nCode is", "https://a.org/my-Code is"),
    ("https://a.org/\nand more", "https://a.org/ and more"),
    ("a\x00b\u202ec\ud800d\xade\xa0f", "abcde f"),
]


@pytest.mark.parametrize(("raw", "text"), WRAPPED, ids=[ascii(raw)[:40] for raw, _ in WRAPPED])
def test_broken_lines_are_joined(raw: str, text: str) -> None:
    """A hyphen at the end of a line stays unless it surely only broke a word."""
    assert readable(raw) == text


MARKED_UP = [
    ("a &lt; b &amp; c &#177; &#x3b1;&nbsp;d", "a < b & c ± α d"),
    (r"a \&amp; b, R&D; AT&T &unknown; &#0;", "a & b, R&D; AT&T &unknown; &#0;"),
    ("&#36;5 &lbrace;x&rbrace;", "$5 {x}"),
    ("H<sub>2</sub>O, 10<sup>-3</sup>, x<sub>a,b</sub>", "H₂O, 10⁻³, x_(a,b)"),
    ("<p>One <i>in vivo</i> <b>x</b><br/>two</p>", "One in vivo x two"),
    ("<i>unclosed, <think> x </think>, a<b>c", "<i>unclosed, <think> x </think>, a<b>c"),
    ('<a href="https://a.org/x">this https URL</a>.', "https://a.org/x."),
    ('<a href="https://a.org/x">our page</a>.', "our page (https://a.org/x)."),
]


@pytest.mark.parametrize(("raw", "text"), MARKED_UP, ids=[raw[:40] for raw, _ in MARKED_UP])
def test_html_is_undone(raw: str, text: str) -> None:
    """Entities are letters and tags that format go; anything else in angle brackets is text."""
    assert readable(raw) == text
