"""TeX as people read it: one table for each kind of thing that abstracts hold."""

import pytest

from bot.text.plain import read, readable

TABLES = {
    "letters": [
        (
            r"P\'olya, P\'{o}lya, na\"{\i}ve, \c{c}, \v s, \L ukasz",
            "Pólya, Pólya, naïve, ç, š, Łukasz",
        ),
        (r"{\O}rsted, Stra\ss e, \AA ngstr\"om, Nguy\~{\^e}n", "Ørsted, Straße, Ångström, Nguyễn"),
        (r"C\^ote, Erd\H{o}s, k\={a}k\={a}, \.Istanbul, \k{a}", "Côte, Erdős, kākā, İstanbul, ą"),
        (r"$\alpha$-VAE, $\epsilon$ and $\varepsilon$, $\Lambda$CDM", "α-VAE, ε and ε, ΛCDM"),
        (r"\b{eta}-VAE with \r{ho} = 0.9, \c{opyright} 2024", "β-VAE with ρ = 0.9, © 2024"),
        (r"the model\'s aim, mAP\@0.5, i.i.d.\@ data", "the model's aim, mAP@0.5, i.i.d. data"),
        (
            r"Bird\u2019s view$\unicode{x2013}$so, \ding{182} and \ding{51}",
            "Bird’s view–so, ❶ and ✓",
        ),
    ],
    "fonts": [
        (r"\textit{x} \emph{y} {\bf z} a{\it b}c", "x y z abc"),
        (r"$\mathbb{R}^d$, $\mathcal{O}(1)$, $\mathrm{SU}(2)$", "ℝᵈ, O(1), SU(2)"),
        (r"$\mathbb{E}$, $\mathbb{CP}^1$, $\mathds{1}$", "𝔼, ℂℙ¹, 𝟙"),
        (r"{\color{blue}a} \textcolor{red}{b} \textbf{\color{x}D}ee", "a b Dee"),
        (r"[N~{\sc ii}] and \textsc{iv}, \textsc{Max-Cut}", "[N II] and IV, Max-Cut"),
        (r"$K$-means, $m$D", "K-means, mD"),
    ],
    "signs": [
        (r"50\% \& \# \$5 a\_b \{1\}", "50% & # $5 a_b {1}"),
        ("Fig.~3, UGC~12, 15\\,km", "Fig. 3, UGC 12, 15 km"),
        (
            r"~7B, z~6, costs ~$14, ~\$20, 10 ~ 20, $\sim\,80$",
            "~7B, z~6, costs ~$14, ~$20, 10 ~ 20, ~80",
        ),
        (r"a risk\-sensitive (CD)\-LLM", "a risk-sensitive (CD)-LLM"),
        (r"under-investi\-gated", "under-investigated"),
        (r"360{\deg} and 3$^\circ$, $\deg(f)$", "360° and 3°, deg(f)"),
        (r"one\\two \\[2pt]", "one two [2pt]"),
        ("text---so, 1--2", "text—so, 1–2"),
        (r'the delimiters "\n\n"', r'the delimiters "\n\n"'),
        (r"a token (\n\n), we", r"a token (\n\n), we"),
    ],
    "quotes": [
        ("``quoted'' and ``mixed\" and `single'", "“quoted” and “mixed” and ‘single’"),
        ("the LLM`s `code` of 5''", "the LLM's `code` of 5''"),
        (r"\textquotedblleft so\textquotedblright, \enquote{so}", "“so”, “so”"),
        ("``system 2 thinking`` of", "“system 2 thinking” of"),
        ("``unclosed", "“unclosed"),
        ("a ''so'' step", "a “so” step"),
    ],
    "scripts": [
        ("H$_2$O and H$_{2}$O", "H₂O and H₂O"),
        (r"$x^{2}$, $10^{-5}$, $x_{max}$, $x_{t-1}$", "x², 10⁻⁵, xₘₐₓ, xₜ₋₁"),
        (r"$g_\beta$, $N_{\rm eff}$, $S_{\text{144 MHz}}$", "gᵦ, N_eff, S_(144 MHz)"),
        (r"$O(n^{2-\epsilon})$ and $2^{-n/2}$", "O(n^(2-ε)) and 2^(-n/2)"),
        (
            r"$A^*$, $q^{*0}$, $M_\odot$, $k_\perp$, $H^\dagger$, $x^{\prime}$",
            "A*, q*⁰, M⊙, k⊥, H†, x′",
        ),
        (
            r"$4.6_{-0.5}^{+0.6}$ Gyr, $b=0.9^{+0.11}_{-0.10}$, $5^{+3}_{-2}$",
            "4.6 +0.6/-0.5 Gyr, b=0.9 +0.11/-0.10, 5⁺³₋₂",
        ),
        (r"$k_{\rm B}T$ and $N_{\rm eff}x$", "k_B T and N_eff x"),
        (r"E\textsuperscript{2}R, mAP\textsubscript{50}", "E²R, mAP₅₀"),
        (r"T^{-1/3}, 10^{26} and p_{gen} outside", "T^(-1/3), 10^26 and p_gen outside"),
    ],
    "math": [
        (r"$64\times64$, $64 \times 64$, $a \in \mathbb{R}$", "64×64, 64 × 64, a ∈ ℝ"),
        (r"$O(n\log n)$, $\max_{x}f(x)$, $\log_2 n$", "O(n log n), maxₓ f(x), log₂ n"),
        (r"\(a\) and \[b\] and $$c$$", "a and b and c"),
        (
            r"$\frac{1}{2}$, $\frac12$, $\frac{a+b}{c}$, $\frac{1}{2\sigma^2}$",
            "1/2, 1/2, (a+b)/c, 1/(2σ²)",
        ),
        (r"$\frac{d}{dt}h=\frac{1}{2}J(X)$", "d/dt h=1/2 J(X)"),
        (
            r"$\sqrt{n}$, $\sqrt{n+1}$, $\sqrt[3]{x}$, $\sqrt{H^5SA}$, $\sqrt{t}Z$",
            "√n, √(n+1), ∛x, √(H⁵SA), √t Z",
        ),
        (r"$a$$\sim$$3~b_i$", "a~3 bᵢ"),
        (r"$10^7 M_\odot < $ M", "10⁷ M⊙ < M"),
        (r"$\hat{x}$ $\widehat{xy}$ $\tilde{\mathcal{O}}(n)$ $\overline{x}$", "x̂ xy Õ(n) x̄"),
        (
            r"$A \not\subset B$, $a \equiv b \pmod{p}$, $\binom{n}{k}$",
            "A ⊄ B, a ≡ b (mod p), (n choose k)",
        ),
        (
            r"$\left\{x \mid x \ne 0\right\}$, $\left.x\right|_0$, $\lfloor n/2 \rfloor$",
            "{x | x ≠ 0}, x|₀, ⌊n/2⌋",
        ),
        (r"so \begin{equation*}x_{ij}\end{equation*} holds", "so xᵢⱼ holds"),
        (r"\begin{itemize}\item one\end{itemize}", "• one"),
        (r"$ \mathbf{H} = s \mathbf{G} $, where", "H = s G, where"),
        (
            r"\ensuremath{x_1}, \ce{CO2}, \SI{40.0}{\milli\second}, \si{\kilo\meter}",
            "x₁, CO₂, 40.0 ms, km",
        ),
        (r"5\kms, 3\Msun, 0\farcs5, 10 \textmu m, $\bm\Omega$", "5 km/s, 3 M⊙, 0.″5, 10 μm, Ω"),
    ],
    "dollars": [
        ("from $5 to $10, $1,000 and A$6", "from $5 to $10, $1,000 and A$6"),
        ("$100 for $x$ of $20$K", "$100 for x of 20K"),
        (r"sub-$1K \times 1K$ for $0.1", "sub-1K × 1K for $0.1"),
        ("a text $ T $, a context $C $ and $>40 $ others", "a text T, a context C and >40 others"),
        ("a $\\tau$-$DM relation", "a τ-$DM relation"),
    ],
    "unknown": [
        (r"\Versa{} wins, \ours-Large", "Versa wins, ours-Large"),
        (r"foo\unknown{bar}baz (\ac{BCS}).", "foo bar baz (BCS)."),
        (r"(\eg, x), \ie y, \etal. and \etc.", "(e.g., x), i.e. y, et al. and etc."),
        (r"data\footnote, and", "data footnote, and"),
        ("{a}{b} and } or {", "ab and or"),
        (
            r"as in \cite{doe2020} or \citep[see][p. 3]{doe}, \ref{tab:x}",
            "as in [doe2020] or [see doe, p. 3], [tab:x]",
        ),
        (r"code\footnote{At \url{https://a.org}.} is", "code (At https://a.org.) is"),
        (r"the end \end{abstract", "the end"),
        (r"100% of it %not a comment", "100% of it %not a comment"),
    ],
}
CASES = [
    pytest.param(raw, text, id=f"{kind}: {raw[:40]}")
    for kind, table in TABLES.items()
    for raw, text in table
]


