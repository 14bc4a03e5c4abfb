"""Papers in the database: every fact back as it was, and found by text."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import AnnounceType, Paper, PaperId, SearchText, Sort
from bot.matching.prepared import prepare, search_text
from bot.storage import papers
from bot.storage.columns import from_list, from_ms, to_list, to_ms
from bot.storage.database import Database
from bot.storage.migrations import MIGRATIONS
from tests.samples import NOON, later, paper
from tests.storage.rows import store

FULL = paper(
    "math/0611800",
    title="Ünïcode, $x^2$ 'quotes' \" and\nlines \U0001f4ce",
    abstract="nul \0 inside",
    authors=("Ada Quill", "O'Marsh, Ben", "李 雷"),
    categories=("math.CO", "cs.DM"),
    sources=("arxiv", "huggingface"),
    version=3,
    announce_type=AnnounceType.REPLACE_CROSS,
    announced_on=date(2025, 6, 2),
    published=datetime(2006, 11, 27, 1, 2, 3, 456000, tzinfo=UTC),
    upvotes=0,
    stars=2**40,
    comments=7,
    code_url="https://git.example/x?a=1&b=2",
    author_comment="12 pages, 3 figures",
)
BARE = Paper(id=PaperId("2506.00002"), title="Bare", abstract="")


@pytest.mark.parametrize("known", [FULL, BARE], ids=["full", "bare"])
async def test_every_fact_comes_back_as_it_was(database: Database, known: Paper) -> None:
    """Unknown stays unknown, zero stays zero, and text keeps every letter."""
    async with database.transaction() as tx:
        key = await papers.add(tx, known, SearchText("a", "b"), announced=True, now=NOON)
    (stored,) = (await papers.by_ids(database.read, [known.id])).values()
    assert stored == papers.StoredPaper(key, known, first_seen_at=NOON, announced_at=NOON)


@pytest.mark.parametrize("known", [FULL, BARE], ids=["full", "bare"])
async def test_a_change_writes_every_fact(database: Database, known: Paper) -> None:
    """What was a different paper but for its id is wholly the new one; its key stays."""
    before = paper(known.id, upvotes=99, code_url="https://old.example")
    async with database.transaction() as tx:
        key = await papers.add(tx, before, SearchText("old", "old"), announced=True, now=NOON)
        other = await store(tx, paper("2506.09999"))
        await papers.change(tx, key, known, SearchText("a", "b"), announced=True, now=later(days=1))
    stored = (await papers.by_ids(database.read, [known.id, PaperId("2506.09999")])).values()
    assert {each.key: each.paper for each in stored} == {key: known, other: paper("2506.09999")}
    assert {each.announced_at for each in stored} == {NOON}


async def test_a_paper_looked_up_is_announced_when_it_is(database: Database) -> None:
    """The time of the first announcement is kept, and a look-up has none."""
    async with database.transaction() as tx:
        key = await papers.add(tx, BARE, SearchText("a", "b"), announced=False, now=NOON)
    assert await papers.announced_count(database.read, later(days=-1)) == 0
    for hours in (1, 2):
        async with database.transaction() as tx:
            await papers.change(
                tx, key, BARE, SearchText("a", "b"), announced=True, now=later(hours=hours)
            )
    (stored,) = (await papers.by_ids(database.read, [BARE.id])).values()
    assert stored.announced_at == later(hours=1)
    assert stored.first_seen_at == NOON
    assert await papers.announced_count(database.read, NOON) == 1
    assert await papers.announced_count(database.read, later(hours=1)) == 0


async def test_papers_are_found_by_id_in_any_number(database: Database) -> None:
    """Ids that nobody stored are left out; ids asked for twice come once."""
    async with database.transaction() as tx:
        for number in range(700):
            await store(tx, paper(f"2506.{number:05}"))
    ids = [PaperId(f"2506.{number:05}") for number in range(1400)]
    found = await papers.by_ids(database.read, [*ids, *ids])
    assert sorted(found) == ids[:700]
    assert all(stored.paper.id == id_ for id_, stored in found.items())


async def proposed(
    database: Database, text: str, since: datetime | None = None, limit: int = 10
) -> list[str]:
    """Return the ids of proposed papers."""
    found = await papers.proposed(database.read, text, since, limit)
    return [each.id for each in found.values()]


@pytest.mark.parametrize(
    ("text", "is_indexed"),
    [
        (SearchText("a", "b"), False),
        (SearchText("a", "c"), True),
        (SearchText("c", "b"), True),
        (SearchText("a", "b", "A"), True),
        (SearchText("a", "b", "", "B"), True),
    ],
    ids=str,
)
async def test_text_that_stays_is_not_indexed_again(
    database: Database, text: SearchText, *, is_indexed: bool
) -> None:
    """A change of counts writes the paper's own row only."""
    async with database.transaction() as tx:
        key = await papers.add(tx, BARE, SearchText("a", "b"), announced=True, now=NOON)
        before = await tx.value("SELECT total_changes()")
        await papers.change(tx, key, BARE, text, announced=True, now=NOON)
        rows = await tx.value("SELECT total_changes()") - before
    assert (rows > 1) is is_indexed


