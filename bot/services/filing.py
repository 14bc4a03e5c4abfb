"""Files queries under their anchors, so that papers find them. Decides nothing about channels."""

from bot.domain import QueryId
from bot.matching.anchors import anchors
from bot.matching.conditions import condition
from bot.matching.query import Query
from bot.storage import subscriptions
from bot.storage.database import Writer
from bot.storage.subscriptions import Posting


async def file(tx: Writer, query: Query) -> QueryId:
    """Return the id of a query, filing it if it is new; papers find it at once."""
    postings = [Posting(anchor.term, anchor.exact) for anchor in anchors(query)]
    return await subscriptions.add_query(tx, str(query), postings, condition(query))
