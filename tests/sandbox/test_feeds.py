"""The sources on loopback answer, and fail, as the real ones do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from bot.domain import Paper, PaperId
from bot.errors import SourceError
from bot.gaps import Record
from bot.sandbox.feed_faults import Fault
from bot.sandbox.feeds import SourcesSandbox
from bot.sandbox.papers import demo_batch, late_batch
from bot.sources import arxiv_api, huggingface
from bot.sources.arxiv_api import ArxivSearch
from bot.sources.arxiv_listing import LIMIT, ArxivListing
from bot.sources.arxiv_oai import ArxivOai
from bot.sources.http import Fetcher, Limits
from bot.sources.huggingface import HuggingFaceDaily
from bot.sources.pages import CursorLost, FeedState, Harvest, Page, Request, Response
from tests.samples import paper
from tests.sources.clock import Clock, MemoryLog

DAY = date(2026, 11, 19)
NEXT_DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 19, 6, tzinfo=UTC)


@pytest.fixture
async def sources() -> AsyncIterator[SourcesSandbox]:
    """Return sources that announce the demo's batch."""
    async with SourcesSandbox() as sandbox:
        sandbox.publish(demo_batch(), DAY)
        yield sandbox


@pytest.fixture
async def fetch(sources: SourcesSandbox) -> AsyncIterator[Fetcher]:
    """Return the bot's own fetcher, pointed at the sources."""
    clock = Clock()
    async with Fetcher(
        arxiv_urls=(sources.rss_url, sources.api_url),
        spacing=3.0,
        contact=None,
        requests=MemoryLog(),
        now=clock.now,
        sleep=clock.sleep,
        limits=Limits(total_seconds=0.5),
    ) as fetcher:
        yield fetcher


async def ask(
    sources: SourcesSandbox, fetch: Fetcher, archive: str = "cs", etag: str | None = None
) -> Response:
    """Return the answer to a poll of an archive."""
    listing = ArxivListing(sources.rss_url, archive)
    (request,) = listing.requests(FeedState(etag=etag), NOW)
    return await fetch.fetch(request)


async def poll(sources: SourcesSandbox, fetch: Fetcher, archive: str = "cs") -> Page:
    """Return what a poll of an archive reads."""
    answer = await ask(sources, fetch, archive)
    return ArxivListing(sources.rss_url, archive).parse(answer.body)


def ids(papers: object) -> set[PaperId]:
    """Return the ids of papers, or of a page's."""
    found = papers.papers if isinstance(papers, Page) else papers
    assert isinstance(found, tuple | list)
    return {paper.id for paper in found}


