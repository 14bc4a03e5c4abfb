"""A newcomer's first steps: ticked by what the bot's messages show, and drawn as such."""

import pytest

from bot.sandbox.discord.messages import EPHEMERAL, LOADING, Kind, Message
from bot.sandbox.discord.refusals import Json
from bot.sandbox.web.guide import Sandbox, Seen, Step, done, drawn
from tests.sandbox.web.drawn import Drawn
from tests.sandbox.web.test_messages import ADA, message

SANDBOX = Sandbox("Saturday, 28 November, 08:00", "Saturday, 09:00 UTC", 2)
UNDO: tuple[Json, ...] = (
    {"type": Kind.BUTTON, "style": 2, "label": "Undo", "custom_id": "pw1:undo:3:1"},
)
ANSWER: dict[str, object] = {"interaction": {"id": "9"}, "flags": EPHEMERAL}
POST = "### [A paper](https://arxiv.org/abs/1)"


@pytest.mark.parametrize(
    ("shown", "typed", "steps"),
    [
        (message(components=UNDO, **ANSWER), "/subscribe query: x", {Step.SUBSCRIBE}),
        (
            message(components=UNDO, **ANSWER),
            "/subscribe query: x when: daily",
            {Step.SUBSCRIBE, Step.DAILY},
        ),
        (message(content="Not subscribed yet", **ANSWER), "/subscribe query: x", set()),
        (message(content="It would", **ANSWER), "/preview query: x", {Step.PREVIEW}),
        (message(flags=LOADING, interaction={"id": "9"}), "/preview query: x", set()),
        (message(content=POST), "", {Step.POST}),
        (message(content=f"## 4 papers for Saturday\n{POST}"), "", {Step.DIGEST}),
        (message(content=POST, **ANSWER), "/paper reference: 1", set()),
        (message(content=POST, author=ADA), "", set()),
    ],
    ids=[
        "subscribed",
        "daily",
        "asked first",
        "previewed",
        "thinking",
        "posted",
        "digest",
        "looked up",
        "somebody's link",
    ],
)
def test_a_step_is_done_when_the_bot_has_shown_it(
    shown: Message, typed: str, steps: set[Step]
) -> None:
    """What the bot answered or posted ticks a step; what it only began does not."""
    assert done([Seen(shown, typed)]) == steps


def test_the_first_step_that_is_left_is_the_next() -> None:
    """Ticked steps say so to everybody, and one step is marked as the next."""
    html = Drawn(drawn(frozenset({Step.SUBSCRIBE}), SANDBOX))
    first, second, *_ = html.named("li")
    assert first.text.startswith("Done: ")
    assert second.attributes["aria-current"] == "step"
    assert "1 of 5" in html.one("summary").text


def test_no_batch_is_promised_where_none_is_left() -> None:
    """The button that publishes is disabled once all papers are announced."""
    html = Drawn(drawn(frozenset(), Sandbox("", "", 0)))
    (button,) = [
        it for it in html.named("button") if it.attributes.get("data-control") == "publish"
    ]
    assert "disabled" in button.attributes


def test_the_end_is_told() -> None:
    """When all is done, the guide says what else there is."""
    assert "/help" in Drawn(drawn(frozenset(Step), SANDBOX)).classed("finished")[0].text
