"""Papers: stored once each, under their canonical ids."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NewType

from bot.domain import AnnounceType, Paper, PaperId, SearchText, Sort
from bot.storage.columns import (
    from_list,
    from_ms,
    maybe_day,
    maybe_moment,
    maybe_ms,
    maybe_text,
    to_list,
    to_ms,
)
from bot.storage.database import Reader, Row, Writer

PaperKey = NewType("PaperKey", int)
"""The integer under which other tables know a paper."""


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper as stored. ``announced_at`` is None while it was only looked up by somebody."""

    key: PaperKey
    paper: Paper
    first_seen_at: datetime
    announced_at: datetime | None


_FACTS = (
    "id, title, abstract, authors, categories, sources, version, announce_type, announced_on,"
    " published, upvotes, stars, comments, code_url, author_comment, journal_ref, doi, withdrawn"
)
PAPER_COLUMNS = ", ".join(f"papers.{name.strip()}" for name in _FACTS.split(","))
"""What `paper_of` reads, in its order."""
_INDEXED = ", ".join(SearchText._fields)


def paper_of(row: Row) -> Paper:
    """Return the paper of the columns PAPER_COLUMNS."""
    return Paper(
        id=PaperId(row[0]),
        title=row[1],
        abstract=row[2],
        authors=from_list(row[3]),
        categories=from_list(row[4]),
        sources=from_list(row[5]),
        version=row[6],
        announce_type=None if row[7] is None else AnnounceType(row[7]),
        announced_on=maybe_day(row[8]),
        published=maybe_moment(row[9]),
        upvotes=row[10],
        stars=row[11],
        comments=row[12],
        code_url=row[13],
        author_comment=row[14],
        journal_ref=row[15],
        doi=row[16],
        withdrawn=bool(row[17]),
    )


def _facts(paper: Paper) -> tuple[object, ...]:
    return (
        paper.id,
        paper.title,
        paper.abstract,
        to_list(paper.authors),
        to_list(paper.categories),
        to_list(paper.sources),
        paper.version,
        paper.announce_type,
        maybe_text(paper.announced_on),
        maybe_ms(paper.published),
        paper.upvotes,
        paper.stars,
        paper.comments,
        paper.code_url,
        paper.author_comment,
        paper.journal_ref,
        paper.doi,
        int(paper.withdrawn),
    )


async def by_ids(reader: Reader, ids: Iterable[PaperId]) -> dict[PaperId, StoredPaper]:
    """Return those of the papers that are stored."""
    rows = await reader.where_in(
        f"SELECT {PAPER_COLUMNS}, key, first_seen_at, announced_at FROM papers WHERE id IN ({{}})",
        ids,
    )
    return {
        row[0]: StoredPaper(row[-3], paper_of(row), from_ms(row[-2]), maybe_moment(row[-1]))
        for row in rows
    }


async def add(
    tx: Writer, paper: Paper, search_text: SearchText, *, announced: bool, now: datetime
) -> PaperKey:
    """Store a paper that is not there yet, with its prepared title and abstract for search."""
    key = await tx.value(
        f"INSERT INTO papers ({_FACTS}, first_seen_at, announced_at, changed_at)"
        f" VALUES ({', '.join('?' * 21)}) RETURNING key",
        (*_facts(paper), to_ms(now), to_ms(now) if announced else None, to_ms(now)),
    )
    await tx.run(
        f"INSERT INTO papers_text (rowid, {_INDEXED}) VALUES (?, ?, ?, ?, ?)", (key, *search_text)
    )
    return PaperKey(key)


async def change(
    tx: Writer,
    key: PaperKey,
    paper: Paper,
    search_text: SearchText,
    *,
    announced: bool,
    now: datetime,
) -> None:
    """Write what is now known of a stored paper."""
    assignments = ", ".join(f"{name.strip()} = ?" for name in _FACTS.split(","))
    await tx.run(
        f"UPDATE papers SET {assignments}, changed_at = ?,"
        " announced_at = COALESCE(announced_at, ?) WHERE key = ?",
        (*_facts(paper), to_ms(now), to_ms(now) if announced else None, key),
    )
    # Most changes are of counts: to write the same text again is to index it again.
    is_other_text = await tx.run(
        f"UPDATE papers_text SET ({_INDEXED}) = (?1, ?2, ?3, ?4)"
        f" WHERE rowid = ?5 AND ({_INDEXED}) <> (?1, ?2, ?3, ?4)",
        (*search_text, key),
    )
    if is_other_text:
        await tx.run("DELETE FROM vectors WHERE paper_key = ?", (key,))


