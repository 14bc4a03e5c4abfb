"""Plural and singular as one: Harman's S-stemmer and a list of irregular pairs. Stems nothing else.

D. Harman, "How effective is suffixing?", JASIS 42(1), 1991.
"""

import re
from functools import lru_cache

from bot.text.letters import lower

_PAIRS = """
bias biases, lens lenses, gas gases, atlas atlases, analysis analyses, hypothesis hypotheses,
synthesis syntheses, thesis theses, axis axes, crisis crises, matrix matrices, vertex vertices,
index indices, appendix appendices, simplex simplices, vortex vortices, corpus corpora,
criterion criteria, phenomenon phenomena, spectrum spectra, nucleus nuclei, stimulus stimuli,
locus loci, radius radii, minimum minima, maximum maxima, optimum optima, automaton automata,
bacterium bacteria, supernova supernovae, nebula nebulae, antenna antennae, formula formulae,
movie movies, cookie cookies, mouse mice, child children
"""
IRREGULAR = {
    word: pair.split()[0] for pair in _PAIRS.replace("\n", " ").split(",") for word in pair.split()
}
"""The first of its pair for each word of an irregular pair."""
_FOLDED = re.compile(r"[a-z]{3,}")
_SILENT_E = re.compile(r"(?:ss|x|z|ch|sh)e\Z")


def singular(word: str) -> str:
    """Return a lower-cased word folded to its singular; words that have none come back as is.

    Only words of three ASCII letters or more are folded.
    """
    pair = IRREGULAR.get(word)
    if pair is not None:
        return pair
    if not _FOLDED.fullmatch(word):
        return word
    stem = _without_plural(word)
    return stem[:-1] if _SILENT_E.search(stem) else stem


def _without_plural(word: str) -> str:
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def is_plural_of_capitals(word: str) -> bool:
    """Say whether a word is two or more capitals (digits aside) and a final small s: ``GPUs``."""
    capitals = 0
    for letter in word[:-1]:
        if letter.isupper():
            capitals += 1
        elif not letter.isdecimal():
            return False
    return capitals > 1 and word.endswith("s")


@lru_cache(maxsize=65536)
def keys(word: str) -> tuple[str, ...]:
    """Return what a word in its own case compares as: its folded form first.

    Capitals with a small s are their singular as well: ``GPUs`` is ``gpus`` and ``gpu``.
    """
    key = singular(lower(word))
    if word.endswith("s") and is_plural_of_capitals(word):
        other = singular(lower(word[:-1]))
        if other != key:
            return (key, other)
    return (key,)


def is_capitals(word: str) -> bool:
    """Say whether all letters of a word are capitals, the small s of a plural aside.

    The s of "As" and "Is" is no plural: else `AS` and `IS` found every sentence that begins so.
    """
    return is_plural_of_capitals(word) or not any(
        letter.isalpha() and not letter.isupper() for letter in word
    )
