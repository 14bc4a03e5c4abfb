"""Which letters of a source's text are missing from what is displayed of it."""

import re
import unicodedata

_LINKS = re.compile(
    r"\\(?:href|hyperlink)\s*\{([^{}]*)\}\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)(?:\}|\Z)"
)
_NAMELESS = re.compile(r"(?i)(this )?(https? )?(url|link)|this https?")
_COMMANDS = re.compile(
    r"\\(?:begin|end)\{[^{}]*\}?(?:\[[htbp!]+\]|\{[lcr|]+\})?"
    r"|\\(?:text)?color(?:box)?\s*(?:\[[^\]]*\])?\{[^{}]*\}"
    r"|\\(?:label|vspace|hspace|hypertarget)\*?\{[^{}]*\}"
    r"|\\(?:unicode|symbol|ding)\{[^{}]*\}|\\u[0-9A-Fa-f]{4}"
    r"|\\(?:mkern|kern|hskip|vskip)\s*-?[\d.]+\s*[a-z]{2}"
    r"|\\(?:si|SI|unit|qty)(?:\{[^{}]*\})+"
    r"|\\[bcdHkrtuv]\{[a-z]{2,}\}"
    r"|\\[A-Za-z]+|(?<=\d)times\b|(?<=\w/)\{this URL\}"
)
_MARKUP = re.compile(r"</?(?:i|b|em|strong|u|tt|span|sup|sub|p|br|div|a)(?: [^<>]*)?/?>|&#?\w+;")
_RUN = re.compile(r"[^\W\d_]+")
_DOTLESS = str.maketrans("ıȷ", "ij")


def lost(raw: str, shown: str) -> list[str]:
    """Return the runs of letters outside commands that are not shown, in order.

    A run counts as shown only behind the one before it; the text and address of a link may change
    places. Letters are compared without accents.
    """
    letters = "".join(_RUN.findall(_bare(shown)))
    missing: list[str] = []
    place = 0
    for run in _runs(_LINKS.sub(" ", raw)):
        found = letters.find(run, place)
        if found < 0:
            missing.append(run)
        else:
            place = found + len(run)
    linked = [run for found in _LINKS.finditer(raw) for run in _runs(_said(found))]
    return missing + [run for run in linked if run not in letters]


def _runs(source: str) -> list[str]:
    return _RUN.findall(_bare(_MARKUP.sub(" ", _COMMANDS.sub(" ", source))))


def _said(found: re.Match[str]) -> str:
    """Return what is to be read of a link: its text may only say that it is one."""
    words = re.sub(r"https?://|[\\{}$.~\s]+", " ", _COMMANDS.sub("", found[2])).strip()
    return found[1] if _NAMELESS.fullmatch(words) else f"{found[1]} {words}"


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).translate(_DOTLESS)
    return "".join(letter for letter in folded if unicodedata.category(letter) != "Mn")