async def announced_count(reader: Reader, since: datetime) -> int:
    """Return how many papers were first announced after a moment."""
    return int(
        await reader.value("SELECT COUNT(*) FROM papers WHERE announced_at > ?", (to_ms(since),))
    )


async def announced_days(reader: Reader, ids: Iterable[PaperId]) -> dict[PaperId, date]:
    """Return of those of the papers that a listing had as new the day on which it had them."""
    rows = await reader.where_in(
        "SELECT id, announced_on FROM papers WHERE announce_type = 'new'"
        " AND announced_on IS NOT NULL AND id IN ({})",
        ids,
    )
    return {PaperId(id_): date.fromisoformat(day) for id_, day in rows}


_MONTHS = timedelta(days=40)
"""Around a day: its numbers begin with one of these months."""
_TELLING = 20
"""Numbers of a day from which on they tell where the day begins."""


async def greatest_number(reader: Reader, before: date) -> PaperId | None:
    """Return the greatest of the numbers (of 2007 and later) announced as new before a day.

    A number of a month that is yet to come is a mistake of somebody's, and would hide all others.
    """
    id_ = await reader.value(
        "SELECT MAX(id) FROM papers WHERE announce_type = 'new' AND announced_on < ?"
        " AND id NOT LIKE '%/%' AND id < ?",
        (before.isoformat(), f"{before + _MONTHS:%y%m}"),
    )
    return None if id_ is None else PaperId(id_)


