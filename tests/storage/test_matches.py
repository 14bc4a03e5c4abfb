"""Which queries may select a paper, and what becomes owed to whom, once."""

import pytest

from bot.domain import SUBSCRIBABLE, ChannelId, GuildId, Mode, PaperId
from bot.storage import deliveries, matches, subscriptions
from bot.storage.database import Database
from bot.storage.matches import Candidate
from bot.storage.subscriptions import Posting
from tests.samples import NOON, later, paper
from tests.storage.rows import CHANNEL, OTHER, owe, store, subscribe

NOW, DAILY = Mode.NOW, Mode.DAILY
OLD, NEW = PaperId("2506.00001"), PaperId("2506.00002")


async def owed(database: Database, channel: ChannelId = CHANNEL) -> dict[str, list[str]]:
    """Return the ids of the papers that a channel is owed, by mode."""
    return {
        mode.value: [
            each.match.paper.id for each in await deliveries.owed(database.read, channel, mode, 99)
        ]
        for mode in SUBSCRIBABLE
    }


async def test_a_query_is_a_candidate_once(database: Database) -> None:
    """Under several of its terms, it comes once; exact as soon as one term proves the match."""
    terms = {
        "exact": [Posting("lamp", exact=True)],
        "(a AND lamp)": [Posting("lamp", exact=False)],
        "lamp, (b AND oil)": [Posting("oil", exact=False), Posting("lamp", exact=True)],
        "lamp, (b AND aid)": [Posting("aid", exact=False), Posting("lamp", exact=True)],
        "elsewhere": [Posting("elsewhere", exact=True)],
    }
    async with database.transaction() as tx:
        for text, postings in terms.items():
            await subscriptions.add_query(tx, text, postings)
    found = await matches.candidates(database.read, ["lamp", "oil", "aid", "unknown"])
    assert sorted((each.query_id, each.text) for each in found) == [
        (1, None),
        (2, "(a AND lamp)"),
        (3, None),
        (4, None),
    ]


async def test_a_paper_without_terms_has_no_candidates(database: Database) -> None:
    """No grams, no query."""
    assert await matches.candidates(database.read, []) == []


async def test_candidates_of_many_grams_are_whole(database: Database) -> None:
    """Any number of grams find the same queries, each once."""
    async with database.transaction() as tx:
        query = await subscriptions.add_query(
            tx, "many", [Posting(f"gram {number}", exact=False) for number in range(3)]
        )
    grams = [f"gram {number}" for number in range(5000)]
    assert await matches.candidates(database.read, grams) == [Candidate(query, "many")]


async def test_a_term_is_compared_letter_by_letter(database: Database) -> None:
    """Case and accents are the matcher's affair, not the database's."""
    async with database.transaction() as tx:
        await subscribe(tx, "lamp")
    assert await matches.candidates(database.read, ["Lamp", "lámp", "lamp "]) == []


async def test_a_channel_is_owed_a_paper_once(database: Database) -> None:
    """However many of its queries match, however often."""
    async with database.transaction() as tx:
        first = await subscribe(tx, "first")
        second = await subscribe(tx, "second")
        key = await owe(tx, paper(OLD), first, NOON, second)
        await matches.owe(tx, key, [first, second], later(hours=1))
    assert await owed(database) == {"now": [OLD], "daily": []}
    (each,) = await deliveries.owed(database.read, CHANNEL, NOW, 9)
    assert each.match.queries == ("first", "second")


async def test_every_subscribing_channel_is_owed(database: Database) -> None:
    """In its own mode; a paused one too, for when it is open again; no other one."""
    async with database.transaction() as tx:
        query = await subscribe(tx, "lamp")
        await subscribe(tx, "lamp", OTHER, DAILY)
        await subscribe(tx, "oil", ChannelId(703), guild=GuildId(71))
        await subscriptions.pause_channel(tx, OTHER, "closed", NOON)
        await owe(tx, paper(OLD), query)
    assert await owed(database) == {"now": [OLD], "daily": []}
    assert await owed(database, OTHER) == {"now": [], "daily": [OLD]}
    assert await owed(database, ChannelId(703)) == {"now": [], "daily": []}


