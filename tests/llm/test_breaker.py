"""An endpoint that keeps failing is left alone, and tried again later, once at a time."""

from datetime import timedelta

from bot.llm.breaker import FAILURES, FIRST_PAUSE, LONGEST_ASKED, LONGEST_PAUSE, Breaker
from tests.samples import NOON, later


def broken(failures: int = FAILURES) -> Breaker:
    """Return a breaker after so many failures in a row."""
    breaker = Breaker()
    for _ in range(failures):
        assert breaker.may_ask(NOON)
        breaker.failed(NOON, None)
    return breaker


def test_a_few_failures_change_nothing() -> None:
    """One failure less than the limit, and an answer starts the count again."""
    breaker = broken(FAILURES - 1)
    breaker.succeeded()
    breaker.failed(NOON, None)
    assert breaker.may_ask(NOON)


def test_after_failures_in_a_row_nothing_is_asked_for_a_while() -> None:
    """Until the pause is over, nobody asks; then one tries, and an answer opens it to all."""
    breaker = broken()
    assert not breaker.may_ask(NOON + FIRST_PAUSE - timedelta(seconds=1))
    after = NOON + FIRST_PAUSE
    assert breaker.may_ask(after)
    assert not breaker.may_ask(after), "one at a time tries"
    breaker.succeeded()
    assert breaker.may_ask(after)
    assert breaker.may_ask(after)


def test_pauses_double_up_to_a_limit() -> None:
    """Each failed try makes the next pause longer."""
    breaker, now = broken(), NOON
    pauses = []
    for _ in range(10):
        until = breaker.paused_until(now)
        assert until is not None
        pauses.append(until - now)
        now = until
        assert breaker.may_ask(now)
        breaker.failed(now, None)
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses[-1] == LONGEST_PAUSE


def test_what_an_endpoint_asks_for_is_kept_at_once() -> None:
    """Retry-After needs no second failure, and is believed up to a limit."""
    breaker = Breaker()
    breaker.failed(NOON, 7)
    assert breaker.paused_until(NOON) == later(seconds=7)
    breaker.failed(NOON, 1e9)
    assert breaker.paused_until(NOON) == NOON + LONGEST_ASKED


def test_a_try_that_comes_to_no_end_is_not_the_last() -> None:
    """Who gives a try up lets another one try."""
    breaker = broken()
    after = NOON + FIRST_PAUSE
    assert breaker.may_ask(after)
    breaker.gave_up()
    assert breaker.may_ask(after)


def test_a_clock_that_is_set_back_ends_a_pause() -> None:
    """A pause that begins in the future is none."""
    assert broken().may_ask(later(hours=-1))
