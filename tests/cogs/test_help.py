"""/help: every topic can be shown, and its examples are right."""

import re

import pytest

from bot.errors import QueryError
from bot.matching.parser import parse
from bot.sandbox.discord.commands import CHAT_INPUT
from cogs.help import TOPICS
from tests.cogs.parts import Stage

THANKS = "Thank you to arXiv for use of its open access interoperability."


async def test_help_tells_how_to_start(stage: Stage) -> None:
    """Without a topic, anybody privately learns the first command and whom to thank."""
    reply = await stage.mallory.command(stage.ml, "help")
    assert reply.ephemeral
    assert "/subscribe query:" in reply.text
    assert THANKS in reply.text


@pytest.mark.parametrize("topic", TOPICS)
async def test_each_topic_is_shown(stage: Stage, topic: str) -> None:
    """Each topic is one message within Discord's limit."""
    reply = await stage.mallory.command(stage.ml, "help", topic=topic)
    assert reply.text == TOPICS[topic]


def test_the_thanks_to_arxiv_are_in_about() -> None:
    """The terms of use of arXiv ask for this sentence."""
    assert THANKS in TOPICS["about"]


def test_the_examples_of_queries_parse() -> None:
    """Nobody is taught a query that is refused."""
    examples = re.findall(r"`([^`]+)`", TOPICS["queries"])
    assert len(examples) > 15
    refused = []
    for example in examples:
        try:
            parse(example)
        except QueryError as error:
            refused.append((example, error.hint))
    assert refused == []


async def test_every_command_is_explained(stage: Stage) -> None:
    """Each registered command stands somewhere in the help."""
    everything = "\n".join(TOPICS.values())
    missing = [
        command["name"]
        for command in stage.discord.commands
        if command["name"] != "help"
        and (f"/{command['name']}" if command["type"] == CHAT_INPUT else command["name"])
        not in everything
    ]
    assert missing == []