async def low_number(reader: Reader, day: date) -> PaperId | None:
    """Return a low one of the numbers announced as new on a day: nearly all others are greater.

    Not the lowest, which may be that of a paper held back for months.
    """
    rows = await reader.all(
        "SELECT id FROM papers WHERE announce_type = 'new' AND announced_on = ?"
        " AND id > ? AND id < ? AND id NOT LIKE '%/%' ORDER BY id",
        (day.isoformat(), f"{day - _MONTHS:%y%m}", f"{day + _MONTHS:%y%m}"),
    )
    return PaperId(rows[len(rows) // 20][0]) if len(rows) >= _TELLING else None


async def by_keys(reader: Reader, keys: Iterable[PaperKey]) -> dict[PaperKey, Paper]:
    """Return papers by their keys."""
    rows = await reader.where_in(
        f"SELECT {PAPER_COLUMNS}, key FROM papers WHERE key IN ({{}})", keys
    )
    return {row[-1]: paper_of(row) for row in rows}


async def words_by_keys(
    reader: Reader, keys: Iterable[PaperKey]
) -> dict[PaperKey, tuple[str, str]]:
    """Return the words of titles and abstracts as they are indexed."""
    rows = await reader.where_in(
        "SELECT rowid, title_words, abstract_words FROM papers_text WHERE rowid IN ({})", keys
    )
    return {key: (title, abstract) for key, title, abstract in rows}


async def announced_since(reader: Reader, since: datetime) -> dict[PaperKey, datetime]:
    """Return the keys of the papers first announced after a moment, and when that was."""
    rows = await reader.all(
        "SELECT key, announced_at FROM papers WHERE announced_at > ?", (to_ms(since),)
    )
    return {key: from_ms(moment) for key, moment in rows}


async def found(reader: Reader, full_text: str, first: PaperKey) -> list[PaperKey]:
    """Return the keys from `first` on of the papers that an FTS5 expression finds."""
    rows = await reader.all(
        "SELECT rowid FROM papers_text WHERE papers_text MATCH ? AND rowid >= ?",
        (full_text, first),
    )
    return [key for (key,) in rows]


MOST_RANKED = 3_000
"""The newest papers found, of which the most relevant are told: a bound for common words."""

_FOUND = "SELECT rowid FROM papers_text WHERE papers_text MATCH ?1"
_SEEN = "COALESCE(papers.announced_at, papers.first_seen_at)"
# By the day and not by the key: imported papers may be older than those that came before them.
_BY_DAY = (
    f"FROM papers INDEXED BY papers_seen WHERE {_SEEN} > ?2 AND papers.key IN ({_FOUND}){{}}"
    f" ORDER BY {_SEEN} DESC, papers.key DESC LIMIT ?3 OFFSET ?4"
)
_NEWEST = f"SELECT key {_BY_DAY.format('')}"
_NOT_UPVOTED = f"SELECT key {_BY_DAY.format(' AND papers.upvotes IS NULL')}"
_RELEVANT = (
    f"{_FOUND} AND rowid >= (SELECT COALESCE(MIN(key), 0) FROM"
    " (SELECT rowid AS key FROM papers_text WHERE papers_text MATCH ?1"
    f" ORDER BY rowid DESC LIMIT {MOST_RANKED}))"
    f" ORDER BY bm25(papers_text, 4.0, 1.0), rowid DESC LIMIT {MOST_RANKED}"
)
_UPVOTED = (
    "SELECT key FROM papers INDEXED BY papers_upvotes"
    f" WHERE upvotes IS NOT NULL AND key IN ({_FOUND})"
    " ORDER BY upvotes DESC, key DESC LIMIT ?2 OFFSET ?3"
)
_BEGINNING = -(2**62)
"""Earlier than any moment, in milliseconds."""


async def relevant(reader: Reader, full_text: str) -> list[PaperKey]:
    """Return the newest papers that an FTS5 expression finds, by BM25, titles counting 4 times."""
    return await _keys(reader, _RELEVANT, full_text)


async def ranked(
    reader: Reader, full_text: str, sort: Sort, limit: int, skip: int
) -> dict[PaperKey, Paper]:
    """Return papers that an FTS5 expression finds, in order, after the first `skip` of them.

    By upvotes, or else the newest first; `relevant` has the other order.
    """
    if sort is Sort.UPVOTES:
        keys = await _keys(reader, _UPVOTED, full_text, skip + limit, 0)
        missing = skip + limit - len(keys)
        if missing:
            keys += await _keys(reader, _NOT_UPVOTED, full_text, _BEGINNING, missing, 0)
        keys = keys[skip:]
    else:
        keys = await _keys(reader, _NEWEST, full_text, _BEGINNING, limit, skip)
    papers = await by_keys(reader, keys)
    return {key: papers[key] for key in keys}


async def _keys(reader: Reader, sql: str, *parameters: object) -> list[PaperKey]:
    return [key for (key,) in await reader.all(sql, parameters)]


async def most_upvoted(reader: Reader, since: datetime, limit: int, skip: int) -> list[Paper]:
    """Return the papers first seen after a moment that have upvotes, those with most first."""
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS} FROM papers WHERE {_SEEN} > ? AND upvotes > 0"
        " ORDER BY upvotes DESC, key DESC LIMIT ? OFFSET ?",
        (to_ms(since), limit, skip),
    )
    return [paper_of(row) for row in rows]


async def proposed(
    reader: Reader, full_text: str, since: datetime | None, limit: int
) -> dict[PaperKey, Paper]:
    """Return the newest papers that an FTS5 expression over prepared tokens finds.

    With `since`, only those announced after that moment.
    """
    announced = "" if since is None else " AND papers.announced_at > ?2"
    after = _BEGINNING if since is None else to_ms(since)
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS}, key {_BY_DAY.format(announced)}", (full_text, after, limit, 0)
    )
    return {row[-1]: paper_of(row) for row in rows}


async def newest_with(
    reader: Reader, expressions: Collection[str], newest: int
) -> tuple[dict[str, int], int]:
    """Return for FTS5 expressions how many of the newest papers they find, and of how many."""
    last = int(await reader.value("SELECT COALESCE(MAX(key), 0) FROM papers"))
    rows = await reader.where_in(
        "SELECT each.value, (SELECT COUNT(*) FROM papers_text"
        f" WHERE papers_text MATCH each.value AND rowid > {max(0, last - newest)})"
        " FROM ({}) AS each",
        expressions,
    )
    return dict(rows), min(last, newest)
