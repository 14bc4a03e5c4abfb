"""People who look papers up, press buttons and change subscriptions, over and over. Seeded."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.domain import Paper
from bot.sandbox.discord import CannotDo, Channel, NoAnswer, Person, Reply

PEOPLE = 4
TOO_BROAD = "cat:math.CO"
"""A query that selects most of what the bot knows, and nothing that is announced later."""
_PHRASE = 2
"""Words of a query."""
_LEFT_OPEN = 0.1
"""Share of the queries that are too broad; a form is kept for 15 minutes."""
_CHANCES = (0.5, 1.5)
"""Of the usual pause between two acts of somebody."""


@dataclass(slots=True)
class Crowd:
    """What some people do in a channel, `a_second` acts of them in all.

    `papers` are those that the bot has, `posted_to` a channel that is owed papers.
    """

    ada: Person
    lounge: Channel
    posted_to: Channel
    papers: Sequence[Paper]
    a_second: float
    seed: int
    answered: list[float] = field(default_factory=list)
    """Seconds that each answer took."""
    unanswered: int = 0

    async def run(self) -> None:
        """Act until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(PEOPLE):
                tasks.create_task(self._one(random.Random(self.seed + number)))  # noqa: S311 - repeatable, not secret

    async def _one(self, chance: random.Random) -> None:
        acts: tuple[Callable[[random.Random], Coroutine[Any, Any, None]], ...] = (
            self._search,
            self._look_at,
            self._ask_why,
            self._ask_for_status,
            self._preview,
            self._subscribe,
            self._hesitate,
            self._type_a_title,
        )
        usual = PEOPLE / self.a_second
        while True:
            until = time.monotonic() + usual * chance.uniform(*_CHANCES)
            # While the gateway is away nobody hears a question, and there is no button to press.
            with suppress(CannotDo, NoAnswer):
                await chance.choice(acts)(chance)
            await asyncio.sleep(max(0.0, until - time.monotonic()))

    async def _timed(self, asked: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - what was asked
        began = time.monotonic()
        try:
            answer = await asked
        except NoAnswer:
            self.unanswered += 1
            raise
        self.answered.append(time.monotonic() - began)
        return answer

    async def _type(self, name: str, **options: str | int | Channel) -> Reply:
        reply: Reply = await self._timed(self.ada.command(self.lounge, name, **options))
        return reply

    async def _press(self, on: Reply, button: str) -> None:
        await self._timed(self.ada.press(on, button))

    async def _search(self, chance: random.Random) -> None:
        sort = chance.choice(("newest", "relevant"))
        reply = await self._type("search", query=self._phrase(chance, 1), sort=sort)
        await self._press(reply, "Next")

    async def _look_at(self, chance: random.Random) -> None:
        paper = chance.choice(self.papers)
        await self._type("paper", reference=str(paper.id))
        await self._type("similar", paper=chance.choice((str(paper.id), paper.title)))

    async def _ask_why(self, chance: random.Random) -> None:
        paper = chance.choice(self.papers)
        await self._type("why", paper=str(paper.id), channel=self.posted_to)

    async def _ask_for_status(self, chance: random.Random) -> None:
        await self._type("status", channel=self.posted_to)
        await self._type(chance.choice(("subscriptions", "help")))

    async def _preview(self, chance: random.Random) -> None:
        await self._type("preview", query=self._phrase(chance, _PHRASE))

    async def _subscribe(self, chance: random.Random) -> None:
        reply = await self._type("subscribe", query=f"unheard{chance.randrange(10**6)}")
        await self._press(reply, "Undo")

    async def _hesitate(self, chance: random.Random) -> None:
        """Cancel a query that is too broad, now and then with its form left open."""
        reply = await self._type("subscribe", query=TOO_BROAD)
        if chance.random() < _LEFT_OPEN:
            await self._press(reply, "Change")
        await self._press(reply, "Cancel")

    async def _type_a_title(self, chance: random.Random) -> None:
        typed = chance.choice(self.papers).title[:12]
        await self._timed(self.ada.autocomplete(self.lounge, "paper", reference=typed))

    def _phrase(self, chance: random.Random, words: int) -> str:
        spoken = chance.choice(self.papers).title.split()
        start = chance.randrange(len(spoken) - words)
        return " ".join(spoken[start : start + words])
