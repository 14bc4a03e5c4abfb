"""An OpenAI-compatible endpoint on loopback: sums papers up honestly, lies or fails as it is told.

Contains no part of the bot; whatever speaks to it is the unmodified client. What an honest answer
says is a sentence of the abstract, so that it can be told by its first words.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

from aiohttp import web

HONEST = "In short: "
"""With which honest summaries begin."""
LOG_LENGTH = 10_000
_LONGEST = 170
_HUGE = 4_000_000


class Fault(StrEnum):
    """A way to fail."""

    STALL = "stall"
    """No answer until the sandbox closes."""
    ENDLESS = "endless"
    """A body that goes on for ever, a letter at a time."""
    HUGE = "huge"
    """A body of 4 MB."""
    HANG_UP = "hang up"
    """The connection is closed in place of an answer."""
    TOO_MANY = "too many"
    """429 with Retry-After: 7."""
    ERROR = "error"
    """500."""
    BAD_KEY = "bad key"
    """401, with the key in the body."""
    UNKNOWN_MODEL = "unknown model"
    """404."""
    REDIRECT = "redirect"
    """To another server."""
    COMPRESSED = "compressed"
    """In an encoding that nobody asked for."""
    MALFORMED = "malformed"
    """A completion that breaks off."""
    OTHER_SHAPE = "other shape"
    """JSON that is no completion."""
    NO_JSON = "no json"
    """A completion that holds words in place of the object asked for."""
    NO_SUMMARY = "no summary"
    """A completion that holds another object."""
    EMPTY = "empty"
    """A completion without content."""
    REFUSAL = "refusal"
    """As OpenAI refuses: with a refusal in place of content."""
    FILTERED = "filtered"
    """Stopped by a content filter."""
    FORBIDDEN = "forbidden"
    """400, as some filter what is asked."""


@dataclass(frozen=True, slots=True)
class SeenQuestion:
    """A request as it arrived."""

    model: str
    title: str
    abstract: str
    rules: str
    """What the system's message says."""
    form: str | None
    """The kind of structured output that was asked for."""
    authorization: str | None


Say = Callable[[SeenQuestion], str]


def honest(question: SeenQuestion) -> str:
    """Return the abstract's first sentence, as a summary that the bot can post."""
    first = question.abstract.partition(". ")[0].rstrip(".")
    return f"{HONEST}{first[:_LONGEST].rpartition(' ')[0] if len(first) > _LONGEST else first}."


