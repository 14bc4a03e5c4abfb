"""Tells from what a paper says of itself that it is withdrawn. Pure.

arXiv has no field for it: a version that withdraws a paper says so in its comment or in place of
its abstract (https://info.arxiv.org/help/withdraw.html), bioRxiv's in its title. Judges no paper
that only speaks of withdrawals, of earlier versions, or of other papers.
"""

import re

_THING = r"(?:e-?print|pre-?print|paper|article|manuscript|submission|version|work|report|note)"
_SUBJECT = rf"(?:this|the|these|our) (?:arxiv |present |current )?{_THING}s?"
_GONE = r"(?:withdrawn|retracted)"
_REALLY = r"\b(?! (?:from(?! arxiv)|submission|patents?))"
"""Not "withdrawn from ICLR" or "withdrawn submission to": that is a conference's affair."""
_IS = (
    r"(?:(?:has|have) (?:now |since |therefore |temporarily |hereby )*been |(?:is|are|was|were) "
    r"|(?:needs?|ought|is|has|have) to be |(?:will|should|must) be )"
    r"(?:now |being |hereby |temporarily |therefore )*"
)
_PASSIVE = rf"{_SUBJECT} (?:{_IS}{_GONE}{_REALLY}|{_GONE} by\b)"
_ACTIVE = (
    r"(?:we|i|the (?:corresponding |first )?authors?) (?:have |has |must )?(?:hereby )?"
    rf"(?:withdr[ae]wn?|retract(?:ed)?) (?:{_SUBJECT}|it)\b"
)
_WISH = (
    rf"(?:would like|want|wish|decided|have|need) to (?:withdraw|retract) {_SUBJECT}\b"
    r"|\brequest(?:ed)? its (?:withdrawal|retraction)\b"
)
_NEED = rf"\bneeds? to be {_GONE}{_REALLY}"
_WHY = r"(?:by|due|because|as|since|for|pending|until|owing)\b"
_BARE = rf"(?:{_THING} |temporarily |now )?{_GONE}(?=\Z| ?[.,;:!]| {_WHY})"

_STARTS = r"(?:\A|[.;:!,] ?|\band |\btherefore |\bso |\bthus )"
_IN_COMMENT = re.compile(
    rf"{_STARTS}[(\[]?(?:{_PASSIVE}|{_ACTIVE})|{_STARTS}{_BARE}|{_WISH}|{_NEED}"
)
_IN_ABSTRACT = re.compile(
    rf"\A(?:abstract: ?)?(?:{_PASSIVE}(?=\Z| ?[.,;:!()]| {_WHY})|{_ACTIVE}|{_THING} {_GONE}\b"
    rf"|{_GONE}(?=\Z|[.!]| by (?:the |arxiv |its )))"
)
_IN_TITLE = re.compile(r"\A\s*[\[(]?(?:WITHDRAWN|RETRACTED)\b")


def is_withdrawn(title: str, abstract: str, comment: str = "") -> bool:
    """Tell whether a version's own words withdraw the paper."""
    if _IN_TITLE.match(title):
        return True
    return bool(_IN_ABSTRACT.search(_plain(abstract[:500])) or _IN_COMMENT.search(_plain(comment)))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
