"""An OpenAI-compatible endpoint as the model: OpenAI, OpenRouter, Ollama, vLLM and others.

One POST to ``<base>/embeddings`` for some texts; whatever goes wrong is a ModelError, which quotes
nothing that a server says (https://platform.openai.com/docs/api-reference/embeddings).
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import aiohttp
import numpy as np
from pydantic import BaseModel, SecretStr, ValidationError

from bot.domain import VectorSpace
from bot.embedding.vectors import to_bytes
from bot.errors import ModelError
from bot.retry_after import seconds_asked

TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
MOST_DIMENSIONS = 8_192
LONGEST_TEXT = 8_000
"""Letters of a text that are sent: about 2,000 tokens, which every known model takes."""
_MOST_BYTES = 32 * 1024 * 1024
"""Of an answer: 64 vectors of 8,192 numbers are about 12 MB of JSON."""
_CHUNK = 64 * 1024
_OK = 200
_SAID = {
    401: "does not take EMBEDDINGS_API_KEY",
    403: "does not take EMBEDDINGS_API_KEY",
    404: "has no such path or model: check EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL",
    429: "asks for a pause",
}
"""What a status says; of others, that there was no answer."""


class _Embedding(BaseModel):
    index: int
    embedding: list[float]


class _Answer(BaseModel):
    data: list[_Embedding]


class EndpointModel:
    """Embeds texts by asking an endpoint; `space` asks it once how long its vectors are."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        model: str,
        api_key: SecretStr | None,
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._url = f"{base_url}/embeddings"
        self._name = model
        self._headers = {"Authorization": f"Bearer {api_key.get_secret_value()}"} if api_key else {}
        self._now = now
        self._space: VectorSpace | None = None

    async def space(self) -> VectorSpace:
        """Return what its vectors can be compared with; raises ModelError."""
        if self._space is None:
            (vector,) = await self._embedded(["paper"])
            self._space = VectorSpace(self._name, len(vector))
        return self._space

    async def embed(self, texts: Sequence[str]) -> list[bytes]:
        """Return a vector for each text, as `to_bytes` writes it; raises ModelError."""
        dimension = (await self.space()).dimension
        vectors = await self._embedded(texts)
        if any(len(vector) != dimension for vector in vectors):
            raise ModelError("The embeddings endpoint changed the length of its vectors.")
        return vectors

    async def _embedded(self, texts: Sequence[str]) -> list[bytes]:
        answer = await self._ask([text[:LONGEST_TEXT] or " " for text in texts])
        found = sorted(answer.data, key=lambda each: each.index)
        lengths = {len(each.embedding) for each in found}
        if [each.index for each in found] != list(range(len(texts))) or len(lengths) != 1:
            raise ModelError("The embeddings endpoint did not answer each text with a vector.")
        if not 0 < lengths.pop() <= MOST_DIMENSIONS:
            raise ModelError("The embeddings endpoint answered vectors of no usable length.")
        return to_bytes(np.array([each.embedding for each in found], np.float32))

    async def _ask(self, texts: list[str]) -> _Answer:
        try:
            async with self._session.post(
                self._url,
                json={"model": self._name, "input": texts},
                headers=self._headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            ) as response:
                if response.status != _OK:
                    raise ModelError(
                        f"The embeddings endpoint {_SAID.get(response.status, 'did not answer')} "
                        f"(status {response.status}).",
                        retry_after=seconds_asked(
                            response.headers.get("Retry-After", ""), self._now()
                        ),
                    )
                body = await _body(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = type(error).__name__
            raise ModelError(f"The embeddings endpoint did not answer ({reason}).") from None
        try:
            return _Answer.model_validate_json(body)
        except ValidationError:
            raise ModelError("The embeddings endpoint answered something else.") from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return an answer's body; raises ModelError for one that is too long."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > _MOST_BYTES:
            raise ModelError("The embeddings endpoint answered too much.")
    return bytes(body)
