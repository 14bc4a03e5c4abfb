r"""Backslashes that a source has dropped, put back where nothing else can be meant.

Hugging Face's Daily Papers have ``64{times}64``, ``2.36sim 8.02times`` and ``{rm inj}`` for what
was TeX. A name counts where it stands in braces, against a digit or before a brace, or is no word
of English at all; ``alpha`` and ``sim-to-real`` stay what they are, and so do addresses. A text
that has commands of TeX was not stripped, and is left alone but for 3times.
"""

import re

_LETTERS = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta kappa lambda mu nu xi pi rho sigma
tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
infty nabla ell partial deg
"""
_SIGNS = """
times sim approx simeq cdot leq geq neq leqslant geqslant lesssim gtrsim propto equiv rightarrow
leftarrow leftrightarrow Rightarrow longrightarrow mapsto circ otimes oplus
"""
_NO_WORDS = """
varepsilon leq geq neq simeq leqslant geqslant lesssim gtrsim propto cdot cdots ldots infty
rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow longrightarrow subseteq
preceq succeq
"""
_BEFORE_BRACE = """
text texttt textbf textit textsc textsf textrm emph mbox mathcal mathbb mathbf mathrm mathit mathsf
mathfrak boldsymbol operatorname frac dfrac tfrac sqrt hat tilde widehat widetilde overline
underline textsuperscript textsubscript url href
"""
_COLOURS = "red blue green teal orange magenta cyan purple gray violet brown pink olive"


def _any(names: str) -> str:
    return f"(?:{'|'.join(sorted(names.split(), key=len, reverse=True))})"


_COMMAND = re.compile(r"\\[A-Za-z'\"^`~=.]")
_ADDRESS = re.compile(r"(https?://[^\s{}]{1,500})")
_TIMES = re.compile(r"(?<=\d)times(?![A-Za-z])")
"""What is this in no text, whatever else stands there."""
_LABELLED = re.compile(
    r"(https?://[^\s{}\\$]{1,500})\{((?:[^{}]|\{[^{}]{0,300}\}){1,300})\}(?![\w/])"
)
_BY_DIGIT = re.compile(rf"(?<![A-Za-z])[\d%](?:{_any(_SIGNS)})(?![A-Za-z])|\dpm\d")
_Q = re.compile(r"q(?!u)")
_SIM_DIGIT = re.compile(r"sim\d")
_BY_SCRIPT = re.compile(r"(?<![A-Za-z\\])(nabla(?=[_^])|ell(?=[_^])|(?:sum|prod)(?=_\{))")
_SIM = re.compile(r"(?<![\w\\-])sim(?=\d+(?:[.,]\d+)*(?:\\?%|[KMB]?(?![\w-])))(?!\d(?![\d.,%\\]))")
"""Before a number, as in sim20%; sim2real is no relation."""
_NAMES = re.compile(rf"(?<![A-Za-z\\])({_any(_NO_WORDS)})(?![A-Za-z])")
_REPAIRS = (
    # Names in braces, and such with a script: {varepsilon^2}.
    (
        re.compile(rf"\{{({_any(_LETTERS)}|{_any(_SIGNS)}|pm)([\d_^][^{{}}\s]{{0,20}})?\}}"),
        r"{\\\1\2}",
    ),
    # D{to}infty; "sources {to} measure" is a word
    (re.compile(r"(?<=[^\s({])\{(to|in|le|ge|ll|gg)\}(?=[^\s.,;)])"), r"{\\\1}"),
    (re.compile(r"(?<=[\^_]\{)([A-Za-z])(times|cdot|pm) ?(?=[A-Za-z0-9]{1,10}\})"), r"\1\\\2{}"),
    (re.compile(r"\{(rm|bf|sc|tt|sf|em|cal) (?=[^{}]{1,80}\})"), r"{\\\1 "),
    (re.compile(rf"(?<![A-Za-z\\])({_any(_BEFORE_BRACE)})(?=\{{)"), r"\\\1"),
    (re.compile(rf"(?<![A-Za-z\\]){_any(_COLOURS)}(?=\{{)"), ""),
    (re.compile(r"(?<![a-z\\])left([(\[][^()\[\]]{0,80}?)[ ]?right(?=[)\]])"), r"\1"),
    # 2.36sim 8.02times
    (re.compile(rf"(?<=[\d%])(?<![A-Za-z]\d)({_any(_SIGNS)}) ?(?=\d)"), r"\\\1{}"),
    (re.compile(r"(?<=\d)pm(?=\d)"), r"\\pm{}"),
    (re.compile(rf"(?<=[\d%])(?<![A-Za-z]\d)({_any(_SIGNS)})(?![A-Za-z])"), r"\\\1"),
    (_SIM, r"\\sim{}"),
    (re.compile(r"\^circ(?![A-Za-z])"), r"^{\\circ}"),
    (_BY_SCRIPT, r"\\\1"),
    (re.compile(rf"(?<=[^\s\\A-Za-z])({_any(_SIGNS)}) (?=[\w\\])"), r"\\\1{}"),
    (_NAMES, r"\\\1"),
)


def is_stripped(text: str) -> bool:
    """Say, quickly, whether a text without braces may have lost backslashes."""
    # Written out, and letters that are rare first, as each text of each paper passes here.
    named = (
        "arrow" in text
        or "dot" in text
        or "infty" in text
        or "propto" in text
        or "varep" in text
        or "ssim" in text
        or "rsim" in text
        or _Q.search(text)
    )
    if named and _NAMES.search(text):
        return True
    scripted = "^circ" in text or "nabla" in text or "ell_" in text or _SIM_DIGIT.search(text)
    if scripted and ("^circ" in text or _BY_SCRIPT.search(text) or _SIM.search(text)):
        return True
    return _BY_DIGIT.search(text) is not None


def restored(text: str) -> str:
    """Return the text with its backslashes where it has surely lost some."""
    if not ("{" in text or is_stripped(text)):
        return text
    if _COMMAND.search(text):
        repaired = _with_times
    else:
        text, repaired = _LABELLED.sub(r"\\href{\1}{\2}", text), _repaired
    parts = _ADDRESS.split(text)
    parts[::2] = map(repaired, parts[::2])
    return "".join(parts)


def _with_times(text: str) -> str:
    return _TIMES.sub("×", text)


def _repaired(text: str) -> str:
    for pattern, replacement in _REPAIRS:
        text = pattern.sub(replacement, text)
    return text
