"""Reading lists: the papers that a person saved, with their notes."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain import Paper, UserId
from bot.storage.columns import from_ms, to_ms
from bot.storage.database import Reader, Writer
from bot.storage.papers import PAPER_COLUMNS, PaperKey, paper_of


@dataclass(frozen=True, slots=True)
class Saved:
    """A paper on somebody's reading list; ``note`` is empty without one."""

    paper: Paper
    note: str
    saved_at: datetime


async def of_user(reader: Reader, user: UserId, limit: int, skip: int = 0) -> list[Saved]:
    """Return what a person saved, the latest first, after the first `skip`."""
    rows = await reader.all(
        f"SELECT {PAPER_COLUMNS}, s.note, s.saved_at FROM saved s"
        " JOIN papers ON papers.key = s.paper_key WHERE s.user_id = ?"
        " ORDER BY s.saved_at DESC, s.paper_key DESC LIMIT ? OFFSET ?",
        (user, limit, skip),
    )
    return [Saved(paper_of(row), row[-2], from_ms(row[-1])) for row in rows]


async def count(reader: Reader, user: UserId) -> int:
    """Return how many papers a person saved."""
    return int(await reader.value("SELECT COUNT(*) FROM saved WHERE user_id = ?", (user,)))


async def note_of(reader: Reader, user: UserId, paper: PaperKey) -> str | None:
    """Return a person's note on a paper, None if they did not save it."""
    row = await reader.one(
        "SELECT note FROM saved WHERE user_id = ? AND paper_key = ?", (user, paper)
    )
    return None if row is None else row[0]


async def add(tx: Writer, user: UserId, paper: PaperKey, now: datetime) -> bool:
    """Save a paper; False if it is saved already."""
    added = await tx.run(
        "INSERT INTO saved (user_id, paper_key, saved_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (user, paper, to_ms(now)),
    )
    return added > 0


async def remove(tx: Writer, user: UserId, paper: PaperKey) -> bool:
    """Take a paper off the list with its note; False if it was not there."""
    return bool(
        await tx.run("DELETE FROM saved WHERE user_id = ? AND paper_key = ?", (user, paper))
    )


async def write_note(tx: Writer, user: UserId, paper: PaperKey, note: str) -> bool:
    """Put a note in the place of the one on a saved paper; False if the paper is not saved."""
    return bool(
        await tx.run(
            "UPDATE saved SET note = ? WHERE user_id = ? AND paper_key = ?", (note, user, paper)
        )
    )
