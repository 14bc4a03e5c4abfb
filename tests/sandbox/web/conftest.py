"""The page over a loopback Discord, with a small bot that has one of everything."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.sandbox.discord import Channel, Community, DiscordSandbox, Permission, Person
from bot.sandbox.web.server import Page
from tests.sandbox.discord.conftest import bot, guild, point, running, sandbox
from tests.sandbox.discord.sample_bot import SampleBot
from tests.sandbox.web.browsing import Tab

__all__ = ["bot", "guild", "point", "running", "sandbox"]  # fixtures that are shared


@pytest.fixture
def ada(guild: Community) -> Person:
    """Return a member who may manage channels."""
    return guild.add_member("ada", Permission.MANAGE_CHANNELS)


@pytest.fixture
def channel(guild: Community, ada: Person) -> Channel:
    """Return a channel that she sees."""
    assert ada in guild.members.values()
    return guild.add_text_channel("night-sky")


@pytest.fixture
async def tab(
    sandbox: DiscordSandbox,
    bot: SampleBot,
    ada: Person,
    channel: Channel,
) -> AsyncIterator[Tab]:
    """Open the page at the channel, as she sees it."""
    assert bot.tree is not None
    async with (
        Page(sandbox, ada) as page,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        yield await Tab.opened(session, page.url, channel, ada)
