"""Reading lists: what people save for themselves, with notes, and take away as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain import PaperId, UserId
from bot.errors import NotFound, UserError
from bot.storage import papers, saved
from bot.storage.database import Database, Reader
from bot.storage.papers import PaperKey
from bot.storage.saved import Saved
from bot.text.citations import Format, Reference, written

PAGE = 10
MOST_SAVED = 2_000
"""A person; beyond that a list is an archive, and a file of it stays within Discord's 10 MB."""
LONGEST_NOTE = 500
"""Characters."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of a reading list, from 1; ``total`` counts all of it."""

    entries: tuple[Saved, ...]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


class ReadingLists:
    """Everybody's own list of papers to read."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def save(self, user: UserId, paper: PaperId) -> bool:
        """Put a stored paper on a person's list; False if it is there already.

        Raises NotFound for a paper that is not stored, UserError for a list that is full.
        """
        key = await key_of(self._database.read, paper)
        async with self._database.transaction() as tx:
            if await saved.note_of(tx, user, key) is not None:
                return False
            if await saved.count(tx, user) >= MOST_SAVED:
                raise UserError(
                    f"Your list has {MOST_SAVED:,} papers, which is the most it can have. Take it "
                    "away with `/saved export`, and remove some."
                )
            return await saved.add(tx, user, key, self._clock())

    async def remove(self, user: UserId, paper: PaperId) -> None:
        """Take a paper off a person's list; raises NotFound if it is not there."""
        key = await key_of(self._database.read, paper)
        async with self._database.transaction() as tx:
            if not await saved.remove(tx, user, key):
                raise NotFound("This paper is not on your list. See `/saved list`.")

    async def note(self, user: UserId, paper: PaperId, text: str) -> None:
        """Write a person's note on a paper, which is saved if it was not; "" drops the note.

        Raises NotFound and UserError.
        """
        if len(text) > LONGEST_NOTE:
            raise UserError(f"A note has room for {LONGEST_NOTE} characters.")
        await self.save(user, paper)
        key = await key_of(self._database.read, paper)
        async with self._database.transaction() as tx:
            await saved.write_note(tx, user, key, text.strip())

    async def note_on(self, user: UserId, paper: PaperId) -> str:
        """Return a person's note on a paper; "" without one."""
        key = await key_of(self._database.read, paper)
        return await saved.note_of(self._database.read, user, key) or ""

    async def shelf(self, user: UserId, page: int = 1) -> Shelf:
        """Return a page of a person's list, the latest first; the last one past the end."""
        total = await saved.count(self._database.read, user)
        page = max(1, min(page, -(-total // PAGE)))
        entries = await saved.of_user(self._database.read, user, PAGE, (page - 1) * PAGE)
        return Shelf(tuple(entries), page, total)

    async def exported(self, user: UserId, form: Format) -> str:
        """Return all of a person's list as the text of a file; raises NotFound if it is empty."""
        entries = await saved.of_user(self._database.read, user, MOST_SAVED)
        if not entries:
            raise NotFound("Your list is empty. Press **Save** under a paper to begin it.")
        return written([Reference(each.paper, each.note) for each in entries], form)


async def key_of(reader: Reader, paper: PaperId) -> PaperKey:
    """Return the key of a stored paper; raises NotFound."""
    stored = (await papers.by_ids(reader, [paper])).get(paper)
    if stored is None:
        raise NotFound("I do not have this paper any more. Look it up with `/paper`.")
    return stored.key
