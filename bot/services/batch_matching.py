"""Matches papers against a list of queries, by the same storage and judge as live delivery.

Keeps nothing: give it a database of its own. Owes nobody anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain import Paper, QueryId
from bot.errors import QueryError
from bot.matching.parser import parse
from bot.matching.prepared import prepare
from bot.services.filing import file_many
from bot.services.intake import selecting_queries
from bot.storage.database import Database

QUERIES_A_TRANSACTION = 5_000


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query as typed, under the name by which it is reported, and the line that it stands on."""

    name: str | int
    typed: str
    line: int = 0


class BatchMatching:
    """Queries filed in a database, for papers that come one by one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._names: list[str | int] = []
        self._places: dict[QueryId, list[int]] = {}

    async def file(self, queries: Iterable[NamedQuery]) -> list[tuple[NamedQuery, QueryError]]:
        """File queries; return those that do not parse, and why."""
        refused: list[tuple[NamedQuery, QueryError]] = []
        parsed = []
        for query in queries:
            try:
                parsed.append((query.name, parse(query.typed)))
            except QueryError as error:
                refused.append((query, error))
        for start in range(0, len(parsed), QUERIES_A_TRANSACTION):
            some = parsed[start : start + QUERIES_A_TRANSACTION]
            async with self._database.transaction() as tx:
                ids = await file_many(tx, [query for _, query in some])
            for (name, _), id_ in zip(some, ids, strict=True):
                self._places.setdefault(id_, []).append(len(self._names))
                self._names.append(name)
        return refused

    async def selecting(self, paper: Paper) -> list[str | int]:
        """Return the names of the queries that select a paper, in the order they were filed."""
        found = await selecting_queries(self._database.read, prepare(paper))
        places = sorted(place for query in found for place in self._places[query])
        return [self._names[place] for place in places]
