"""How PostgreSQL matches: each query a tsquery in a row, of which a paper's tsvector is asked.

Made from the same folded words as the other peers get, with the text search parser left out: so
that it can select the same papers.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from bot.matching.tagged import SEPARATOR
from bot.sandbox.orders import Order, Wish
from bot.sandbox.peers import Folded, Peer, Selecting, peers
from bot.sandbox.postgres import Server, Unavailable, server

_GAP = 2
"""Positions between title and abstract, which no phrase crosses."""


@contextmanager
def every_peer() -> Iterator[list[Peer]]:
    """Return all peers that can be run here, and run a server for those that need one."""
    with ExitStack() as stack:
        every = peers()
        try:
            every += tsquery_peers(stack.enter_context(server()))
        except Unavailable as error:
            print(f"Without PostgreSQL: {error}.")
        yield every


def tsquery_peers(server: Server) -> list[Peer]:
    """Return two ways to match with a server: looking at each query, and behind an index."""

    def scan(orders: Sequence[Order]) -> Selecting:
        return _selecting(server, orders, is_indexed=False)

    def indexed(orders: Sequence[Order]) -> Selecting:
        return _selecting(server, orders, is_indexed=True)

    return [
        Peer("PostgreSQL tsquery, a scan", scan, each_alone=False),
        Peer("PostgreSQL tsquery, a GIN index", indexed, each_alone=False),
    ]


def tsquery(order: Order) -> str:
    """Return an order as the text of a tsquery: ``('tide' | 'salt'<->'marsh') & !'road'``."""
    parts = ["|".join(map(_term, order.any_of)), *map(_term, order.all_of)]
    return "&".join(f"({part})" for part in parts) + "".join(
        f"&!({_term(wish)})" for wish in order.none_of
    )


def tsvector(paper: Folded) -> str:
    """Return a paper as the text of a tsvector: facts; words with places, A in the title."""
    places: dict[str, list[str]] = {}
    title, abstract = _spoken(paper.title), _spoken(paper.abstract)
    for place, word in enumerate(title, start=1):
        places.setdefault(word, []).append(f"{place}A")
    for place, word in enumerate(abstract, start=len(title) + _GAP):
        places.setdefault(word, []).append(str(place))
    facts = [_quoted(f"{fact.field}:{fact.words}") for fact in paper.facts]
    return " ".join([*facts, *(f"{_quoted(word)}:{','.join(at)}" for word, at in places.items())])


def _term(wish: Wish) -> str:
    weight = ":A" if wish.field == "title" else ""
    return "<->".join(f"{_quoted(lexeme)}{weight}" for lexeme in _of(wish))


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _selecting(server: Server, orders: Sequence[Order], *, is_indexed: bool) -> Selecting:
    index = "CREATE INDEX ON queries USING gin (words);" if is_indexed else ""
    words = _words(orders)
    rows = "".join(
        f"{place}\t{tsquery(order)}\t{{{','.join(map(_in_array, chosen))}}}\n"
        for place, (order, chosen) in enumerate(zip(orders, words, strict=True))
    )
    server.run(
        "DROP TABLE IF EXISTS queries;\n"
        "CREATE TABLE queries (place integer, query tsquery, words text[]);\n"
        f"COPY queries FROM STDIN;\n{rows}\\.\n"
        f"{index}\nVACUUM ANALYZE queries;\n"
        # The planner takes a tsquery to be nearly free, and would look at each.
        f"SET enable_seqscan = {'off' if is_indexed else 'on'};"
    )

    def selecting(paper: Folded) -> set[int]:
        near = f" AND words && $v${{{','.join(map(_in_array, _lexemes(paper)))}}}$v$::text[]"
        found = server.run(
            f"SELECT place FROM queries WHERE $v${tsvector(paper)}$v$::tsvector @@ query"
            f"{near if is_indexed else ''};"
        )
        return set(map(int, found))

    return selecting


def _words(orders: Sequence[Order]) -> list[tuple[str, ...]]:
    """Return words of which every paper that an order selects has one, few orders the same."""
    used = Counter(
        lexeme
        for order in orders
        for wish in (*order.any_of, *order.all_of)
        for lexeme in _of(wish)
    )

    def rarest(wish: Wish) -> str:
        return min(_of(wish), key=used.__getitem__)

    def choices(order: Order) -> list[tuple[str, ...]]:
        return [tuple(map(rarest, order.any_of)), *((rarest(wish),) for wish in order.all_of)]

    return [
        min(choices(order), key=lambda some: sum(used[word] for word in some)) for order in orders
    ]


def _lexemes(paper: Folded) -> set[str]:
    facts = (f"{fact.field}:{fact.words}" for fact in paper.facts)
    return {*facts, *_spoken(paper.title), *_spoken(paper.abstract)}


def _spoken(text: str) -> list[str]:
    """Return the words of a folded text, without the marks that our own index has after them."""
    return text.partition(f" {SEPARATOR} ")[0].split()


def _of(wish: Wish) -> list[str]:
    """Return the lexemes of a term."""
    is_fact = wish.field in {"cat", "author"}
    return [f"{wish.field}:{wish.words}"] if is_fact else wish.words.split()


def _in_array(lexeme: str) -> str:
    return '"' + lexeme.replace("\\", "\\\\").replace('"', '\\"') + '"'
