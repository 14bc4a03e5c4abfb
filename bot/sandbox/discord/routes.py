"""The HTTP routes that this bot uses: what is asked of the world, and what is answered.

Only translates between HTTP's values and the world; `server` does the network.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.discord import payloads
from bot.sandbox.discord.commands import check_commands, registered
from bot.sandbox.discord.gateway import Gateway
from bot.sandbox.discord.interactions import Desk
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.refusals import (
    FormErrors,
    Json,
    broken_json,
    missing_access,
    missing_permissions,
    unknown_channel,
    unknown_guild,
)
from bot.sandbox.discord.starting import Starting
from bot.sandbox.discord.threads import Thread, active_in, archived_below
from bot.sandbox.discord.world import Guild, World


@dataclass(frozen=True, slots=True)
class Call:
    """One request: ids from its path, its query and its JSON body (None without one)."""

    ids: Mapping[str, str]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def id(self, name: str) -> int:
        """Return an id of the path; 0, which nothing has, where it is no number."""
        return int(self.ids[name]) if self.ids[name].isdecimal() else 0

    @property
    def form(self) -> Json:
        """The body, which must be a JSON object."""
        if not isinstance(self.body, dict):
            raise broken_json()
        return self.body


@dataclass(frozen=True, slots=True)
class Done:
    """What is answered: a status, and JSON unless it is 204."""

    body: Any = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path template; ``open`` ones need no token in a header."""

    method: str
    path: str
    act: Callable[[Call], Done]
    open: bool = False


_COMMANDS = "/applications/{application_id}/commands"
_CHANNEL = "/channels/{channel_id}"
_MESSAGES = f"{_CHANNEL}/messages"
_MESSAGE = f"{_MESSAGES}/{{message_id}}"
_WEBHOOK = "/webhooks/{application_id}/{token}"
_ANSWER = f"{_WEBHOOK}/messages/{{message_id}}"