class ModelSandbox:
    """A model on 127.0.0.1; an async context manager. ``say`` makes what it answers."""

    def __init__(self, say: Say = honest) -> None:
        self.say = say
        self.fenced = False
        """Whether it thinks aloud and puts its answer in a fence, as small models do."""
        self.refused_forms: frozenset[str] = frozenset()
        """Kinds of structured output that it answers with 400."""
        self.questions: deque[SeenQuestion] = deque(maxlen=LOG_LENGTH)
        """The latest questions, in the order of their arrival, refused ones included."""
        self.most_at_once = 0
        """How many questions were ever in hand together."""
        self.hold: asyncio.Event | None = None
        """While it is set here and not yet set, nothing is answered."""
        self._faults: deque[Fault] = deque()
        self._always: Fault | None = None
        self._in_hand = 0
        self._arrived = asyncio.Condition()
        self._closing = asyncio.Event()
        application = web.Application()
        application.add_routes([web.post("/v1/chat/completions", self._complete)])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        self.url = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port, *_ = self._runner.addresses[0]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def fail(self, fault: Fault, times: int | None = 1) -> None:
        """Let the next requests fail so; all from now on, with None."""
        if times is None:
            self._always = fault
        else:
            self._faults.extend([fault] * times)

    def mend(self) -> None:
        """Let nothing fail any more."""
        self._always = None
        self._faults.clear()

    async def asked(self, count: int, seconds: float = 15.0) -> None:
        """Wait until so many questions have arrived in all."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: len(self.questions) >= count)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        question = _question(await request.json(), request.headers.get("Authorization"))
        self.questions.append(question)
        self._in_hand += 1
        self.most_at_once = max(self.most_at_once, self._in_hand)
        async with self._arrived:
            self._arrived.notify_all()
        try:
            if self.hold is not None:
                await self.hold.wait()
            return await self._answer(request, question)
        finally:
            self._in_hand -= 1

    async def _answer(self, request: web.Request, question: SeenQuestion) -> web.StreamResponse:
        fault = self._faults.popleft() if self._faults else self._always
        if fault is not None:
            return await self._failing(request, fault, question)
        if question.form in self.refused_forms:
            error = {"error": {"message": f"response_format {question.form} is not supported"}}
            return web.json_response(error, status=400)
        told = _told(self.say(question))
        if self.fenced:
            told = f"<think>It is {{short}}.</think>\nHere it is:\n```json\n{told}\n```"
        return web.json_response(_completion({"content": told}))

    async def _failing(
        self, request: web.Request, fault: Fault, question: SeenQuestion
    ) -> web.StreamResponse:
        match fault:
            case Fault.STALL:
                await self._closing.wait()
                return web.Response(status=503)
            case Fault.ENDLESS:
                return await self._endless(request)
            case Fault.HANG_UP if request.transport is not None:
                request.transport.close()
        return _failed(fault, question)

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while not self._closing.is_set():
            await response.write(b" ")
            await asyncio.sleep(0.01)
        return response


def _failed(fault: Fault, question: SeenQuestion) -> web.Response:
    if fault in _REFUSALS:
        status, headers = _REFUSALS[fault]
        error = {"error": {"message": f"Incorrect API key provided: {question.authorization}"}}
        return web.json_response(error, status=status, headers=headers)
    headers = {"Content-Encoding": "gzip"} if fault is Fault.COMPRESSED else {}
    body = _BODIES[fault](honest(question))
    return web.Response(body=body, headers=headers, content_type="application/json")


_REFUSALS: Mapping[Fault, tuple[int, dict[str, str]]] = {
    Fault.TOO_MANY: (429, {"Retry-After": "7"}),
    Fault.BAD_KEY: (401, {}),
    Fault.UNKNOWN_MODEL: (404, {}),
    Fault.REDIRECT: (307, {"Location": "http://127.0.0.1:9/v1"}),
    Fault.ERROR: (500, {}),
    Fault.FORBIDDEN: (400, {}),
    Fault.HANG_UP: (500, {}),
}
_BODIES: Mapping[Fault, Callable[[str], bytes]] = {
    Fault.COMPRESSED: lambda _: b"\x1f\x8b",
    Fault.HUGE: lambda _: b" " * _HUGE,
    Fault.MALFORMED: lambda said: _answered({"content": _told(said)})[:-20],
    Fault.OTHER_SHAPE: lambda said: json.dumps({"choices": "{{{{", "usage": [said]}).encode(),
    Fault.NO_JSON: lambda said: _answered({"content": said + "{" * 9_000}),
    Fault.NO_SUMMARY: lambda _: _answered({"content": '{"tldr": 5}'}),
    Fault.EMPTY: lambda _: _answered({"content": None}),
    Fault.REFUSAL: lambda _: _answered({"content": None, "refusal": "I'm sorry."}),
    Fault.FILTERED: lambda said: _answered({"content": _told(said)}, "content_filter"),
}


def _told(summary: str) -> str:
    return json.dumps({"summary": summary}, ensure_ascii=False)


def _answered(message: dict[str, object], finished: str = "stop") -> bytes:
    return json.dumps(_completion(message, finished)).encode()


def _completion(message: dict[str, object], finished: str = "stop") -> dict[str, object]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "loopback",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", **message},
                "finish_reason": finished,
            }
        ],
        "usage": {"prompt_tokens": 400, "completion_tokens": 100, "total_tokens": 500},
    }


def _question(body: dict[str, object], authorization: str | None) -> SeenQuestion:
    messages = body["messages"]
    if not isinstance(messages, list):
        raise TypeError("messages are no list")
    told = json.loads(messages[-1]["content"])
    form = body.get("response_format")
    return SeenQuestion(
        model=str(body["model"]),
        title=told["title"],
        abstract=told["abstract"],
        rules=messages[0]["content"],
        form=str(form["type"]) if isinstance(form, dict) else None,
        authorization=authorization,
    )
