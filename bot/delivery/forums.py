"""Posts of a forum over discord.py: which tags one gets, and which of ours it may be.

Discord knows no nonce for them, so that discord.py must not send one again by itself either.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace

import aiohttp
import discord

from bot.delivery.forum_names import fitting
from bot.domain import MessageId
from bot.errors import Refused

MOST_THREADS = 500
"""Archived ones that are looked through, in requests of 100."""
_RENAMED_WITHIN = timedelta(minutes=30)
"""A post of ours that is as young as this is looked at under any name."""
_SERVER_FAULT = 500


class NotRepeated(Exception):  # noqa: N818 - reads as what happened
    """Discord failed at a request that may have had its effect; it was not sent again."""


async def never_repeat(
    _session: aiohttp.ClientSession,
    _context: SimpleNamespace,
    done: aiohttp.TraceRequestEndParams,
) -> None:
    """Raise NotRepeated where discord.py would send a new forum post once more.

    It repeats requests that were answered 500, 502, 504 or 524 up to four times, though the first
    may have been carried out. Belongs to the ends of requests of the client's trace.
    """
    is_post = done.method == "POST" and done.url.path.endswith("/threads")
    if is_post and done.response.status >= _SERVER_FAULT:
        raise NotRepeated(f"Discord answered {done.response.status}.")


async def forum_of(client: discord.Client, forum_id: int) -> discord.ForumChannel:
    """Return a forum, asking Discord if the client does not know it; raises Refused for others."""
    found = client.get_channel(forum_id) or await client.fetch_channel(forum_id)
    if not isinstance(found, discord.ForumChannel):
        raise Refused("This channel is no forum: subscribe it again.")
    return found


def tags_for(forum: discord.ForumChannel, topics: Sequence[str]) -> list[discord.ForumTag]:
    """Return the forum's tags that name a topic; the first one if it wants one and none does."""
    open_to_all = [tag for tag in forum.available_tags if not tag.moderated]
    names = [tag.name for tag in open_to_all]
    chosen = fitting(names, topics, must_have_one=forum.flags.require_tag)
    return [open_to_all[number] for number in chosen]


async def own_threads(
    forum: discord.ForumChannel,
    owner: int,
    name: str,
    after: datetime,
    newer_than: MessageId | None,
) -> AsyncIterator[discord.Thread]:
    """Yield the forum's posts by `owner` that may be the one called `name` of the time `after`.

    First the active ones, then the archived ones, the last archived first. Where the clock was
    wrong, one of the name is older than `after`, but newer than the last post that is known.
    """
    first, last = (
        discord.utils.time_snowflake(after),
        discord.utils.time_snowflake(after + _RENAMED_WITHIN),
    )

    def may_be(thread: discord.Thread) -> bool:
        is_new = newer_than is None or thread.id > newer_than
        is_recent = first <= thread.id <= last
        return thread.owner_id == owner and is_new and (is_recent or thread.name == name)

    for thread in await forum.guild.active_threads():
        if thread.parent_id == forum.id and may_be(thread):
            yield thread
    async for thread in forum.archived_threads(limit=MOST_THREADS):
        if newer_than is not None and thread.archive_timestamp < min(
            after, discord.utils.snowflake_time(newer_than)
        ):
            return
        if may_be(thread):
            yield thread
