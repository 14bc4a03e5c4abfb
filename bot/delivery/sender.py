"""Sends message values to Discord channels and finds them there again.

Never retries and never decides when: each failure becomes one of Paperwire's DeliveryErrors. It
imports aiohttp for its base error only, which discord.py lets through untranslated.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
import discord

from bot.delivery.components import texts_in, view_of
from bot.delivery.escape import inert_within
from bot.delivery.faults import THREAD_EXISTS, of_edit, translated
from bot.delivery.forums import NotRepeated, forum_of, own_threads, tags_for
from bot.delivery.message import Message, Text
from bot.domain import ChannelId, MessageId
from bot.errors import NotNow, Refused, Unanswered, Unreachable

SECONDS_A_SEND = 60.0
"""In all, discord.py's own retries and waits for rate limits included."""
MOST_HISTORY = 1_000
"""Messages that are read back, in requests of 100 (Get Channel Messages)."""
_PAUSE = 5.0
"""Seconds to wait when there is no connection to send over."""
_LONGEST_GLOBAL_PAUSE = 30.0
"""Seconds: above, discord.py raises RateLimited instead of sleeping (``max_ratelimit_timeout``)."""

_NO_THREADS = (
    "I may not start threads in {where}: give me Create Public Threads and Send Messages in "
    "Threads there."
)

_MASKED_URL = re.compile(r"\]\((https?://[^\s()]+)\)")