class Routes:
    """All routes over one world."""

    def __init__(self, world: World, posting: Posting, desk: Desk, gateway: Gateway) -> None:
        self._world = world
        self._posting = posting
        self._starting = Starting(world, posting)
        self._desk = desk
        self._gateway = gateway

    def table(self) -> list[Route]:
        """Return every route there is."""
        return [
            Route("GET", "/users/@me", self._me),
            Route("POST", "/users/@me/channels", self._open_direct),
            Route("GET", "/oauth2/applications/@me", self._application),
            Route("GET", "/applications/@me", self._application),
            Route("GET", "/gateway", self._gateway_url, open=True),
            Route("GET", "/gateway/bot", self._gateway_bot),
            Route("GET", _COMMANDS, self._commands),
            Route("PUT", _COMMANDS, self._register),
            Route("GET", "/guilds/{guild_id}", self._guild),
            Route("GET", "/guilds/{guild_id}/channels", self._guild_channels),
            Route("GET", _CHANNEL, self._channel),
            Route("POST", f"{_CHANNEL}/typing", self._type),
            Route("GET", _MESSAGES, self._history),
            Route("POST", _MESSAGES, self._send),
            Route("GET", _MESSAGE, self._message),
            Route("PATCH", _MESSAGE, self._edit),
            Route("DELETE", _MESSAGE, self._delete),
            Route("PATCH", _CHANNEL, self._change_thread),
            Route("POST", f"{_CHANNEL}/threads", self._post),
            Route("GET", f"{_CHANNEL}/threads/archived/public", self._archived_threads),
            Route("POST", f"{_MESSAGE}/threads", self._start_thread),
            Route("GET", "/guilds/{guild_id}/threads/active", self._active_threads),
            Route("POST", "/interactions/{interaction_id}/{token}/callback", self._respond, True),
            Route("POST", _WEBHOOK, self._follow_up, True),
            Route("GET", _ANSWER, self._answer, True),
            Route("PATCH", _ANSWER, self._edit_answer, True),
            Route("DELETE", _ANSWER, self._delete_answer, True),
        ]

    def _me(self, _call: Call) -> Done:
        return Done({**payloads.user(self._world.bot), "flags": 0, "verified": True})

    def _open_direct(self, call: Call) -> Done:
        wanted = str(call.form.get("recipient_id"))
        for guild in self._world.guilds.values():
            for member in guild.members.values():
                if str(member.id) == wanted and member is not guild.bot:
                    return Done(payloads.channel(self._world.open_direct(member.user)))
        raise unknown_channel()

    def _application(self, _call: Call) -> Done:
        return Done(payloads.application(self._world))

    def _gateway_url(self, _call: Call) -> Done:
        return Done({"url": self._gateway.url})

    def _gateway_bot(self, _call: Call) -> Done:
        left = 1000 - len(self._gateway.identifies)
        limit = {"total": 1000, "remaining": left, "reset_after": 0, "max_concurrency": 1}
        shards = self._gateway.shards
        return Done({"url": self._gateway.url, "shards": shards, "session_start_limit": limit})

    def _commands(self, call: Call) -> Done:
        self._check_application(call)
        return Done(self._world.commands)

    def _register(self, call: Call) -> Done:
        self._check_application(call)
        if not isinstance(call.body, list) or not all(isinstance(each, dict) for each in call.body):
            raise broken_json()
        check_commands(call.body)
        before = {str(each["name"]): each for each in self._world.commands}
        new_id = self._world.snowflakes.next
        self._world.commands = registered(call.body, before, new_id, self._world.bot.id)
        self._world.changes.announce()
        return Done(self._world.commands)

    def _check_application(self, call: Call) -> None:
        if call.id("application_id") != self._world.bot.id:
            raise missing_access()

    def _guild(self, call: Call) -> Done:
        guild = self._world.guilds.get(call.id("guild_id"))
        if guild is None:
            raise unknown_guild()
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
        return Done({**payloads.guild(guild), **counts})

    def _guild_channels(self, call: Call) -> Done:
        guild = self._world.guilds.get(call.id("guild_id"))
        if guild is None:
            raise unknown_guild()
        return Done([payloads.channel(each) for each in guild.channels])

    def _channel(self, call: Call) -> Done:
        return Done(payloads.channel(self._posting.channel(call.id("channel_id"))))

    def _type(self, call: Call) -> Done:
        self._posting.channel(call.id("channel_id"), Permission.SEND_MESSAGES)
        return Done(status=204)

    def _history(self, call: Call) -> Done:
        channel = self._posting.channel(call.id("channel_id"))
        found = self._posting.history(channel, dict(call.query))
        return Done([payloads.message(each, channel) for each in found])

    def _send(self, call: Call) -> Done:
        channel, message = self._posting.send(call.id("channel_id"), call.form)
        return Done(payloads.message(message, channel, nonce=True))

    def _message(self, call: Call) -> Done:
        channel = self._posting.channel(call.id("channel_id"), Permission.READ_MESSAGE_HISTORY)
        message = self._posting.found(channel, call.id("message_id"))
        return Done(payloads.message(message, channel))

    def _edit(self, call: Call) -> Done:
        channel = self._posting.channel(call.id("channel_id"))
        message = self._posting.edit(channel, call.id("message_id"), call.form)
        return Done(payloads.message(message, channel))

    def _delete(self, call: Call) -> Done:
        channel = self._posting.channel(call.id("channel_id"))
        self._posting.delete(channel, call.id("message_id"))
        return Done(status=204)

    def _post(self, call: Call) -> Done:
        thread, message = self._starting.post(call.id("channel_id"), call.form)
        first = payloads.message(message, thread)
        return Done({**payloads.channel(thread), "message": first}, 201)

    def _start_thread(self, call: Call) -> Done:
        thread = self._starting.below(call.id("channel_id"), call.id("message_id"), call.form)
        return Done(payloads.channel(thread), 201)

    def _change_thread(self, call: Call) -> Done:
        channel = self._posting.channel(call.id("channel_id"))
        if not isinstance(channel, Thread):
            raise missing_permissions()
        return Done(payloads.channel(self._starting.change(channel, call.form)))

    def _active_threads(self, call: Call) -> Done:
        guild = self._world.guilds.get(call.id("guild_id"))
        if guild is None:
            raise unknown_guild()
        seen = [each for each in active_in(guild) if _sees(guild, each)]
        return Done({"threads": [payloads.channel(each) for each in seen], "members": []})

    def _archived_threads(self, call: Call) -> Done:
        channel = self._posting.channel(call.id("channel_id"), Permission.READ_MESSAGE_HISTORY)
        before = call.query.get("before")
        limit = int(call.query.get("limit", 50))
        if not 2 <= limit <= 100:
            raise FormErrors.single("limit", "NUMBER_TYPE_RANGE", "Must be 2 to 100.")
        moment = None if before is None else datetime.fromisoformat(before)
        found, more = archived_below(channel, moment, limit)
        threads = [payloads.channel(each) for each in found]
        return Done({"threads": threads, "members": [], "has_more": more})

    def _respond(self, call: Call) -> Done:
        receipt = self._desk.respond(call.id("interaction_id"), call.ids["token"], call.form)
        wanted = call.query.get("with_response", "").lower() in {"1", "true"}
        return Done(receipt) if wanted else Done(status=204)

    def _follow_up(self, call: Call) -> Done:
        interaction = self._desk.by_token(call.id("application_id"), call.ids["token"])
        message = self._desk.follow_up(interaction, call.form)
        return Done(payloads.message(message, interaction.channel))

    def _answer(self, call: Call) -> Done:
        interaction = self._desk.by_token(call.id("application_id"), call.ids["token"])
        message = self._desk.message(interaction, call.ids["message_id"])
        return Done(payloads.message(message, interaction.channel))

    def _edit_answer(self, call: Call) -> Done:
        interaction = self._desk.by_token(call.id("application_id"), call.ids["token"])
        message = self._desk.edit(interaction, call.ids["message_id"], call.form)
        return Done(payloads.message(message, interaction.channel))

    def _delete_answer(self, call: Call) -> Done:
        interaction = self._desk.by_token(call.id("application_id"), call.ids["token"])
        self._desk.delete(interaction, call.ids["message_id"])
        return Done(status=204)


def _sees(guild: Guild, thread: Thread) -> bool:
    return Permission.VIEW_CHANNEL in thread.permissions_of(guild.bot)
