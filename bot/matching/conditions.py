"""A query as a condition over a paper's grams: it settles nearly every query by itself.

Never guesses: where grams do not say, the answer is None and the matcher is asked.
"""

import json
from collections.abc import Collection

from bot.matching.anchors import term_anchors
from bot.matching.query import And, Node, Not, Or, Query

Condition = str | list["Condition"]
"""A gram that must be there, or an operator and its parts: ``& | !``, or ``?`` and grams.

``?`` is false without any of its grams and open with one.
"""


def condition(query: Query) -> str:
    """Return a query as a condition, in JSON: ``["&","mesh",["!","survey"]]``."""
    return json.dumps(_condition(query.root), ensure_ascii=False, separators=(",", ":"))


def settled(text: str, grams: Collection[str]) -> bool | None:
    """Say whether a condition holds for a paper with these grams; None where they do not tell."""
    return _holds(json.loads(text), grams)


def _condition(node: Node) -> Condition:
    if isinstance(node, Not):
        return ["!", _condition(node.part)]
    if isinstance(node, And | Or):
        return ["&" if isinstance(node, And) else "|", *map(_condition, node.parts)]
    anchors = term_anchors(node)
    sure: list[Condition] = [anchor.term for anchor in anchors if anchor.exact]
    open_: list[Condition] = [anchor.term for anchor in anchors if not anchor.exact]
    parts = [*sure, ["?", *open_]] if open_ else sure
    return parts[0] if len(parts) == 1 else ["|", *parts]


def _holds(node: Condition, grams: Collection[str]) -> bool | None:
    """Judge by Kleene's logic of three values."""
    if isinstance(node, str):
        return node in grams
    operator, *parts = node
    if operator == "!":
        held = _holds(parts[0], grams)
        return None if held is None else not held
    if operator == "?":
        return None if any(part in grams for part in parts) else False
    deciding = operator == "|"
    result: bool | None = not deciding
    for part in parts:
        held = _holds(part, grams)
        if held is deciding:
            return deciding
        if held is None:
            result = None
    return result
