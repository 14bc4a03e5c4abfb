"""How others match: a loop over substrings, over regular expressions, an automaton. Pure.

Each gets the papers' words folded beforehand, which costs them nothing here.
"""

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bot.domain import Paper
from bot.matching.prepared import prepare, search_text
from bot.sandbox.orders import Order, Wish

Selecting = Callable[["Folded"], set[int]]


@dataclass(frozen=True, slots=True)
class Folded:
    """A paper with its words in small letters and singular, a blank before and after each."""

    paper: Paper
    title: str
    abstract: str
    facts: frozenset[Wish]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another way to match: what it takes to build, and the orders that select a paper."""

    name: str
    build: Callable[[Sequence[Order]], Selecting]
    each_alone: bool = True
    """It looks at each subscription, so that a sample tells the time for all."""


def folded(papers: Iterable[Paper]) -> list[Folded]:
    """Return papers with their words folded."""
    return [_folded(paper) for paper in papers]


def timed(peer: Peer, orders: Sequence[Order], papers: Sequence[Folded]) -> "Timed":
    """Run a peer over papers; return its seconds and what it selected."""
    start = time.perf_counter()
    selecting = peer.build(orders)
    built = time.perf_counter()
    found = [selecting(paper) for paper in papers]
    return Timed(built - start, (time.perf_counter() - built) / len(papers), found)


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds to build and for a paper, and the places of the orders that select each paper."""

    build: float
    paper: float
    found: list[set[int]]


def _folded(paper: Paper) -> Folded:
    ready = prepare(paper)
    title, abstract = (f" {text} " for text in search_text(ready)[:2])
    categories = {Wish(name, "cat") for name in paper.categories}
    authors = {Wish(word.lower(), "author") for name in paper.authors for word in name.split()}
    return Folded(paper, title, abstract, frozenset(categories | authors))


def _selected(order: Order, has: Callable[[Wish], bool]) -> bool:
    return (
        any(map(has, order.any_of))
        and all(map(has, order.all_of))
        and not any(map(has, order.none_of))
    )


def _by_substring(orders: Sequence[Order]) -> Selecting:
    def selecting(paper: Folded) -> set[int]:
        def has(wish: Wish) -> bool:
            if wish.field in {"cat", "author"}:
                return wish in paper.facts
            text = f" {wish.words} "
            return text in paper.title or (not wish.field and text in paper.abstract)

        return {place for place, order in enumerate(orders) if _selected(order, has)}

    return selecting


def _by_regex(orders: Sequence[Order]) -> Selecting:
    compiled = {
        wish: re.compile(rf"\b{'s?[^0-9a-z]+'.join(wish.words.split())}s?\b", re.IGNORECASE)
        for order in orders
        for wish in (*order.any_of, *order.all_of, *order.none_of)
    }

    def selecting(paper: Folded) -> set[int]:
        def has(wish: Wish) -> bool:
            if wish.field in {"cat", "author"}:
                return wish in paper.facts
            search = compiled[wish].search
            return bool(
                search(paper.paper.title) or (not wish.field and search(paper.paper.abstract))
            )

        return {place for place, order in enumerate(orders) if _selected(order, has)}

    return selecting


def _by_automaton(orders: Sequence[Order]) -> Selecting:
    """Find all terms in one pass, then check only the orders that have one of them."""
    terms: dict[str, list[int]] = {}
    for place, order in enumerate(orders):
        for wish in order.any_of:
            terms.setdefault(f" {wish.words} ", []).append(place)
        for wish in (*order.all_of, *order.none_of):
            terms.setdefault(f" {wish.words} ", [])
    texts = list(terms)
    automaton: Any = import_module("ahocorasick_rs").AhoCorasick(texts)

    def selecting(paper: Folded) -> set[int]:
        in_title, in_abstract = (
            {texts[hit[0]] for hit in automaton.find_matches_as_indexes(text, overlapping=True)}
            for text in (paper.title, paper.abstract)
        )

        def has(wish: Wish) -> bool:
            if wish.field in {"cat", "author"}:
                return wish in paper.facts
            text = f" {wish.words} "
            return text in in_title or (not wish.field and text in in_abstract)

        near = {place for text in in_title | in_abstract for place in terms[text]}
        return {place for place in near if _selected(orders[place], has)}

    return selecting


def peers() -> list[Peer]:
    """Return the peers that can be run here: ahocorasick_rs where it is installed."""
    found = [
        Peer("a substring loop", _by_substring),
        Peer("a regular expression per subscription", _by_regex),
    ]
    try:
        import_module("ahocorasick_rs")
    except ImportError:
        return found
    return [*found, Peer("ahocorasick_rs and a boolean check", _by_automaton, each_alone=False)]
