"""What TeX commands stand for: symbols, accents, and commands that only choose a font.

Tables and look-ups only; `bot.text.tex` reads the TeX. Most symbols are those of pylatexenc.
"""

import unicodedata
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

_FONTS = """
textit textbf texttt textsc textsf textrm textmd textup textsl textnormal emph text mbox hbox
underline uline sout fbox mathit mathbf mathtt mathsf mathrm mathcal mathfrak mathscr mathnormal
boldsymbol bm bold pmb operatorname underbrace overbrace overrightarrow
overleftarrow mathop mathrel mathbin mathord mathopen mathclose mathpunct mathinner smash boxed
url path nolinkurl
em it bf tt sc sf rm sl md up cal bfseries itshape ttfamily scshape sffamily rmfamily mdseries
upshape slshape normalfont normalsize tiny scriptsize footnotesize small large Large LARGE huge
Huge displaystyle textstyle scriptstyle scriptscriptstyle left right middle big Big bigg Bigg bigl
bigr bigm Bigl Bigr Bigm biggl biggr Biggl Biggr limits nolimits nonumber protect xspace relax
noindent centering notag selectfont ignorespaces unskip allowbreak
"""
_TEXT_FONTS = """
text mbox hbox fbox textrm textit textbf texttt textsc textsf textsl textup textnormal emph
"""
FONTS = frozenset(_FONTS.split())
TEXT_FONTS = frozenset(_TEXT_FONTS.split())
OPERATOR_NAMES = frozenset(
    [
        "log",
        "ln",
        "exp",
        "max",
        "min",
        "sup",
        "inf",
        "lim",
        "sin",
        "cos",
        "tan",
        "arg",
        "argmax",
        "argmin",
        "det",
        "Pr",
    ]
)
_DROPPED = """
phantom hphantom vphantom bibliographystyle bibliography thispagestyle
"""
DROPPED = frozenset(_DROPPED.split())
"""Commands whose argument is no text."""

_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "acute": "\u0301",
    "grave": "\u0300",
    "hat": "\u0302",
    "widehat": "\u0302",
    "Hat": "\u0302",
    "ddot": "\u0308",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "Tilde": "\u0303",
    "bar": "\u0304",
    "overline": "\u0304",
    "Bar": "\u0304",
    "dot": "\u0307",
    "check": "\u030c",
    "breve": "\u0306",
    "mathring": "\u030a",
    "vec": "\u20d7",
    "Vec": "\u20d7",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "H": "\u030b",
    "k": "\u0328",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
    "t": "\u0361",
}
_DOTLESS = {"\N{LATIN SMALL LETTER DOTLESS I}": "i", "\N{LATIN SMALL LETTER DOTLESS J}": "j"}
_NEGATION = "\u0338"
_SIGNS = {
    "-": "",
    "/": "",
    "!": "",
    "@": "",
    "\\": " ",
    ",": " ",
    ";": " ",
    ":": " ",
    ">": " ",
    "|": "‖",
}

