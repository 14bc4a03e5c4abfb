"""Whether posts say at the end what is known of their papers then, or are answered. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bot.domain import PaperId, Updates
from bot.sandbox.simulation.discord import Sent
from bot.sandbox.simulation.messages import Posted

Shown = Mapping[PaperId, list[tuple[datetime, int]]]
"""When a paper was in a listing, and in which version."""
Follows = Mapping[int, Sequence[tuple[datetime, Updates]]]
"""What channels wanted to become of their posts, and since when."""
_EVENT = re.compile(r"upvotes-\d+|[a-z]+\d*")
_PAPER = re.compile(r"/abs/([\w./-]+)\)")


def outdated(sent: Iterable[Sent], shown: Shown, follows: Follows) -> Iterator[str]:
    """Yield each paper of a post that came out in a later version since, which it does not name."""
    for each in sent:
        if any(it is Updates.OFF for _, it in follows.get(each.place.number, ())):
            continue
        message = each.now
        if message is None or each.place.channel.id not in each.channel.world.channels:
            continue
        at = datetime.fromtimestamp(each.at, UTC)
        for id_, text in _cards(message.text):
            version = _version_after(at, shown.get(id_, ()))
            if version and f"v{version}" not in text:
                yield f"not edited: {id_} in channel {each.place.number} is in version {version}"


def unanswered(messages: Sequence[Posted], shown: Shown, follows: Follows) -> Iterator[str]:
    """Yield each paper whose newest version nobody was told in the thread, or more than once."""
    told = Counter(
        (it.channel, id_, name)
        for it in messages
        for id_, said in it.answers
        for name in _EVENT.findall(said)
    )
    for (channel, id_, name), count in told.items():
        if count > 1:
            yield f"answered {count} times: {name} of {id_} in channel {channel}"
    for message in messages:
        chosen = follows.get(message.channel, [])
        if not chosen or chosen[-1][1] is not Updates.THREAD or chosen[-1][0] > message.at:
            continue
        for id_ in message.papers:
            version = _version_after(message.at, shown.get(id_, ()))
            if version and not told[message.channel, id_, f"v{version}"]:
                yield f"not answered: version {version} of {id_} in channel {message.channel}"


def _version_after(at: datetime, shown: Iterable[tuple[datetime, int]]) -> int | None:
    """Return the newest version of a paper, if it was shown only after a moment."""
    version = max((it for _, it in shown), default=1)
    was_later = all(when > at for when, it in shown if it == version)
    return version if version > 1 and was_later else None


def _cards(text: str) -> Iterator[tuple[PaperId, str]]:
    """Yield the papers of a message, each with what is said of it."""
    _, *parts = _PAPER.split(text)
    yield from zip(map(PaperId, parts[::2]), parts[1::2], strict=True)