@pytest.mark.parametrize("first", SUBSCRIBABLE)
@pytest.mark.parametrize("second", SUBSCRIBABLE)
@pytest.mark.parametrize("together", [True, False], ids=["together", "one by one"])
async def test_the_sooner_mode_decides(
    database: Database,
    first: Mode,
    second: Mode,
    together: bool,  # noqa: FBT001 - a table
) -> None:
    """A paper that a daily and a now subscription select is owed now, in either order."""
    async with database.transaction() as tx:
        one = await subscribe(tx, "one", mode=first)
        two = await subscribe(tx, "two", mode=second)
        key = await owe(tx, paper(OLD), one, NOON, *([two] if together else []))
        await matches.owe(tx, key, [two], later(hours=1))
    expected = NOW if NOW in (first, second) else DAILY
    assert await owed(database) == {"now": [], "daily": [], expected.value: [OLD]}


async def test_what_a_post_carries_is_not_owed_again(database: Database) -> None:
    """A paper bound to a digest's page stays there when a now subscription comes to match."""
    async with database.transaction() as tx:
        daily = await subscribe(tx, "daily", mode=DAILY)
        now = await subscribe(tx, "now")
        key = await owe(tx, paper(OLD), daily)
        (each,) = await deliveries.owed(tx, CHANNEL, DAILY, 9)
        await deliveries.add_post(tx, CHANNEL, [each.key], NOON)
        await matches.owe(tx, key, [now, daily], NOON)
    assert await owed(database) == {"now": [], "daily": []}
    assert await database.read.all("SELECT mode, post_id FROM deliveries") == [("daily", 1)]


async def test_owing_to_very_many_queries_is_whole(database: Database) -> None:
    """Each channel is owed once, and now if any of very many queries says so."""
    async with database.transaction() as tx:
        queries = [
            await subscribe(tx, f"query {number}", mode=NOW if number in (0, 1299) else DAILY)
            for number in range(1300)
        ]
        await subscribe(tx, "query 600", OTHER, DAILY)
        key = await store(tx, paper(OLD))
        await matches.owe(tx, key, queries, NOON)
    assert await owed(database) == {"now": [OLD], "daily": []}
    assert await owed(database, OTHER) == {"now": [], "daily": [OLD]}


async def test_nothing_is_owed_for_no_query(database: Database) -> None:
    """A paper that nobody's query selects makes no row."""
    async with database.transaction() as tx:
        await subscribe(tx, "lamp")
        key = await store(tx, paper(OLD))
        await matches.record(tx, key, [])
        await matches.owe(tx, key, [], NOON)
    assert await owed(database) == {"now": [], "daily": []}


async def test_a_look_back_owes_only_what_is_not_owed_yet(database: Database) -> None:
    """Earlier papers are owed oldest first, to this channel alone, and counted."""
    async with database.transaction() as tx:
        first = await subscribe(tx, "first")
        await owe(tx, paper(OLD), first)
        for number in (3, 2):
            await store(tx, paper(f"2506.0000{number}"))
        second = await subscribe(tx, "second", mode=DAILY)
        await subscribe(tx, "second", OTHER)
        ids = [OLD, NEW, PaperId("2506.00003"), PaperId("2506.00099")]
        counts = [
            await matches.owe_earlier(tx, CHANNEL, second, ids, DAILY, NOON) for _ in range(2)
        ]
    assert counts == [2, 0]
    assert await owed(database) == {"now": [OLD], "daily": ["2506.00003", NEW]}
    assert await owed(database, OTHER) == {"now": [], "daily": []}
    (each,) = await deliveries.owed(database.read, CHANNEL, NOW, 9)
    assert each.match.queries == ("first", "second")
