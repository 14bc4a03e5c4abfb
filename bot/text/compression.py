"""A sentence without what only joins it to its neighbours: lead-ins, labels, citations. Pure.

Drops, never rewrites: what is left stands in the sentence, but for a capital at its start. What
limits a claim (if, when, except, under) is never dropped. Each rule was measured on its own; see
docs/summaries.md.
"""

import re

from bot.text.sentences import label_of

_WORK = r"(?:paper|work|article|study|letter|report|note|thesis|survey|review|manuscript|research)"
_AUTHORS = rf"(?:we|this {_WORK})\b"
_LEAD_IN = re.compile(
    r"(?:in|within|through|with) (?:this|the present|the current|our)"
    rf" (?:[\w-]+ )?{_WORK}(?:, ?(?:therefore|thus|instead|however),)?(?:, | (?=we\b))",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"""(?:however|therefore|thus|hence|consequently|accordingly|specifically|(?:more[ ])?precisely
    |more[ ]specifically|concretely|in[ ]particular|moreover|furthermore|additionally|in[ ]addition
    |finally|lastly|nevertheless|nonetheless|here|also|instead|indeed|besides|overall|meanwhile
    |interestingly|surprisingly|notably|importantly|remarkably|crucially|subsequently|then|next
    |first(?:ly)?|second(?:ly)?|third(?:ly)?|as[ ]a[ ](?:result|consequence)|as[ ]such|in[ ]contrast
    |by[ ]contrast|in[ ]response|in[ ]summary|in[ ]short|in[ ]conclusion|in[ ]doing[ ]so
    |in[ ]this[ ](?:regard|context|direction|vein|respect)|with[ ]this[ ]in[ ]mind
    |(?:to|towards|for|with)[ ](?:this|that|these)[ ](?:end|aim|goal|purpose|reason)s?
    |for[ ]the[ ]first[ ]time|on[ ]the[ ]other[ ]hand|at[ ]the[ ]same[ ]time|so[ ]far
    |(?:based|building)[ ](?:up)?on[ ](?:this|these|that)|(?:motivated|inspired)[ ]by[ ]this
    ),[ ]""",
    re.IGNORECASE | re.VERBOSE,
)
# "To address these challenges, we ...": its "these" stands for what another sentence says.
_PURPOSE = re.compile(
    r"(?:to|in order to|towards?|as|motivated by|inspired (?:by|from)|based on|building on"
    r"|driven by|given|with|following|in light of|in view of) (?:[\w-]+ ){0,4}?"
    r"(?:this|these|that|those|such|it|them|the above|the aforementioned)\b[^,;:.()]{0,80}, "
    rf"(?={_AUTHORS}|in this {_WORK})",
    re.IGNORECASE,
)
_JOINING_LATER = re.compile(
    rf"({_AUTHORS}) (?:therefore|thus|hence|then|instead|also|further|furthermore|additionally"
    r"|finally|consequently|next|subsequently) ",
    re.IGNORECASE,
)
# "We propose X to address this challenge." is whole without its last words.
_ITS_PURPOSE = re.compile(
    r",? (?:(?:designed )?to|in order to|that|which|aimed at|for) (?:(?:\w+ly|better|further) )?"
    r"(?:address|tackle|overcome|mitigate|solve|resolve|alleviate|remedy|bridge|fill)(?:s|es|ing)?"
    r" (?:this|these|those|such|the above|the aforementioned)\b[^,;:.()]*(?=\.\Z)"
)
_CITATION = re.compile(
    r" ?\((?:see |cf\.? |e\.g\.,? )?[^()]*?"
    r"(?:\bet al\b|\b[A-Z]\w+,? )[^()]*?\b(?:19|20)\d\d[a-z]?\)"
    r"| ?\[\d+(?:[,\u2013-] ?\d+)*\]"
)
_ASIDE = re.compile(r" ?\((?:i\.e\.|e\.g\.|see |cf\.|aka |a\.k\.a|including |such as )[^()]*\)")
# What may follow a whole sentence. Conditions (if, when, unless, under, for) are none of these.
_TRAILING = re.compile(
    r""",[ ](?:which|thereby|thus|hence|leading|allowing|enabling|resulting|achieving|outperforming
    |demonstrating|showing|making|yielding|providing|improving|reducing|revealing|offering|ensuring
    |suggesting|indicating|highlighting)\b|;[ ]""",
    re.VERBOSE,
)
_NAME = re.compile(r"[a-z]+[A-Z\d]|[a-z]-|https?:")
_MOST_LEAD_INS = 3
LONG = 220
"""Letters from which on a sentence is long for a card, and loses its last clauses if it can."""
_SHORT = 60
"""A main clause of fewer letters says too little."""


def compressed(sentence: str) -> str:
    """Return a sentence that stands for itself, or the sentence as it is."""
    text = sentence[len(label_of(sentence)) :]
    text = _ASIDE.sub("", _CITATION.sub("", text)).strip()
    for _ in range(_MOST_LEAD_INS):
        found = _LEAD_IN.match(text) or _JOINING.match(text) or _PURPOSE.match(text)
        if not found:
            break
        text = text[found.end() :]
    text = _ITS_PURPOSE.sub("", _JOINING_LATER.sub(r"\1 ", text, count=1))
    return _main_clause(_capitalized(text)) or sentence


def _main_clause(text: str) -> str:
    """Cut a long sentence before a trailing clause: as late as makes it short, else the first."""
    if len(text) <= LONG:
        return text
    ends = [found.start() for found in _TRAILING.finditer(text) if _may_end(text, found.start())]
    short = [end for end in ends if end < LONG]
    return f"{text[: short[-1] if short else ends[0]]}." if ends else text


def _may_end(text: str, end: int) -> bool:
    """Say whether what stands before is surely a sentence, and not a subject that waits.

    "Our method, which needs no labels, wins" goes on after the clause: behind a comma there may be
    no other, unless "we" did something before it that no "that" leaves open.
    """
    before, after = text[:end], text[end + 1 :]
    if end < _SHORT or before.count("(") != before.count(")"):
        return False
    if text[end] == ";":
        return ":" not in before  # a list goes on
    acts = before.startswith(("We ", "This ")) and " that " not in before
    return acts or "," not in after


def _capitalized(text: str) -> str:
    if not text[:1].islower() or _NAME.match(text):
        return text
    return text[0].upper() + text[1:]
