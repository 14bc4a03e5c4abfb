"""Typed text to a query, or a QueryError that says where and what to type instead.

The grammar, lowest binding first; what is not said there was decided here::

    query       = alternative { ("," | newline) alternative }
    alternative = conj { "OR" conj }
    conj        = unary { ["AND"] unary }
    unary       = ("NOT" | "-") unary | atom
    atom        = "(" query ")" | fielded | comparison | quoted | phrase
    fielded     = field ":" (quoted | word | "(" query ")")
    comparison  = ("upvotes" | "stars" | "comments") (">=" | "<=" | ">" | "<" | "=") integer
    quoted      = '"' words '"' [ "~" integer ]
    phrase      = word { word }

- ``≥`` and ``≤`` are comparisons too, an integer may have a minus, and nothing else may touch it.
- A hyphen (U+2010) and a minus sign (U+2212) before a word are the minus that means NOT; dashes
  are not.
- An unknown value of ``type:`` and ``has:``, and a star or ``~N`` after a field that has none, are
  refused: they would match nothing, silently.
- In ``author:(yann lecun)`` the run is one name, as in quotes.

One pass by hand: the rules about blanks (minus, names, runs of words) need the typed text, and
the messages need to know what was meant; a grammar file would leave most of it to code anyway.
"""

from bot.errors import QueryError
from bot.matching.lexer import Kind, Sign, normalised, signs
from bot.matching.query import (
    Comparison,
    Count,
    Node,
    Query,
    all_of,
    any_of,
    has_positive,
    negation,
)
from bot.matching.terms import EXAMPLES, TEXT_FIELDS, bare_term, quoted_term

MAX_CHARACTERS = 512
MAX_TERMS = 64
MAX_DEPTH = 8
_MAX_READ = 2 * MAX_CHARACTERS  # one sign may be 18 letters in NFKC
_TRUSTED_DEPTH = 64
_ENDS = frozenset({Kind.SEPARATOR, Kind.CLOSE, Kind.END})


def parse(text: str, *, typed: bool = True) -> Query:
    """Return the query that a text says, in linear time.

    The limits on length, terms and parentheses hold for typed text only: a stored canonical text
    is read with ``typed=False``. Raises QueryError, whose text is NFKC-normalised, and nothing
    else.
    """
    if typed and len(text) > MAX_CHARACTERS:
        hint = f"Type at most {MAX_CHARACTERS} characters, or split it into several queries."
        raise QueryError(text[: MAX_CHARACTERS + 1], MAX_CHARACTERS, hint)
    read = normalised(text)
    if typed and len(read) > _MAX_READ:
        hint = "Too many of these signs stand for several letters each: type the letters."
        raise QueryError(read[: _MAX_READ + 1], _MAX_READ, hint)
    return _Parser(read, typed=typed).parse()


