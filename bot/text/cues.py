"""What the words of a sentence say it is: a proposal, a finding, an aside, a test. Pure.

Compares the first six letters of words, which is stem enough.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.text.compression import LONG, compressed

CONTRIBUTING = frozenset({"proposes", "tells", "in_this_paper"})
"""The cues of a sentence that says what the paper does."""

_WORD = re.compile(r"[^\W_]+")
_STEM = 6
_VERY_LONG = 300
"""Letters that do not fit on a card."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in text.split())


# Words that tell no subject: those of grammar, and those that any abstract has.
_SILENT = _words(
    """a about across after all also although among an and any are as at be been being between both
    but by can could do does during each either for from further has have having here how however
    i if in into is it its itself may might more most much must nor not of on one only or other our
    out over own same several should since so some such than that the their them then there these
    they this those through thus to toward towards under until up upon us using via was we were
    what when where whether which while who whose will with within without would yet
    approach based method new novel paper present problem propose result results show work"""
)
_WORKS = _words("paper work article study letter report note thesis survey review")
_BE = _words("is are was were be been")
_PROPOSING = _stems(
    "propose introduce present develop describe design release contribute formulate devise"
    " construct build create establish derive provide suggest offer"
)
_TELLING = _stems(
    "show prove demonstrate find found study studies investigate report argue analyze analyse"
    " examine explore consider address tackle observe identify discuss extend apply use measure"
    " compute calculate determine characterize characterise obtain perform evaluate compare solve"
)
_ANY_OF = {
    "we": _words("we our"),
    "novel": _stems("novel new first simple"),
    "aside": _stems("also further additionally moreover finally second third then next example"),
    "trouble": _stems(
        "however but challenge difficult lack limit suffer fail problem despite remain"
        " unfortunately yet cannot little"
    ),
    "code": _stems("https http code github available"),
    "refers": _words("these those such"),
}
_TESTS = _stems("extensive empirical experiment numerical results evaluation finally")
_OUR_TESTS = (["our", "result"], ["our", "experi"])
_AIMS = ("here", "aim", "goal", "objective", "purpose")
_OPENING = 60
"""Letters at the start of a sentence in which it says "in this paper"."""
_DANGLING = re.compile(
    r"""(?:this[ ](?!(?:paper|work|article|study|letter|report|note|thesis|survey|review)\b)
    |these|those|it[ ](?!is[ ](?:[\w-]+[ ]){1,3}(?:that|to)\b)|its|they|their|such|that|both|but
    |and|or|the[ ](?:former|latter|resulting|second|other|same))\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence, what is left of it to show, its words in small letters, and its subject."""

    sentence: str
    text: str
    words: list[str]
    subject: frozenset[str]
    """Stems of the words that tell what it is about."""

    @classmethod
    def of(cls, sentence: str) -> "Candidate":
        """Compress a sentence and take its words."""
        text = compressed(sentence)
        words = _WORD.findall(text.lower())
        subject = frozenset(
            word[:_STEM]
            for word in words
            if word not in _SILENT and (len(word) > 1 or word.isdecimal())
        )
        return cls(sentence, text, words, subject)


def cues(candidate: Candidate) -> set[str]:
    """Return the cues of a sentence, by the names that `bot.text.weights` weighs."""
    stems = [word[:_STEM] for word in candidate.words]
    some = set(stems)
    found = {name for name, words in _ANY_OF.items() if not words.isdisjoint(some)}
    return found | _acts(candidate.words, stems) | _manners(candidate, stems)


def _manners(candidate: Candidate, stems: Sequence[str]) -> set[str]:
    opening, text = candidate.sentence[:_OPENING].lower(), candidate.text
    said = {
        "in_this_paper": "in this " in opening
        or "this paper" in opening
        or opening.startswith(_AIMS),
        "starts_with_we": text.startswith("We "),
        "tests": not _TESTS.isdisjoint(stems[:1]) or stems[:2] in _OUR_TESTS,
        "dangling": _DANGLING.match(text) is not None,
        "refers": _refers(candidate.words),
        "question": "?" in text,
        "long": len(text) > LONG,
        "very_long": len(text) > _VERY_LONG,
    }
    return {name for name, holds in said.items() if holds}


def _refers(words: Sequence[str]) -> bool:
    """Say whether "this" stands before what another sentence speaks of."""
    return any(word == "this" and after not in _WORKS for word, after in pairwise([*words, ""]))


def _acts(words: Sequence[str], stems: Sequence[str]) -> set[str]:
    """Return what a sentence says its authors do: propose something, or tell what they saw."""
    acts: set[str] = set()
    for place, word in enumerate(words):
        following = stems[place + 1 : place + 5]
        if word in {"we", "i"} or (
            word == "this" and not _WORKS.isdisjoint(words[place + 1 : place + 2])
        ):
            if not _PROPOSING.isdisjoint(following):
                acts.add("proposes")
            if not _TELLING.isdisjoint(following):
                acts.add("tells")
        elif word in _BE and not _PROPOSING.isdisjoint(following[:2]):
            acts.add("is_proposed")
    return acts
