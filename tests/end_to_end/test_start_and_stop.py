"""How the process starts, refuses to start, and stops."""

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.domain import PaperId
from bot.sandbox.discord import DiscordSandbox, Failure, Forum, Stalled
from bot.storage.database import Database
from bot.storage.migrations import MIGRATIONS
from tests.end_to_end.loopback import PATIENCE, Loopback, batch, posts


async def ended(loopback: Loopback, **settings: str) -> tuple[int, str]:
    """Start a bot that is to end by itself; return its exit status and what it said."""
    bot = loopback.bot(**settings)
    await bot.start()
    async with asyncio.timeout(PATIENCE):
        status = await bot.wait()
    return status, bot.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", ""),
        ("DATABASE_URL", "mysql://somewhere"),
        ("POLL_SECONDS", "soon"),
        ("ARXIV_RSS_URL", "ftp://127.0.0.1"),
        ("LOG_LEVEL", "LOUD"),
    ],
    ids=lambda value: str(value) or "empty",
)
async def test_a_wrong_setting_is_one_line_that_names_it(
    loopback: Loopback, name: str, value: str
) -> None:
    """A missing or malformed setting ends the start with one line and exit status 2."""
    status, said = await ended(loopback, **{name: value})
    assert status == 2
    assert said.count("\n") == 1
    assert name in said
    assert not value or value not in said


async def test_a_token_that_discord_does_not_know(loopback: Loopback) -> None:
    """A token that Discord refuses is a wrong setting, and is not shown."""
    status, said = await ended(loopback, DISCORD_TOKEN="secret-but-wrong")
    assert status == 2
    assert "DISCORD_TOKEN" in said
    assert "secret-but-wrong" not in said


