"""Signs of typed text to terms: phrases, names and facts, or what is wrong with them.

Knows no operators and no parentheses.
"""

from collections.abc import Sequence

from bot.domain import AnnounceType, Field
from bot.errors import QueryError
from bot.matching.facts import fact_value
from bot.matching.lexer import Sign
from bot.matching.query import Author, Fact, FactName, Phrase, Term, Word
from bot.matching.words import MisplacedStar, author_words, phrase_words
from bot.text.tokens import spelling

TEXT_FIELDS = frozenset({"title", "abstract", "author"})
EXAMPLES = {
    "title": "title:mamba",
    "abstract": 'abstract:"state space"',
    "author": 'author:"Yann LeCun"',
    "cat": "cat:cs.CV, or cat:cs for all of cs",
    "primary": "primary:cs.CL",
    "source": "source:huggingface",
    "type": "type:new",
    "has": "has:code",
    "id": "id:2508.13167",
}
_STAR_HINT = "A star ends a word, after three letters or digits or more: splat*"
_TOO_LITTLE = "There is no letter or digit here to look for."
_VALUES = {
    "type": tuple(AnnounceType),
    "has": ("code",),
}


def bare_term(text: str, words: list[Sign], scope: str | None) -> Term:
    """Return the term of a run of bare words under a field, or under none.

    ``text`` is what was typed. Raises QueryError.
    """
    offset = words[0].offset
    for word in words:
        if "*" in word.text[:-1]:
            raise QueryError(text, word.offset + word.text.index("*"), _STAR_HINT)
    typed = " ".join(word.text for word in words)
    if scope is not None and scope not in TEXT_FIELDS:
        return _fact(text, FactName(scope), typed, offset)
    try:
        return _text_term(text, typed, offset, scope)
    except MisplacedStar:
        starred = next((word for word in words if word.text.endswith("*")), words[0])
        star = starred.offset + len(starred.text) - 1
        raise QueryError(text, star, _STAR_HINT) from None


def quoted_term(text: str, quote: Sign, scope: str | None) -> Term:
    """Return the term of a quote under a field, or under none. Raises QueryError."""
    if scope in (None, "title", "abstract"):
        words = _some(text, phrase_words(quote.text, stars=False), quote.offset)
        field = None if scope is None else Field(scope)
        return Phrase(words, quoted=True, scope=field, within=quote.number)
    if quote.number is not None:
        hint = f"{scope}: takes no ~{quote.number}: remove it."
        raise QueryError(text, quote.offset, hint)
    if scope == "author":
        return Author(_some(text, author_words(quote.text, stars=False), quote.offset))
    return _fact(text, FactName(scope), quote.text, quote.offset)


def _text_term(text: str, typed: str, offset: int, scope: str | None) -> Term:
    if scope == "author":
        return Author(_some(text, author_words(typed, stars=True), offset))
    words = _some(text, phrase_words(typed, stars=True), offset)
    return Phrase(words, scope=None if scope is None else Field(scope))


def _some(text: str, words: tuple[Word, ...], offset: int) -> tuple[Word, ...]:
    if not words:
        raise QueryError(text, offset, _TOO_LITTLE)
    return words


def _one_of(values: Sequence[str]) -> str:
    *others, last = values
    return f"one of {', '.join(others)} and {last}" if others else last


def _fact(text: str, name: FactName, typed: str, offset: int) -> Fact:
    value = fact_value(name, typed)
    if not spelling(value):
        raise QueryError(text, offset, _TOO_LITTLE)
    allowed = _VALUES.get(name)
    if allowed is not None and value not in allowed:
        hint = f"After {name}: type {_one_of([f'{name}:{each}' for each in allowed])}."
        raise QueryError(text, offset, hint)
    if "*" in value:
        hint = f"{name}: takes whole values, no star: {EXAMPLES[name]}"
        raise QueryError(text, offset, hint)
    return Fact(name, value)
