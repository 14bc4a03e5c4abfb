"""Asks an OpenAI-compatible endpoint: one request at a time for each question, bounded in all.

The only module of this folder that makes requests. Nothing that a server says is quoted in an
error: it may repeat the key.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

import aiohttp
from pydantic import SecretStr

from bot import __version__
from bot.errors import ModelError, ModelRefusal
from bot.llm.chat import Answer, Question, Style, body, estimated_tokens, read
from bot.retry_after import seconds_asked

MOST_BYTES = 256 * 1024
"""Of an answer: a summary is 1 kB, what a model thought before it some more."""
PAUSE = 30.0
"""Seconds to wait after a 429 that says nothing."""
UNKNOWN_PAUSE = 600.0
"""Seconds to wait after what only a change of settings mends."""
_UNAUTHORIZED = frozenset({401, 403})
_NOT_FOUND = 404
_TOO_MANY_REQUESTS = 429
_MALFORMED = frozenset({400, 422})
_HTTP_OK = 200
_CHUNK = 16 * 1024

Spend = Callable[[int], Awaitable[None]]
"""Told before each request how many tokens it may take; raises what is to stop it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is, how it is called there, and how long an answer may take, in seconds."""

    url: str
    model: str
    key: SecretStr | None = None
    seconds: float = 20.0


class LanguageModel:
    """A model at an endpoint, and the connections to it; an async context manager."""

    def __init__(self, endpoint: Endpoint, now: Callable[[], datetime]) -> None:
        self._endpoint = endpoint
        self._now = now
        self._style = Style.SCHEMA
        self._has_answered = False
        self._open = AsyncExitStack()
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        """What the model is called at its endpoint."""
        return self._endpoint.model

    async def __aenter__(self) -> Self:
        key = self._endpoint.key
        headers = {
            "User-Agent": f"Paperwire/{__version__}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
        }
        if key is not None:
            headers["Authorization"] = f"Bearer {key.get_secret_value()}"
        self._session = await self._open.enter_async_context(
            aiohttp.ClientSession(
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=self._endpoint.seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        )
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    async def ask(self, question: Question, spend: Spend) -> Answer:
        """Return what the model answers.

        Raises ModelError, with `retry_after` where the server or the trouble says it, a
        ModelRefusal where it does not sum this paper up, and what `spend` raises.
        """
        style: Style | None = self._style
        while style is not None:
            request = body(question, self._endpoint.model, style)
            await spend(estimated_tokens(request))
            answered = await self._post(request)
            if answered is not None:
                self._style, self._has_answered = style, True
                return read(answered, request)
            style = style.plainer
        # Some filter so what a paper says; a server that never took a request has other trouble.
        kind = ModelRefusal if self._has_answered else ModelError
        raise kind("The language model's server calls the request malformed (status 400).")

    async def _post(self, request: bytes) -> bytes | None:
        """Return the answer's body, None where the server calls the request malformed."""
        if self._session is None:
            raise ModelError("The connection to the language model is not open.")
        url = f"{self._endpoint.url}/chat/completions"
        try:
            async with self._session.post(url, data=request, allow_redirects=False) as response:
                if response.status in _MALFORMED:
                    return None
                if response.status != _HTTP_OK:
                    raise self._refusal(response)
                return await _bounded(response)
        except TimeoutError:
            raise ModelError("The language model did not answer in time.") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Its name only: a message may hold what was sent.
            kind = type(error).__name__
            raise ModelError(f"The language model cannot be reached ({kind}).") from None

    def _refusal(self, response: aiohttp.ClientResponse) -> ModelError:
        status = response.status
        if status in _UNAUTHORIZED:
            said = f"does not take LLM_API_KEY (status {status})"
            return ModelError(f"The language model's server {said}.", retry_after=UNKNOWN_PAUSE)
        if status == _NOT_FOUND:
            said = "has no such path or model: check LLM_BASE_URL and LLM_MODEL (status 404)"
            return ModelError(f"The language model's server {said}.", retry_after=UNKNOWN_PAUSE)
        asked = seconds_asked(response.headers.get("Retry-After", ""), self._now())
        if asked is None and status == _TOO_MANY_REQUESTS:
            asked = PAUSE
        return ModelError(f"The language model's server says {status}.", retry_after=asked)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ModelError("The language model's server answers in an encoding not asked for.")
    answered = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        answered += chunk
        if len(answered) > MOST_BYTES:
            raise ModelError(f"The language model answers with more than {MOST_BYTES:,} bytes.")
    return bytes(answered)
