"""A newcomer's first steps: what to do next, ticked as the messages show it done. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.sandbox.discord.messages import Message
from bot.sandbox.web.html import Child, Html, element

_SUBSCRIBED = "pw1:undo:"
"""What the button begins with that undoes a new subscription."""
_DIGEST = re.compile(r"^## [\d,]+ papers? for ", re.MULTILINE)


class Step(StrEnum):
    """What a newcomer does, in this order."""

    SUBSCRIBE = "subscribe"
    PREVIEW = "preview"
    POST = "post"
    DAILY = "daily"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Seen:
    """A message, and what was typed that it answers: empty where the bot posted by itself."""

    message: Message
    typed: str = ""


def done(seen: Iterable[Seen]) -> frozenset[Step]:
    """Return the steps that the bot's messages show as done."""
    return frozenset(step for each in seen for step in _shown_by(each))


def _shown_by(seen: Seen) -> Iterable[Step]:
    message = seen.message
    if not message.author.bot or message.loading:
        return
    if any(str(it.get("custom_id")).startswith(_SUBSCRIBED) for it in message.buttons):
        yield Step.SUBSCRIBE
        if "when: daily" in seen.typed:
            yield Step.DAILY
    if seen.typed.startswith("/preview"):
        yield Step.PREVIEW
    if message.interaction is None and message.links:
        yield Step.DIGEST if _DIGEST.search(message.text) else Step.POST


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How the sandbox's own controls stand."""

    clock: str
    """What time it is there."""
    morning: str
    """When the next morning is, such as ``tomorrow, 09:00 UTC``."""
    left: int
    """How many batches of papers are left to publish."""


_QUERY = "language model"
_DAILY = {"query": "galaxy, quantum", "when": "daily", "look_back": "7"}


def drawn(ticked: frozenset[Step], sandbox: Sandbox | None) -> Html:
    """Return the guide; without a sandbox's controls, none."""
    if sandbox is None:
        return element("p", "Type / in the message box to see the commands.")
    steps = _steps(sandbox)
    following = next((step for step in Step if step not in ticked), None)
    lines = (_line(step, steps[step], step in ticked, step is following) for step in Step)
    finished = element("p", _FINISHED, class_="finished") if following is None else None
    return element(
        "details",
        element("summary", f"First steps · {len(ticked)} of {len(Step)}"),
        element("ol", *lines),
        finished,
        _controls(sandbox),
        open=True,
    )


_FINISHED = (
    "That is Paperwire. Press the buttons under a post, try /search, /similar and /why, and "
    "/help for all of it."
)


def _steps(sandbox: Sandbox) -> Mapping[Step, tuple[Child, ...]]:
    return {
        Step.SUBSCRIBE: (
            element("b", "Subscribe this channel"),
            " to some keywords, and press Enter.",
            _fill("subscribe", {"query": _QUERY}),
        ),
        Step.PREVIEW: (
            element("b", "Look before you subscribe:"),
            " what would other keywords have brought lately?",
            _fill("preview", {"query": "diffusion model"}),
        ),
        Step.POST: (
            element("b", "Let papers be announced."),
            " Those that match are posted here within a second or two.",
            _control("publish", "Publish the next papers", off=not sandbox.left),
        ),
        Step.DAILY: (
            element("b", "Collect others for a digest,"),
            " one message a day, at 09:00 UTC unless you set another hour with /digest set.",
            _fill("subscribe", _DAILY),
        ),
        Step.DIGEST: (
            element("b", "Let the morning come."),
            " The sandbox's clock is put forward, and the digest is posted.",
            _control("morning", f"Let it be {sandbox.morning}"),
        ),
    }


def _line(step: Step, told: tuple[Child, ...], is_done: bool, is_next: bool) -> Html:  # noqa: FBT001 - how it is drawn
    mark = element("span", "Done: ", class_="unseen") if is_done else None
    words = [*(["done"] if is_done else []), *(["next"] if is_next else [])]
    return element(
        "li",
        mark,
        *told,
        class_=" ".join(words),
        data_step=step,
        aria_current="step" if is_next else None,
    )


def _fill(command: str, options: Mapping[str, str]) -> Html:
    return element(
        "button",
        element("code", as_typed(command, options)),
        type="button",
        class_="fill",
        title="Put it in the message box",
        data_fill=json.dumps({"command": command, "options": dict(options)}),
    )


def as_typed(command: str, options: Mapping[str, object]) -> str:
    """Return a command with its options as Discord shows it while it is typed."""
    return " ".join([f"/{command}", *(f"{name}: {value}" for name, value in options.items())])


def _control(name: str, label: str, *, off: bool = False) -> Html:
    return element(
        "button",
        label,
        type="button",
        class_="button primary",
        data_control=name,
        disabled=off,
    )


def _controls(sandbox: Sandbox) -> Html:
    return element(
        "section",
        element("h2", "The sandbox"),
        element("p", "Its clock: ", element("b", sandbox.clock), "."),
        element("p", _control("hour", "One hour on")),
        class_="controls",
    )
