"""Whether posts say at the end what is known of their papers then. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from bot.domain import PaperId
from bot.sandbox.simulation.discord import Sent

Shown = Mapping[PaperId, list[tuple[datetime, int]]]
"""When a paper was in a listing, and in which version."""
_PAPER = re.compile(r"/abs/([\w./-]+)\)")


def outdated(sent: Iterable[Sent], shown: Shown) -> Iterator[str]:
    """Yield each paper of a post that came out in a later version since, which it does not name."""
    for each in sent:
        message = each.now
        if message is None or each.place.channel.id not in each.channel.world.channels:
            continue
        at = datetime.fromtimestamp(each.at, UTC)
        for id_, text in _cards(message.text):
            version = max((it for _, it in shown.get(id_, ())), default=1)
            was_later = any(when > at and it == version for when, it in shown.get(id_, ()))
            if version > 1 and was_later and f"v{version}" not in text:
                yield f"not edited: {id_} in channel {each.place.number} is in version {version}"


def _cards(text: str) -> Iterator[tuple[PaperId, str]]:
    """Yield the papers of a message, each with what is said of it."""
    _, *parts = _PAPER.split(text)
    yield from zip(map(PaperId, parts[::2]), parts[1::2], strict=True)