class _Parser:
    """One pass over the signs of a text."""

    def __init__(self, text: str, *, typed: bool) -> None:
        self._text = text
        self._signs = signs(text)
        self._place = 0
        self._terms = 0
        self._depth = 0
        self._max_terms = MAX_TERMS if typed else len(text)
        self._max_depth = MAX_DEPTH if typed else _TRUSTED_DEPTH

    def parse(self) -> Query:
        parts = self._alternatives(None)
        if self._next.kind is Kind.CLOSE:
            raise self._refusal("This ) closes nothing: remove it, or add a ( before.")
        if not parts:
            raise QueryError(self._text, 0, "Type what to look for: diffusion model")
        for offset, part in parts:
            if not has_positive(part):
                hint = "Say what to look for as well, not only what to leave out: model NOT medical"
                raise QueryError(self._text, offset, hint)
        return Query(any_of(part for _, part in parts))

    @property
    def _next(self) -> Sign:
        return self._signs[self._place]

    def _take(self) -> Sign:
        sign = self._signs[self._place]
        self._place += 1
        return sign

    def _refusal(self, hint: str, offset: int | None = None) -> QueryError:
        return QueryError(self._text, self._next.offset if offset is None else offset, hint)

    def _alternatives(self, scope: str | None) -> list[tuple[int, Node]]:
        """Read what commas, line breaks and OR separate, up to a ) or the end; with offsets."""
        parts: list[tuple[int, Node]] = []
        while self._next.kind not in (Kind.CLOSE, Kind.END):
            if self._next.kind is Kind.SEPARATOR:
                self._take()
                continue
            parts.append((self._next.offset, self._conjunction(scope)))
            while self._next.kind is Kind.OR:
                self._take()
                parts.append((self._next.offset, self._conjunction(scope)))
        return parts

    def _conjunction(self, scope: str | None) -> Node:
        parts = [self._unary(scope)]
        while self._next.kind not in _ENDS and self._next.kind is not Kind.OR:
            if self._next.kind is Kind.AND:
                self._take()
            parts.append(self._unary(scope))
        return all_of(parts)

    def _unary(self, scope: str | None) -> Node:
        nots = 0
        while self._next.kind in (Kind.NOT, Kind.MINUS):
            sign = self._take()
            nots += 1
            if sign.kind is Kind.MINUS:
                self._check_minus(sign)
        atom = self._atom(scope)
        return negation(atom) if nots % 2 else atom

    def _check_minus(self, minus: Sign) -> None:
        if self._next.kind in (Kind.AND, Kind.OR, Kind.NOT):
            hint = f'After a minus {self._next.text} is no word: type -"{self._next.text}"'
            raise self._refusal(hint, minus.offset)
        words = self._run_ahead()
        if len(words) > 1:
            run = _shown(words)
            hint = f'A minus takes one word. Type -"{run}" or NOT {run}'
            raise self._refusal(hint, minus.offset)

    def _run_ahead(self) -> list[Sign]:
        place = self._place
        while self._signs[place].kind is Kind.WORD:
            place += 1
        return self._signs[self._place : place]

    def _atom(self, scope: str | None) -> Node:
        kind = self._next.kind
        if kind is Kind.OPEN:
            return self._group(scope)
        if kind is Kind.WORD:
            return self._run(scope)
        if kind is Kind.QUOTE:
            return self._quoted(scope)
        if kind in (Kind.FIELD, Kind.COUNT) and scope is not None:
            raise self._refusal(f"Inside {scope}:(…) only words and quotes may stand.")
        if kind is Kind.FIELD:
            return self._fielded()
        if kind is Kind.COUNT:
            return self._comparison()
        name = self._next.text or "here"
        if kind in (Kind.AND, Kind.OR):
            hint = f'{name} stands between two terms; for the word itself type "{name}".'
        else:
            hint = "Something is missing here: type a word, or remove the AND, OR or NOT before it."
        raise self._refusal(hint)

    def _group(self, scope: str | None) -> Node:
        opening = self._take()
        self._depth += 1
        if self._depth > self._max_depth:
            hint = f"Use at most {self._max_depth} levels of parentheses."
            raise self._refusal(hint, opening.offset)
        parts = self._alternatives(scope)
        if self._next.kind is not Kind.CLOSE:
            raise self._refusal("This ( is not closed: add a ) after its words.", opening.offset)
        if not parts:
            hint = "There is nothing in these parentheses: fill or remove them."
            raise self._refusal(hint, opening.offset)
        self._take()
        self._depth -= 1
        return any_of(part for _, part in parts)

    def _fielded(self) -> Node:
        field = self._take()
        name = field.text
        if self._next.kind is Kind.OPEN:
            return self._group(name)
        if self._next.kind is Kind.QUOTE:
            return self._quoted(name)
        if self._next.kind is not Kind.WORD:
            raise self._refusal(self._missing_value(name))
        words = self._run_ahead()
        if name in TEXT_FIELDS and len(words) > 1:
            run = _shown(words)
            hint = f'For several words type {name}:"{run}"'
            raise self._refusal(hint, words[1].offset)
        return self._term([self._take()], name)

    def _missing_value(self, name: str) -> str:
        if self._next.kind in (Kind.MINUS, Kind.NOT):
            return f"Put the minus before the field: -{name}:word"
        if self._next.kind in (Kind.AND, Kind.OR):
            return f'For the word itself type {name}:"{self._next.text}"'
        if self._next.kind in (Kind.FIELD, Kind.COUNT):
            return f"A field cannot stand under {name}: — give {name}: a word of its own."
        return f"Type a word right after {name}: — for example {EXAMPLES[name]}"

    def _run(self, scope: str | None) -> Node:
        words = self._run_ahead()
        self._place += len(words)
        if scope is not None and scope not in TEXT_FIELDS and len(words) > 1:
            hint = f"Separate the values with commas: {scope}:({', '.join(w.text for w in words)})"
            raise self._refusal(hint, words[1].offset)
        return self._term(words, scope)

    def _term(self, words: list[Sign], scope: str | None) -> Node:
        self._count_term(words[0].offset)
        return bare_term(self._text, words, scope)

    def _quoted(self, scope: str | None) -> Node:
        quote = self._take()
        self._count_term(quote.offset)
        return quoted_term(self._text, quote, scope)

    def _count_term(self, offset: int) -> None:
        self._terms += 1
        if self._terms > self._max_terms:
            hint = f"Use at most {MAX_TERMS} terms, or split it into several queries."
            raise self._refusal(hint, offset)

    def _comparison(self) -> Node:
        sign = self._take()
        self._count_term(sign.offset)
        return Comparison(Count(sign.text), sign.relation, sign.number or 0)


def _shown(words: list[Sign]) -> str:
    return " ".join(word.text for word in words)
