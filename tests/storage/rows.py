"""Rows that tests of storage begin with, and a picture of all rows of a file."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.domain import ChannelId, GuildId, Mode, Paper, QueryId, SearchText, UserId
from bot.storage import matches, papers, subscriptions
from bot.storage.database import Writer
from bot.storage.papers import PaperKey
from bot.storage.subscriptions import Posting
from tests.samples import NOON

GUILD = GuildId(70)
CHANNEL = ChannelId(701)
OTHER = ChannelId(702)
ADA = UserId(7)


async def subscribe(
    tx: Writer,
    query: str,
    channel: ChannelId = CHANNEL,
    mode: Mode = Mode.NOW,
    guild: GuildId = GUILD,
) -> QueryId:
    """Subscribe a channel to a query whose one term is its text."""
    await subscriptions.add_channel(tx, channel, guild)
    id_ = await subscriptions.add_query(tx, query, [Posting(query, exact=True)])
    await subscriptions.add(tx, channel, id_, mode, ADA, NOON)
    return id_


async def store(tx: Writer, paper: Paper, now: datetime = NOON) -> PaperKey:
    """Store an announced paper, found in full text under its id's last digits."""
    text = SearchText(f"lanterns {paper.id[-5:]}", "sleepy graphs")
    return await papers.add(tx, paper, text, announced=True, now=now)


async def owe(
    tx: Writer, paper: Paper, query: QueryId, now: datetime = NOON, *more: QueryId
) -> PaperKey:
    """Store a paper that matches queries, and owe it to their channels."""
    key = await store(tx, paper, now)
    await matches.record(tx, key, [query, *more])
    await matches.owe(tx, key, [query, *more], now)
    return key


def everything(path: Path) -> list[str]:
    """Return the whole database as SQL, read by a connection of its own."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())
