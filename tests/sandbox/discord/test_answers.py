"""The bot's side of an interaction deadlines, double answers, what is refused."""

from typing import Any

import pytest

from bot.sandbox.discord import CannotDo, DiscordSandbox, Person
from bot.sandbox.discord.forms import FieldValue, filled
from bot.sandbox.discord.interactions import Ask, Desk, Interaction
from bot.sandbox.discord.messages import EPHEMERAL, IS_COMPONENTS_V2, Kind
from bot.sandbox.discord.posting import Posting
from bot.sandbox.discord.refusals import Json, Refusal
from bot.sandbox.discord.world import Channel, World


class Clock:
    """A clock that is set by hand."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Scene:
    """A desk, a channel, and commands that were just typed there."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.sandbox = DiscordSandbox(clock=self.clock)
        self.guild = self.sandbox.add_guild("G")
        self.channel: Channel = self.guild.add_text_channel("c")
        self.alice: Person = self.guild.add_member("alice")
        self.world: World = self.sandbox.world
        self.desk = Desk(self.world, Posting(self.world, 180), 3.0)

    def typed(self, ask: Ask = Ask.COMMAND) -> Interaction:
        """Return a new interaction."""
        return self.desk.open(ask, self.alice, self.channel, {})

    def answer(self, to: Interaction, kind: int, **body: Any) -> Json:  # noqa: ANN401 - any body
        """Give a first response."""
        return self.desk.respond(to.id, to.token, {"type": kind, "data": body})


@pytest.fixture
def scene() -> Scene:
    """Set the scene."""
    return Scene()


def code(refusal: pytest.ExceptionInfo[Refusal]) -> int:
    """Return the JSON code of a refusal."""
    found: int = refusal.value.body["code"]
    return found


def test_a_second_answer_is_refused(scene: Scene) -> None:
    """An interaction is answered once, then 40060."""
    typed = scene.typed()
    scene.answer(typed, 4, content="x")

    with pytest.raises(Refusal) as caught:
        scene.answer(typed, 4, content="y")

    assert code(caught) == 40060


def test_a_late_answer_is_refused(scene: Scene) -> None:
    """After three seconds the interaction is unknown, 10062."""
    in_time, late = scene.typed(), scene.typed()
    scene.clock.now += 3.0
    scene.answer(in_time, 4, content="x")
    scene.clock.now += 0.1

    with pytest.raises(Refusal) as caught:
        scene.answer(late, 4, content="x")

    assert code(caught) == 10062


def test_a_token_lasts_fifteen_minutes(scene: Scene) -> None:
    """Follow-ups are taken for fifteen minutes, then the token is invalid, 50027."""
    typed = scene.typed()
    scene.answer(typed, 4, content="x")
    scene.clock.now += 15 * 60
    scene.desk.follow_up(scene.desk.by_token(scene.world.bot.id, typed.token), {"content": "y"})
    scene.clock.now += 1

    with pytest.raises(Refusal) as caught:
        scene.desk.by_token(scene.world.bot.id, typed.token)

    assert code(caught) == 50027


def test_a_token_is_of_no_use_before_the_first_answer(scene: Scene) -> None:
    """A follow-up before any response finds no webhook, 10015."""
    with pytest.raises(Refusal) as caught:
        scene.desk.by_token(scene.world.bot.id, scene.typed().token)

    assert code(caught) == 10015


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        pytest.param(Ask.COMMAND, 7, id="update of a command"),
        pytest.param(Ask.COMMAND, 8, id="choices for a command"),
        pytest.param(Ask.AUTOCOMPLETE, 4, id="message for choices"),
        pytest.param(Ask.MODAL, 9, id="modal for a modal"),
        pytest.param(Ask.MODAL, 7, id="update without a message"),
        pytest.param(Ask.COMMAND, 99, id="nonsense"),
    ],
)
def test_an_answer_must_fit_the_question(scene: Scene, ask: Ask, kind: int) -> None:
    """A type of response that the interaction cannot have is 50035."""
    with pytest.raises(Refusal) as caught:
        scene.answer(scene.typed(ask), kind, content="x")

    assert code(caught) == 50035


