"""What a query says that its author may not mean, as sentences. Pure; refuses nothing."""

from collections.abc import Iterator

from bot.domain import AnnounceType
from bot.matching.query import And, Fact, FactName, Node, Not, Or, Phrase, Query

_MEANT = {
    "or": "type OR or a comma for alternatives",
    "and": "type AND where both must hold",
    "not": "type NOT for what to leave out",
}
_REPLACEMENTS = frozenset({AnnounceType.REPLACE, AnnounceType.REPLACE_CROSS})
_NOT_POSTED = (
    "Replacements (new versions of older papers) are not posted yet, so this posts nothing; "
    "`/search` finds them."
)


def advice(query: Query) -> tuple[str, ...]:
    """Return what to tell the author of a query; mostly nothing."""
    words = dict.fromkeys(_small_operators(query.root))
    hints = [f"`{word}` is read as a word here: {_MEANT[word]}." for word in words]
    return (*hints, *([_NOT_POSTED] if selects_replacements_only(query.root) else []))


def selects_replacements_only(node: Node) -> bool:
    """Say whether a part holds for replacements only."""
    if isinstance(node, And):
        return any(map(selects_replacements_only, node.parts))
    if isinstance(node, Or):
        return all(map(selects_replacements_only, node.parts))
    return isinstance(node, Fact) and node.name is FactName.TYPE and node.value in _REPLACEMENTS


def _small_operators(node: Node) -> Iterator[str]:
    """Yield operators in small letters that stand between other words of a phrase."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _small_operators(part)
    elif isinstance(node, Not):
        yield from _small_operators(node.part)
    elif isinstance(node, Phrase) and not node.quoted:
        yield from (word.text for word in node.words[1:-1] if word.text in _MEANT)
