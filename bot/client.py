"""The discord.py client: loads the cogs, registers the commands if they changed, answers errors.

Contains no business logic; what commands do is in `cogs`, which this module knows by name only.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Protocol

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from yarl import URL

from bot.delivery.answers import answer_error
from bot.delivery.budget import Budget
from bot.delivery.buttons import Act, LastingButton, LastingMenu
from bot.delivery.forums import never_repeat
from bot.errors import ConfigError, OperationalError
from bot.services import Services

log = logging.getLogger(__name__)

EXTENSIONS = (
    "cogs.guided",
    "cogs.subscriptions",
    "cogs.previews",
    "cogs.papers",
    "cogs.similar",
    "cogs.featured",
    "cogs.mentioned",
    "cogs.paper_acts",
    "cogs.votes",
    "cogs.saved",
    "cogs.why",
    "cogs.digest",
    "cogs.quiet",
    "cogs.carrying",
    "cogs.language",
    "cogs.updates",
    "cogs.status",
    "cogs.retry",
    "cogs.help",
    "cogs.channels",
    "cogs.welcome",
)
"""In the order in which they are loaded; each must load."""

LONGEST_RATE_LIMIT = 30.0
"""Seconds that a request may sleep on a 429; above that it raises discord.RateLimited at once."""


CONNECTION_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)
"""What discord.py raises, and lets through, when Discord is not as it should be."""
TOKEN_WITHDRAWN = 4004
"""Gateway close code "Authentication failed"."""
GATEWAY_PATIENCE = 5.0
"""Seconds."""
NOT_KNOWN = (
    "DISCORD_TOKEN: Discord does not know this token; copy it again from the Bot page of the "
    "developer portal."
)


class CommandHash(Protocol):
    """Remembers, over restarts, which commands Discord was given last."""

    async def load_hash(self) -> str | None:
        """Return the hash that was saved last, or None."""

    async def save_hash(self, value: str, /) -> None:
        """Save a hash in place of the last one."""


def point_at(url: str) -> None:
    """Send discord.py's requests to an address such as ``https://discord.com/api/v10``.

    Call it before a client logs in. The gateway's address comes from GET /gateway/bot there.
    """
    discord.http.Route.BASE = url.rstrip("/")


UNBOUND = ("/interactions/", "/webhooks/")
"""Paths "not bound to the bot's Global Rate Limit" (Rate Limits): answers to interactions."""


def paced(budget: Budget) -> aiohttp.TraceConfig:
    """Return what lets each of discord.py's requests wait for its turn, its own retries too.

    They wait here last: after discord.py has waited for the route, so that a request which must
    wait for its route holds no turn.
    """

    async def start(
        _session: aiohttp.ClientSession,
        context: SimpleNamespace,
        request: aiohttp.TraceRequestStartParams,
    ) -> None:
        context.turn = await budget.turn() if _is_bound(str(request.url)) else None

    async def end(_session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
        if context.turn is not None:
            budget.answered(context.turn)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(start)
    trace.on_request_end.append(end)
    trace.on_request_end.append(never_repeat)
    trace.on_request_exception.append(end)
    return trace


def _is_bound(url: str) -> bool:
    """Whether a request counts to the 50 a second; the gateway's and the CDN's do not."""
    base = str(URL(discord.http.Route.BASE))
    return url.startswith(base) and not url.removeprefix(base).startswith(UNBOUND)


class CommandTree(app_commands.CommandTree["PaperwireBot"]):
    """The slash commands, with the one place where their errors end."""

    async def interaction_check(self, interaction: discord.Interaction["PaperwireBot"]) -> bool:
        """Refuse what does not come from a server that the bot is a member of.

        A server can have the commands alone, without the bot: then nothing could be posted there.
        """
        if interaction.guild_id is None or self.client.get_guild(interaction.guild_id) is None:
            raise app_commands.NoPrivateMessage
        return True

    async def on_error(
        self,
        interaction: discord.Interaction["PaperwireBot"],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        """Tell the person what went wrong."""
        await answer_error(interaction, error)

    def payload_hash(self) -> str:
        """Return a hash of all that Discord is told about the commands, and for which application.

        Equal for equal commands, whatever their order.
        """
        payloads = [command.to_dict(self) for command in self.get_commands()]
        payloads.sort(key=lambda payload: str(payload["name"]))
        told = json.dumps([self.client.application_id, payloads], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


class PaperwireBot(commands.AutoShardedBot):
    """The bot's connection to Discord: slash commands only, no privileged intent, no mentions."""

    tree: CommandTree
    services: Services
    """What the commands can ask for; set before `log_in`, for it needs the client to be built."""
    paper_acts: dict[str, Act]
    """What the buttons under papers do; each cog adds its own when it is loaded."""

    def __init__(
        self,
        *,
        command_hash: CommandHash,
        extensions: Sequence[str] = EXTENSIONS,
        budget: Budget | None = None,
        **options: Any,  # noqa: ANN401 - discord.py's own options, such as guild_ready_timeout
    ) -> None:
        # It has no voice, and needs no warning that it has none.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=CommandTree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            http_trace=paced(budget or Budget()),
            **options,
        )
        self.paper_acts = {}
        self._command_hash = command_hash
        self._extensions_to_load = tuple(extensions)

    async def log_in(self, token: str) -> None:
        """Log in, load the cogs and register the commands; connects nothing yet.

        Raises ConfigError if Discord refuses the token, OperationalError if it does not answer or
        an extension does not load.
        """
        try:
            await self.login(token)
            await self._keep_gateway()
        except discord.LoginFailure:
            # Without its cause: what discord.py says may quote the token.
            raise ConfigError(NOT_KNOWN) from None
        except CONNECTION_ERRORS as error:
            raise OperationalError(f"Discord did not let the bot log in: {error!r}") from error

    async def stay_connected(self) -> None:
        """Connect to the gateway, again and again, until the client is closed.

        Raises ConfigError if Discord has withdrawn the token, OperationalError if it closes the
        connection for another reason for good.
        """
        while not self.is_closed():
            try:
                await self.connect(reconnect=True)
            except discord.GatewayNotFound as error:
                log.warning("Discord does not say where its gateway is: %s", error)
                await asyncio.sleep(GATEWAY_PATIENCE)
            except discord.ConnectionClosed as error:
                if error.code == TOKEN_WITHDRAWN:
                    raise ConfigError(NOT_KNOWN) from None
                raise OperationalError(f"Discord closed the gateway for good: {error}") from error
            except CONNECTION_ERRORS as error:
                raise OperationalError(f"The gateway cannot be kept open: {error!r}") from error
            else:
                return

    async def _keep_gateway(self) -> None:
        """Reconnect where GET /gateway/bot says, also for a new session.

        Only the first connection asks there by itself: after an invalid session discord.py goes
        to its own default, past a proxy or a local server.
        """
        _, url, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = URL(url)

    async def setup_hook(self) -> None:
        """Load the cogs and register their commands; runs before the gateway is connected.

        A cog that has buttons registers them (`add_dynamic_items`) in its own `setup`. Raises
        OperationalError if an extension does not load.
        """
        self.add_dynamic_items(LastingButton, LastingMenu)
        for name in self._extensions_to_load:
            await self._load(name)
        await self._register_commands()

    async def on_ready(self) -> None:
        """Log that the bot is there; also after a reconnection."""
        counts = len(self.guilds), len(self.shards)
        log.info("Ready as %s; servers: %d, shards: %d", self.user, *counts)

    async def _load(self, name: str) -> None:
        try:
            await self.load_extension(name)
        except commands.ExtensionError as error:
            cause = error.__cause__ or error
            raise OperationalError(
                f"The extension {name} does not load: {type(cause).__name__}: {cause}"
            ) from error

    async def _register_commands(self) -> None:
        """Give Discord the commands if it was given others, or has lost them.

        A failure is no reason to stop: what is registered still works, and the next start tries
        again. Commands that Discord refuses are a mistake in them and do stop the start.
        """
        wanted = self.tree.payload_hash()
        try:
            if await self._command_hash.load_hash() == wanted and await self._all_registered():
                return
            registered = await self.tree.sync()
        except app_commands.CommandSyncFailure as error:
            raise OperationalError(f"Discord refuses the commands: {error}") from error
        except CONNECTION_ERRORS as error:
            log.error("The commands are not registered; the next start tries again: %s", error)  # noqa: TRY400 - the line says it all
            return
        await self._command_hash.save_hash(wanted)
        log.info("Registered %d commands", len(registered))

    async def _all_registered(self) -> bool:
        names = {command.name for command in await self.tree.fetch_commands()}
        return names >= {command.name for command in self.tree.get_commands()}