_MORE_SYMBOLS = """
lhd ⊲ rhd ⊳ unlhd ⊴ unrhd ⊵ dag † ddag ‡ ddagger ‡ land ∧ lor ∨ neg ¬ lnot ¬ ne ≠ models ⊨ vDash ⊨
Join ⋈ owns ∋ leadsto ⇝ gets ← iff ⇔ implies ⇒ impliedby ⇐ Box □ Diamond ◇ triangle △ bot ⊥ top ⊤
Re ℜ Im ℑ clubsuit ♣ diamondsuit ♦ heartsuit ♥ spadesuit ♠ bigsqcup ⨆ bigodot ⨀ biguplus ⨄ lbrack [
rbrack ] lll ⋘ ggg ⋙ thickapprox ≈ thicksim ~ eqsim ≂ coloneqq ≔ eqqcolon ≕ colon : checkmark ✓
bigstar ★ S § P ¶ copyright © textcopyright © circledR ® pounds £ texteuro € euro €
EUR € textbar | textless < textgreater > textunderscore _ textpercent % textampersand &
textbraceleft { textbraceright } textminus - textalpha α textbeta β textgamma γ textmugreek μ
textmu μ leqslant ≤ geqslant ≥
textquotedbl " SS SS imath ı jmath ȷ restriction ↾ smallint ∫ dashrightarrow ⇢ xrightarrow →
xleftarrow ← longmapsto ⟼ upalpha α upbeta β upgamma γ updelta δ upepsilon ε uplambda λ upmu μ
upnu ν uppi π uprho ρ upsigma σ uptau τ upphi φ upchi χ uppsi ψ upomega ω epsilon ε phi φ
textepsilon ε lsim ≲ gsim ≳ la ≲ ga ≳ sun ⊙ Sun ⊙ Earth ⊕ earth ⊕ arcsec ″ arcmin ′ farcs .″
farcm .′ fdg .° degr ° degrees ° micron μm celsius °C textcelsius °C degreeCelsius °C percent %
ohm Ω angstrom Å Msun M⊙ msun M⊙ Msol M⊙ Lsun L⊙ lsun L⊙ Rsun R⊙ rsun R⊙ Zsun Z⊙ kms km/s
LCDM ΛCDM lcdm ΛCDM Lya Lyα lya Lyα Lyalpha Lyα Halpha Hα Hbeta Hβ circ ° prime ′ sim ~ to →
textbackslash \\ textasciitilde ~ textasciicircum ^ ldots ... dots ... dotsc ... dotsb ... dotsm ...
cdots ⋯ degree ° textdegree ° mid | vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ slash / lq ‘ rq ’
ast * bullet • textbullet • bmod mod mod mod det det dim dim deg deg gcd gcd ker ker Pr Pr arg arg
hom hom cot cot sec sec csc csc coth coth lg lg argmax argmax argmin argmin LaTeX LaTeX TeX TeX
eg e.g. ie i.e. etc etc. etal et~al. vs vs. cf cf. aka a.k.a. wrt w.r.t. iid i.i.d. viz viz.
HI H~I HII H~II
"""
_BLANKS = """
quad qquad enspace thinspace space nobreakspace par newline linebreak break hfill hfil vfill
smallskip medskip bigskip newpage clearpage pagebreak nolinebreak maketitle tableofcontents
"""
# Symbols that are rarer than macros of that name: names of models and methods.
_UNLIKELY = """
aquarius aries cancer capricornus gemini leo libra pisces sagittarius scorpio taurus virgo mercury
venus jupiter saturn uranus neptune pluto male recorder image original id today hom between
allequal homothetic estimates truestate forcesextra multimap pitchfork
"""


@cache
def _symbols() -> dict[str, str]:
    known = {
        spec.macroname: spec.simplify_repl
        for spec in get_default_latex_context_db().iter_macro_specs()
        if isinstance(spec.simplify_repl, str) and "%" not in spec.simplify_repl
    }
    plain = {name: symbol for name, symbol in known.items() if "<" not in symbol}
    for name in _UNLIKELY.split():
        plain.pop(name, None)
    words = iter(_MORE_SYMBOLS.split())
    more = zip(words, words, strict=True)
    plain |= {name: text.replace("~", " ") if len(text) > 1 else text for name, text in more}
    return plain | dict.fromkeys(_BLANKS.split(), " ") | {"item": "• "}


def symbol(name: str) -> str | None:
    """Return what a command of letters stands for, or None where that is not known."""
    return _symbols().get(name)


def sign(letter: str) -> str:
    """Return what a backslash before a sign stands for: the sign itself, or a kind of blank."""
    return _SIGNS.get(letter, letter)


def is_accent(name: str) -> bool:
    """Say whether a command puts an accent on its argument."""
    return name in _ACCENTS


def accented(name: str, base: str) -> str:
    r"""Return ``base`` with an accent on its first letter; a longer one in math stays bare.

    arXiv's own conversion takes the first letter of some commands for an accent: ``\b{eta}``.
    """
    if not base.strip():
        return name if name in {"'", "^", "~", '"', "`"} else ""
    if len(base) > 1 and len(name) == 1 and name.isalpha():
        word = symbol(name + base)
        if word is not None:
            return word
    first = _DOTLESS.get(base[0], base[0])
    if not first.isalpha() or (len(base) > 1 and len(name) > 1):
        return base
    return unicodedata.normalize("NFC", first + _ACCENTS[name]) + base[1:]


def negated(text: str) -> str:
    r"""Return a relation with a stroke through it: ``\not\equiv``."""
    return unicodedata.normalize("NFC", text[:1] + _NEGATION) + text[1:] if text.strip() else ""
