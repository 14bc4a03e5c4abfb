"""What a channel gets next: the post that is under way, or the papers owed to it in a new one.

Sends nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.delivery import cards
from bot.delivery.cards import Message
from bot.delivery.forum_names import name_of, post_name
from bot.domain import Channel, ChannelId, ChannelKind, Event, Mode, PaperMatch, PostKind
from bot.services.arrivals import Arrivals
from bot.services.telling import AUTHORS_WORDS, Telling
from bot.storage import answers, deliveries, events, posts
from bot.storage.database import Database
from bot.storage.posts import Post

MOST_PAPERS_A_POST = 25
_THREAD_OF_MANY = "Updates to these papers"
IN_QUIET_HOURS = (PostKind.DIGEST,)
"""Somebody chose its hour."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A message about to be sent. ``begun`` is False where history must be looked at first."""

    post: Post
    entries: Sequence[PaperMatch]
    message: Message
    begun: bool = False
    name: str | None = None
    """What the forum post is called that the message begins; None for a message in a channel."""
    thread_id: ChannelId | None = None
    """The thread that it goes to: with a further page of a list, or with an answer."""
    thread_name: str | None = None
    """What the thread is called, which may be still to be started from the message of its id."""

    @property
    def where(self) -> ChannelId:
        """The channel, forum or thread that it goes to."""
        return self.thread_id or self.post.channel_id


class Drafting:
    """Makes the messages that are owed to channels."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        arrivals: Arrivals,
        telling: Telling = AUTHORS_WORDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._arrivals = arrivals
        self._telling = telling

    async def ready(self, channel: ChannelId, until: datetime) -> None:
        """Wait, at most until a time, for summaries of what is next; of a post under way, not."""
        if self._clock() < until and await self._is_idle(channel):
            await self._telling.ready(channel, until)

    async def next(self, known: Channel) -> Attempt | None:
        """Return a channel's next message, bound to a post; None if nothing is due."""
        attempt = await self._next(known)
        if attempt is None or known.kind is not ChannelKind.FORUM or attempt.thread_id:
            return attempt
        if attempt.post.page > 1:
            thread = await posts.thread_of(self._database.read, attempt.post)
            if thread is not None:
                return replace(attempt, thread_id=thread)
        return replace(attempt, name=forum_post_name(attempt.post, attempt.entries))

    async def _next(self, known: Channel) -> Attempt | None:
        channel, now = known.id, self._clock()
        is_quiet = known.quiet is not None and known.quiet.holds(now)
        kinds = IN_QUIET_HOURS if is_quiet else tuple(PostKind)
        post = await posts.first_unfinished(self._database.read, channel, kinds)
        if post is None:
            composed = None if is_quiet else await self._compose(known)
            if composed is not None:
                return composed
            post = await posts.first_aside(self._database.read, channel, now, kinds)
        if post is None or post.next_attempt_at > self._clock():
            return None
        if post.kind is PostKind.UPDATE:
            return await self._answer(post) or await self._next(known)
        told_until = await events.last(self._database.read)
        carried = await deliveries.carried(self._database.read, post.id)
        entries = await self._telling.told(channel, carried)
        message = message_of(post, entries)
        return Attempt(replace(post, told_until=told_until), entries, message)

    async def _compose(self, known: Channel) -> Attempt | None:
        """Bind as many owed papers as share a message to a new post; None if none is owed."""
        reader, channel = self._database.read, known.id
        most = 1 if known.kind is ChannelKind.FORUM else MOST_PAPERS_A_POST
        told_until = await events.last(reader)
        owed = await deliveries.owed(reader, channel, Mode.NOW, most)
        if not owed:
            return None
        # Told and rendered outside the transaction: others write meanwhile.
        entries = await self._telling.told(channel, [each.match for each in owed])
        message, taken = cards.fill(entries)
        if self._arrivals.are_open and taken == len(owed) < most:
            return None  # more that belongs into it may come; the end of the batch is a tick
        async with self._database.transaction() as tx:
            keys = [each.key for each in owed[:taken]]
            if await deliveries.unbound(tx, channel, keys) != taken:
                return None  # somebody unsubscribed meanwhile; the next tick looks again
            if await events.any_after(tx, told_until, keys):
                return None  # so it does where something happened to a paper meanwhile
            # This one, by its id: a digest, or one that is tried again, may have come before it.
            made = await deliveries.add_post(tx, channel, keys, self._clock())
            post = await posts.one_post(tx, made)
        return Attempt(replace(post, told_until=told_until), entries[:taken], message)

    async def _answer(self, post: Post) -> Attempt | None:
        """Return what is said in the thread of another post; None if that is not there any more."""
        answer = await answers.of_post(self._database.read, post.id)
        if answer.message_id is None:
            async with self._database.transaction() as tx:
                await posts.record_sent(tx, post.id, None, self._clock())
            return None
        happened = tuple(Event(name, self._clock()) for name in answer.names)
        message = cards.update(answer.paper, happened)
        entries = (PaperMatch(answer.paper),)
        if answer.thread_id is not None:
            return Attempt(post, entries, message, thread_id=answer.thread_id)
        # A thread has the id of the message that it starts from.
        thread = ChannelId(answer.message_id)
        name = name_of(answer.paper) if answer.papers == 1 else _THREAD_OF_MANY
        return Attempt(post, entries, message, thread_id=thread, thread_name=name)

    async def _is_idle(self, channel: ChannelId) -> bool:
        """Whether no message to a channel is under way: one that is goes out without waiting."""
        return await posts.first_unfinished(self._database.read, channel) is None


def message_of(post: Post, entries: Sequence[PaperMatch]) -> Message:
    """Return the message that a post stands for."""
    if post.kind is PostKind.CATCH_UP:
        return cards.catch_up_page(entries, page=post.page, pages=post.pages, total=post.total)
    if post.kind is PostKind.DIGEST and post.digest_day is not None:
        if not post.total:
            return cards.empty_digest(post.digest_day, post.note or "")
        return cards.digest_page(
            entries,
            post.digest_day,
            page=post.page,
            pages=post.pages,
            total=post.total,
            note=post.note,
        )
    return cards.post(entries)


def forum_post_name(post: Post, entries: Sequence[PaperMatch]) -> str:
    """Return what the forum post is called that a post begins."""
    if post.kind is PostKind.PAPERS or post.digest_day is None:
        return name_of(entries[0].paper)
    is_digest = post.kind is PostKind.DIGEST
    heading = cards.digest_heading(post.total, post.digest_day) if is_digest else ""
    page = f", page {post.page} of {post.pages}" if post.page > 1 else ""
    return post_name(f"{heading or cards.catch_up_heading(post.total)}{page}")
