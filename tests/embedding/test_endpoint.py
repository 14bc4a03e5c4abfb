"""An OpenAI-compatible endpoint on loopback, with what endpoints get wrong."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

pytest.importorskip("numpy")

from bot.domain import VectorSpace
from bot.embedding.endpoint import EndpointModel
from bot.errors import ModelError
from tests.services.parts import Clock


def vectors_of(texts: list[str]) -> dict[str, Any]:
    """Answer with vectors by the texts' lengths, the last first, as an endpoint may."""
    rows = [{"index": at, "embedding": [1.0, float(len(text))]} for at, text in enumerate(texts)]
    return {"data": rows[::-1]}


@dataclass
class Endpoint:
    """What it answers, and what it was asked."""

    answer: Callable[[list[str]], object] = vectors_of
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)
    url: str = ""

    async def respond(self, request: web.Request) -> web.Response:
        """Answer a request."""
        body = await request.json()
        self.requests.append((request.headers.get("Authorization"), body))
        return web.json_response(
            self.answer(body["input"]), status=self.status, headers=self.headers
        )


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    """Run an endpoint on loopback."""
    stand_in = Endpoint()
    app = web.Application()
    app.router.add_post("/v1/embeddings", stand_in.respond)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    stand_in.url = f"http://{host}:{port}/v1"
    yield stand_in
    await runner.cleanup()


@pytest.fixture
async def model(endpoint: Endpoint) -> AsyncIterator[EndpointModel]:
    """Return a model that asks it."""
    async with aiohttp.ClientSession() as session:
        yield EndpointModel(session, endpoint.url, "tiny", SecretStr("sesame"), Clock())


async def test_texts_become_vectors_in_their_order(
    endpoint: Endpoint, model: EndpointModel
) -> None:
    """Each text gets its own vector, whatever order they are answered in, with the key sent."""
    assert await model.space() == VectorSpace("tiny", 2)
    short, long = await model.embed(["a", "a" * 127])
    assert (short, long) == (bytes([127, 127]), bytes([1, 127]))
    assert endpoint.requests[-1] == (
        "Bearer sesame",
        {"model": "tiny", "input": ["a", "a" * 127]},
    )


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: {"data": []}, id="nothing"),
        pytest.param(lambda _: {"error": "no such model"}, id="something else"),
        pytest.param(lambda texts: vectors_of([*texts, "one more"]), id="too many"),
        pytest.param(lambda _: {"data": [{"index": 0, "embedding": []}]}, id="empty vectors"),
        pytest.param(lambda _: {"data": [{"index": 0, "embedding": ["x"]}]}, id="no numbers"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_an_error(
    endpoint: Endpoint, model: EndpointModel, answer: Callable[[list[str]], object]
) -> None:
    """Whatever else is answered, nothing of it is kept."""
    endpoint.answer = answer
    with pytest.raises(ModelError, match="embeddings endpoint"):
        await model.embed(["tide"])


async def test_a_length_that_changes_is_an_error(endpoint: Endpoint, model: EndpointModel) -> None:
    """Vectors of another length cannot be compared with those before."""
    await model.space()
    endpoint.answer = lambda texts: {
        "data": [{"index": at, "embedding": [1.0]} for at in range(len(texts))]
    }
    with pytest.raises(ModelError, match="changed the length"):
        await model.embed(["tide"])


async def test_a_refusal_says_when_to_try_again(endpoint: Endpoint, model: EndpointModel) -> None:
    """A status other than 200 is an error with what Retry-After says, and never the key."""
    endpoint.status, endpoint.headers = 429, {"Retry-After": "70"}
    with pytest.raises(ModelError, match="status 429") as refused:
        await model.embed(["tide"])
    assert refused.value.retry_after == 70
    assert "sesame" not in str(refused.value)


async def test_nobody_there_is_an_error(model: EndpointModel, endpoint: Endpoint) -> None:
    """A closed port is told as any failure."""
    async with aiohttp.ClientSession() as session:
        gone = EndpointModel(session, "http://127.0.0.1:9", "tiny", None, Clock())
        with pytest.raises(ModelError, match="did not answer"):
            await gone.space()
    assert (await model.space()).model == "tiny"
    assert endpoint.requests
