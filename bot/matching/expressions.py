"""SQLite FTS5 expressions, and what two of them say of a query. Knows no query and no token.

https://www.sqlite.org/fts5.html#full_text_query_syntax
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.matching.tagged import EVERY

ALL = f'"{EVERY}"'
_FARTHEST = 100_000
"""Words between others; no text is longer."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """SQLite FTS5 expressions; None finds nothing.

    Every paper that ``certain`` finds is selected, every selected paper is found by ``possible``.
    """

    certain: str | None
    possible: str | None

    @property
    def is_exact(self) -> bool:
        """Whether the index alone decides."""
        return self.certain == self.possible


def exactly(expression: str | None) -> Proposal:
    """Return that a query is what an expression finds."""
    return Proposal(expression, expression)


def any_proposal(parts: Iterable[Proposal]) -> Proposal:
    """Return what can be said of proposals joined by OR."""
    known = list(parts)
    return Proposal(any_of(part.certain for part in known), any_of(part.possible for part in known))


def quoted(text: str, *, starts: bool = False, columns: str = "") -> str:
    """Return that words stand in a row, in one of some columns, the last one as a beginning."""
    # Quoted, so that no token is an operator; none holds a quote itself.
    within = f"{{{columns}}} : " if columns else ""
    return f'{within}"{text}"{"*" if starts else ""}'


def near(rows: Sequence[str], between: int, columns: str = "") -> str:
    """Return that rows of words stand with so many words between the first and the last row."""
    within = f"{{{columns}}} : " if columns else ""
    return f"{within}NEAR({' '.join(rows)}, {max(0, min(between, _FARTHEST))})"


def any_of(parts: Iterable[str | None]) -> str | None:
    """Join by OR."""
    known = list(dict.fromkeys(part for part in parts if part is not None))
    if not known:
        return None
    return ALL if ALL in known else known[0] if len(known) == 1 else f"({' OR '.join(known)})"


def every(parts: Iterable[str]) -> str:
    """Join by AND; without parts, what every paper satisfies."""
    known = list(dict.fromkeys(part for part in parts if part != ALL))
    if not known:
        return ALL
    return known[0] if len(known) == 1 else f"({' AND '.join(known)})"


def all_but(wanted: Iterable[str | None], unwanted: Iterable[str | None]) -> str | None:
    """Join what is wanted by AND, and by one NOT what is not."""
    known = list(wanted)
    found = every(part for part in known if part is not None)
    excluded = any_of(unwanted)
    if None in known or excluded == ALL:
        return None
    return found if excluded is None else f"({found} NOT {excluded})"
