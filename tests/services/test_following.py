"""Posted papers are asked about again, seldom, and what is found counts as having happened."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain import AnnounceType, Paper
from bot.errors import SourceError
from bot.sandbox.feed_shapes import api_feed
from bot.services.following import AFTER_AN_ERROR, OFTEN, SELDOM, Following
from bot.sources.arxiv_api import ArxivSearch
from bot.sources.pages import Request, Response
from bot.storage import follows, papers
from bot.storage.database import Database
from tests.samples import paper
from tests.services.test_revising import Stage

TIDES = paper("2611.00001", title="Tides", announce_type=AnnounceType.NEW)
PUBLISHED = replace(TIDES, journal_ref="Waters 1 (2026)", doi="10.1000/1")


class Records:
    """The query API, with what it knows of papers; down while told so."""

    def __init__(self, *known: Paper) -> None:
        self.known = {each.id: each for each in known}
        self.asked: list[list[str]] = []
        self.down = False

    async def fetch(self, request: Request) -> Response:
        """Answer a request for certain papers."""
        ids = dict(request.params)["id_list"].split(",")
        self.asked.append(ids)
        if self.down:
            raise SourceError("The API is closed for the night.")
        found = [each for id_, each in self.known.items() if id_ in ids]
        body = api_feed(found, total=len(found), start=0, page=len(ids), query="")
        return Response(status=200, body=body, etag=None, last_modified=None)


async def looks(stage: Stage, records: Records) -> list[datetime]:
    """Look when it is due, for two years and a half; return when that was."""
    following = Following(stage.database, records.fetch, ArxivSearch("http://x/api"))
    moments = []
    while (due := await following.next_tick_at()) is not None:
        stage.clock.now = due
        await following.tick(due)
        moments.append(due)
    return moments


async def test_a_publication_is_found_and_edits_the_post(database: Database) -> None:
    """What only the records say is in the post a week later, and whoever edits is woken."""
    stage, records, woken = Stage(database), Records(PUBLISHED), []
    search = ArxivSearch("http://x/api")
    following = Following(database, records.fetch, search, lambda: woken.append(1))
    await stage.posted(TIDES)
    await following.tick(stage.clock())
    assert not records.asked
    await following.tick(stage.clock.advance(days=7))
    assert records.asked == [[TIDES.id]]
    assert woken
    assert await stage.edit() == 1
    assert "published in [Waters 1 (2026)]" in stage.discord.texts()[0]
    await following.tick(stage.clock.advance(days=1))
    assert len(records.asked) == 1


async def test_a_withdrawal_by_comment_is_found_the_day_after(database: Database) -> None:
    """Listings have no comment: a new version is asked about as soon as that is elsewhere."""
    comment = "Withdrawn: Lemma 2 is wrong."
    records = Records(replace(TIDES, version=2, author_comment=comment))
    stage = Stage(database)
    following = Following(database, records.fetch, ArxivSearch("http://x/api"))
    await stage.posted(TIDES)
    await stage.announce(replace(TIDES, version=2, announce_type=AnnounceType.REPLACE))
    await following.tick(stage.clock.advance(days=1))
    await stage.edit()
    assert "**Withdrawn on 24 November 2026:**" in stage.discord.texts()[0]


async def test_looks_become_seldom_and_end(database: Database) -> None:
    """Weekly for two months, monthly until two years, and then no more."""
    stage, records = Stage(database), Records(TIDES)
    await stage.posted(TIDES)
    moments = await looks(stage, records)
    waits = [later - sooner for sooner, later in pairwise(moments)]
    assert waits[0] == OFTEN
    assert waits[-1] == SELDOM
    assert waits == sorted(waits)
    assert timedelta(days=730) <= moments[-1] - moments[0] < timedelta(days=770)


async def test_a_source_that_is_down_is_asked_again(database: Database) -> None:
    """An hour later, about the same papers."""
    stage, records = Stage(database), Records(PUBLISHED)
    following = Following(database, records.fetch, ArxivSearch("http://x/api"))
    await stage.posted(TIDES)
    records.down = True
    await following.tick(stage.clock.advance(days=7))
    assert await following.next_tick_at() == stage.clock() + AFTER_AN_ERROR
    records.down = False
    intake = await following.tick(stage.clock.advance(hours=1))
    assert intake.changed == 1


async def test_many_papers_are_few_requests(database: Database) -> None:
    """No request asks for more papers than it may."""
    stage, records = Stage(database), Records()
    many = [replace(TIDES, id=paper(f"2611.{n:05}").id) for n in range(5)]
    await stage.posted(*many)
    following = Following(database, records.fetch, ArxivSearch("http://x/api"), most=3)
    stage.clock.advance(days=7)
    for _ in range(3):
        await following.tick(stage.clock())
    assert [len(ids) for ids in records.asked] == [3, 2]


@pytest.mark.parametrize("kind", [AnnounceType.NEW, AnnounceType.REPLACE, None], ids=str)
async def test_a_look_announces_nothing(database: Database, kind: AnnounceType | None) -> None:
    """How a paper was announced stays as it was, so that a look makes no alert of it."""
    stage = Stage(database)
    first = replace(TIDES, announce_type=kind)
    await stage.announce(first)
    stored = (await papers.by_ids(database.read, [TIDES.id]))[TIDES.id]
    async with database.transaction() as tx:
        await follows.begin(tx, stored.key, stage.clock(), stage.clock())
    following = Following(database, Records(PUBLISHED).fetch, ArxivSearch("http://x/api"))
    await following.tick(stage.clock())
    after = (await papers.by_ids(database.read, [TIDES.id]))[TIDES.id].paper
    assert after.announce_type is kind
    assert after.doi == "10.1000/1"
