"""What discord.py raises, in Paperwire's own errors. Pure; never retries.

Codes: Discord's "JSON Error Codes" (topics/opcodes-and-status-codes).
"""

from collections.abc import Mapping

import discord

from bot.errors import (
    AlreadyDeleted,
    ConfigError,
    DeliveryError,
    Gone,
    NotNow,
    OperationalError,
    Refused,
    ThreadClosed,
    Unanswered,
    Unreachable,
)

_UNKNOWN_CHANNEL = 10_003
_UNKNOWN_GUILD = 10_004
_UNKNOWN_MESSAGE = 10_008
_SENDING_SWITCHED_OFF = 40_004
_NO_TEXT_HERE = frozenset({50_008, 50_024})
_THREAD_CLOSED = frozenset({50_083, 160_005})
THREAD_EXISTS = 160_004
"""Of a message that is to have a thread."""
_TOO_MANY_OLD_EDITS = 30_046
_NOT_OURS = 50_005
_RETRY_AFTER = 60.0
"""Seconds, where Discord does not say."""
_MUCH_LATER = 3_600.0
"""Seconds, for an edit that must wait until a thread is opened again, or an hour is over."""
_SERVER_FAULT = 500
_TOO_MANY = 429
_FORBIDDEN = 403

_GONE = "The channel is gone."
_CLOSED = "I may not post in {where}: give me View Channel and {send} there."
_NOT_TEXT = "{where} takes no messages: choose a text channel."
_ARCHIVED = "The thread {where} is closed: unlock it."


def of_edit(
    error: discord.HTTPException, where: str, *, in_thread: bool = False
) -> OperationalError:
    """Return what an answer of Discord means for the edit of a message in `where`.

    A closed thread is no reason to post nothing more there: a new message opens it.
    """
    if error.code in {_UNKNOWN_CHANNEL, _UNKNOWN_GUILD}:
        # A forum's post, or the channel with all of its messages: to be sent to is another matter.
        return AlreadyDeleted("The message is gone with what held it.")
    if error.code == _NOT_OURS:
        return Refused("The message is not this bot's: it cannot be edited.")
    if error.code in _THREAD_CLOSED:
        return ThreadClosed(_ARCHIVED.format(where=where), retry_after=_MUCH_LATER)
    if error.code == _TOO_MANY_OLD_EDITS:
        text = "Discord allows only so many edits of messages older than an hour."
        return NotNow(text, retry_after=_MUCH_LATER)
    return translated(error, where, in_thread=in_thread)


def translated(
    error: discord.HTTPException, where: str, *, in_thread: bool = False
) -> OperationalError:
    """Return what an answer of Discord means for a message to the channel called `where`."""
    if error.status >= _SERVER_FAULT:
        return Unanswered(f"Discord answered {error.status}.")
    if error.status == _TOO_MANY:
        return NotNow("Discord asks for a pause.", retry_after=_retry_after(error))
    if not _is_from_discord(error):
        # A page of Cloudflare or of a proxy says nothing about the channel or the message.
        text = f"Something before Discord answered {error.status}."
        return NotNow(text, retry_after=_RETRY_AFTER)
    if error.status == _FORBIDDEN:
        send = "Send Messages in Threads" if in_thread else "Send Messages"
        return Unreachable(_CLOSED.format(where=where, send=send))
    return _said_by_discord(error, where)


def _said_by_discord(error: discord.HTTPException, where: str) -> OperationalError:
    match error.status:
        case 400 | 413:
            return _of_bad_request(error, where)
        case 401:
            return ConfigError("Discord does not know the bot's token: check DISCORD_TOKEN.")
        case 404:
            return _of_not_found(error)
    return Unanswered(f"Discord answered {error.status}: {error.text}", retry_after=_RETRY_AFTER)


def _of_bad_request(error: discord.HTTPException, where: str) -> DeliveryError:
    if error.code == _SENDING_SWITCHED_OFF:
        return NotNow("Discord has switched sending off for now.", retry_after=_RETRY_AFTER)
    if error.code in _NO_TEXT_HERE:
        return Unreachable(_NOT_TEXT.format(where=where))
    if error.code in _THREAD_CLOSED:
        return Unreachable(_ARCHIVED.format(where=where))
    return Refused(f"Discord will not take the message: {error.text}")


def _of_not_found(error: discord.HTTPException) -> DeliveryError:
    if error.code == _UNKNOWN_MESSAGE:
        return AlreadyDeleted("The message was delivered and then deleted.")
    if error.code in {_UNKNOWN_CHANNEL, _UNKNOWN_GUILD}:
        return Gone(_GONE)
    return Unanswered(f"Discord answered 404: {error.text}", retry_after=_RETRY_AFTER)


def _is_from_discord(error: discord.HTTPException) -> bool:
    """Whether the answer is JSON, as all of Discord's own are."""
    headers: Mapping[str, str] = error.response.headers
    return headers.get("Content-Type", "").startswith("application/json")


def _retry_after(error: discord.HTTPException) -> float:
    headers: Mapping[str, str] = error.response.headers
    try:
        return max(float(headers.get("Retry-After", _RETRY_AFTER)), 1.0)
    except ValueError:
        return _RETRY_AFTER
