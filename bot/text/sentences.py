"""Sentences of readable text, by a rule and a list of abbreviations. Splits, never rewrites.

A label that heads a part of an abstract (`Aims.`, `Methods:`) stays with the sentence it heads.
"""

import re

_ABBREVIATED = """
al approx app appx assoc avg ca cf ch chap col conf corp dept dr ed eds eq eqn eqs eqns
est etc ex fig figs gen gov hon i.e e.g inc jan feb mar apr jun jul aug sep sept oct nov dec
jr lect lett lab ltd max min mr mrs mt no nos nr op p par phys pp prof pt rep resp rev sci
sec sect secs sr st supp suppl tab thm univ v vol vols vs viz w.r.t ph.d m.sc b.sc u.s u.k e.u
a.k.a a.m p.m deg def defn lem prop cor ref refs
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
# Those that often end a sentence: they do so before a word that seldom follows them inside one.
_MAY_END = frozenset({"etc", "al", "u.s", "u.k", "e.u", "a.m", "p.m", "inc", "ltd", "corp", "jr"})
_NEVER_END = frozenset({"i.e", "e.g", "w.r.t", "a.k.a"})
_STARTING = """
We In This These The Our It To However Here They Then For Using Experiments Moreover
Furthermore Additionally Specifically Results By When While Finally Extensive Code A An As
Experimental Experiments There Such That With On If Our Both Its Using After
"""
_STARTERS = frozenset(_STARTING.split())
_END = re.compile(r"[.!?]+[\"'\u201d\u2019)\]]*\s+(?=[\"'\u201c\u2018(\[]*[^\s])")
_LAST_WORD = re.compile(r"[^\s(\[\"'\u201c\u2018]*\Z")
_FIRST_WORD = re.compile(r"[\"'\u201c\u2018(\[]*(\w+)")
_LONGEST_WORD = 40
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_NO_START = frozenset(".,;:!?=<>)]}+*/\N{MULTIPLICATION SIGN}")
_HEADINGS = r"""
context|aims?|goals?|backgrounds?|introduction|motivation|objectives?|purpose|significance
|methods?|methodology|approach|materials?(?:[ ]and[ ]methods?|[ ]&[ ]methods?)?|data|design
|findings|(?:main[ ])?results?|discussion|interpretation|implications|conclusions?|summary
"""
_LABEL = re.compile(rf"(?:{_HEADINGS})\s?[.:]\s*", re.IGNORECASE | re.VERBOSE)
_NUMBER_OF_ITEM = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\)?\.?\s*")


def sentences(text: str) -> list[str]:
    """Return the sentences of a readable text, in order, white space around them removed."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if _ends_sentence(text, end.start(), end.end()) and not _is_opening(
            text[start : end.end()]
        ):
            found.append(text[start : end.end()].strip())
            start = end.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def label_of(sentence: str) -> str:
    """Return the label that heads a sentence, with the white space after it, or ""."""
    label = _LABEL.match(sentence)
    return label.group() if label and sentence[0].isupper() else ""


def _is_opening(piece: str) -> bool:
    """Say whether a piece only opens a sentence: a label, or the number of an item."""
    return bool(_LABEL.fullmatch(piece) or _NUMBER_OF_ITEM.fullmatch(piece))


def _ends_sentence(text: str, stop: int, following: int) -> bool:
    after = text[following]
    if after.islower() or after in _NO_START:
        return False
    if text[stop] != ".":
        return True
    last = _LAST_WORD.search(text, max(0, stop - _LONGEST_WORD), stop)
    word = last.group() if last else ""
    first = _FIRST_WORD.match(text, following)
    starts = first is not None and first[1] in _STARTERS
    if word.isupper() and len(word) > 1 and "." not in word:
        return True  # MR is no Mr.
    if word.lower() in _MAY_END or _DOTTED.fullmatch(word):
        return starts and word.lower() not in _NEVER_END
    if word.lower() in _ABBREVIATIONS:
        return word.lower() in {"no", "max", "min", "p", "v"} and starts
    is_initial = len(word) == 1 and word.isupper()
    return starts if is_initial else True
