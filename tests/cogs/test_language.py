"""/language, and what /status says of summaries, through the loopback Discord."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.domain import ChannelId
from bot.llm.client import Endpoint, LanguageModel
from bot.sandbox.discord import Permission
from bot.sandbox.language_model import Fault, ModelSandbox
from bot.services.summaries import Limits, Summaries
from bot.storage import subscriptions
from bot.storage.database import Database
from cogs.language import choices
from tests.cogs.parts import Stage, staged
from tests.samples import paper
from tests.services.parts import Clock, announce

KEY = "sk-very-s3cret"


@pytest.fixture
async def server() -> AsyncIterator[ModelSandbox]:
    """Run a model on loopback."""
    async with ModelSandbox() as running:
        yield running


@pytest.fixture
async def modelled(database: Database, server: ModelSandbox) -> AsyncIterator[Stage]:
    """Return a running bot that has a language model."""
    clock = Clock()
    async with LanguageModel(Endpoint(server.url, "m", SecretStr(KEY)), clock) as model:
        telling = Summaries(database, model, Limits(), clock)
        async with staged(database, clock=clock, telling=telling) as opened:
            yield opened
        await telling.close()


async def language(stage: Stage) -> str | None:
    """Return what is stored for #ml."""
    channel = await subscriptions.channel_of(stage.database.read, ChannelId(stage.ml.id))
    return None if channel is None else channel.language


async def test_a_channel_is_summed_up_in_its_language(
    modelled: Stage, server: ModelSandbox
) -> None:
    """The language that was chosen is the one that the model is asked for, and /status says it."""
    reply = await modelled.alice.command(modelled.ml, "language", language="de")
    assert reply.ephemeral
    assert "in German from now on" in reply.text
    assert await language(modelled) == "de"
    server.say = lambda _: "Lehrt schläfrige Graphen, Laternen zu zählen."
    await modelled.alice.command(modelled.ml, "subscribe", query="lantern")
    await announce(modelled.database, paper())
    await modelled.deliver()
    (message,) = modelled.ml.messages
    assert "Lehrt schläfrige Graphen" in message.text
    assert "AI summary" in message.text
    assert "in German" in server.questions[0].rules
    status = await modelled.mallory.command(modelled.ml, "status")
    assert "by a language model, in German" in status.text
    assert "1 written; 0 not used" in status.text


async def test_none_is_the_authors_words(modelled: Stage, server: ModelSandbox) -> None:
    """A channel can do without the model; /status says how to have it again."""
    reply = await modelled.alice.command(modelled.ml, "language", language="none")
    assert "a sentence of their abstract" in reply.text
    await modelled.alice.command(modelled.ml, "subscribe", query="lantern")
    await announce(modelled.database, paper())
    await modelled.deliver()
    assert not server.questions
    assert "AI summary" not in modelled.ml.messages[0].text
    status = await modelled.mallory.command(modelled.ml, "status")
    assert "sentences of the abstract (`/language`" in status.text


async def test_status_says_why_there_are_no_summaries_and_no_secret(
    modelled: Stage, server: ModelSandbox
) -> None:
    """A key that is refused is told by the setting's name only."""
    server.fail(Fault.BAD_KEY, times=None)
    await modelled.alice.command(modelled.ml, "subscribe", query="lantern")
    await announce(modelled.database, paper())
    await modelled.deliver()
    assert len(modelled.ml.messages) == 1
    status = await modelled.mallory.command(modelled.ml, "status")
    assert "does not take LLM\\_API\\_KEY" in status.text
    assert KEY not in status.text
    assert "1 failed" in status.text


@pytest.mark.parametrize(
    ("typed", "said"), [("Klingon", "German"), ("", "German")], ids=["unknown", "nothing"]
)
async def test_an_unknown_language_is_answered_with_those_there_are(
    modelled: Stage, typed: str, said: str
) -> None:
    """Nothing changes, and the answer names what can be chosen."""
    reply = await modelled.alice.command(modelled.ml, "language", language=typed)
    assert said in reply.text
    assert await language(modelled) is None


async def test_only_managers_choose(modelled: Stage) -> None:
    """Manage Channels is needed in the channel that is named."""
    modelled.other.deny(modelled.alice, Permission.MANAGE_CHANNELS)
    reply = await modelled.alice.command(
        modelled.ml, "language", language="de", channel=modelled.other
    )
    assert "You need the permission Manage Channels" in reply.text


async def test_without_a_model_it_says_what_is_missing(stage: Stage) -> None:
    """Nothing is stored that nobody could write."""
    reply = await stage.alice.command(stage.ml, "language", language="de")
    assert "LLM\\_BASE\\_URL" in reply.text or "LLM_BASE_URL" in reply.text
    assert await language(stage) is None
    status = await stage.mallory.command(stage.ml, "status")
    assert "language model" not in status.text


async def test_languages_complete_as_somebody_types(stage: Stage) -> None:
    """A language is found by its own name and by its English one."""
    offered = await stage.alice.autocomplete(stage.ml, "language", language="deut")
    assert [(each.name, each.value) for each in offered] == [("Deutsch (German)", "de")]


@pytest.mark.parametrize(
    ("typed", "values"),
    [("german", ["de"]), ("日本", ["ja"]), ("DEUT", ["de"]), ("none", ["none"]), ("zh", ["zh"])],
)
def test_choices_fit_what_was_typed(typed: str, values: list[str]) -> None:
    """In any case, by code too."""
    assert [choice.value for choice in choices(typed)] == values


def test_all_are_offered_before_anything_fits() -> None:
    """Nothing typed, and nonsense, show everything, the authors' words last."""
    everything = [choice.value for choice in choices("")]
    assert everything == [choice.value for choice in choices("zzz")]
    assert (everything[0], everything[-1]) == ("en", "none")
