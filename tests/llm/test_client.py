"""The language model's client, against a real server on loopback that lies and fails."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.errors import ModelError, ModelRefusal
from bot.llm.chat import Answer, Question
from bot.llm.client import Endpoint, LanguageModel
from bot.sandbox.language_model import HONEST, Fault, ModelSandbox
from tests.services.parts import Clock

KEY = "sk-very-s3cret"
QUESTION = Question("Lamps", "We count lamps in streets. They are many.", "German")


@pytest.fixture
async def server() -> AsyncIterator[ModelSandbox]:
    """Run a model on loopback."""
    async with ModelSandbox() as running:
        yield running


@pytest.fixture
async def model(server: ModelSandbox) -> AsyncIterator[LanguageModel]:
    """Return the client that asks it."""
    endpoint = Endpoint(server.url, "loopback-1", SecretStr(KEY), seconds=0.5)
    async with LanguageModel(endpoint, Clock()) as opened:
        yield opened


async def spend(tokens: int) -> None:
    """Have no end of tokens."""
    assert tokens > 0


async def ask(model: LanguageModel) -> Answer:
    """Ask about the lamps."""
    return await model.ask(QUESTION, spend)


async def test_a_paper_is_asked_about_and_the_answer_read(
    server: ModelSandbox, model: LanguageModel
) -> None:
    """The paper goes out as data, the rules and the key beside it; summary and tokens come back."""
    answer = await ask(model)
    assert answer == Answer(f"{HONEST}We count lamps in streets.", 500)
    (question,) = server.questions
    assert (question.title, question.abstract) == (QUESTION.title, QUESTION.abstract)
    assert question.model == "loopback-1"
    assert question.form == "json_schema"
    assert question.authorization == f"Bearer {KEY}"
    assert "in German" in question.rules
    assert "lamps" not in question.rules


async def test_thoughts_and_fences_are_read_past(
    server: ModelSandbox, model: LanguageModel
) -> None:
    """A model that thinks aloud, or talks around its answer, is understood."""
    server.fenced = True
    assert (await ask(model)).summary.startswith(HONEST)


@pytest.mark.parametrize(
    ("refused", "asked"),
    [
        ({"json_schema"}, ["json_schema", "json_object", "json_object"]),
        ({"json_schema", "json_object"}, ["json_schema", "json_object", None, None]),
    ],
    ids=["no schemas", "no forms at all"],
)
async def test_a_server_without_structured_output_is_asked_more_plainly(
    server: ModelSandbox, model: LanguageModel, refused: set[str], asked: list[str | None]
) -> None:
    """What a server calls malformed is asked in a plainer way, from then on at once."""
    server.refused_forms = frozenset(refused)
    await ask(model)
    await ask(model)
    assert [question.form for question in server.questions] == asked


ABOUT_THE_PAPER = {
    Fault.REFUSAL,
    Fault.FILTERED,
    Fault.FORBIDDEN,
    Fault.NO_JSON,
    Fault.NO_SUMMARY,
    Fault.EMPTY,
}
"""Faults that a paper could bring about, which say nothing of the server."""


@pytest.mark.parametrize("fault", Fault)
async def test_every_fault_is_an_error_that_shows_no_secret(
    server: ModelSandbox, model: LanguageModel, fault: Fault
) -> None:
    """Whatever the server does ends in time, in one error, with nothing of the key or answer."""
    await ask(model)
    server.fail(fault, times=None)
    with pytest.raises(ModelError) as caught:
        await ask(model)
    shown = f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"
    assert caught.value.__cause__ is None
    assert KEY not in shown
    assert "sorry" not in shown
    assert isinstance(caught.value, ModelRefusal) == (fault in ABOUT_THE_PAPER)
    server.mend()
    assert (await ask(model)).summary.startswith(HONEST)


async def test_a_server_that_never_took_a_request_is_in_trouble(
    server: ModelSandbox, model: LanguageModel
) -> None:
    """Called malformed from the first on, requests fail as ever, for no fault of a paper."""
    server.fail(Fault.FORBIDDEN, times=None)
    with pytest.raises(ModelError) as caught:
        await ask(model)
    assert not isinstance(caught.value, ModelRefusal)
    assert len(server.questions) == 3


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [(Fault.TOO_MANY, 7), (Fault.BAD_KEY, 600), (Fault.UNKNOWN_MODEL, 600), (Fault.ERROR, None)],
)
async def test_an_error_says_when_to_ask_again(
    server: ModelSandbox, model: LanguageModel, fault: Fault, seconds: float | None
) -> None:
    """Retry-After is passed on; what only a setting mends waits for long."""
    server.fail(fault)
    with pytest.raises(ModelError) as caught:
        await ask(model)
    assert caught.value.retry_after == seconds


async def test_a_server_that_is_not_there_is_an_error() -> None:
    """A refused connection is told without what was sent."""
    endpoint = Endpoint("http://127.0.0.1:9/v1", "m", SecretStr(KEY), seconds=5)
    async with LanguageModel(endpoint, Clock()) as model:
        with pytest.raises(ModelError) as caught:
            await ask(model)
    assert "cannot be reached" in str(caught.value)


async def test_nothing_is_sent_that_cannot_be_paid(
    server: ModelSandbox, model: LanguageModel
) -> None:
    """What spending raises stops the request before it is made."""

    async def broke(_tokens: int) -> None:
        raise ModelError("nothing is left")

    with pytest.raises(ModelError, match="nothing is left"):
        await model.ask(QUESTION, broke)
    assert not server.questions


def test_the_key_is_in_no_representation() -> None:
    """An endpoint that is logged by mistake shows no key."""
    assert KEY not in repr(Endpoint("http://127.0.0.1/v1", "m", SecretStr(KEY)))