@pytest.mark.parametrize(("raw", "text"), CASES)
def test_tex_becomes_unicode(raw: str, text: str) -> None:
    """TeX is shown as what it stands for; what stands for nothing known stays readable."""
    assert readable(raw) == text


ADDRESSES = [
    (r"\href{https://a.org/x_y}{code}.", "code (https://a.org/x_y)."),
    (r"\href{https://a.org/x}{https://a.org/x}.", "https://a.org/x."),
    (r"\href{https://a.org/x/}{\texttt{a.org/x}}", "https://a.org/x/"),
    (r"\href{https://a.org/x.}{this https URL}", "https://a.org/x"),
    (r"\href{github}{https://a.org/x}", "github (https://a.org/x)"),
    (r"\href{https://a.org/\#x\_y}{\textbf{code}}", "code (https://a.org/#x_y)"),
    (r"\href{mailto:a@b.org}{a@b.org}", "a@b.org"),
    (r"\url{https://b.org/~z} or \url{b.org/a_b--c}", "https://b.org/~z or b.org/a_b--c"),
    (r"{https://b.org/a\_b} and https://b.org/\~{}z.", "https://b.org/a_b and https://b.org/~z."),
    (r"(https://b.org/a--b). ``https://b.org/''", "(https://b.org/a--b). “https://b.org/”"),
    (r"\textcolor{blue}{\url{https://b.org/a}}}.", "https://b.org/a."),
    (r"https://b.org---so", "https://b.org—so"),
]


@pytest.mark.parametrize(("raw", "text"), ADDRESSES, ids=[raw[:40] for raw, _ in ADDRESSES])
def test_addresses_keep_working(raw: str, text: str) -> None:
    """An address is what a browser takes, with nothing of TeX in it or at its end."""
    assert readable(raw) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"$\alpha$ and $\epsilon$-greedy, P\'olya", "$α$ and $ε$-greedy, Pólya"),
        ("wrapped\n  at the end\nof lines", "wrapped at the end of lines"),
        (r"$\Lambda$CDM at 90{\deg}", "ΛCDM at 90°"),
    ],
)
def test_both_dialects_of_arxiv_read_the_same(old: str, new: str) -> None:
    """Before and after November 2025 the same abstract is the same text."""
    assert readable(old) == readable(new)


def test_what_vanishes_in_math_is_shown_but_not_compared() -> None:
    """A script that Unicode lacks keeps its sign, marked as silent; outside math it counts."""
    view = read("a_b $x_{a,b}$ $N_{ef}y$")
    assert view.text == "a_b x_(a,b) N_ef y"
    assert view.compared == "a_b xa,b Nefy"
