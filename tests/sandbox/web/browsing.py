"""The page as its script uses it: over HTTP, without a browser."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp

from bot.sandbox.discord import Channel, Person
from bot.sandbox.web.guard import TOKEN_HEADER
from tests.sandbox.web.drawn import Drawn, Element


@dataclass
class Live:
    """What the page has been told since it was opened."""

    response: aiohttp.ClientResponse
    regions: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)

    async def until(self, shown: Callable[[Self], bool]) -> None:
        """Read what is told until the page looks so."""
        while not shown(self):
            text = (await self.response.content.readline()).decode()
            assert text, "the events ended"
            if text.startswith("data: "):
                self._take(json.loads(text.removeprefix("data: ")))

    def _take(self, update: dict[str, Any]) -> None:
        self.regions |= {name: html for name, (_, html) in update["regions"].items()}
        fresh = {name: html for name, (_, html) in update["messages"].items()}
        known = self.messages | fresh
        self.messages = {name: known[name] for name in update["order"]}

    @property
    def words(self) -> str:
        """All that can be read in the messages."""
        return "\n".join(Drawn(html).text for html in self.messages.values())


@dataclass
class Tab:
    """The page at one channel, as one person sees it."""

    session: aiohttp.ClientSession
    url: str
    channel: Channel
    person: Person
    body: Element
    html: str

    @classmethod
    async def opened(
        cls, session: aiohttp.ClientSession, url: str, channel: Channel, person: Person
    ) -> Self:
        """Open the page."""
        address = f"{url}channels/{channel.id}?as={person.id}"
        async with session.get(address) as response:
            html = await response.text()
        return cls(session, url, channel, person, Drawn(html).one("body"), html)

    async def again(self) -> Self:
        """Reload the page."""
        return await self.opened(self.session, self.url, self.channel, self.person)

    def address(self, act: str) -> str:
        """Return where an act is sent to."""
        return f"{self.url}channels/{self.channel.id}/{act}?as={self.person.id}"

    async def act(self, act: str, **body: object) -> dict[str, Any]:
        """Do something as the script does it; return what it is answered."""
        headers = {
            TOKEN_HEADER: self.body.attributes["data-token"],
            "Origin": self.url.rstrip("/"),
        }
        async with self.session.post(self.address(act), json=body, headers=headers) as response:
            assert response.status == 200
            answer: dict[str, Any] = await response.json()
            return answer

    @asynccontextmanager
    async def live(self) -> AsyncIterator[Live]:
        """Listen to what changes."""
        async with self.session.get(self.address("events")) as response:
            yield Live(response)