class DiscordSender:
    """Sends over the client's HTTP connection; needs it logged in, not its cache.

    Build the client with ``max_ratelimit_timeout=30``: longer waits come back as NotNow.
    """

    def __init__(self, client: discord.Client, *, seconds: float = SECONDS_A_SEND) -> None:
        self._client = client
        self._seconds = seconds

    async def send(self, channel_id: ChannelId, message: Message, *, nonce: str) -> MessageId:
        """Send a message, or find that Discord has one with this nonce, and return its id.

        Raises Unreachable, Refused, AlreadyDeleted, NotNow, Unanswered, and ConfigError for a
        token that Discord does not know.
        """
        view = view_of(message)
        async with self._translating(channel_id):
            stored = await self._client.get_partial_messageable(channel_id).send(
                view=view, nonce=nonce, allowed_mentions=discord.AllowedMentions.none()
            )
        if not _shows(stored, message):
            raise Refused(
                f"Discord returned another message ({stored.id}) for the nonce {nonce}: "
                "this one was not sent."
            )
        return MessageId(stored.id)

    async def edit(self, channel_id: ChannelId, message_id: MessageId, message: Message) -> None:
        """Let a message of the bot say something else; raises as `send` does.

        Raises NotNow too where the thread that holds it is closed: a new message would open it.
        """
        channel = self._client.get_partial_messageable(channel_id)
        async with self._translating(channel_id, is_edit=True):
            await channel.get_partial_message(message_id).edit(
                view=view_of(message), allowed_mentions=discord.AllowedMentions.none()
            )

    async def find(
        self,
        channel_id: ChannelId,
        after: datetime,
        links: Collection[str],
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Return a message of the bot that has all the links, or None.

        Reads at most 1,000 messages from `after` on; then, for our clock may be wrong, as many
        back from the newest one, down to `newer_than`, its last message that is known. Raises as
        `send` does, and Unreachable if the bot is known to lack Read Message History, for Discord
        then shows an empty channel.
        """
        if not links:
            raise ValueError("nothing to look for")
        self._check_may_read(channel_id)
        channel = self._client.get_partial_messageable(channel_id)
        async with self._translating(channel_id):
            async for each in channel.history(limit=MOST_HISTORY, after=after, oldest_first=True):
                if self._is_the_one(each, links):
                    return MessageId(each.id)
            async for each in channel.history(limit=MOST_HISTORY):
                if newer_than is not None and each.id <= newer_than:
                    break
                if self._is_the_one(each, links):
                    return MessageId(each.id)
        return None

    async def start(
        self, forum_id: ChannelId, message: Message, *, name: str, topics: Sequence[str]
    ) -> MessageId:
        """Make a forum post that begins with a message; return the id that both have.

        Its tags are those that name one of the topics. Discord knows no nonce for it: look with
        `find_started` before another attempt. Raises as `send` does.
        """
        view = view_of(message)
        async with self._translating(forum_id):
            forum = await forum_of(self._client, forum_id)
            made = await forum.create_thread(
                name=name,
                view=view,
                applied_tags=tags_for(forum, topics),
                allowed_mentions=discord.AllowedMentions.none(),
            )
        return MessageId(made.message.id)

    async def find_started(
        self,
        forum_id: ChannelId,
        after: datetime,
        links: Collection[str],
        *,
        name: str,
        newer_than: MessageId | None = None,
    ) -> MessageId | None:
        """Return a forum post of the bot whose first message has all the links, or None.

        Looks among those made from `after` on and those called `name`, the archived ones too. One
        of the name whose first message was deleted counts: it was delivered. Raises as `find` does.
        """
        self._check_may_read(forum_id)
        owner = self._client.user.id if self._client.user else 0
        async with self._translating(forum_id):
            forum = await forum_of(self._client, forum_id)
            async for thread in own_threads(forum, owner, name, after, newer_than):
                try:
                    first = await thread.fetch_message(thread.id)
                except discord.NotFound:
                    if thread.name == name:
                        return MessageId(thread.id)
                    continue
                if self._is_the_one(first, links):
                    return MessageId(thread.id)
        return None

    async def open_thread(self, channel_id: ChannelId, message_id: MessageId, *, name: str) -> None:
        """Start the thread of a message, which has the message's id; do nothing if it is there.

        Raises as `send` does, and Refused where the bot may not start threads.
        """
        async with self._translating(channel_id):
            known = self._client.get_channel(channel_id)
            channel = known or await self._client.fetch_channel(channel_id)
            if not isinstance(channel, discord.TextChannel):
                raise Refused("There are no threads of messages here: choose another /updates.")
            try:
                await channel.get_partial_message(message_id).create_thread(name=name)
            except discord.HTTPException as error:
                if error.code == THREAD_EXISTS:
                    return
                if isinstance(error, discord.Forbidden):
                    raise Refused(_NO_THREADS.format(where=self._name_of(channel_id))) from error
                raise

    def _is_the_one(self, stored: discord.Message, links: Collection[str]) -> bool:
        return self._is_own(stored) and _links_in(stored).issuperset(links)

    @asynccontextmanager
    async def _translating(
        self, channel_id: ChannelId, *, is_edit: bool = False
    ) -> AsyncIterator[None]:
        """Bound what is done within in time, and translate what it raises."""
        if self._client.is_closed():
            raise NotNow("The connection to Discord is closed.", retry_after=_PAUSE)
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except NotRepeated as error:
            raise Unanswered(str(error)) from error
        except discord.RateLimited as error:
            raise NotNow("Discord asks for a pause.", retry_after=error.retry_after) from error
        except discord.HTTPException as error:
            known = self._client.get_channel(channel_id)
            name, in_thread = self._name_of(channel_id), isinstance(known, discord.Thread)
            translate = of_edit if is_edit else translated
            raise translate(error, name, in_thread=in_thread) from error
        except TimeoutError as error:
            self._end_pause_for_all()
            raise Unanswered(f"Discord did not answer in {self._seconds:g} s.") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unanswered(f"The connection to Discord broke: {error!r}.") from error
        except (KeyError, TypeError, ValueError) as error:
            raise Unanswered("Discord's answer could not be read.") from error

    def _end_pause_for_all(self) -> None:
        """Make sure that a global rate limit ends.

        discord.py 2.7.1 stops all requests with an event that the request which met the limit sets
        again after its sleep; cancelled in that sleep, it never would.
        """
        event = self._client.http._global_over  # noqa: SLF001 - there is no public way
        if not event.is_set():
            asyncio.get_running_loop().call_later(_LONGEST_GLOBAL_PAUSE, event.set)

    def _check_may_read(self, channel_id: ChannelId) -> None:
        channel = self._client.get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return
        if not channel.permissions_for(channel.guild.me).read_message_history:
            raise Unreachable(
                f"I may not read the history of {self._name_of(channel_id)}: give me Read Message "
                "History there, so that I do not post a paper twice."
            )

    def _name_of(self, channel_id: ChannelId) -> str:
        """Return a name that people know, safe to show; Discord itself turns the id into one."""
        name = getattr(self._client.get_channel(channel_id), "name", None)
        return f"#{inert_within(name, 100)}" if name else f"<#{channel_id}>"

    def _is_own(self, stored: discord.Message) -> bool:
        """Whether the bot sent this by itself; its answers to commands are no deliveries."""
        user = self._client.user
        own = user is not None and stored.author.id == user.id
        return own and stored.interaction_metadata is None


def _links_in(stored: discord.Message) -> set[str]:
    """Return the addresses of the masked links and of the buttons of a message."""
    texts = list(texts_in(stored.components))
    return {*texts, *(url for text in texts for url in _MASKED_URL.findall(text))}


def _shows(stored: discord.Message, message: Message) -> bool:
    """Whether a stored message is the one that was sent, however its wording changed since."""
    if message.links:
        return _links_in(stored).issuperset(message.links)
    sent = {part.content.strip() for part in message.parts() if isinstance(part, Text)}
    return sent.issubset(text.strip() for text in texts_in(stored.components))
