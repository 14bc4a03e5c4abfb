"""What readers made of papers: the Daily Papers of a day, and the most upvoted of a period."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain import Paper
from bot.errors import NotFound, SourceError, UserError
from bot.services.backfilling import Fetch
from bot.services.intake import look_up
from bot.sources.huggingface import HuggingFaceDaily, day_request
from bot.storage import papers
from bot.storage.database import Database

log = logging.getLogger(__name__)

PAGE = 10
FIRST_DAY = date(2023, 5, 4)
"""Of Daily Papers, as far as they tell."""
_FRESH = timedelta(minutes=10)
"""How long an answer of the source is taken for true: a day's list changes until it ends."""
_MOST_DAYS = 30
"""Days whose lists are kept in memory."""


@dataclass(frozen=True, slots=True)
class Featured:
    """A page, from 1, of papers with the most upvotes first; ``total`` is None where unknown."""

    papers: tuple[Paper, ...]
    page: int
    has_more: bool
    total: int | None = None


class FeaturedPapers:
    """Answers from the source where it must, and from what is stored where it can."""

    def __init__(
        self,
        database: Database,
        fetch: Fetch,
        huggingface_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._fetch = fetch
        self._url = huggingface_url
        self._clock = clock
        self._days: OrderedDict[date, tuple[datetime, tuple[Paper, ...]]] = OrderedDict()

    async def of_day(self, day: date | None, page: int = 1) -> Featured:
        """Return the Daily Papers of a day (UTC), or of the latest day that has some.

        Raises UserError for a day that cannot have any, NotFound if there are none or the source
        does not answer.
        """
        today = self._clock().astimezone(UTC).date()
        if day is not None and not FIRST_DAY <= day <= today:
            raise UserError(
                f"Daily Papers began on {FIRST_DAY} and go up to today. Type a day between, for "
                f"example {today - timedelta(days=1)}."
            )
        listed = await self._listed(day or today)
        if not listed:
            raise NotFound(
                f"Daily Papers had none on {day}: they mostly rest at weekends. Try another day."
                if day
                else "Daily Papers have none today so far. Name a day, for example "
                f"{today - timedelta(days=1)}."
            )
        start = (page - 1) * PAGE
        some = tuple(listed[start : start + PAGE])
        return Featured(some, page, has_more=len(listed) > start + PAGE, total=len(listed))

    async def trending(self, days: int, page: int = 1) -> Featured:
        """Return the most upvoted of the stored papers that were first seen in the last days."""
        since = self._clock() - timedelta(days=days)
        skip = (page - 1) * PAGE
        found = await papers.most_upvoted(self._database.read, since, PAGE + 1, skip)
        if not found and page == 1:
            raise NotFound("No paper of this time has upvotes yet. Try a longer period.")
        return Featured(tuple(found[:PAGE]), page, has_more=len(found) > PAGE)

    async def _listed(self, day: date) -> tuple[Paper, ...]:
        now = self._clock()
        fetched_at, listed = self._days.get(day, (None, ()))
        if fetched_at is not None and timedelta(0) <= now - fetched_at < _FRESH:
            return listed
        try:
            response = await self._fetch(day_request(self._url, day))
            read = HuggingFaceDaily(self._url).parse(response.body).papers
        except SourceError as error:
            log.warning("Daily Papers of %s: %s", day, error)
            if fetched_at is not None:
                return listed
            raise NotFound("Daily Papers do not answer. Try again in a minute.") from error
        async with self._database.transaction() as tx:
            for paper in read:
                await look_up(tx, paper, now)
        listed = tuple(sorted(read, key=lambda paper: -(paper.upvotes or 0)))
        self._days[day] = (now, listed)
        self._days.move_to_end(day)
        if len(self._days) > _MOST_DAYS:
            self._days.popitem(last=False)
        return listed
