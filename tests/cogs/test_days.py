"""Days of the week as people write them."""

import pytest

from bot.errors import UserError
from cogs.days import days_text, on_days, parse_days


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("every day", "1234567"),
        ("Daily", "1234567"),
        ("weekdays", "12345"),
        ("weekends", "67"),
        ("Mon, Wed, Fri", "135"),
        ("mon wed fri", "135"),
        ("Mon/Wed & Fri", "135"),
        ("monday and thursday", "14"),
        ("Mondays", "1"),
        ("tues, thurs.", "24"),
        ("tu th sa su", "2467"),
        ("Mon-Fri", "12345"),
        ("mon – wed, sat", "1236"),  # noqa: RUF001 - a dash that phones type
        ("Fri to Mon", "1567"),
        ("weekdays and Sunday", "123457"),
        ("  MON ,, tue ", "12"),
        ("mon, mon", "1"),
    ],
)
def test_days_are_understood(typed: str, days: str) -> None:
    """Groups, names, beginnings of names and ranges, in any case and with any separator."""
    assert parse_days(typed) == frozenset(map(int, days))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "at least one day"),
        (" , ", "at least one day"),
        ("someday", "`someday`"),
        ("m", "`m`"),
        ("mon-tue-wed", "`mon-tue-wed`"),
        ("mon-", "Write every day"),
        ("*", "`*`"),
        ("mon@everyone", "`mon＠everyone`"),  # noqa: RUF001 - a look-alike
        ("montag", "`montag`"),
        ("<@1>,**x** `", "@1"),
        ("mon, " * 100, "too long"),
    ],
)
def test_other_words_are_refused_with_examples(typed: str, said: str) -> None:
    """The answer quotes what was not understood, harmlessly, and says what can be typed."""
    with pytest.raises(UserError) as refused:
        parse_days(typed)
    assert said in str(refused.value)
    assert "Mon, Wed, Fri" in str(refused.value)
    outside = "".join(str(refused.value).split("`")[::2])
    assert not set(outside) & set("<@*")


@pytest.mark.parametrize("number", range(1, 128))
def test_every_set_of_days_can_be_written_and_read(number: int) -> None:
    """What is shown is what can be typed."""
    days = frozenset(day for day in range(1, 8) if number >> (day - 1) & 1)
    assert parse_days(days_text(days)) == days


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("daily", "every day"),
        ("Mon-Fri", "on weekdays"),
        ("Sat", "on Saturdays"),
        ("Mon, Fri", "on Mondays and Fridays"),
        ("Mon, Wed, Fri", "on Mondays, Wednesdays and Fridays"),
    ],
)
def test_days_stand_in_a_sentence(typed: str, said: str) -> None:
    """Groups by their names, others in the plural."""
    assert on_days(parse_days(typed)) == said
