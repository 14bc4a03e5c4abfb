"""Which queries differ by singular and plural only. Pure; says nothing about papers."""

from dataclasses import replace

from bot.matching.query import And, Node, Not, Or, Phrase, Query, Word, all_of, any_of, negation
from bot.text.letters import lower
from bot.text.plurals import keys
from bot.text.tokens import tokens


def folded(query: Query) -> str:
    """Return a text, no query, that is the same for queries that differ in plurals only."""
    return str(_folded(query.root))


def _folded(node: Node) -> Node:
    if isinstance(node, And):
        return all_of(map(_folded, node.parts))
    if isinstance(node, Or):
        return any_of(map(_folded, node.parts))
    if isinstance(node, Not):
        return negation(_folded(node.part))
    if isinstance(node, Phrase) and not node.quoted:
        return replace(node, words=tuple(map(_word, node.words)))
    return node


def _word(word: Word) -> Word:
    if word.star:
        return word
    if word.acronym:
        return replace(word, text=word.text.removesuffix("s"))
    return replace(word, text="-".join(keys(lower(each.text))[0] for each in tokens(word.text)))
