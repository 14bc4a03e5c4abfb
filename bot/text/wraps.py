"""Hard-wrapped lines made one, words and addresses that a line break cut in two joined again.

A hyphen at the end of a line stays, as in pre-training, unless it surely only broke a word.
"""

import re

_BLANKS = re.compile(
    r"[ \xa0\u2000-\u200a\u202f\u205f\u3000]{2,}|[\xa0\u2000-\u200a\u202f\u205f\u3000]"
)
_BREAK = re.compile(r" ?[\r\n\t\v\f\x85\u2028\u2029]\s*")
_HYPHEN = re.compile(r"(?<![^\W_])([^\W\d_]+)-\n([^\W_]+)")
_FUNCTION_WORDS = (
    "and or to nor vs versus as but for from through than in on of with via is are und et"
)
_SUSPENDED = frozenset(_FUNCTION_WORDS.split())
"""What follows short- in short- and long-term."""
_TAILS = """
ally ance anced ances ated ates ating ation ations ative bilities bility
bustness cal cally cation cations cess cesses ciency cient cies damentally dented ditions duce
ence ences ency eral eration erative eter etry fectiveness fication fied gence gies gories guage
guages hance hanced hances hensive ible ical ically icant ics iding ied ies ily ing ings isms
istic itations ities itive ity ization izations ize ized izes izing lates latory lem lems lenge
lenges lenging ligence lution lutions ly mance mation ment mentation ments namic nance ness
nificant nificantly nique niques nisms nition nosis ods olation pability periment perimental
periments plicable plicit plicity portantly proach proaches racy rameter rameters resentation
resentations rithm rithms ronment ronments sence sentation servation sion sional sions sive sors
sual sults tation tational tations tection tegrates teristic teristics tially tic tical
ticularly tinct tion tional tionally tions tive tively tiveness toring trate trates tropy ture
tured tures uates ular ulate vance ventional versity vided viding
"""
_TAIL = frozenset(_TAILS.split())
"""Ends of words that are no words: what a hyphen stands before only where a line was broken."""
_SYLLABLES = "ap dis com con im ob op ac ag em knowl synthe perfor impor vari ef hy"
_HEADS = frozenset(_SYLLABLES.split())
"""Beginnings of words that no hyphen follows otherwise."""
_SPLIT = re.compile(rf"- ({'|'.join(sorted(_TAIL, key=len, reverse=True))})(?![^\W_])")
_HEAD = re.compile(r"(?<![^\W_])[a-z]{2,20}\Z")
_HOST = re.compile(r"(https?://[^\s/]+/)\n(?=[\w.-]+/[\w./#?=&%-]+)")
_FORGE = re.compile(r"(https?://(?:github|gitlab|huggingface)\.(?:com|co)/) (?=[\w.-]+/[\w.-]+)")
_ADDRESS_END = re.compile(r"(https?://\S{1,500}[-_])\n(?=\w)")
_WORD = re.compile(r"[^\W\d_]+")


def is_one_line(text: str) -> bool:
    """Say whether `one_line` leaves a text without line breaks and double blanks as it is."""
    return "- " not in text or not _SPLIT.search(text)


def one_line(text: str) -> str:
    """Return the text on one line, what line breaks cut in two joined."""
    if "  " in text or not text.isascii():
        text = _BLANKS.sub(" ", text)
    if not text.isprintable():
        text = _BREAK.sub("\n", text)
    text = text.strip()
    if "://" in text:
        text = _FORGE.sub(r"\1", _HOST.sub(r"\1", _ADDRESS_END.sub(r"\1", text)))
    if "-\n" in text:
        words = set(map(str.lower, _WORD.findall(text)))
        text = _HYPHEN.sub(lambda found: _joined(found, words), text)
    text = text.replace("\n", " ")
    return _SPLIT.sub(_mended, text) if "- " in text else text


def _mended(found: re.Match[str]) -> str:
    """Join what stands before a hyphen and a blank with the end of a word that follows them."""
    start = found.start()
    return found[1] if _HEAD.search(found.string, max(0, start - 21), start) else found.group()


def _joined(found: re.Match[str], words: set[str]) -> str:
    head, tail = found[1], found[2]
    if tail in _SUSPENDED:
        return f"{head}- {tail}"
    small = head[-1].islower() and tail.islower() and tail.isalpha()
    broken = (head + tail).lower() in words or tail in _TAIL or head.lower() in _HEADS
    return f"{head}{tail}" if small and broken else f"{head}-{tail}"
