"""Looks again at papers that channels were owed: not all that happens to a paper is announced.

A withdrawal in the authors' comment, a journal reference and a DOI stand in arXiv's records only.
Decides nothing about posts: what is found is taken in like any announcement.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import SourceError
from bot.services.backfilling import Fetch, NumberSource
from bot.services.intake import Intake, take_in_batch
from bot.storage import follows, papers
from bot.storage.database import Database
from bot.storage.follows import Follow

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
"""Papers in one request."""
OFTEN, SELDOM = timedelta(days=7), timedelta(days=30)
YOUNG, OLD = timedelta(days=60), timedelta(days=730)
"""Up to which age a paper is looked at often, and at all: journals take a year or two."""
AFTER_AN_ERROR = timedelta(hours=1)


class Following:
    """Asks arXiv's query API about papers that were posted, weekly at first, then monthly."""

    def __init__(
        self,
        database: Database,
        fetch: Fetch,
        source: NumberSource,
        happened: Callable[[], None] = lambda: None,
        most: int = MOST_AT_ONCE,
    ) -> None:
        self._database = database
        self._fetch = fetch
        self._source = source
        self._happened = happened
        self._most = most

    async def tick(self, now: datetime) -> Intake:
        """Look at the papers that are due, as many as one request holds."""
        due = await follows.due(self._database.read, now, self._most)
        stored = await papers.by_ids(self._database.read, [it.id for it in due])
        asked = [it for it in due if "arxiv" in stored[it.id].paper.sources]
        intake = Intake()
        try:
            if asked:
                intake = await self._look(asked, now)
        except SourceError as error:
            log.warning("The papers that are followed could not be asked for: %s", error)
            async with self._database.transaction() as tx:
                await follows.put_off(tx, [(it.key, now + AFTER_AN_ERROR) for it in due])
            return intake
        await self._plan(due, now)
        if intake.changed:
            self._happened()
        return intake

    async def next_tick_at(self) -> datetime | None:
        """Return when a paper is to be looked at next, or None."""
        return await follows.next_at(self._database.read)

    async def _look(self, asked: Sequence[Follow], now: datetime) -> Intake:
        response = await self._fetch(self._source.by_numbers([it.id for it in asked]))
        found = [record.paper for record in self._source.parse(response.body).records]
        stored = await papers.by_ids(self._database.read, [it.id for it in asked])
        # A look announces nothing: whether the paper is an alert stays as it was.
        seen = [
            replace(paper, announce_type=stored[paper.id].paper.announce_type)
            for paper in found
            if paper.id in stored
        ]
        return await take_in_batch(self._database, seen, now)

    async def _plan(self, looked: Sequence[Follow], now: datetime) -> None:
        over = [it.key for it in looked if now - it.since >= OLD]
        looks = [
            (it.key, now + (OFTEN if now - it.since < YOUNG else SELDOM))
            for it in looked
            if it.key not in over
        ]
        async with self._database.transaction() as tx:
            await follows.end(tx, over)
            if looks:
                await follows.put_off(tx, looks)
