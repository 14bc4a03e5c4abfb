"""Papers by the likeness of their words: what the full-text index proposes, and its texts."""

from collections.abc import Iterable

from bot.storage.database import Reader
from bot.storage.papers import PaperKey


async def most_like(reader: Reader, full_text: str, limit: int) -> list[PaperKey]:
    """Return papers that an FTS5 expression finds by BM25, titles counting double."""
    rows = await reader.all(
        "SELECT rowid FROM papers_text WHERE papers_text MATCH ?"
        " ORDER BY bm25(papers_text, 2.0, 1.0, 0.0, 0.0), rowid DESC LIMIT ?",
        (full_text, limit),
    )
    return [key for (key,) in rows]


async def folded_texts(reader: Reader, keys: Iterable[PaperKey]) -> dict[PaperKey, tuple[str, str]]:
    """Return the folded words of titles and abstracts, with their marks, as they are indexed."""
    rows = await reader.where_in(
        "SELECT rowid, title, abstract FROM papers_text WHERE rowid IN ({})", keys
    )
    return {key: (title, abstract) for key, title, abstract in rows}


async def titled(reader: Reader, full_text: str, limit: int) -> list[tuple[str, str]]:
    """Return ids and titles of the papers stored last that an FTS5 expression finds."""
    rows = await reader.all(
        "SELECT papers.id, papers.title FROM papers_text JOIN papers"
        " ON papers.key = papers_text.rowid"
        " WHERE papers_text MATCH ? ORDER BY papers_text.rowid DESC LIMIT ?",
        (full_text, limit),
    )
    return [(id_, title) for id_, title in rows]
