"""A Discord on 127.0.0.1 that an unmodified client talks to, for the demo and the tests.

Keeps state in memory only, speaks the routes and events that this bot uses, and refuses what
Discord documents that it refuses.
"""

from bot.sandbox.discord.faults import Failure, Lost, Refused, Rule, Stalled, TooMany
from bot.sandbox.discord.invocations import CannotDo
from bot.sandbox.discord.messages import Message
from bot.sandbox.discord.people import Community, Person
from bot.sandbox.discord.permissions import Permission
from bot.sandbox.discord.rates import Limit
from bot.sandbox.discord.replies import Choice, Modal, NoAnswer, Reply
from bot.sandbox.discord.sandbox import DiscordSandbox
from bot.sandbox.discord.server import Request
from bot.sandbox.discord.threads import Forum, Tag, Thread
from bot.sandbox.discord.world import Channel

__all__ = [
    "CannotDo",
    "Channel",
    "Choice",
    "Community",
    "DiscordSandbox",
    "Failure",
    "Forum",
    "Limit",
    "Lost",
    "Message",
    "Modal",
    "NoAnswer",
    "Permission",
    "Person",
    "Refused",
    "Reply",
    "Request",
    "Rule",
    "Stalled",
    "Tag",
    "Thread",
    "TooMany",
]
