"""Bugs that others have had, planted to see that the simulation finds them. Each in a few lines."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.delivery.message import Message
from bot.delivery.sender import DiscordSender
from bot.domain import ChannelId, MessageId, Paper, PaperId, PostId
from bot.services import polling
from bot.sources import arxiv_listing
from bot.storage import posts
from bot.storage.database import Writer

_FRESH = timedelta(days=2)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@contextmanager
def _in_place_of(module: Any, name: str, planted: Callable[..., Any]) -> Iterator[None]:  # noqa: ANN401 - a module or a class
    """Let a function be another one, which is given the function first."""
    right = getattr(module, name)

    def in_its_place(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        return planted(right, *args, **options)

    setattr(module, name, in_its_place)
    try:
        yield
    finally:
        setattr(module, name, right)


async def _no_record(_right: object, *_: object, **__: object) -> None:
    """Send without a record that something is being sent."""


async def _record_first(
    right: Callable[..., Any], tx: Writer, post: PostId, now: datetime, *, afresh: bool
) -> None:
    """Call a message sent before it is."""
    await right(tx, post, now, afresh=afresh)
    await posts.record_sent(tx, post, None, now)


def _id_with_version(right: Callable[..., Any], entry: object) -> tuple[PaperId, int | None]:
    """Take each version for a paper of its own."""
    id_, version = right(entry)
    return PaperId(f"{id_}v{version or 1}"), version


class _SinceLastFetch:
    """Take in only what was submitted since the sources were last asked."""

    def __init__(self) -> None:
        self._last = _NEVER

    async def __call__(
        self, right: Callable[..., Any], database: object, seen: list[Paper], now: datetime
    ) -> object:
        last, self._last = self._last, now
        fresh = [it for it in seen if _submitted(it) > last]
        return await right(database, fresh, now)


async def _young_only(
    right: Callable[..., Any], database: object, seen: list[Paper], now: datetime
) -> object:
    """Take in only what was submitted in the last two days."""
    oldest = now - _FRESH
    return await right(database, [it for it in seen if _submitted(it) > oldest], now)


def _submitted(paper: Paper) -> datetime:
    return paper.published or _NEVER


async def _sent_anew(
    _right: object,
    sender: DiscordSender,
    channel: ChannelId,
    message_id: MessageId,
    message: Message,
) -> None:
    """Send a message in place of an edit."""
    await sender.send(channel, message, nonce=f"edit{message_id}"[:25])


async def _never_found(_right: object, *_: object, **__: object) -> None:
    """Make a forum post again without a look at those that are there."""


PLANTS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "act-before-record": lambda: _in_place_of(posts, "record_attempt", _no_record),
    "record-before-act": lambda: _in_place_of(posts, "record_attempt", _record_first),
    "guid-with-version": lambda: _in_place_of(arxiv_listing, "paper_id", _id_with_version),
    "last-fetch-time": lambda: _in_place_of(polling, "take_in_batch", _SinceLastFetch()),
    "edit-as-message": lambda: _in_place_of(DiscordSender, "edit", _sent_anew),
    "forum-post-again": lambda: _in_place_of(DiscordSender, "find_started", _never_found),
    "published-date": lambda: _in_place_of(polling, "take_in_batch", _young_only),
}
"""By name; each plants its bug while its block runs."""
