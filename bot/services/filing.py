"""Files queries under their anchors, so that papers find them. Decides nothing about channels."""

from collections.abc import Sequence

from bot.domain import QueryId
from bot.matching.anchors import anchors
from bot.matching.conditions import condition
from bot.matching.query import Query
from bot.storage import subscriptions
from bot.storage.database import Writer
from bot.storage.subscriptions import Filed, Posting


async def file(tx: Writer, query: Query) -> QueryId:
    """Return the id of a query, filing it if it is new; papers find it at once."""
    (id_,) = await file_many(tx, [query])
    return id_


async def file_many(tx: Writer, queries: Sequence[Query]) -> list[QueryId]:
    """Return the ids of queries, in their order, filing those that are new."""
    filed = {str(query): query for query in queries}
    ids = await subscriptions.add_queries(tx, [_filed(*each) for each in filed.items()])
    return [ids[str(query)] for query in queries]


def _filed(text: str, query: Query) -> Filed:
    postings = tuple(Posting(anchor.term, anchor.exact) for anchor in anchors(query))
    return Filed(text, condition(query), postings)
