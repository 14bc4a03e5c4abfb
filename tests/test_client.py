"""The client: what it loads and registers, and how it logs in."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import discord
import pytest

from bot.client import EXTENSIONS, PaperwireBot
from bot.delivery.budget import Budget, Turn
from bot.errors import ConfigError, OperationalError
from bot.sandbox.discord import DiscordSandbox, Failure, TooMany
from bot.sandbox.discord.commands import MESSAGE_COMMAND
from bot.storage.database import Database
from tests.cogs.parts import Hash, Library, Stage, pointed_at, running, services_of, staged
from tests.services.parts import Clock


def puts(sandbox: DiscordSandbox) -> int:
    """Count how often commands were registered."""
    return sum(each.method == "PUT" and "/commands" in each.path for each in sandbox.requests)


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    """Return a running bot on a loopback server."""
    async with staged(database) as opened:
        yield opened


async def log_in(
    sandbox: DiscordSandbox,
    database: Database,
    *,
    token: str | None = None,
    extensions: Sequence[str] = EXTENSIONS,
    budget: Budget | None = None,
) -> None:
    """Log a client in and close it again."""
    with pointed_at(sandbox.api_url):
        async with PaperwireBot(command_hash=Hash(), extensions=extensions, budget=budget) as bot:
            bot.services = services_of(database, Clock(), Library(), asyncio.Event())
            await bot.log_in(token or sandbox.token)


async def test_all_commands_are_registered_for_servers_only(stage: Stage) -> None:
    """Every command is there, in servers only, and those that change a channel are hidden."""
    registered = {command["name"]: command for command in stage.discord.commands}
    hidden = {
        name for name, each in registered.items() if str(each["default_member_permissions"]) == "16"
    }
    assert sorted(registered) == [
        "Look up papers",
        "author",
        "daily",
        "digest",
        "export",
        "help",
        "import",
        "language",
        "new",
        "paper",
        "preview",
        "quiet",
        "retry",
        "saved",
        "search",
        "setup",
        "similar",
        "status",
        "subscribe",
        "subscriptions",
        "top",
        "trending",
        "unsubscribe",
        "updates",
        "why",
    ]
    assert hidden == {
        "export",
        "import",
        "language",
        "retry",
        "setup",
        "subscribe",
        "unsubscribe",
        "updates",
    }
    assert all(command["contexts"] == [0] for command in registered.values())
    assert all(command["integration_types"] == [0] for command in registered.values())


async def test_every_option_is_described(stage: Stage) -> None:
    """No command, group or option is left with discord.py's own dots."""

    def undescribed(part: dict[str, Any], path: str) -> list[str]:
        is_typed = part["type"] != MESSAGE_COMMAND  # Which Discord shows without a description.
        own = [path] if is_typed and len(part["description"]) <= 5 else []
        below = [undescribed(each, f"{path} {each['name']}") for each in part.get("options") or []]
        return sum(below, own)

    assert stage.discord.commands
    assert not any(undescribed(each, each["name"]) for each in stage.discord.commands)


async def test_the_client_asks_for_nothing_that_it_does_not_need(stage: Stage) -> None:
    """One intent, no mention, no prefix command, no message in memory."""
    bot = stage.bot
    assert bot.intents == discord.Intents(guilds=True)
    assert bot.allowed_mentions is not None
    assert bot.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()
    assert not bot.commands
    assert len(bot.cached_messages) == 0


async def test_commands_are_registered_again_only_when_needed(database: Database) -> None:
    """Not at every start, but after Discord lost them or they changed."""
    services = services_of(database, Clock(), Library(), asyncio.Event())
    kept = Hash()
    async with DiscordSandbox() as sandbox:
        for expected in (1, 1):
            async with running(sandbox, services, kept):
                assert puts(sandbox) == expected
        sandbox.commands.clear()
        async with running(sandbox, services, kept):
            assert puts(sandbox) == 2
        kept.value = "of other commands"
        async with running(sandbox, services, kept):
            assert puts(sandbox) == 3


async def test_a_failed_registration_is_tried_at_the_next_start(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """The start goes on with the commands that are there, and the hash is not kept."""
    async with DiscordSandbox() as sandbox:
        sandbox.fault(Failure(503), method="PUT", path="/applications/*/commands")
        await log_in(sandbox, database)
        assert puts(sandbox) == 1
        await log_in(sandbox, database)
        assert puts(sandbox) == 2
    assert "The commands are not registered" in caplog.text


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cogs.nowhere", "The extension cogs.nowhere does not load"),
        ("tests.broken_extension", "RuntimeError: no setup today"),
        ("tests.samples", "setup"),
    ],
    ids=["missing", "broken", "without setup"],
)
async def test_an_extension_that_does_not_load_stops_the_start(
    database: Database, name: str, said: str
) -> None:
    """The error is one line that names it."""
    async with DiscordSandbox() as sandbox:
        with pytest.raises(OperationalError) as stopped:
            await log_in(sandbox, database, extensions=(*EXTENSIONS, name))
    assert said in str(stopped.value)
    assert name in str(stopped.value)
    assert len(str(stopped.value).splitlines()) == 1


async def test_commands_that_discord_refuses_stop_the_start(database: Database) -> None:
    """A mistake in a command is not waited out."""
    async with DiscordSandbox() as sandbox:
        with pytest.raises(OperationalError, match="Discord refuses the commands"):
            await log_in(sandbox, database, extensions=("tests.refused_extension",))


async def test_a_wrong_token_is_one_line_without_the_token(database: Database) -> None:
    """The error names the setting and never its value."""
    async with DiscordSandbox() as sandbox:
        with pytest.raises(ConfigError, match="DISCORD_TOKEN") as refused:
            await log_in(sandbox, database, token="wrong-token-value")
    assert "wrong-token-value" not in str(refused.value)
    assert refused.value.__cause__ is None


async def test_readiness_is_logged_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """One line tells that the bot is there, with the number of its servers."""
    caplog.set_level(logging.INFO, logger="bot.client")
    async with staged(database) as stage:
        await stage.mallory.command(stage.ml, "help")
        ready = [record.message for record in caplog.records if "Ready as" in record.message]
        assert len(ready) == 1
        assert "servers: 1, shards: 1" in ready[0]


class CountedBudget(Budget):
    """A budget that counts the turns it gives, and those that are answered."""

    given = 0
    ended = 0

    async def turn(self) -> Turn:
        """Count a turn."""
        self.given += 1
        return await super().turn()

    def answered(self, turn: Turn) -> None:
        """Count an answer."""
        self.ended += 1
        super().answered(turn)


async def test_every_request_has_a_turn(database: Database) -> None:
    """Also what registers commands, and what discord.py asks again by itself, is in the budget."""
    budget = CountedBudget()
    async with DiscordSandbox() as sandbox:
        sandbox.fault(TooMany(retry_after=0.01), method="PUT", path="/applications/*")
        await log_in(sandbox, database, budget=budget)
        assert puts(sandbox) == 2
        assert budget.given == budget.ended == len(sandbox.requests)


async def test_answers_to_interactions_need_no_turn(database: Database) -> None:
    """Commands are answered, at once and later, however much is sent meanwhile."""
    budget = CountedBudget()
    async with DiscordSandbox() as sandbox:
        guild = sandbox.add_guild("Lab")
        channel, alice = guild.add_text_channel("ml"), guild.add_member("alice")
        services = services_of(database, Clock(), Library(), asyncio.Event())
        async with running(sandbox, services, Hash(), budget):
            before = budget.given
            await alice.command(channel, "help")
            await alice.command(channel, "search", query="tides")
            assert budget.given == before