async def test_full_text_follows_every_change(database: Database) -> None:
    """Old words no longer find a changed paper, and a paper is found once."""
    async with database.transaction() as tx:
        key = await papers.add(
            tx, BARE, SearchText("lamps lamps", "lamps"), announced=True, now=NOON
        )
    assert await proposed(database, '"lamps"') == [BARE.id]
    async with database.transaction() as tx:
        await papers.change(tx, key, BARE, SearchText("c++", "2.5d f#"), announced=True, now=NOON)
    assert await proposed(database, '"lamps"') == []
    assert await proposed(database, '"c++" AND "2.5d" AND "f#"') == [BARE.id]
    assert await proposed(database, '"c"') == await proposed(database, '"5d"') == []
    assert await database.read.value("SELECT COUNT(*) FROM papers_text") == 1


async def test_a_transaction_taken_back_takes_full_text_back(database: Database) -> None:
    """The index never proposes what is not stored."""

    async def fail() -> None:
        async with database.transaction() as tx:
            await store(tx, paper("2506.00001"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.transaction() as tx:
        await store(tx, paper("2506.00002"))
    assert await proposed(database, '"lanterns"') == ["2506.00002"]


async def test_the_newest_are_proposed_first(database: Database) -> None:
    """Up to the limit, newest first, and only what was announced since, if asked."""
    async with database.transaction() as tx:
        for hour in range(5):
            await store(tx, paper(f"2506.0000{hour}"), later(hours=hour))
        looked_up = paper("2506.00009")
        await papers.add(
            tx, looked_up, SearchText("lanterns", ""), announced=False, now=later(hours=9)
        )
    text = '"lanterns"'
    assert await proposed(database, text, limit=3) == ["2506.00009", "2506.00004", "2506.00003"]
    assert await proposed(database, text, later(hours=2)) == ["2506.00004", "2506.00003"]


async def test_older_papers_imported_later_are_not_newer(database: Database) -> None:
    """The newest are those announced last, whenever they were stored."""
    async with database.transaction() as tx:
        for number, hour in enumerate((5, 1, 9)):
            await store(tx, paper(f"2506.0000{number}"), later(hours=hour))
    newest = await papers.ranked(database.read, '"lanterns"', Sort.NEWEST, 5, 0)
    assert [each.id[-1] for each in newest.values()] == ["2", "0", "1"]
    assert await proposed(database, '"lanterns"', limit=1) == ["2506.00002"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [(Sort.NEWEST, "3210"), (Sort.UPVOTES, "1032")],
    ids=str,
)
async def test_papers_are_ranked_as_asked_and_page_by_page(
    database: Database, sort: Sort, order: str
) -> None:
    """Newest or most upvoted first, and each page goes on where one ended."""
    upvotes = (1, 5, None, None)
    async with database.transaction() as tx:
        for number, votes in enumerate(upvotes):
            known = paper(f"2506.0000{number}", upvotes=votes)
            text = SearchText("lanterns" if number == 2 else "x", "lanterns")
            await papers.add(tx, known, text, announced=True, now=NOON)
    found = [
        each.id[-1]
        for skip in (0, 2)
        for each in (await papers.ranked(database.read, '"lanterns"', sort, 2, skip)).values()
    ]
    assert "".join(found) == order


async def test_papers_fit_best_that_have_a_word_in_the_title(database: Database) -> None:
    """BM25 counts titles most; of equals, the newest comes first."""
    async with database.transaction() as tx:
        for number in range(4):
            text = SearchText("lanterns" if number == 2 else "x", "lanterns")
            await papers.add(tx, paper(f"2506.0000{number}"), text, announced=True, now=NOON)
    assert await papers.relevant(database.read, '"lanterns"') == [3, 4, 2, 1]


texts = st.text(
    st.characters(categories=("L", "M", "N", "P", "S", "Zs")),
    max_size=30,
)


@given(texts)
def test_every_token_of_prepared_text_proposes_its_paper(text: str) -> None:
    """In any script, what the matcher calls a token is one for the index."""
    indexed = search_text(prepare(paper(title=text)))
    (statement,) = (each for each in MIGRATIONS[0] if "fts5" in each)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(statement)
        connection.execute("INSERT INTO papers_text VALUES (?, ?, ?, ?)", indexed)
        for token in (*indexed.title.split(), *re.findall("[^ -]+", indexed.title_words)):
            found = connection.execute(
                "SELECT COUNT(*) FROM papers_text WHERE papers_text MATCH ?", (f'"{token}"',)
            )
            assert found.fetchone() == (1,), token


zones = st.builds(
    lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-14 * 60, 14 * 60)
)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001 - hypothesis wants bounds without a zone


@given(moments)
def test_moments_are_kept_to_the_millisecond(moment: datetime) -> None:
    """In any zone, before 1970 too, and never later than they were."""
    kept = from_ms(to_ms(moment))
    assert timedelta(0) <= moment - kept < timedelta(milliseconds=1)
    assert kept.tzinfo is UTC
    assert to_ms(kept) == to_ms(moment)


@given(st.lists(st.text()).map(tuple))
def test_lists_of_text_come_back_as_they_were(values: tuple[str, ...]) -> None:
    """Quotes, line ends and brackets in a name are no syntax."""
    assert from_list(to_list(values)) == values