async def test_a_listing_shows_its_archive(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """An archive's listing has the papers with any category in it, of that day."""
    for archive in ("cs", "math", "hep-ph", "econ"):
        page = await poll(sources, fetch, archive)
        wanted = [
            paper
            for paper in demo_batch()
            if any(it.split(".")[0] == archive for it in paper.categories)
        ]
        assert wanted
        assert ids(page) == ids(wanted)
        assert {paper.announced_on for paper in page.papers} == {DAY}
    assert (await poll(sources, fetch, "nlin")).papers == ()


async def test_the_next_batch_replaces_the_last(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A listing holds one announcement; an archive can be given one of its own."""
    sources.publish(late_batch(), NEXT_DAY, archive="astro-ph")
    assert ids(await poll(sources, fetch, "astro-ph")) == {"2611.90042"}
    assert ids(await poll(sources, fetch, "hep-ph")) == {"2611.90023", "2611.90024"}
    sources.publish(late_batch(), NEXT_DAY)
    assert (await poll(sources, fetch, "hep-ph")).papers == ()
    assert len((await poll(sources, fetch, "cs")).papers) == 3


async def test_categories_can_be_joined(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A query may name several categories, as the real listing allows."""
    answer = await fetch.fetch(Request(url=f"{sources.rss_url}/atom/math.AG+q-bio.NC"))
    page = ArxivListing(sources.rss_url, "cs").parse(answer.body)
    assert ids(page) == {"2611.90025", "2611.90026", "2611.90034"}


async def test_an_unchanged_listing_is_not_sent_again(
    sources: SourcesSandbox, fetch: Fetcher
) -> None:
    """The ETag of a listing answers 304 until the batch changes."""
    first = await ask(sources, fetch)
    assert first.etag
    assert (await ask(sources, fetch, etag=first.etag)).not_modified
    sources.publish(late_batch(), NEXT_DAY)
    assert not (await ask(sources, fetch, etag=first.etag)).not_modified


async def test_an_unknown_category_is_an_error_feed(
    sources: SourcesSandbox, fetch: Fetcher
) -> None:
    """A query that arXiv does not know is answered by 400 and its error feed."""
    with pytest.raises(SourceError, match=r"status 400\. The source says: Bad archive 'css'"):
        await fetch.fetch(Request(url=f"{sources.rss_url}/atom/css"))


async def test_a_listing_is_cut_at_its_limit(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A listing holds 2,000 entries at most, and then the categories give all."""
    paper = demo_batch()[0]
    many = [
        replace(
            paper, id=PaperId(f"2611.{50_000 + n}"), categories=(f"cs.{'AI' if n % 2 else 'LG'}",)
        )
        for n in range(LIMIT + 50)
    ]
    sources.publish(many, DAY)
    listing = ArxivListing(sources.rss_url, "cs")
    page = await poll(sources, fetch)
    assert (len(page.papers), page.at_limit) == (LIMIT, True)
    found: set[PaperId] = set()
    for request in listing.narrower():
        found |= ids(listing.parse((await fetch.fetch(request)).body))
    assert found == ids(many)


async def test_papers_are_looked_up(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """The query API knows every paper ever announced or held, in its newest version."""
    sources.hold([replace(demo_batch()[0], id=PaperId("math/0611800"))])
    sources.publish(late_batch(), NEXT_DAY)
    wanted = [PaperId(it) for it in ("2611.90003", "2611.90001", "math/0611800", "2611.99999")]
    answer = await fetch.fetch(arxiv_api.lookup_request(sources.api_url, wanted))
    page = arxiv_api.parse(answer.body)
    versions = {paper.id: paper.version for paper in page.papers}
    assert versions == {"2611.90003": 2, "2611.90001": 1, "math/0611800": 1}
    assert page.total == 3


async def test_a_malformed_id_is_an_error_entry(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """The query API answers a malformed id by 400 and an entry titled Error."""
    with pytest.raises(SourceError, match=r"status 400\. The source says: incorrect id format"):
        await fetch.fetch(arxiv_api.lookup_request(sources.api_url, [PaperId("abc")]))


async def test_an_impossible_id_has_no_result(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """An id of the right shape that cannot be is answered by an empty page."""
    answer = await fetch.fetch(arxiv_api.lookup_request(sources.api_url, [PaperId("0000.0000")]))
    assert arxiv_api.parse(answer.body).total == 0


async def test_a_span_is_backfilled_page_by_page(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """All that was submitted to an archive in a span comes, oldest first, a page at a time."""
    paper = demo_batch()[0]
    sources.hold(replace(paper, id=PaperId(f"2611.{50_000 + n}")) for n in range(1_500))
    since, until = datetime(2026, 11, 12, 19, tzinfo=UTC), datetime(2026, 11, 18, 12, tzinfo=UTC)
    search = ArxivSearch(sources.api_url)
    found: list[Paper] = []
    cursor: str | None = None
    for page_number in count():
        request = search.request("cs", NEXT_DAY - timedelta(days=2), until, cursor)
        page = search.parse((await fetch.fetch(request)).body)
        found += [it.paper for it in page.records]
        cursor = page.cursor
        if cursor is None:
            assert page_number == 1
            break
    held = [
        paper for paper in demo_batch() if paper.published and since <= paper.published <= until
    ]
    cs = ids([it for it in held if any(name.startswith("cs.") for name in it.categories)])
    assert {it for it in ids(found) if it > "2611.9"} | {"2611.90001"} == cs
    assert len(ids(found)) == len(found) == len(cs) + 1_500
    times = [it.published for it in found if it.published]
    assert times == sorted(times)


@pytest.mark.parametrize(
    "params",
    [
        (("search_query", "submittedDate:[soon TO later]"),),
        (("search_query", "nonsense"),),
        (("id_list", "2611.90001"), ("max_results", "2001")),
        (("id_list", "2611.90001"), ("start", "-1")),
        (("search_query", "cat:cs.*"), ("start", "29990")),
    ],
    ids=["date", "field", "page", "negative", "window"],
)
async def test_a_wrong_search_is_an_error(
    sources: SourcesSandbox, fetch: Fetcher, params: tuple[tuple[str, str], ...]
) -> None:
    """A request that the manual forbids is answered by 400."""
    request = Request(url=sources.api_url, params=(("max_results", "100"), *params))
    with pytest.raises(SourceError, match=r"status 400\. The source says"):
        await fetch.fetch(Request(url=request.url, params=tuple(dict(request.params).items())))


async def test_words_are_searched(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A search for words finds titles and abstracts, newest first."""
    request = Request(url=sources.api_url, params=(("search_query", "all:dwarf"),))
    page = arxiv_api.parse((await fetch.fetch(request)).body)
    assert ids(page) == {"2611.90022"}


async def test_daily_papers_by_day(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """Daily Papers gives a day's papers, or the latest; counts can change; limits hold."""
    daily = HuggingFaceDaily(sources.huggingface_url)
    first, second, *_ = demo_batch()
    sources.feature([first], DAY)
    sources.feature([second], NEXT_DAY)
    sources.feature([replace(first, upvotes=99)], DAY)
    state = FeedState(last_success_at=NOW)
    latest, day = daily.requests(state, NOW.replace(day=20))
    page = daily.parse((await fetch.fetch(latest)).body)
    assert [paper.id for paper in page.papers] == [second.id, first.id]
    page = daily.parse((await fetch.fetch(day)).body)
    assert [(paper.id, paper.upvotes) for paper in page.papers] == [(first.id, 99)]
    url = f"{sources.huggingface_url}/api/daily_papers"
    for params, expected in (({"limit": "1", "p": "1"}, {first.id}), ({"p": "7"}, set())):
        request = Request(url=url, params=tuple(params.items()))
        assert ids(daily.parse((await fetch.fetch(request)).body)) == expected
    with pytest.raises(SourceError, match="status 400"):
        await fetch.fetch(Request(url=url, params=(("date", "2026-13-01"),)))


async def test_one_daily_paper(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A featured paper is known by its id; any other is answered by 404."""
    paper = demo_batch()[2]
    sources.feature([paper], DAY)
    request = huggingface.paper_request(sources.huggingface_url, paper.id)
    assert huggingface.parse_paper((await fetch.fetch(request)).body).stars == paper.stars
    for unknown in ("2611.90001", "nothing"):
        request = huggingface.paper_request(sources.huggingface_url, PaperId(unknown))
        with pytest.raises(SourceError, match=r"status 404\. The source says: Paper not found"):
            await fetch.fetch(request)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.STATUS, "status 503"),
        (Fault.RATE_EXCEEDED, r"status 429\. The source says: Rate exceeded"),
        (Fault.STALL, "did not answer in time"),
        (Fault.HANG_UP, "cannot be reached"),
        (Fault.ERROR_FEED, r"status 400\. The source says: Bad archive"),
    ],
)
async def test_a_request_fails_as_told(
    sources: SourcesSandbox, fetch: Fetcher, fault: Fault, message: str
) -> None:
    """A fault spoils the next request to its path, and no other one."""
    sources.fail(fault, "/atom/cs")
    assert (await poll(sources, fetch, "math")).papers
    with pytest.raises(SourceError, match=message):
        await poll(sources, fetch)


async def test_a_fault_lasts_as_told(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A fault spoils as many requests as it was made for, with the status and pause given."""
    sources.fail(Fault.STATUS, times=2, status=500, retry_after="0")
    for _ in range(2):
        with pytest.raises(SourceError, match="status 500") as caught:
            await poll(sources, fetch)
        assert caught.value.retry_after == 0
    assert (await poll(sources, fetch)).papers


async def test_a_listing_can_break_off(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A truncated listing has all of its entries but the last."""
    whole = await poll(sources, fetch)
    sources.fail(Fault.TRUNCATED)
    page = await poll(sources, fetch)
    assert page.truncated
    assert page.papers == whole.papers[:-1]


async def test_a_listing_can_hold_garbage(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A garbage entry is well-formed and no paper."""
    whole = await poll(sources, fetch)
    sources.fail(Fault.GARBAGE_ENTRY)
    page = await poll(sources, fetch)
    assert page.papers == whole.papers
    assert [entry.reason for entry in page.skipped] == ["no id"]


async def test_a_listing_can_be_stale(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A stale listing is the batch before, once, under its own day."""
    sources.publish(late_batch(), NEXT_DAY)
    sources.fail(Fault.STALE, "/atom/")
    days = [{it.announced_on for it in (await poll(sources, fetch)).papers} for _ in range(2)]
    assert days == [{DAY}, {NEXT_DAY}]


async def test_a_listing_can_be_repeated(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """The batch before, as if it were of the day: seen on the real one in August 2026."""
    before = await poll(sources, fetch)
    sources.publish(late_batch(), NEXT_DAY)
    sources.fail(Fault.REPEATED, "/atom/")
    pages = [await poll(sources, fetch) for _ in range(2)]
    assert [{it.announced_on for it in page.papers} for page in pages] == [{NEXT_DAY}] * 2
    assert ids(pages[0]) == ids(before) != ids(pages[1])


async def test_a_listing_can_be_empty(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """With status 200, as on days without an announcement."""
    sources.fail(Fault.EMPTY_PAGE, "/atom/")
    assert (await poll(sources, fetch)).papers == ()


async def harvest(sources: SourcesSandbox, fetch: Fetcher, cursor: str | None = None) -> Harvest:
    """Return a page of what changed in cs since DAY."""
    oai = ArxivOai(sources.oai_url)
    return oai.parse((await fetch.fetch(oai.request("cs", DAY, NOW, cursor))).body)


async def test_records_come_page_by_page(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """Every announced paper of the set since the day, with its days, until there is no token."""
    sources.publish(late_batch(), NEXT_DAY)
    sources.records_a_page = 7
    cursor: str | None = None
    found: list[Record] = []
    while True:
        page = await harvest(sources, fetch, cursor)
        found += page.records
        cursor = page.cursor
        if cursor is None:
            break
    wanted = {it.id: DAY for it in demo_batch()} | {it.id: NEXT_DAY for it in late_batch()}
    assert {it.paper.id: it.changed_on for it in found} == {
        it.id: wanted[it.id]
        for it in (*demo_batch(), *late_batch())
        if any(category.startswith("cs.") for category in it.categories)
    }


async def test_a_resumption_token_can_expire(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """As they do at midnight."""
    sources.records_a_page = 2
    cursor = (await harvest(sources, fetch)).cursor
    sources.fail(Fault.TOKEN_EXPIRED, "/oai")
    with pytest.raises(CursorLost):
        await harvest(sources, fetch, cursor)
    assert (await harvest(sources, fetch, cursor)).records


async def test_a_touched_record_is_harvested(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """Something of it changed, and no listing has it."""
    old = paper("2401.00007")
    sources.touch([old], NEXT_DAY)
    assert old.id in {it.paper.id for it in (await harvest(sources, fetch)).records}
    assert old.id not in ids(await poll(sources, fetch))


async def test_a_page_of_results_can_be_empty(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """An empty page says how many results there are, and has none."""
    sources.fail(Fault.EMPTY_PAGE, "/api/query")
    request = arxiv_api.lookup_request(sources.api_url, [PaperId("2611.90001")])
    answer = await fetch.fetch(request)
    with pytest.raises(SourceError, match="empty page"):
        arxiv_api.parse(answer.body)


async def test_requests_are_logged_and_awaited(sources: SourcesSandbox, fetch: Fetcher) -> None:
    """A test can wait for the request it wants, and see when and how it came."""
    waiting = asyncio.create_task(
        sources.wait_for_requests(2, lambda seen: seen.path == "/atom/math")
    )
    await poll(sources, fetch, "math")
    await poll(sources, fetch, "cs")
    assert not waiting.done()
    await ask(sources, fetch, "math", etag='"a"')
    first, second = await waiting
    assert first.at <= second.at
    assert (first.if_none_match, second.if_none_match) == (None, '"a"')
    assert first.user_agent.startswith("Paperwire/")
    assert [seen.path for seen in await sources.wait_for_requests(3)] == [
        *("/atom/math", "/atom/cs", "/atom/math")
    ]
    assert sources.most_at_once == 1


async def test_the_environment_points_a_bot_here(sources: SourcesSandbox) -> None:
    """The settings of a bot's process name the sources, arXiv and Daily Papers apart."""
    settings = sources.environment()
    assert settings["ARXIV_RSS_URL"] == sources.rss_url
    assert settings["ARXIV_API_URL"] == f"{sources.rss_url}/api/query"
    assert settings["ARXIV_OAI_URL"] == f"{sources.rss_url}/oai"
    assert settings["HUGGINGFACE_URL"] == sources.huggingface_url != sources.rss_url
    assert settings["ARXIV_SECONDS_BETWEEN_REQUESTS"] == "0"
