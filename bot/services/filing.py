"""Files queries under their anchors, so that papers find them. Decides nothing about channels."""

from collections.abc import Iterable, Sequence

from bot.domain import QueryId
from bot.matching.anchors import Frequency, anchors
from bot.matching.conditions import condition
from bot.matching.frequencies import expression, frequency, grams_to_count
from bot.matching.query import Query
from bot.storage import papers, subscriptions
from bot.storage.database import Writer
from bot.storage.subscriptions import Filed, Posting

PAPERS_COUNTED = 4_000
"""Newest papers in which terms are counted: a few days, which take less than a millisecond."""


async def file(tx: Writer, query: Query) -> QueryId:
    """Return the id of a query, filing it if it is new; papers find it at once."""
    (id_,) = await file_many(tx, [query])
    return id_


async def file_many(tx: Writer, queries: Sequence[Query]) -> list[QueryId]:
    """Return the ids of queries, in their order, filing those that are new."""
    filed = {str(query): query for query in queries}
    common = await _frequency(tx, filed.values())
    ids = await subscriptions.add_queries(
        tx, [_filed(text, query, common) for text, query in filed.items()]
    )
    return [ids[str(query)] for query in queries]


async def _frequency(tx: Writer, queries: Iterable[Query]) -> Frequency:
    """Return how common grams are in the newest papers, for those that the queries ask about."""
    asked = {gram: expression(gram) for query in queries for gram in grams_to_count(query)}
    counts, total = await papers.newest_with(tx, set(asked.values()), PAPERS_COUNTED)
    return frequency({gram: counts[text] for gram, text in asked.items()}, total)


def _filed(text: str, query: Query, common: Frequency) -> Filed:
    postings = tuple(Posting(anchor.term, anchor.exact) for anchor in anchors(query, common))
    return Filed(text, condition(query), postings)