def test_a_refused_answer_can_be_given_again(scene: Scene) -> None:
    """A response over a limit does not use the interaction up."""
    typed = scene.typed()
    with pytest.raises(Refusal):
        scene.answer(typed, 4, content="x" * 2001)

    scene.answer(typed, 4, content="x")

    assert [each.text for each in scene.channel.messages] == ["x"]


def test_a_deferral_keeps_its_privacy(scene: Scene) -> None:
    """The first follow-up fills the deferred message, private or public as that was."""
    for deferred, later in ((EPHEMERAL, 0), (0, EPHEMERAL)):
        typed = scene.typed()
        receipt = scene.answer(typed, 5, flags=deferred)
        assert receipt["interaction"]["response_message_loading"]
        message = scene.desk.follow_up(typed, {"content": "done", "flags": later})
        assert message.id == typed.original_id
        assert message.ephemeral == bool(deferred)
        assert not message.loading


def test_a_deferral_may_end_as_a_layout(scene: Scene) -> None:
    """A deferred answer can be filled with Components V2."""
    typed = scene.typed()
    scene.answer(typed, 5)
    parts = [{"type": Kind.TEXT_DISPLAY, "content": "hello"}]

    message = scene.desk.edit(typed, "@original", {"flags": IS_COMPONENTS_V2, "components": parts})

    assert message.has_layout
    assert message.text == "hello"


def test_a_deleted_answer_is_gone(scene: Scene) -> None:
    """@original can be deleted, and is unknown from then on, 10008."""
    typed = scene.typed()
    scene.answer(typed, 4, content="x")
    scene.desk.delete(typed, "@original")

    with pytest.raises(Refusal) as caught:
        scene.desk.message(typed, "@original")

    assert code(caught) == 10008
    assert scene.channel.messages == ()


def test_a_private_answer_is_not_in_the_channel(scene: Scene) -> None:
    """An ephemeral message is not among the channel's, nor in its history."""
    scene.answer(scene.typed(), 4, content="x", flags=EPHEMERAL)

    assert scene.channel.messages == ()


FORM: Json = {
    "custom_id": "form",
    "components": [
        {
            "type": 1,
            "components": [
                {"type": 4, "custom_id": "a", "label": "Words", "min_length": 2, "max_length": 4}
            ],
        },
        {
            "type": 18,
            "label": "Zone",
            "component": {
                "type": 3,
                "custom_id": "z",
                "options": [
                    {"label": "Berlin", "value": "b"},
                    {"label": "Rome", "value": "r", "default": True},
                ],
            },
        },
        {"type": 18, "label": "Daily", "component": {"type": 23, "custom_id": "d"}},
        {"type": 10, "content": "read me"},
    ],
}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"Words": "abc"}, ["abc", ["r"], False], id="presets"),
        pytest.param({"a": "abc", "Zone": "Berlin", "d": True}, ["abc", ["b"], True], id="all"),
        pytest.param({"a": "abc", "z": ("b", "r")}, ["abc", ["b", "r"], False], id="several"),
    ],
)
def test_a_form_is_filled_by_label_or_custom_id(
    values: dict[str, FieldValue], expected: list[object]
) -> None:
    """What is left out keeps its preset; labels of options become their values."""
    words, zone, daily, _ = filled(FORM, values)["components"]

    given = [
        words["components"][0]["value"],
        zone["component"]["values"],
        daily["component"]["value"],
    ]
    assert given == expected


@pytest.mark.parametrize(
    ("values", "why"),
    [
        pytest.param({}, "must be filled in", id="missing"),
        pytest.param({"a": "x"}, "2 to 4 characters", id="short"),
        pytest.param({"a": "abc", "b": "x"}, "no field b", id="unknown"),
        pytest.param({"a": "abc", "z": "Mars"}, "does not offer", id="no such option"),
        pytest.param({"a": True}, "takes text", id="no text"),
    ],
)
def test_a_form_that_cannot_be_sent_is_refused(values: dict[str, FieldValue], why: str) -> None:
    """Fields are checked as Discord's client does."""
    with pytest.raises(CannotDo, match=why):
        filled(FORM, values)
