"""Typed text to the words and signs of the query language. Knows no grammar beyond one sign."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from bot.errors import QueryError

FIELDS = {
    "title": "title",
    "ti": "title",
    "abstract": "abstract",
    "abs": "abstract",
    "author": "author",
    "au": "author",
    "cat": "cat",
    "primary": "primary",
    "source": "source",
    "type": "type",
    "has": "has",
    "id": "id",
}
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_MINUSES = frozenset("-\N{HYPHEN}\N{MINUS SIGN}")
_WORD = re.compile(r'[^\s,()"~]+')
_NAME = re.compile(r"([A-Za-z]+):")
_BLANK = r"(?:[^\S\n\r\v\f\x85\u2028\u2029]|~)*"
_BLANKS = re.compile(_BLANK)
_COUNT = re.compile(rf"(upvotes|stars|comments){_BLANK}(>=|<=|[<>=≥≤])", re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]+(?![^\s,()\"~])")
_WITHIN = re.compile(r"~([0-9]+)(?![^\s,()\"~])")
_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")


class Kind(Enum):
    """What a sign is."""

    WORD = auto()
    QUOTE = auto()
    OPEN = auto()
    CLOSE = auto()
    SEPARATOR = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    MINUS = auto()
    FIELD = auto()
    COUNT = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Sign:
    """A piece of typed text: what it is, where it starts, and what it holds."""

    kind: Kind
    offset: int
    text: str = ""
    """The word, the quoted words, the name of a field or of a count, in its canonical form."""
    relation: str = ""
    number: int | None = None


_PARENTHESES = {"(": Kind.OPEN, ")": Kind.CLOSE}
_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}


def normalised(text: str) -> str:
    """Return typed text as it is read: NFKC, every kind of quotation mark as ``"``."""
    return unicodedata.normalize("NFKC", text).translate(_QUOTES)


def signs(text: str) -> list[Sign]:
    """Return the signs of a normalised text, an END last; raise QueryError with a hint."""
    found: list[Sign] = []
    place = 0
    while place < len(text):
        letter = text[place]
        if letter in _BREAKS or letter == ",":
            found.append(Sign(Kind.SEPARATOR, place))
            place += 1
        elif letter.isspace() or letter == "~":
            place += 1
        else:
            sign, place = _sign(text, place)
            found.append(sign)
            if sign.kind is Kind.FIELD and sign.text == "id" and _NAME.match(text, place):
                # Ids and links hold colons, which name no fields here.
                sign, place = _word(text, place)
                found.append(sign)
    found.append(Sign(Kind.END, len(text)))
    return found


def _sign(text: str, place: int) -> tuple[Sign, int]:
    letter = text[place]
    if letter in _PARENTHESES:
        return Sign(_PARENTHESES[letter], place), place + 1
    if letter == '"':
        return _quote(text, place)
    if letter in _MINUSES:
        return _minus(text, place), place + 1
    if count := _COUNT.match(text, place):
        return _count(text, count)
    if name := _NAME.match(text, place):
        return _field(text, name)
    return _word(text, place)


def _word(text: str, place: int) -> tuple[Sign, int]:
    found = _WORD.match(text, place)
    end = found.end() if found else place + 1
    word = text[place:end]
    return Sign(_OPERATORS.get(word, Kind.WORD), place, word), end


def _quote(text: str, place: int) -> tuple[Sign, int]:
    end = text.find('"', place + 1)
    if end < 0:
        raise QueryError(text, place, 'This quote is not closed: add a " at its end.')
    words = text[place + 1 : end]
    if text[end + 1 : end + 2] != "~":
        return Sign(Kind.QUOTE, place, words), end + 1
    within = _WITHIN.match(text, end + 1)
    if within is None:
        hint = 'After "…"~ type how many other words may stand among them: "diffusion mesh"~5'
        raise QueryError(text, end + 1, hint)
    return Sign(Kind.QUOTE, place, words, number=int(within[1])), within.end()


def _minus(text: str, place: int) -> Sign:
    before, after = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    if before and before in '")':
        raise QueryError(text, place, "Put a blank before this minus: a -b, or type NOT.")
    if not after or after.isspace() or after in ",)~" or after in _MINUSES:
        hint = "A minus stands right before what is not wanted: -survey. Or type NOT survey."
        raise QueryError(text, place, hint)
    return Sign(Kind.MINUS, place)


def _count(text: str, found: re.Match[str]) -> tuple[Sign, int]:
    name = found[1].lower()
    relation = {"≥": ">=", "≤": "<="}.get(found[2], found[2])
    blanks = _BLANKS.match(text, found.end())
    start = blanks.end() if blanks else found.end()
    integer = _INTEGER.match(text, start)
    if integer is None:
        raise QueryError(text, start, f"Type a whole number here: {name}{relation}20")
    sign = Sign(Kind.COUNT, found.start(), name, relation, int(integer.group()))
    return sign, integer.end()


def _field(text: str, found: re.Match[str]) -> tuple[Sign, int]:
    typed = found[1].lower()
    if typed not in FIELDS:
        if typed in ("upvotes", "stars", "comments"):
            raise QueryError(text, found.start(), f"Compare it with a number: {typed}>=20")
        if typed in ("http", "https"):
            hint = "A link is no query: give it to /paper or /search, alone."
            raise QueryError(text, found.start(), hint)
        hint = (
            f"There is no field {found[1]}. Fields: title, abstract, author, cat, primary, "
            f'source, type, has, id. For the words themselves type "{_words_at(text, found)}".'
        )
        raise QueryError(text, found.start(), hint)
    blanks = _BLANKS.match(text, found.end())
    return Sign(Kind.FIELD, found.start(), FIELDS[typed]), blanks.end() if blanks else found.end()


def _words_at(text: str, found: re.Match[str]) -> str:
    """Return a name that is no field, and the word behind its colon."""
    word = _WORD.match(text, found.end())
    return f"{found[1]} {word.group()}" if word else found[1]