async def test_a_database_of_a_newer_version(loopback: Loopback) -> None:
    """A database from a later Paperwire ends the start with what to do."""
    async with Database.open(loopback.database) as database:
        await database.read.value("SELECT 1")
        async with database.transaction() as tx:
            await tx.run(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    status, said = await ended(loopback)
    assert status == 1
    assert "upgrade Paperwire" in said
    assert "Traceback" not in said


def quick(starting: float) -> float:
    """Return in how many seconds a bot stops that took so many to start; a busy machine is slow."""
    return max(5.0, starting)


async def test_stopping_is_quick_and_clean(loopback: Loopback) -> None:
    """After SIGTERM the process ends within seconds, with status 0 and without complaints."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    async with loopback.bot() as bot:
        await loopback.ready()
        ready = clock()
        await bot.stop()
        assert clock() - ready < quick(ready - begun)
        said = bot.log.read_text(encoding="utf-8")
    assert "stopped" in said
    assert "Traceback" not in said
    assert "Unclosed" not in said


@pytest.mark.parametrize(
    ("delay", "is_forum"),
    [(0.7, False), (60, True)],
    ids=["answers late", "never answers, a forum"],
)
async def test_stopped_in_the_middle_of_a_batch(
    loopback: Loopback,
    delay: float,
    is_forum: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """It ends within seconds with exact state, begins nothing new, and goes on after a start."""
    forum = loopback.guild.add_forum("papers")
    where = forum if is_forum else loopback.tides
    tides = batch("Tides", 20)
    path = "/channels/*/threads" if is_forum else "/channels/*/messages"
    rule = loopback.discord.fault(Stalled(delay), path=path, skip=1, times=None)
    clock = asyncio.get_running_loop().time
    begun = clock()
    async with loopback.bot() as bot:
        await loopback.ready()
        starting = clock() - begun
        await loopback.ada.command(loopback.tides, "subscribe", query="tide", channel=where)
        loopback.publish(tides)
        await loopback.discord.wait_until(lambda: rule.hits, PATIENCE, "a message under way")
        asked = clock()
        await bot.stop()
        assert clock() - asked < quick(starting)
        assert rule.hits == 1
        loopback.discord.clear_faults()
        assert "Traceback" not in bot.log.read_text(encoding="utf-8")
        under_way = await states(loopback)
        assert under_way == {"sent": 2 if delay < 1 else 1} | ({"sending": 1} if delay > 1 else {})
        await bot.start()
        if is_forum:
            wanted = Counter(each.id for each in tides)
            await loopback.discord.wait_until(
                lambda: wanted <= started_posts(forum), PATIENCE, "all papers"
            )
            assert started_posts(forum) == wanted
        else:
            await loopback.posted(loopback.tides, tides)


def started_posts(forum: Forum) -> Counter[PaperId]:
    """Return in how many posts of a forum each paper stands."""
    return sum((posts(post) for post in forum.posts), Counter())


async def states(loopback: Loopback) -> dict[str, int]:
    """Return how many of the bot's posts are in each state, while it does not run."""
    async with Database.open(loopback.database) as database:
        rows = await database.read.all("SELECT state, COUNT(*) FROM posts GROUP BY state")
        return dict(rows)


async def test_what_does_not_end_is_cut_off(loopback: Loopback) -> None:
    """Told twice, it ends at once, whatever is under way; nothing is lost."""
    tides = batch("Tides", 3)
    rule = loopback.discord.fault(Stalled(60))
    async with loopback.bot() as bot:
        await loopback.ready()
        await loopback.ada.command(loopback.tides, "subscribe", query="tide")
        loopback.publish(tides)
        await loopback.discord.wait_until(lambda: rule.hits, PATIENCE, "a message under way")
        os.kill(bot.pid, signal.SIGTERM)
        os.kill(bot.pid, signal.SIGINT)
        assert await bot.wait() == 0
        assert "what is owed is kept" in bot.log.read_text(encoding="utf-8")
        loopback.discord.clear_faults()
        await bot.start()
        await loopback.posted(loopback.tides, tides)


async def test_discord_may_come_later(loopback: Loopback, unused_tcp_port: int) -> None:
    """A bot that starts before Discord can be reached works as soon as it can."""
    settings = {"DISCORD_API_URL": f"http://127.0.0.1:{unused_tcp_port}/api/v10"}
    async with loopback.bot(**settings):
        await loopback.sources.wait_for_requests(1)
        async with DiscordSandbox(port=unused_tcp_port) as discord:
            discord.add_guild("Late")
            await discord.ready(PATIENCE)


async def test_commands_are_registered_once(loopback: Loopback) -> None:
    """A second start with the same commands does not register them again."""
    async with loopback.bot() as bot:
        await loopback.ready()
        await bot.restart()
        await loopback.discord.wait_until(lambda: not loopback.discord.connected, PATIENCE)
        await loopback.ready()
    puts = [request for request in loopback.discord.requests if request.method == "PUT"]
    assert len(puts) == 1


async def test_the_command_line_explains_itself() -> None:
    """`python -m bot --help` names the commands."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--help"),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    assert all(name in said.decode() for name in ("run", "demo", "replay", "bench"))


async def test_stopping_without_discord_is_as_quick(
    loopback: Loopback, unused_tcp_port: int
) -> None:
    """A bot that is reconnecting to a Discord that went away stops as quickly."""
    settings = {"DISCORD_API_URL": f"http://127.0.0.1:{unused_tcp_port}/api/v10"}
    clock = asyncio.get_running_loop().time
    begun = clock()
    async with loopback.bot(**settings) as bot:
        async with DiscordSandbox(port=unused_tcp_port) as discord:
            discord.add_guild("Early")
            await discord.ready(PATIENCE)
            ready = clock()
        gone = clock()
        await bot.stop()
        assert clock() - gone < quick(ready - begun)


async def test_a_second_bot_on_the_same_database_does_not_start(loopback: Loopback) -> None:
    """Two bots would each post for both: the second says so; after a kill the next one starts."""
    async with loopback.bot() as first:
        await loopback.ready()
        second = loopback.bot()
        second.log = loopback.folder / "second.log"
        await second.start()
        async with asyncio.timeout(PATIENCE):
            assert await second.wait() == 1
        assert "Another Paperwire" in second.log.read_text(encoding="utf-8")
        await first.restart()
        await loopback.discord.wait_until(lambda: not loopback.discord.connected, PATIENCE)
        await loopback.ready()


async def test_a_token_withdrawn_while_running(loopback: Loopback) -> None:
    """A token that was reset ends the bot with one line that says so, and status 2."""
    async with loopback.bot() as bot:
        await loopback.ready()
        # Answered only once the session is there: before that a close means "try again".
        await loopback.ada.command(loopback.tides, "status")
        loopback.discord.token = "another"
        await loopback.discord.close_gateways(4004)
        async with asyncio.timeout(PATIENCE):
            assert await bot.wait() == 2
        said = bot.log.read_text(encoding="utf-8")
    assert said.rstrip().splitlines()[-1].startswith("paperwire: DISCORD_TOKEN")
    assert "Traceback" not in said


async def test_a_gateway_that_is_not_there_yet_is_asked_for_again(loopback: Loopback) -> None:
    """An error where the gateway's address is asked for does not end the bot."""
    loopback.discord.fault(Failure(503), method="GET", path="/gateway/bot", skip=1)
    async with loopback.bot():
        await loopback.ready()
